//! The server of an address: what SRV records, documents and the table lead to, and what hostile ones do not.

use std::sync::Arc;

use domain::base::iana::Rcode;
use rolecall::{
    discover::{Address, FoundBy, FoundServer, NameServers, Reach, find},
    imap::{Trust, hosts::stand_in},
    language::text,
};

use crate::internet::{Answer, Internet, Plan, document, ok, redirect};

const FIRST: &str = "/mail/config-v1.1.xml?emailaddress=alice@example.test";
const SECOND: &str = "/.well-known/autoconfig/mail/config-v1.1.xml";

/// What became of a search, in one text, and what was asked for.
fn searched(plan: Plan) -> (String, Vec<String>) {
    searched_for("alice@example.test", plan)
}

fn searched_for(address: &str, plan: Plan) -> (String, Vec<String>) {
    let hosts = ["autoconfig.example.test", "example.test", "hoster.test"];
    let internet = Internet::start(plan, &hosts);
    for host in hosts.into_iter().chain(["other.test"]) {
        stand_in(host, internet.web);
    }
    let trust = Trust::new(Some(internet.authority.clone()), None);
    let reach = Reach::Network(NameServers::At(internet.dns), Arc::new(trust));
    let address = Address::parse(address).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let told = match runtime.block_on(find(&address, &reach)) {
        Ok(found) => told(&found),
        Err(failed) => {
            let tried = failed.tried.iter();
            let tried = tried.map(|(way, why)| String::from(text::tried(way, why)));
            tried.collect::<Vec<_>>().join("\n")
        }
    };
    (told, internet.asked())
}

fn told(found: &FoundServer) -> String {
    let way = match &found.way {
        FoundBy::Srv(record) => record.clone(),
        FoundBy::Document(url) => url.clone(),
        FoundBy::Table(_) => "table".to_owned(),
    };
    let outside = if found.is_outside { " outside" } else { "" };
    let token = if found.needs_token { " token" } else { "" };
    let filters = found.filters.as_ref();
    let filters = filters.map_or_else(String::new, |(host, port)| format!(" sieve {host}:{port}"));
    format!(
        "{} by {way}{outside}{token}{filters}",
        found.account.written()
    )
}

#[test]
fn tls_from_the_first_octet_counts_before_starttls_and_records_before_documents() {
    let page = ok(&document("mail.example.test", "993", "SSL", ""));
    let plan = Plan::default()
        .page("autoconfig.example.test", FIRST, page)
        .srv("_imap._tcp.example.test", 143, "starttls.example.test");
    let (found, asked) = searched(plan.clone());
    assert_eq!(
        found,
        "imap://alice@example.test@starttls.example.test by _imap._tcp.example.test"
    );
    assert!(
        !asked.iter().any(|name| name.starts_with("https:")),
        "{asked:?}"
    );
    let plan = plan.name(
        "_imaps._tcp.example.test",
        Answer::Records(vec![
            (20, 100, 993, "second.example.test"),
            (10, 1, 993, "light.example.test"),
            (10, 5, 1993, "IMAP.elsewhere.test"),
        ]),
    );
    let (found, _) = searched(plan);
    let url = "imaps://alice@example.test@imap.elsewhere.test:1993";
    assert_eq!(found, format!("{url} by _imaps._tcp.example.test outside"));
}

#[test]
fn a_domain_that_says_that_it_has_no_imap_is_believed() {
    let plan = Plan::default()
        .page(
            "example.test",
            SECOND,
            ok(&document("a.example.test", "993", "SSL", "")),
        )
        .srv("_imaps._tcp.example.test", 0, ".");
    let (found, _) = searched(plan.clone());
    assert!(
        found.starts_with("imaps://alice@example.test@a.example.test by https:"),
        "{found}"
    );
    let (told, asked) = searched(plan.srv("_imap._tcp.example.test", 0, "."));
    assert_eq!(
        told.matches("it says that there is no such service")
            .count(),
        2,
        "{told}"
    );
    assert_eq!(asked.len(), 2, "{asked:?}");
}

#[test]
fn records_that_name_no_server_lead_on_to_the_next_way() {
    let answers = [
        Answer::Records(vec![
            (0, 0, 993, "ev\\027il.example.test"),
            (0, 0, 0, "a.example.test"),
        ]),
        Answer::Records(vec![
            (0, 0, 993, "localhost"),
            (0, 0, 993, "127.0.0.1"),
            (0, 0, 993, "."),
        ]),
        Answer::Records(vec![
            (0, 0, 993, "a\\.b\\@c.example.test"),
            (0, 0, 993, "a\\/b.example.test"),
        ]),
        Answer::Aliases(&[
            ("_imaps._tcp.example.test", "a.test"),
            ("a.test", "b.test"),
            ("b.test", "a.test"),
        ]),
        Answer::Aliases(&[("_imaps._tcp.example.test", "nothing.test")]),
        Answer::Fails(Rcode::SERVFAIL),
        Answer::Fails(Rcode::REFUSED),
        Answer::Rubbish,
    ];
    let page = ok(&document(
        "mail.%EMAILDOMAIN%",
        "993",
        "SSL",
        "<username>%EMAILLOCALPART%</username>",
    ));
    for answer in answers {
        let plan = Plan::default()
            .page("autoconfig.example.test", FIRST, page.clone())
            .name("_imaps._tcp.example.test", answer);
        let (found, _) = searched(plan);
        let url = format!("https://autoconfig.example.test{FIRST}");
        assert_eq!(found, format!("imaps://alice@mail.example.test by {url}"));
    }
}

#[test]
#[ignore = "three seconds: run by tests/run --long"]
fn a_question_that_is_lost_is_asked_again() {
    let answer = Answer::SecondTime(993, "imap.example.test");
    let (found, _) = searched(Plan::default().name("_imaps._tcp.example.test", answer));
    assert_eq!(
        found,
        "imaps://alice@example.test@imap.example.test by _imaps._tcp.example.test"
    );
}

#[test]
fn documents_are_asked_for_in_the_order_of_clients_and_redirections_are_followed_over_https() {
    let token = "<authentication>OAuth2</authentication>";
    let plan = Plan::default()
        .page(
            "example.test",
            SECOND,
            redirect("https://hoster.test/a?b=c"),
        )
        .page("hoster.test", "/a?b=c", redirect("/d"))
        .page(
            "hoster.test",
            "/d",
            ok(&document("imap.hoster.test", "143", "STARTTLS", token)),
        );
    let (found, asked) = searched(plan);
    let url = "imap://alice@example.test@imap.hoster.test";
    assert_eq!(
        found,
        format!("{url} by https://hoster.test/d outside token")
    );
    let pages = asked.iter().filter(|name| name.starts_with("https:"));
    let pages: Vec<&str> = pages
        .map(|page| page.trim_start_matches("https://"))
        .collect();
    let first = format!("autoconfig.example.test{FIRST}");
    let second = format!("example.test{SECOND}");
    assert_eq!(
        pages,
        [&first, &second, "hoster.test/a?b=c", "hoster.test/d"]
    );
}

#[test]
fn a_web_server_that_is_not_to_be_believed_is_told_with_its_reason() {
    let large = "a".repeat(70_000);
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunks = format!(
        "10000\r\n{}\r\n10\r\n{}\r\n0\r\n\r\n",
        "a".repeat(65_536),
        "a".repeat(16)
    );
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(5_000));
    let cases: [(Vec<u8>, &str); 12] = [
        (
            redirect("http://example.test/a"),
            "it leads to something that is not HTTPS",
        ),
        (
            redirect("https://localhost/a"),
            "it leads to something that is not HTTPS",
        ),
        (
            redirect("https://127.0.0.1/a"),
            "it leads to something that is not HTTPS",
        ),
        (
            redirect("https://example.test:8443/a"),
            "it leads to something that is not HTTPS",
        ),
        (
            redirect(FIRST),
            "it leads from one place to the next too often",
        ),
        (redirect("https://other.test/"), "cannot trust other.test"),
        (ok(&large), "it has more than 64 KiB"),
        (
            [chunked, chunks.into_bytes()].concat(),
            "it has more than 64 KiB",
        ),
        (many.into_bytes(), "does not keep to HTTP"),
        (
            b"220 mail.example.test ESMTP\r\n".to_vec(),
            "does not keep to HTTP",
        ),
        (ok("<html>\u{1b}[2J</html>"), "it is no autoconfig document"),
        (
            ok(&document("a.example.test", "143", "plain", "")),
            "without TLS",
        ),
    ];
    for (response, why) in cases {
        let plan = Plan::default().page("autoconfig.example.test", FIRST, response);
        let (told, _) = searched(plan);
        let line = told
            .lines()
            .find(|line| line.contains("https://autoconfig"));
        assert!(line.unwrap().contains(why), "{why}\n{told}");
    }
}

#[test]
fn the_table_is_asked_last() {
    for host in ["autoconfig.free.fr", "free.fr"] {
        // Nothing listens there.
        stand_in(host, "127.0.0.1:9".parse().unwrap());
    }
    let (found, asked) = searched_for("alice@free.fr", Plan::default());
    assert_eq!(found, "imaps://alice@imap.free.fr by table");
    assert!(
        asked.contains(&"_imaps._tcp.free.fr".to_owned()),
        "{asked:?}"
    );
    let offline = Address::parse("alice@outlook.com").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = runtime.block_on(find(&offline, &Reach::Offline)).unwrap();
    let url = "imaps://alice@outlook.com@outlook.office365.com";
    assert_eq!(told(&found), format!("{url} by table outside token"));
}

#[test]
fn filters_are_sought_where_the_domain_says_and_the_password_goes_nowhere_else() {
    let plan = Plan::default().srv("_imaps._tcp.example.test", 993, "imap.hoster.test");
    for (target, filters) in [
        ("sieve.example.test", " sieve sieve.example.test:2000"),
        ("imap.hoster.test", " sieve imap.hoster.test:2000"),
        ("sieve.hoster.test", ""),
        (".", ""),
    ] {
        let (found, _) = searched(plan.clone().srv("_sieve._tcp.example.test", 2000, target));
        let url = "imaps://alice@example.test@imap.hoster.test";
        assert_eq!(
            found,
            format!("{url} by _imaps._tcp.example.test outside{filters}")
        );
    }
}

#[test]
fn an_address_is_put_into_a_url_with_its_signs_escaped() {
    let (told, asked) = searched_for("a+b%c&d=#?@example.test", Plan::default());
    let query = "emailaddress=a%2Bb%25c%26d%3D%23%3F@example.test";
    assert!(asked.iter().any(|url| url.ends_with(query)), "{asked:?}");
    assert!(told.contains("status 404"), "{told}");
    let plan = Plan::default().srv("_imaps._tcp.example.test", 993, "imap.example.test");
    let (found, _) = searched_for("a%c@example.test", plan);
    assert!(
        found.starts_with("imaps://a%25c@example.test@imap.example.test by"),
        "{found}"
    );
}
