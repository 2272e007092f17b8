//! Errors before anything could be changed: one clear message each, the right exit status, nothing sent.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::{
    dovecot::scene::Scene,
    support::{
        self,
        dovecot::{Certificate, Dovecot, PASSWORD, Setup},
        proxy::Cut,
        run,
        script::Script,
        shown,
    },
};

/// A rolecall that has a state folder and nothing else.
fn rolecall(words: &[&str]) -> (TempDir, Command) {
    let state = tempfile::tempdir().unwrap();
    let command = support::rolecall(state.path(), words);
    (state, command)
}

/// All that was shown; the port differs from run to run.
fn told(mut command: Command, port: u16) -> String {
    shown(&command.output().unwrap()).replace(&port.to_string(), "PORT")
}

fn audit(url: &str, port: u16) -> String {
    let (_state, command) = rolecall(&["audit", &url.replace("PORT", &port.to_string())]);
    told(command, port)
}

/// A folder that holds nothing: no journal, no lock, no plan.
fn is_untouched(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn a_wrong_password_is_refused_in_the_servers_words() {
    let scene = Scene::three_sent();
    let before = scene.account();
    let mut command = scene.command("fix --yes");
    command.env("ROLECALL_PASSWORD", "Sesame-7732");
    assert_eq!(
        told(command, scene.proxy.port),
        "\
--- stderr
error: imap://alice@127.0.0.1:PORT: cannot log in: the server says: Authentication failed.
hint: check the user and the password; some providers want an app password or a token (--oauth-token-command)
--- status 3"
    );
    // Tried once, and nothing was sent after it.
    let sent = scene.proxy.commands();
    let logins = sent.iter().filter(|line| line.starts_with("AUTHENTICATE"));
    assert_eq!(logins.count(), 1, "{sent:?}");
    assert!(sent.len() <= 2, "{sent:?}");
    assert_eq!(scene.account(), before);
}

#[test]
fn a_host_or_a_port_that_is_not_there_is_named() {
    let unknown = audit("imaps://alice@no-such-host.invalid", 1);
    assert!(
        unknown.starts_with("--- stderr\nerror: imaps://alice@no-such-host.invalid: cannot reach no-such-host.invalid:993: "),
        "{unknown}"
    );
    assert!(
        unknown.ends_with("\nhint: check the spelling of the host, and the network\n--- status 3")
    );
    let port = {
        // Free until a moment ago.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    assert_eq!(
        audit("imaps://alice@127.0.0.1:PORT", port),
        "\
--- stderr
error: imaps://alice@127.0.0.1:PORT: cannot reach 127.0.0.1:PORT: nothing listens there
hint: check the host and the port
--- status 3"
    );
}

#[test]
fn a_port_of_another_service_is_told_by_its_name_and_hears_no_password() {
    for (greeting, message) in [
        (
            "+OK POP3 ready",
            "\
cannot use 127.0.0.1:PORT: a POP3 server answers there
hint: POP3 has no folders, so nothing can be reconciled until the account is read by IMAP; try port 993",
        ),
        (
            "220 mx.example.org ESMTP",
            "\
cannot use 127.0.0.1:PORT: an SMTP server answers there
hint: SMTP only sends mail; the account's IMAP server is usually on port 993",
        ),
    ] {
        let script = Script::play(move |peer| {
            peer.say(greeting);
            peer.hear();
        });
        for url in ["imap://alice@127.0.0.1:PORT", "imaps://alice@127.0.0.1:PORT"] {
            assert_eq!(
                audit(url, script.port),
                format!("--- stderr\nerror: {url}: {message}\n--- status 3")
            );
        }
        let heard = script.heard().concat();
        assert!(!heard.contains("AUTHENTICATE") && !heard.contains("LOGIN"), "{heard}");
    }
}

/// The account by STARTTLS and by TLS from the first octet.
fn both_ways(server: &Dovecot) -> [String; 2] {
    [
        format!("imap://alice@localhost:{}", server.port),
        format!("imaps://alice@localhost:{}", server.tls_port),
    ]
}

fn server_with(certificate: Certificate) -> Dovecot {
    Dovecot::start(&Setup {
        certificate,
        ..Setup::default()
    })
}

/// Both ways fail with this message, and nobody logs in.
fn is_not_trusted(server: &Dovecot, options: &[&str], message: &str) {
    for url in both_ways(server) {
        let (state, mut command) = rolecall(&["fix", "--yes", &url]);
        command.args(options);
        let shown = run(command, 3);
        assert_eq!(
            shown,
            format!("--- stderr\nerror: {url}: cannot trust localhost: {message}\n--- status 3")
        );
        let journals = state.path().join("rolecall");
        assert!(!journals.exists() || is_untouched(&journals), "{shown}");
    }
    assert!(!server.log().contains("Login: user="), "{}", server.log());
}

/// Both ways log in by TLS.
fn is_trusted(server: &Dovecot, options: &[&str]) {
    for url in both_ways(server) {
        let (_state, mut command) = rolecall(&["audit", &url]);
        command.args(options);
        run(command, 0);
    }
    let log = server.log();
    let logins: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("Login: user=<alice>"))
        .collect();
    assert_eq!(logins.len(), 2, "{log}");
    assert!(logins.iter().all(|line| line.contains(", TLS,")), "{log}");
}

fn fingerprint(server: &Dovecot) -> String {
    let certificate = CertificateDer::from_pem_file(server.certificate()).unwrap();
    rolecall::model::hex::encode(&Sha256::digest(&certificate))
}

#[test]
fn an_authority_that_nobody_knows_must_be_named() {
    let server = server_with(Certificate::Good);
    is_not_trusted(
        &server,
        &[],
        "its certificate was signed by nobody whom this system trusts
hint: if that is right, name the issuer's certificate with --ca-file, or pin the server's with --tls-fingerprint",
    );
    let authority = server.authority();
    is_trusted(&server, &["--ca-file", authority.to_str().unwrap()]);
}

#[test]
fn an_expired_certificate_is_not_trusted_but_may_be_pinned() {
    let server = server_with(Certificate::Expired);
    let authority = server.authority();
    is_not_trusted(
        &server,
        &["--ca-file", authority.to_str().unwrap()],
        "its certificate has expired
hint: the server's administrator must renew it",
    );
    is_trusted(&server, &["--tls-fingerprint", &fingerprint(&server)]);
}

#[test]
fn a_certificate_for_another_host_is_not_trusted_but_may_be_pinned() {
    let server = server_with(Certificate::WrongHost);
    let authority = server.authority();
    is_not_trusted(
        &server,
        &["--ca-file", authority.to_str().unwrap()],
        "its certificate is for another name (imap.example.org)
hint: use the name that the certificate is for, which your provider's help pages tell",
    );
    is_trusted(&server, &["--tls-fingerprint", &fingerprint(&server)]);
}

#[test]
fn a_certificate_that_is_not_the_pinned_one_is_not_trusted() {
    let server = server_with(Certificate::Good);
    let authority = server.authority();
    let message = format!(
        "the certificate's fingerprint is {}
hint: it is not the pinned one; was the certificate renewed, or is somebody in between?",
        fingerprint(&server)
    );
    let pin = ["--tls-fingerprint", &"ab".repeat(32)];
    let options = [&["--ca-file", authority.to_str().unwrap()], &pin[..]].concat();
    is_not_trusted(&server, &options, &message);
}

/// What is refused before there is a connection, with this message.
fn is_refused_unsent(scene: &Scene, command: Command, message: &str) {
    scene.proxy.clear();
    assert_eq!(
        told(command, scene.proxy.port),
        format!("--- stderr\n{message}\n--- status 2")
    );
    assert!(scene.proxy.octets().iter().all(Vec::is_empty));
}

#[test]
fn a_mapping_with_a_typo_is_refused_with_its_file_and_line() {
    let scene = Scene::three_sent();
    let path = scene.state.path().join("own.yaml");
    let mut rows: Vec<String> = vec!["locale: de".into(), "roles:".into(), "  sent:".into()];
    rows.extend((4..12).map(|line| format!("    - name: Ablage {line}")));
    rows.push("    - nmae: Ablage 12".to_owned());
    fs::write(&path, rows.join("\n")).unwrap();
    for verb in ["audit", "fix --yes"] {
        let mut command = scene.command(verb);
        command.arg("--mappings").arg(&path);
        is_refused_unsent(
            &scene,
            command,
            &format!(
                "error: cannot use the mapping:\n{}:12:7: unknown key \"nmae\", did you mean name? keys here are name, source, created, weak\n12 |     - nmae: Ablage 12\n   |       ^\nhint: `rolecall mappings check FILE` reads a table and says all that is wrong in it",
                path.display()
            ),
        );
    }
}

#[test]
fn a_password_in_a_url_is_refused_and_not_repeated() {
    let scene = Scene::three_sent();
    let mut command = scene.command_without_account("audit");
    command.arg(format!(
        "imap://alice:{PASSWORD}@127.0.0.1:{}",
        scene.proxy.port
    ));
    is_refused_unsent(
        &scene,
        command,
        "\
error: cannot use a password in a URL
hint: take it out: every user of this machine can read it there; see --password-command, --password-file and ROLECALL_PASSWORD",
    );
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_begun() {
    let scene = Scene::three_sent();
    is_refused_unsent(
        &scene,
        scene.command("fix"),
        "\
error: cannot ask before changing anything: there is no terminal
hint: --dry-run shows what would be done, --yes does it without asking",
    );
}

#[test]
fn one_password_is_not_tried_on_two_accounts() {
    let scene = Scene::three_sent();
    let mut command = scene.command("audit");
    command.arg(format!("imap://bob@127.0.0.1:{}", scene.proxy.port));
    is_refused_unsent(
        &scene,
        command,
        "\
error: cannot use one password for several accounts
hint: say in an accounts file where each password is (--accounts FILE); with --login-as one password serves for a whole host",
    );
}

#[test]
fn a_failure_is_a_line_of_json_too() {
    let (_state, command) = rolecall(&["audit", "--format", "json", "imaps://alice@127.0.0.1:1"]);
    let told = support::json(command, 3);
    assert_eq!(told["schema"], "rolecall.audit/2");
    assert_eq!(told["error"]["kind"], "network");
    assert_eq!(told["mailboxes"], serde_json::Value::Null);
}

#[test]
fn the_password_is_nowhere_but_on_its_way_to_the_server() {
    let scene = Scene::three_sent();
    let plan = scene.state.path().join("plan.yaml");
    let mut said = scene.shows("audit -v", 1);
    said += &scene.shows("audit --format json", 1);
    said += &scene.shows(&format!("fix --save-plan {}", plan.display()), 1);
    let receipt = scene.fix("");
    said += &receipt.to_string();
    let id = receipt["run"].as_str().unwrap();
    for words in [&["runs"][..], &["runs", id]] {
        said += &run(support::rolecall(scene.state.path(), words), 0);
    }
    said += &run(
        scene.command_without_account(&format!("undo --yes {id}")),
        0,
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), PASSWORD).unwrap();
    let file = file.path().to_str().unwrap();
    for source in [
        ["--password-file", file],
        ["--password-command", &format!("cat {file}")],
    ] {
        let mut command = scene.command("audit -v");
        command.args(source);
        command.env_remove("ROLECALL_PASSWORD");
        command
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        scene.proxy.cut_at("ID", 1, Cut::Hold);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        scene.proxy.wait_until_held();
        said += &fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
        scene.proxy.let_go();
        said += &shown(&child.wait_with_output().unwrap());
    }
    assert!(said.ends_with("--- status 1"), "{said}");

    let login = scene.proxy.commands().into_iter();
    let mut login =
        login.filter_map(|line| line.strip_prefix("AUTHENTICATE PLAIN ").map(str::to_owned));
    let on_the_wire = login.next().unwrap();
    for secret in [PASSWORD, on_the_wire.as_str()] {
        assert!(!said.contains(secret), "{said}");
        let files = support::files(scene.state.path());
        assert!(files.len() >= 3, "{files:?}");
        for file in files {
            let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
            assert!(!text.contains(secret), "{}", file.display());
        }
    }
}
