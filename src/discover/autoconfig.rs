//! Reading a domain's autoconfig document, which Thunderbird and others ask for.
//!
//! In: the document, the address. Out: the IMAP server that it names for the address, if it is reached with TLS. Never:
//! entities or DTDs, another protocol than IMAP, a word of the document that is no host, port or user.

use roxmltree::{Document, Node, ParsingOptions};

use super::{
    address::{Address, host},
    https::DOCUMENT,
};
use crate::{
    config::account::{Account, Scheme},
    language::{Phrase, text},
};

/// Nodes of a document that are read.
const NODES: u32 = 10_000;
/// How deep its elements may lie. The reader takes no room on the stack for them, but nobody needs more.
const DEPTH: usize = 50;

/// What a document says of an address's server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) account: Account,
    /// Whether it takes OAuth tokens and no password.
    pub(super) needs_token: bool,
}

/// The server for an address: the first one with TLS from the first octet, else the first one with STARTTLS.
pub(super) fn read(document: &[u8], address: &Address) -> Result<Offer, Phrase> {
    let text = std::str::from_utf8(document).ok();
    let text = text.filter(|text| text.len() <= DOCUMENT);
    let text = text.ok_or_else(text::document_unreadable)?;
    let options = ParsingOptions {
        nodes_limit: NODES,
        ..ParsingOptions::default()
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse_with_options(text, options);
    let document = document.map_err(|_| text::document_unreadable())?;
    let root = document.root_element();
    let is_too_deep = root
        .descendants()
        .any(|node| node.ancestors().nth(DEPTH).is_some());
    if root.tag_name().name() != "clientConfig" || is_too_deep {
        return Err(text::document_unreadable());
    }
    let providers = children(root, "emailProvider");
    let servers = providers.flat_map(|provider| children(provider, "incomingServer"));
    let servers = servers.filter(|server| {
        let kind = server.attribute("type");
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("imap"))
    });
    let servers: Vec<Node<'_, '_>> = servers.collect();
    if servers.is_empty() {
        return Err(text::document_without_imap());
    }
    let schemes = [("SSL", Scheme::Imaps), ("STARTTLS", Scheme::Imap)];
    let protected = schemes.into_iter().find_map(|(word, scheme)| {
        let mut servers = servers.iter();
        let server = servers.find(|server| {
            child(**server, "socketType").is_some_and(|kind| kind.eq_ignore_ascii_case(word))
        })?;
        Some((*server, scheme))
    });
    let (server, scheme) = protected.ok_or_else(text::document_without_tls)?;
    offer(server, scheme, address).ok_or_else(text::no_usable_host)
}

/// What one server's element says; none where it names no host, port or user that can be used.
fn offer(server: Node<'_, '_>, scheme: Scheme, address: &Address) -> Option<Offer> {
    let host = host(&filled_in(child(server, "hostname")?, address)?)?;
    let port: u16 = child(server, "port")?
        .parse()
        .ok()
        .filter(|port| *port != 0)?;
    let user = match child(server, "username") {
        Some(user) => filled_in(user, address)?,
        None => address.whole(),
    };
    let account = Account::of_parts(scheme, &user, &host, port).ok()?;
    let mut ways = children(server, "authentication").filter_map(|way| way.text());
    let first = ways.next();
    let is_token = |way: &str| way.trim().eq_ignore_ascii_case("OAuth2");
    Some(Offer {
        account,
        needs_token: first.is_some_and(is_token) && ways.all(is_token),
    })
}

/// A text with what the address stands for; none where it asks for something else.
fn filled_in(pattern: &str, address: &Address) -> Option<String> {
    let mut filled = String::new();
    let mut parts = pattern.split('%');
    filled.push_str(parts.next()?);
    while let Some(word) = parts.next() {
        filled.push_str(&match word {
            "EMAILADDRESS" => address.whole(),
            "EMAILLOCALPART" => address.local.clone(),
            "EMAILDOMAIN" => address.domain.clone(),
            _ => return None,
        });
        filled.push_str(parts.next()?);
    }
    Some(filled)
}

fn children<'d>(node: Node<'d, 'd>, name: &'static str) -> impl Iterator<Item = Node<'d, 'd>> {
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

/// The text of a child.
fn child<'d>(node: Node<'d, 'd>, name: &'static str) -> Option<&'d str> {
    children(node, name).next()?.text().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(servers: &str) -> Result<(String, bool), Phrase> {
        let document = format!(
            "<?xml version=\"1.0\"?>\n<clientConfig version=\"1.1\"><emailProvider id=\"example.com\">{servers}</emailProvider></clientConfig>"
        );
        read_for_alice(document.as_bytes())
    }

    fn read_for_alice(document: &[u8]) -> Result<(String, bool), Phrase> {
        let alice = Address::parse("al%ice@example.com").unwrap();
        let offer = read(document, &alice)?;
        Ok((offer.account.written(), offer.needs_token))
    }

    fn server(kind: &str, host: &str, port: &str, socket: &str, rest: &str) -> String {
        format!(
            "<incomingServer type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port><socketType>{socket}</socketType>{rest}</incomingServer>"
        )
    }

    #[test]
    fn the_first_server_with_tls_counts_and_placeholders_stand_for_the_address() {
        let user = "<username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication>";
        let servers = [
            server("pop3", "pop.example.com", "995", "SSL", ""),
            server("imap", "old.example.com", "143", "plain", ""),
            server("imap", "starttls.example.com", "143", "STARTTLS", ""),
            server("imap", " mail.%EMAILDOMAIN% ", "1993", "SSL", user),
            server("imap", "second.example.com", "993", "SSL", ""),
        ];
        let url = "imaps://al%25ice@mail.example.com:1993".to_owned();
        assert_eq!(offered(&servers.concat()), Ok((url, true)));
        let url = "imap://al%25ice@example.com@starttls.example.com".to_owned();
        assert_eq!(offered(&servers[..3].concat()), Ok((url, false)));
        let both = "<authentication>OAuth2</authentication><authentication>password-cleartext</authentication>";
        let (_, needs_token) = offered(&server("imap", "a.b", "993", "SSL", both)).unwrap();
        assert!(!needs_token);
    }

    #[test]
    fn a_server_that_cannot_be_used_is_refused_with_the_reason() {
        let one =
            |host: &str, port: &str, rest: &str| offered(&server("imap", host, port, "SSL", rest));
        for (host, port, rest) in [
            ("evil.example.com/path", "993", ""),
            ("user@evil.example.com", "993", ""),
            ("evil.example.com:993", "993", ""),
            ("evil\u{202e}.example.com", "993", ""),
            ("127.0.0.1", "993", ""),
            ("localhost", "993", ""),
            ("", "993", ""),
            ("imap.example.com", "0", ""),
            ("imap.example.com", "65536", ""),
            ("imap.example.com", "-1", ""),
            ("imap.%REALNAME%.com", "993", ""),
            ("imap.%EMAILDOMAIN", "993", ""),
            ("imap.example.com", "993", "<username>a:b</username>"),
            ("imap.example.com", "993", "<username>a&#10;b</username>"),
            ("imap.example.com", "993", "<username>%LOGIN%</username>"),
        ] {
            assert_eq!(
                one(host, port, rest),
                Err(text::no_usable_host()),
                "{host} {port} {rest}"
            );
        }
        let plain = server("imap", "imap.example.com", "143", "plain", "");
        assert_eq!(offered(&plain), Err(text::document_without_tls()));
        assert_eq!(offered(""), Err(text::document_without_imap()));
    }

    #[test]
    fn what_is_no_such_document_is_not_read() {
        let imap = server("imap", "imap.example.com", "993", "SSL", "");
        let deep = "<a>".repeat(20_000) + &"</a>".repeat(9_000);
        let nested = format!(
            "<clientConfig>{}{}</clientConfig>",
            "<a>".repeat(4_000),
            "</a>".repeat(4_000)
        );
        let many = format!("<clientConfig>{}</clientConfig>", "<a/>".repeat(12_000));
        let large = format!("<clientConfig>{}</clientConfig>", " ".repeat(DOCUMENT));
        let entity = format!(
            "<!DOCTYPE a [<!ENTITY h \"imap.example.com\">]><clientConfig><emailProvider>{}</emailProvider></clientConfig>",
            imap.replace("imap.example.com", "&h;")
        );
        for document in [
            "",
            "<html><body>Not found</body></html>",
            "<clientConfig>",
            &deep,
            &nested,
            &many,
            &large,
            &entity,
        ] {
            let read = read_for_alice(document.as_bytes());
            assert_eq!(read, Err(text::document_unreadable()));
        }
        let read = read_for_alice(b"<clientConfig>\xff</clientConfig>");
        assert_eq!(read, Err(text::document_unreadable()));
    }
}
