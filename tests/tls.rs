//! Certificates: every kind of wrong one is refused in words, and a pinned one is taken whatever it is.

use std::{net::IpAddr, sync::Arc, time::Duration};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rolecall::{
    imap::{
        ConnectError, Credential, Endpoint, Login, OneByOne, Security, Session, Tags, Trust,
        connect,
    },
    model::listing::AccountId,
    secret::Secret,
};
use rustls::{
    HandshakeKind, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

/// An authority that the tests trust.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: Vec<u8>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem().into_bytes();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn signs(&self, params: &CertificateParams) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), key)
    }
}

fn named(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// Shows one certificate to everybody, without a look at it.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// A server with this certificate that greets and takes any login; its port.
async fn server(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> u16 {
    let acceptor = acceptor(certificate, key, versions);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let _ = stream.write_all(GREETING).await;
                tokio::time::sleep(Duration::from_secs(5)).await;
            });
        }
    });
    port
}

/// Lets the client in before it asks.
const GREETING: &[u8] = b"* OK [CAPABILITY IMAP4rev1] hi\r\nR0001 OK [CAPABILITY IMAP4rev1] in\r\n";

fn acceptor(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let key = provider.key_provider.load_private_key(key).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Shown(Arc::new(CertifiedKey::new(
            vec![certificate],
            key,
        )))));
    TlsAcceptor::from(Arc::new(config))
}

async fn tried(host: &str, port: u16, trust: Trust) -> Result<(), ConnectError> {
    connected(host, port, &Arc::new(trust)).await.map(drop)
}

async fn connected(host: &str, port: u16, trust: &Arc<Trust>) -> Result<Session, ConnectError> {
    let endpoint = Endpoint {
        host: host.to_owned(),
        port,
        security: Security::ImplicitTls,
        trust: Arc::clone(trust),
        timeout: Duration::from_secs(5),
        trace: None,
        one_by_one: OneByOne::default(),
        tags: Tags::FromOne,
    };
    let login = Login {
        user: "alice".to_owned(),
        admin: None,
        credential: Credential::Password(Secret::new("hunter2-hunter2".to_owned())),
    };
    let account = AccountId {
        host: host.to_owned(),
        port,
        user: "alice".to_owned(),
        url: format!("imaps://alice@{host}:{port}"),
    };
    connect(&endpoint, &login, account).await
}

/// What a server has seen of a connection.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    is_resumed: bool,
    said: String,
    /// Whether the client has said that nothing more comes (close_notify).
    has_ended: bool,
}

/// A server that lets everybody in and answers nothing else, and tells of each connection when it is over.
async fn silent_server(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> (u16, mpsc::UnboundedReceiver<Seen>) {
    let acceptor = acceptor(certificate, key, versions);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, seen) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = acceptor.accept(stream).await.unwrap();
            let kind = stream.get_ref().1.handshake_kind();
            stream.write_all(GREETING).await.unwrap();
            let mut said = Vec::new();
            let ended = stream.read_to_end(&mut said).await;
            let _ = sender.send(Seen {
                is_resumed: kind == Some(HandshakeKind::Resumed),
                said: String::from_utf8(said).unwrap(),
                has_ended: ended.is_ok(),
            });
        }
    });
    (port, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_one_host_and_their_later_connections_take_up_one_tls_session() {
    for versions in [&[&TLS13][..], &[&TLS12]] {
        let authority = Authority::new("known");
        let (certificate, key) = authority.signs(&named(&["localhost"]));
        let (port, mut seen) = silent_server(certificate, &key, versions).await;
        let trust = Arc::new(Trust::new(Some(authority.pem.clone()), None));
        let mut resumed = Vec::new();
        let first = connected("localhost", port, &trust).await.unwrap();
        drop(first);
        resumed.push(seen.recv().await.unwrap().is_resumed);
        // Another account.
        let second = connected("localhost", port, &trust).await.unwrap();
        second.send_logout().await;
        resumed.push(seen.recv().await.unwrap().is_resumed);
        assert_eq!(resumed, [false, true], "{versions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_that_nobody_waits_for_is_on_its_way_and_tls_is_ended_in_order() {
    let authority = Authority::new("known");
    let (certificate, key) = authority.signs(&named(&["localhost"]));
    let (port, mut seen) = silent_server(certificate, &key, BOTH).await;
    let trust = Arc::new(Trust::new(Some(authority.pem.clone()), None));
    let session = connected("localhost", port, &trust).await.unwrap();
    // The server never answers: this returns all the same.
    session.send_logout().await;
    let seen = seen.recv().await.unwrap();
    assert!(seen.said.ends_with("R0002 LOGOUT\r\n"), "{seen:?}");
    assert!(seen.has_ended, "{seen:?}");
}

const BOTH: &[&rustls::SupportedProtocolVersion] = rustls::ALL_VERSIONS;

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_wrong_certificate_is_refused_in_words() {
    let authority = Authority::new("known");
    let trust = || Trust::new(Some(authority.pem.clone()), None);
    let mut expired = named(&["localhost"]);
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut early = named(&["localhost"]);
    early.not_before = date_time_ymd(2999, 1, 1);
    early.not_after = date_time_ymd(3000, 1, 1);
    let mut for_clients = named(&["localhost"]);
    for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    for (params, host, why) in [
        (expired, "localhost", "its certificate has expired"),
        (early, "localhost", "its certificate is not valid yet"),
        (for_clients, "localhost", "it was not made for a server"),
        (
            named(&["imap.example.org"]),
            "localhost",
            "for another name (imap.example.org)",
        ),
        (
            named(&["localhost"]),
            "127.0.0.1",
            "for another name (localhost)",
        ),
        (named(&["127.0.0.1"]), "localhost", "for another name"),
        (named(&["localhost"]), "lоcalhost", "no valid host name"),
    ] {
        let (certificate, key) = authority.signs(&params);
        let port = server(certificate, &key, BOTH).await;
        // The last name is Cyrillic and cannot be looked up: it is refused all the same, one way or the other.
        let error = tried(host, port, trust()).await.unwrap_err();
        let is_unreachable = !host.is_ascii() && error.message.english().contains("cannot reach");
        assert!(
            error.message.english().contains(why) || is_unreachable,
            "{error:?}"
        );
        assert!(error.hint.is_some(), "{error:?}");
        assert!(
            !error.message.english().contains("Error") && !error.message.english().contains('{'),
            "{error:?}"
        );
    }
    let (certificate, key) = Authority::new("unknown").signs(&named(&["localhost"]));
    let port = server(certificate, &key, BOTH).await;
    let error = tried("localhost", port, trust()).await.unwrap_err();
    assert!(
        error
            .message
            .english()
            .contains("nobody whom this system trusts"),
        "{error:?}"
    );
    for (names, host) in [
        (&["localhost"][..], "localhost"),
        (&["127.0.0.1"], "127.0.0.1"),
    ] {
        let (certificate, key) = authority.signs(&named(names));
        let port = server(certificate, &key, BOTH).await;
        tried(host, port, trust()).await.unwrap();
        assert!(host == "localhost" || host.parse::<IpAddr>().is_ok());
    }
}

/// An element of DER, its length as short as can be.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let mut octets = match length {
        0..=0x7f => vec![tag, low],
        0x80..=0xff => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    octets.extend(content);
    octets
}

/// A certificate of X.509 version 1 for this key, as old appliances have it; its signature is nonsense.
fn version_1(key: &KeyPair) -> CertificateDer<'static> {
    // SubjectPublicKeyInfo stands in the PEM of the key.
    let info = rustls::pki_types::SubjectPublicKeyInfoDer::from(spki(key));
    let algorithm = element(
        0x30,
        &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
    );
    let dates = [
        element(0x17, b"200101000000Z"),
        element(0x17, b"400101000000Z"),
    ]
    .concat();
    let inside = [
        element(0x02, &[1]),
        algorithm.clone(),
        element(0x30, &[]),
        element(0x30, &dates),
        element(0x30, &[]),
        info.to_vec(),
    ];
    let signature = element(0x03, &[0, 1, 2, 3]);
    let whole = [element(0x30, &inside.concat()), algorithm, signature].concat();
    CertificateDer::from(element(0x30, &whole))
}

fn spki(key: &KeyPair) -> Vec<u8> {
    use rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject as _};
    let pem = key.public_key_pem();
    SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes())
        .unwrap()
        .to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_version_1_is_named_as_such_and_can_be_pinned() {
    let key = KeyPair::generate().unwrap();
    let certificate = version_1(&key);
    let fingerprint: [u8; 32] = Sha256::digest(&certificate).into();
    for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
        let port = server(certificate.clone(), &key, versions).await;
        let error = tried("localhost", port, Trust::new(None, None))
            .await
            .unwrap_err();
        assert!(
            error.message.english().contains("X.509 version 3"),
            "{error:?}"
        );
        let hint = error.hint.unwrap();
        assert!(hint.english().contains("--tls-fingerprint"), "{hint:?}");
        tried("localhost", port, Trust::new(None, Some(fingerprint)))
            .await
            .unwrap();
        // Whoever shows the pinned certificate without having its key is not let in.
        let thief = KeyPair::generate().unwrap();
        let port = server(certificate.clone(), &thief, versions).await;
        let pinned = Trust::new(None, Some(fingerprint));
        assert!(tried("localhost", port, pinned).await.is_err());
    }
}
