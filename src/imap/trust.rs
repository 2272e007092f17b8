//! Which certificates are trusted: the platform's roots, roots of the user's, or one pinned certificate.
//!
//! In: PEM, or a fingerprint. Out: the configuration of a TLS client. Never: a mode that accepts any certificate.

use std::sync::{Arc, OnceLock};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
        verify_tls13_signature_with_raw_key,
    },
    pki_types::{
        CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime, pem::PemObject as _,
    },
};
use sha2::{Digest as _, Sha256};

use super::{
    error::{ConnectError, ConnectErrorKind},
    public_key::public_key,
};
use crate::language::{Phrase, text};

/// TLS sessions that may be taken up again: eight for each of 250 hosts, whose accounts take turns.
const SESSIONS: usize = 2_000;

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

    /// The configuration that follows; made once.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, ConnectError> {
        let made = self.config.get_or_init(|| self.make().map(Arc::new));
        made.clone()
    }

    fn make(&self) -> Result<ClientConfig, ConnectError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|_| tls_error(text::cannot_set_up_tls()))?;
        let mut config = match self.fingerprint {
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
        };
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        Ok(config)
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
                    text::ca_file_unreadable(),
                )
                .hint(text::try_pem()));
            }
        }
        if roots.is_empty() {
            return Err(tls_error(text::no_trusted_roots()).hint(text::try_install_roots()));
        }
        Ok(roots)
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
        Err(Error::General(crate::model::hex::encode(&found)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        match verify_tls12_signature(message, certificate, signed, algorithms) {
            Ok(valid) => Ok(valid),
            // The library does not read every certificate, but this one is the pinned one.
            Err(error) => verify_by_key(message, certificate, signed, algorithms).ok_or(error),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms).or_else(|error| {
            let found = public_key(certificate).ok_or(error)?;
            let info = SubjectPublicKeyInfoDer::from(found.info);
            verify_tls13_signature_with_raw_key(message, &info, signed, algorithms)
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Verifies a signature of TLS 1.2 by the certificate's key alone.
fn verify_by_key(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Option<HandshakeSignatureValid> {
    let found = public_key(certificate)?;
    let mut schemes = algorithms.mapping.iter();
    let (_, candidates) = schemes.find(|(scheme, _)| *scheme == signed.scheme)?;
    let mut candidates = candidates.iter();
    let fits = candidates.any(|algorithm| {
        *algorithm.public_key_alg_id() == *found.algorithm
            && algorithm
                .verify_signature(found.key, message, signed.signature())
                .is_ok()
    });
    fits.then(HandshakeSignatureValid::assertion)
}

fn tls_error(message: Phrase) -> ConnectError {
    ConnectError::new(ConnectErrorKind::Tls, message)
}
