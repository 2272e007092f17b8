//! TLS: who the server is, by the platform's roots, roots of the user's, or one pinned certificate.
//!
//! In: a connection and what may be trusted. Out: a protected connection. Never: "accept any certificate".

use std::sync::{Arc, OnceLock};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};
use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsConnector;

use super::{
    connect::{ConnectError, ConnectErrorKind, Endpoint},
    wire::Transport,
};
use crate::store::Later;

/// Which certificates are trusted.
///
/// The platform's roots are read for the first connection that needs them. Whoever reaches many accounts shares one of
/// these: the roots are read once, and servers take up TLS sessions again.
#[derive(Debug, Default)]
pub struct Trust {
    extra_roots: Option<Vec<u8>>,
    fingerprint: Option<[u8; 32]>,
    config: OnceLock<Result<Arc<ClientConfig>, ConnectError>>,
}

impl Trust {
    /// Trusts the platform's roots and those of `extra_roots` (PEM); or, where a SHA-256 is given, exactly the one
    /// certificate that has it.
    #[must_use]
    pub fn new(extra_roots: Option<Vec<u8>>, fingerprint: Option<[u8; 32]>) -> Self {
        Self {
            extra_roots,
            fingerprint,
            config: OnceLock::new(),
        }
    }

    fn config(&self) -> Result<Arc<ClientConfig>, ConnectError> {
        let made = self.config.get_or_init(|| self.make().map(Arc::new));
        made.clone()
    }

    fn make(&self) -> Result<ClientConfig, ConnectError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| tls_error(format!("cannot set up TLS: {error}")))?;
        Ok(match self.fingerprint {
            Some(fingerprint) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Pinned {
                    fingerprint,
                    provider,
                }))
                .with_no_client_auth(),
            None => builder
                .with_root_certificates(self.roots()?)
                .with_no_client_auth(),
        })
    }

    fn roots(&self) -> Result<RootCertStore, ConnectError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = &self.extra_roots {
            let mut own = 0;
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let added = certificate.is_ok_and(|certificate| roots.add(certificate).is_ok());
                own += u32::from(added);
                if !added {
                    own = 0;
                    break;
                }
            }
            if own == 0 {
                return Err(ConnectError::new(
                    ConnectErrorKind::Config,
                    "cannot use the --ca-file: it holds no readable certificate",
                )
                .hint("it must be PEM: -----BEGIN CERTIFICATE-----"));
            }
        }
        if roots.is_empty() {
            return Err(tls_error(
                "cannot check certificates: this system has no trusted roots".to_owned(),
            )
            .hint("install the system's CA certificates, or name a file with --ca-file"));
        }
        Ok(roots)
    }
}

/// Protects a connection.
pub async fn protect(
    inner: Box<dyn Transport>,
    endpoint: &Endpoint,
) -> Result<Box<dyn Transport>, ConnectError> {
    let name = ServerName::try_from(endpoint.host.clone()).map_err(|_| {
        tls_error(format!(
            "cannot check a certificate for \"{}\": it is no valid host name",
            endpoint.host
        ))
        .hint("write an international name in its ASCII form, xn--…")
    })?;
    let connector = TlsConnector::from(endpoint.trust.config()?);
    match connector.connect(name, inner).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(explained(&error, endpoint)),
    }
}

/// Trusts exactly one certificate, whatever its name and dates; the handshake's signatures are checked as ever.
#[derive(Debug)]
struct Pinned {
    fingerprint: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = Sha256::digest(end_entity);
        if found[..] == self.fingerprint {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::General(format!(
            "the certificate's fingerprint is {}",
            crate::model::plan::hex(&found)
        )))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn tls_error(message: String) -> ConnectError {
    ConnectError::new(ConnectErrorKind::Tls, message)
}

const OTHER_NAME: &str =
    "use the name that the certificate is for, which your provider's help pages tell";

/// A name without what rustls puts around it: `DnsName("imap.example.org")`.
fn bare(presented: &str) -> &str {
    presented.split('"').nth(1).unwrap_or(presented)
}

/// Says what is wrong with a certificate in the words of the person who must mend it.
fn explained(error: &std::io::Error, endpoint: &Endpoint) -> ConnectError {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    let host = &endpoint.host;
    let what = |why: &str| tls_error(format!("cannot trust {host}: {why}"));
    match inner {
        Some(Error::InvalidCertificate(problem)) => match problem {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                what("its certificate has expired").hint("the server's administrator must renew it")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                what("its certificate is not valid yet").hint("is this machine's clock right?")
            }
            CertificateError::NotValidForName => what("its certificate is for another name").hint(OTHER_NAME),
            CertificateError::NotValidForNameContext { presented, .. } => {
                let names: Vec<&str> = presented.iter().map(|name| bare(name)).collect();
                what(&format!("its certificate is for another name ({})", names.join(", "))).hint(OTHER_NAME)
            }
            CertificateError::UnknownIssuer => {
                what("its certificate was signed by nobody whom this system trusts").hint(
                    "if that is right, name the issuer's certificate with --ca-file, or pin the server's with --tls-fingerprint",
                )
            }
            other => what(&format!("its certificate is not valid: {other}")),
        },
        Some(Error::InvalidMessage(_)) => ConnectError::new(
            ConnectErrorKind::NotTls,
            format!("cannot speak TLS with {host}:{}: it does not answer in TLS", endpoint.port),
        )
        .hint("for STARTTLS write imap:// (port 143) instead of imaps://"),
        Some(Error::General(why)) => what(why)
            .hint("it is not the pinned one; was the certificate renewed, or is somebody in between?"),
        Some(_) => tls_error(format!("cannot speak TLS with {host}:{}: {error}", endpoint.port)),
        // The connection broke.
        None => tls_error(format!("cannot speak TLS with {host}:{}: {error}", endpoint.port))
            .passing(Some(Later::default())),
    }
}
