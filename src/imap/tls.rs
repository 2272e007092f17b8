//! TLS over a connection, and what went wrong in the words of the person who must mend it.
//!
//! In: a connection and the endpoint's trust. Out: a protected connection, or why there is none.

use rustls::{CertificateError, Error, pki_types::ServerName};
use tokio_rustls::TlsConnector;

use super::{
    endpoint::Endpoint,
    error::{ConnectError, ConnectErrorKind},
    exchange::spoken,
    wire::Transport,
};
use crate::store::Later;

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
            CertificateError::Revoked => what("its certificate was revoked")
                .hint("the server's administrator must renew it"),
            CertificateError::BadSignature => {
                what("what it signed was not signed with its certificate's key")
                    .hint("somebody may be in between")
            }
            // The library has no words for these that tell a person anything.
            _ => what("its certificate is of a kind that cannot be checked; it may be of X.509 version 1, or made for another use").hint(
                "the server's administrator should renew it; to trust exactly this one, pin it with --tls-fingerprint",
            ),
        },
        Some(Error::InvalidMessage(_)) => ConnectError::new(
            ConnectErrorKind::NotTls,
            format!("cannot speak TLS with {host}:{}: it does not answer in TLS", endpoint.port),
        )
        .hint("for STARTTLS write imap:// (port 143) instead of imaps://"),
        Some(Error::General(why)) => what(why)
            .hint("it is not the pinned one; was the certificate renewed, or is somebody in between?"),
        Some(Error::AlertReceived(_) | Error::PeerIncompatible(_)) => tls_error(format!(
            "cannot speak TLS with {host}:{}: the server refuses the way in which this program speaks it",
            endpoint.port
        ))
        .hint("the server must offer TLS 1.2 or 1.3"),
        Some(_) => tls_error(format!(
            "cannot speak TLS with {host}:{}: the server does not keep to the protocol",
            endpoint.port
        )),
        // The connection broke.
        None => tls_error(format!("cannot speak TLS with {host}:{}: {}", endpoint.port, spoken(error)))
            .passing(Some(Later::default())),
    }
}
