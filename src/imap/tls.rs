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
use crate::{
    language::{Phrase, text},
    model::io_error::in_words,
    store::Later,
};

/// Protects a connection.
pub async fn protect(
    inner: Box<dyn Transport>,
    endpoint: &Endpoint,
) -> Result<Box<dyn Transport>, ConnectError> {
    let name = ServerName::try_from(endpoint.host.clone()).map_err(|_| {
        tls_error(text::no_valid_host_name(&endpoint.host)).hint(text::try_ascii_host())
    })?;
    let connector = TlsConnector::from(endpoint.trust.config()?);
    match connector.connect(name, inner).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(explained(&error, endpoint)),
    }
}

fn tls_error(message: Phrase) -> ConnectError {
    ConnectError::new(ConnectErrorKind::Tls, message)
}

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
    let what = |why: Phrase| tls_error(text::cannot_trust(host, why));
    match inner {
        Some(Error::InvalidCertificate(problem)) => match problem {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                what(text::certificate_expired()).hint(text::try_renew())
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                what(text::certificate_not_yet()).hint(text::try_clock())
            }
            CertificateError::NotValidForName => {
                what(text::certificate_other_name()).hint(text::try_name_of_certificate())
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                let names: Vec<&str> = presented.iter().map(|name| bare(name)).collect();
                what(text::certificate_other_names(names.join(", ")))
                    .hint(text::try_name_of_certificate())
            }
            CertificateError::UnknownIssuer => {
                what(text::certificate_unknown_issuer()).hint(text::try_ca_file())
            }
            problem => what(text::certificate_not_usable(wrong(problem)))
                .hint(text::try_replace_certificate()),
        },
        Some(Error::InvalidMessage(_)) => ConnectError {
            kind: ConnectErrorKind::NotTls,
            ..no_tls(endpoint, text::answers_not_in_tls()).hint(text::try_starttls())
        },
        Some(Error::General(fingerprint)) => {
            what(text::fingerprint_is(fingerprint.as_str())).hint(text::try_not_pinned())
        }
        Some(Error::AlertReceived(_)) => {
            no_tls(endpoint, text::broke_off_handshake()).hint(text::try_other_name_or_version())
        }
        Some(Error::PeerIncompatible(_)) => {
            no_tls(endpoint, text::knows_no_tls_version()).hint(text::try_bring_up_to_date())
        }
        Some(_) => {
            no_tls(endpoint, text::breaks_protocol()).hint(text::try_network_or_administrator())
        }
        // The connection broke.
        None => no_tls(endpoint, in_words(error))
            .hint(text::try_again_is_it_tls())
            .passing(Some(Later::default())),
    }
}

fn no_tls(endpoint: &Endpoint, why: Phrase) -> ConnectError {
    let Endpoint { host, port, .. } = endpoint;
    tls_error(text::cannot_speak_tls(host, port.to_string(), why))
}

/// What is wrong with a certificate that has its dates, its name and its issuer right.
fn wrong(problem: &CertificateError) -> Phrase {
    match problem {
        CertificateError::BadEncoding => text::certificate_unreadable(),
        CertificateError::Revoked => text::certificate_revoked(),
        CertificateError::UnhandledCriticalExtension => text::certificate_unknown_extension(),
        CertificateError::UnknownRevocationStatus
        | CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. }
        | CertificateError::InvalidOcspResponse => text::certificate_revocation_unknown(),
        CertificateError::BadSignature => text::certificate_wrong_signature(),
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            text::certificate_old_signature()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            text::certificate_not_for_server()
        }
        // X.509 version 1 is seen on old appliances; the library that checks takes version 3 only.
        _ => text::certificate_old_kind(),
    }
}
