//! TLS over a connection, and what went wrong in the words of the person who must mend it.
//!
//! In: a connection and the endpoint's trust. Out: a protected connection, or why there is none.

use rustls::{CertificateError, Error, pki_types::ServerName};
use tokio_rustls::TlsConnector;

use super::{
    endpoint::Endpoint,
    error::{ConnectError, ConnectErrorKind},
    wire::Transport,
};
use crate::{model::io_error::in_words, store::Later};

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
            problem => what(&format!("its certificate cannot be used: {}", wrong(problem)))
                .hint("the server's administrator must replace it; until then --tls-fingerprint pins it as it is"),
        },
        Some(Error::InvalidMessage(_)) => ConnectError::new(
            ConnectErrorKind::NotTls,
            format!("cannot speak TLS with {host}:{}: it does not answer in TLS", endpoint.port),
        )
        .hint("for STARTTLS write imap:// (port 143) instead of imaps://"),
        Some(Error::General(why)) => what(why)
            .hint("it is not the pinned one; was the certificate renewed, or is somebody in between?"),
        Some(Error::AlertReceived(_)) => no_tls(endpoint, "it broke off the handshake")
            .hint("it may want another name than the one in the account's URL, or a newer or older version of TLS"),
        Some(Error::PeerIncompatible(_)) => {
            no_tls(endpoint, "it knows no version or cipher of TLS that rolecall takes (TLS 1.2 and 1.3)")
                .hint("the server's administrator must bring it up to date")
        }
        Some(_) => no_tls(endpoint, "it does not keep to the protocol")
            .hint("somebody may be in between; try another network, or tell the server's administrator"),
        // The connection broke.
        None => no_tls(endpoint, &in_words(error))
            .hint("try again; is it a TLS port? For STARTTLS write imap:// (port 143)")
            .passing(Some(Later::default())),
    }
}

fn no_tls(endpoint: &Endpoint, why: &str) -> ConnectError {
    let Endpoint { host, port, .. } = endpoint;
    tls_error(format!("cannot speak TLS with {host}:{port}: {why}"))
}

/// What is wrong with a certificate that has its dates, its name and its issuer right.
fn wrong(problem: &CertificateError) -> &'static str {
    match problem {
        CertificateError::BadEncoding => "it cannot be read",
        CertificateError::Revoked => "it was revoked",
        CertificateError::UnhandledCriticalExtension => {
            "it has a critical extension that nobody here knows"
        }
        CertificateError::UnknownRevocationStatus
        | CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. }
        | CertificateError::InvalidOcspResponse => "whether it was revoked cannot be found out",
        CertificateError::BadSignature => "its signature is wrong",
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "it is signed in a way that is no longer trusted, or not yet known"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it was not made for a server"
        }
        // X.509 version 1 is seen on old appliances; the library that checks takes version 3 only.
        _ => "it is of an old or broken kind (it must be X.509 version 3)",
    }
}
