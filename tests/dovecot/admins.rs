//! Master users and OAuth tokens on a real Dovecot.

use std::fs;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::Value;

use crate::{
    dovecot::scene::Scene,
    support::{self, dovecot::Setup, told::mailboxes},
};

/// Nobody else's password.
pub const MASTER: &str = "Open-4096";

/// A server that lets `boss` in for everybody, and `clerk` in for himself only.
pub fn with_master() -> Setup {
    Setup {
        extra: format!(
            "auth_master_user_separator = *
passdb {{
  driver = static
  args = user=boss password={MASTER}
  master = yes
  result_success = continue
}}
"
        ),
        ..Setup::default()
    }
}

/// What an administrator is told, and the exit status.
fn tells(scene: &Scene, words: &str, secret: &str) -> (Value, i32) {
    let mut command = scene.command(&format!("{words} --format json"));
    command.env("ROLECALL_PASSWORD", secret);
    support::told(command)
}

#[test]
fn a_master_user_sees_and_mends_the_users_mailboxes_in_both_ways_of_logging_in() {
    for way in ["--login-as boss --master-separator *", "--login-as boss"] {
        let scene = Scene::three_sent_on(&with_master());
        let own = scene.tells("audit", 1);
        assert_eq!(own["acted_as"], Value::Null);
        let (told, status) = tells(&scene, &format!("audit {way}"), MASTER);
        assert_eq!(
            (status, &told["acted_as"]),
            (1, &Value::from("boss")),
            "{told:#}"
        );
        assert_eq!(
            (&told["account"], mailboxes(&told)),
            (&own["account"], mailboxes(&own))
        );
        let before = scene.account();
        let (receipt, status) = tells(&scene, &format!("fix --yes --settle 0 {way}"), MASTER);
        assert_eq!(
            (status, &receipt["acted_as"]),
            (0, &Value::from("boss")),
            "{receipt:#}"
        );
        let after = scene.account();
        assert_eq!((after.bag(), after.count("Sent")), (before.bag(), 9));
        scene.undo(receipt["run"].as_str().unwrap());
        assert_eq!(scene.account().bag(), before.bag());
        assert!(!scene.server.log().contains(MASTER));
    }
}

#[test]
fn who_is_no_master_and_a_masters_wrong_password_are_refused_after_one_try() {
    let scene = Scene::three_sent_on(&with_master());
    for (who, secret) in [("clerk", support::dovecot::PASSWORD), ("boss", "wrong")] {
        for way in ["--master-separator *", ""] {
            scene.proxy.clear();
            let words = format!("audit --login-as {who} {way}");
            let (told, status) = tells(&scene, &words, secret);
            assert_eq!(
                (status, &told["error"]["kind"]),
                (3, &Value::from("login")),
                "{told:#}"
            );
            let message = told["error"]["message"].as_str().unwrap();
            assert!(
                message.contains(&format!("as {who} for alice")),
                "{message}"
            );
            let tries = scene.proxy.commands().into_iter();
            let tries = tries.filter(|command| command.starts_with("AUTHENTICATE"));
            assert_eq!(tries.count(), 1);
        }
    }
}

/// A token of alice's that is good until then, in seconds since 1970 (RFC 7519).
fn token(key: &[u8], until: i64) -> String {
    let part = |json: Value| BASE64URL.encode(json.to_string());
    let head = part(serde_json::json!({"typ": "JWT", "alg": "HS256", "kid": "default"}));
    let body = part(serde_json::json!({"sub": "alice", "email": "alice", "iat": 1, "exp": until}));
    let signed = format!("{head}.{body}");
    let signature = BASE64URL.encode(hmac_sha256(key, signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// RFC 2104.
fn hmac_sha256(key: &[u8], text: &[u8]) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    let pad = |octet: u8| {
        let mut pad = [octet; 64];
        pad.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        pad
    };
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(text)
        .finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

/// A server that takes nothing but tokens signed with this key, which it has in a file.
fn with_tokens(folder: &std::path::Path, key: &[u8]) -> Setup {
    use base64::engine::general_purpose::STANDARD as BASE64;
    let keys = folder.join("keys/default/HS256");
    fs::create_dir_all(&keys).unwrap();
    fs::write(keys.join("default"), BASE64.encode(key)).unwrap();
    let oauth = folder.join("oauth2.conf.ext");
    let folder = folder.display();
    fs::write(
        &oauth,
        format!(
            "introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
"
        ),
    )
    .unwrap();
    let path = oauth.display();
    Setup {
        extra: format!(
            "auth_debug = yes
auth_mechanisms = plain login oauthbearer xoauth2
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {path}
}}
"
        ),
        ..Setup::default()
    }
}

#[test]
fn an_expired_token_is_asked_for_once_more_and_no_refused_one_is_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    open_to_all(folder.path());
    let key = b"a key of thirty-two octets or so";
    let scene = Scene::three_sent_on(&with_tokens(folder.path(), key));
    let (expired, good) = (token(key, 1_000), token(key, 4_000_000_000));
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), format!("{text}\n")).unwrap();
    };
    file("expired", &expired);
    file("good", &good);
    // The command gives the expired one first, then what is said here.
    for (then, status, tries) in [("good", 1, 2), ("expired", 3, 1)] {
        let script = folder.path().join("token.sh");
        let place = folder.path().display();
        let _ = fs::remove_file(folder.path().join("ran"));
        let lines = format!(
            "cd {place}\nif [ -e ran ]; then cat {then}; else cat expired; fi\necho x >> ran\n"
        );
        fs::write(&script, lines).unwrap();
        scene.proxy.clear();
        let mut command = scene.command("audit --format json");
        command.env_remove("ROLECALL_PASSWORD");
        command
            .arg("--oauth-token-command")
            .arg(format!("sh {}", script.display()));
        let text = support::run(command, status);
        let commands = scene.proxy.commands().into_iter();
        let commands = commands.filter(|command| command.starts_with("AUTHENTICATE OAUTHBEARER"));
        assert_eq!(commands.count(), tries, "{text}");
        let ran = fs::read_to_string(folder.path().join("ran")).unwrap();
        assert_eq!(ran.lines().count(), 2);
        assert!(!text.contains(&expired) && !text.contains(&good), "{text}");
    }
}

fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}
