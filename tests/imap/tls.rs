//! Certificates that a library does not read: a sentence for people, and a pinned one works all the same.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::Arc,
    thread,
};

use rolecall::imap::{ConnectError, ConnectErrorKind, Endpoint, Security, Session, Trust, connect};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use sha2::{Digest as _, Sha256};

use super::{account, endpoint, password};

/// What stands in an element of DER, and what stands behind the element.
fn inside(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = match der[1] {
        0x81 => (usize::from(der[2]), &der[3..]),
        0x82 => (usize::from(der[2]) << 8 | usize::from(der[3]), &der[4..]),
        short => (usize::from(short), &der[2..]),
    };
    rest.split_at(length)
}

fn sequence(contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82][..], &length, contents].concat()
}

/// The same certificate as one of version 1: without its version and without extensions. What its issuer signed is another
/// one, which nobody looks at who pins it.
fn of_version_1(certificate: &[u8]) -> Vec<u8> {
    let (whole, _) = inside(certificate);
    let (mut rest, signature) = inside(whole);
    let mut kept = Vec::new();
    while !rest.is_empty() {
        let (_, behind) = inside(rest);
        let one = &rest[..rest.len() - behind.len()];
        if !matches!(one[0], 0xa0 | 0xa3) {
            kept.extend_from_slice(one);
        }
        rest = behind;
    }
    sequence(&[&sequence(&kept), signature].concat())
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// A server with a certificate of version 1 that lets everybody in: its port, and the certificate's fingerprint.
fn serve(version: &'static SupportedProtocolVersion) -> (u16, [u8; 32]) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = of_version_1(params.self_signed(&key).unwrap().der());
    let fingerprint = Sha256::digest(&certificate).into();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = ring::sign::any_supported_type(&key).unwrap();
    let certified = CertifiedKey::new(vec![CertificateDer::from(certificate)], key);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Always(Arc::new(certified))));
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = BufReader::new(StreamOwned::new(connection, client));
            let greeting = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n";
            let _ = stream.get_mut().write_all(greeting);
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 0) {
                let tag = line.split(' ').next().unwrap();
                let answer = format!("{tag} OK [CAPABILITY IMAP4rev1] done\r\n");
                let _ = stream.get_mut().write_all(answer.as_bytes());
                line.clear();
            }
        }
    });
    (port, fingerprint)
}

async fn reach(port: u16, pin: Option<[u8; 32]>) -> Result<Session, ConnectError> {
    let endpoint = Endpoint {
        trust: Arc::new(Trust::new(None, pin)),
        timeout: std::time::Duration::from_secs(20),
        ..endpoint(port, Security::ImplicitTls)
    };
    connect(&endpoint, &password(), account(port)).await
}

#[tokio::test]
async fn a_certificate_of_version_1_is_named_and_can_be_pinned() {
    for version in [&TLS12, &TLS13] {
        let (port, fingerprint) = serve(version);
        let error = reach(port, None).await.err().unwrap();
        assert_eq!(error.kind, ConnectErrorKind::Tls);
        assert!(error.message.contains("X.509 version 1"), "{error:?}");
        assert!(error.hint.unwrap().contains("--tls-fingerprint"));
        let other = reach(port, Some([7; 32])).await.err().unwrap();
        assert!(other.message.contains("fingerprint"), "{other:?}");
        assert!(reach(port, Some(fingerprint)).await.is_ok());
    }
}
