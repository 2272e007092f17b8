//! A small internet on loopback: a name server that knows SRV records, and a web server with TLS.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use domain::{
    base::{Message, MessageBuilder, Name, Rtype, iana::Rcode},
    rdata::{Cname, Srv},
};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, UdpSocket},
    runtime::Runtime,
};
use tokio_rustls::TlsAcceptor;

/// What the name server answers to a question for one name.
#[derive(Clone)]
pub enum Answer {
    /// Priority, weight, port, target.
    Records(Vec<(u16, u16, u16, &'static str)>),
    /// Aliases, of the first name and of those behind it.
    Aliases(&'static [(&'static str, &'static str)]),
    Fails(Rcode),
    Rubbish,
    /// The first question is lost; port and target of one record are the answer to the second.
    SecondTime(u16, &'static str),
}

/// What is there.
#[derive(Clone, Default)]
pub struct Plan {
    pub names: BTreeMap<&'static str, Answer>,
    /// Whole responses, by host and path with query.
    pub pages: BTreeMap<(&'static str, &'static str), Vec<u8>>,
}

impl Plan {
    pub fn srv(mut self, name: &'static str, port: u16, target: &'static str) -> Self {
        let answer = Answer::Records(vec![(0, 0, port, target)]);
        self.names.insert(name, answer);
        self
    }

    pub fn name(mut self, name: &'static str, answer: Answer) -> Self {
        self.names.insert(name, answer);
        self
    }

    pub fn page(mut self, host: &'static str, path: &'static str, response: Vec<u8>) -> Self {
        self.pages.insert((host, path), response);
        self
    }
}

/// A response with a body.
pub fn ok(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

/// A redirection.
pub fn redirect(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

/// An autoconfig document with one server of these words.
pub fn document(host: &str, port: &str, socket: &str, rest: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\"><emailProvider id=\"example.test\">\
         <domain>example.test</domain><incomingServer type=\"imap\"><hostname>{host}</hostname><port>{port}</port>\
         <socketType>{socket}</socketType>{rest}</incomingServer></emailProvider></clientConfig>"
    )
}

/// The servers; they end with it.
pub struct Internet {
    pub dns: SocketAddr,
    pub web: SocketAddr,
    /// The authority of the web server's certificate, in PEM.
    pub authority: Vec<u8>,
    /// What was asked for: names, and URLs.
    pub asked: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl Internet {
    /// Starts them; the web server has a certificate for these hosts.
    pub fn start(plan: Plan, hosts: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (acceptor, authority) = acceptor(hosts);
        let plan = Arc::new(plan);
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (socket, listener) = runtime.block_on(async {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            (socket, TcpListener::bind("127.0.0.1:0").await.unwrap())
        });
        let (dns, web) = (socket.local_addr().unwrap(), listener.local_addr().unwrap());
        runtime.spawn(serve_names(socket, Arc::clone(&plan), Arc::clone(&asked)));
        runtime.spawn(serve_pages(listener, acceptor, plan, Arc::clone(&asked)));
        Self {
            dns,
            web,
            authority,
            asked,
            _runtime: runtime,
        }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn acceptor(hosts: &[&str]) -> (TlsAcceptor, Vec<u8>) {
    let mut of_authority = CertificateParams::default();
    of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = of_authority.self_signed(&key).unwrap().pem().into_bytes();
    let issuer = Issuer::new(of_authority, key);
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut of_server = CertificateParams::new(hosts).unwrap();
    of_server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = of_server.signed_by(&key, &issuer).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), pem)
}

async fn serve_names(socket: UdpSocket, plan: Arc<Plan>, asked: Arc<Mutex<Vec<String>>>) {
    let mut octets = [0; 1_500];
    while let Ok((length, peer)) = socket.recv_from(&mut octets).await {
        let question = Message::from_octets(octets[..length].to_vec()).unwrap();
        let name = question.first_question().unwrap().qname().to_string();
        asked.lock().unwrap().push(name.clone());
        let answer = plan.names.get(name.as_str()).cloned();
        let times = asked
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| **asked == name)
            .count();
        if times == 1 && matches!(answer, Some(Answer::SecondTime(..))) {
            continue;
        }
        let reply = reply(&question, answer);
        socket.send_to(&reply, peer).await.unwrap();
    }
}

fn reply(question: &Message<Vec<u8>>, answer: Option<Answer>) -> Vec<u8> {
    let name = |text: &str| -> Name<Vec<u8>> { text.parse().unwrap() };
    let code = match &answer {
        None => Rcode::NXDOMAIN,
        Some(Answer::Fails(code)) => *code,
        Some(_) => Rcode::NOERROR,
    };
    let reply = MessageBuilder::new_vec();
    let mut reply = reply.start_answer(question, code).unwrap();
    let asked = question.first_question().unwrap();
    assert_eq!(asked.qtype(), Rtype::SRV);
    match answer {
        Some(Answer::Records(records)) => {
            for (priority, weight, port, target) in records {
                let srv = Srv::new(priority, weight, port, name(target));
                reply.push((asked.qname(), 60, srv)).unwrap();
            }
        }
        Some(Answer::SecondTime(port, target)) => {
            let srv = Srv::new(0, 0, port, name(target));
            reply.push((asked.qname(), 60, srv)).unwrap();
        }
        Some(Answer::Aliases(aliases)) => {
            for (owner, target) in aliases {
                reply
                    .push((name(owner), 60, Cname::new(name(target))))
                    .unwrap();
            }
        }
        Some(Answer::Rubbish) => {
            let mut octets = reply.finish();
            // Seven answers are announced and none follows.
            octets[7] = 7;
            return octets;
        }
        Some(Answer::Fails(_)) | None => {}
    }
    reply.finish()
}

async fn serve_pages(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    plan: Arc<Plan>,
    asked: Arc<Mutex<Vec<String>>>,
) {
    while let Ok((tcp, _)) = listener.accept().await {
        let (acceptor, plan, asked) = (acceptor.clone(), Arc::clone(&plan), Arc::clone(&asked));
        tokio::spawn(async move {
            let mut stream = acceptor.accept(tcp).await.ok()?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            let head = String::from_utf8(head).ok()?;
            let path = head.split(' ').nth(1)?;
            let mut lines = head.lines();
            let host = lines.find_map(|line| line.strip_prefix("host: "))?;
            asked.lock().unwrap().push(format!("https://{host}{path}"));
            let missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec();
            let page = plan.pages.get(&(host, path)).cloned().unwrap_or(missing);
            let _ = stream.write_all(&page).await;
            let _ = stream.shutdown().await;
            Some(())
        });
    }
}
