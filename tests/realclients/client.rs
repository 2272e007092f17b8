//! One run of a real client.
//!
//! In: an account, and what its user does. Out: where each message arrived, as the server has it. The client's process
//! has ended when the run is over.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::dovecot::PASSWORD;

/// A client that can be had here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Thunderbird,
    Roundcube,
    /// In its user's language, `fr_FR`.
    Geary(&'static str),
}

/// What a client's user does, and the role of the mailbox where the message should arrive.
const THUNDERBIRD: [(&str, &str); 6] = [
    ("draft", "drafts"),
    ("send", "sent"),
    ("archive", "archive"),
    ("delete", "trash"),
    ("junk", "junk"),
    ("template", "templates"),
];
const ROUNDCUBE: [(&str, &str); 3] = [("draft", "drafts"), ("send", "sent"), ("delete", "trash")];
const GEARY: [(&str, &str); 5] = [
    ("delete", "trash"),
    ("archive", "archive"),
    ("junk", "junk"),
    ("send", "sent"),
    ("draft", "drafts"),
];

impl Client {
    /// What `rolecall clients --client` takes: `geary:fr`.
    pub fn word(self) -> String {
        match self {
            Self::Geary(locale) => format!("geary:{}", locale.split('_').next().unwrap()),
            _ => self.program().to_owned(),
        }
    }

    /// As rolecall's tables call it: `Geary (fr)`.
    pub fn shown(self) -> String {
        match self {
            Self::Thunderbird => "Thunderbird".to_owned(),
            Self::Roundcube => "Roundcube".to_owned(),
            Self::Geary(locale) => format!("Geary ({})", locale.split('_').next().unwrap()),
        }
    }

    fn program(self) -> &'static str {
        match self {
            Self::Thunderbird => "thunderbird",
            Self::Roundcube => "roundcube",
            Self::Geary(_) => "geary",
        }
    }

    fn acts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Thunderbird => &THUNDERBIRD,
            Self::Roundcube => &ROUNDCUBE,
            Self::Geary(_) => &GEARY,
        }
    }

    /// Starts it, lets its user do all that is done with it, and tells where the messages arrived, by role; none where
    /// the server got none. With a profile it is the account of an earlier run, or that of a later one; Roundcube has
    /// none. `more` is for its program.
    pub fn run(
        self,
        port: u16,
        user: &str,
        profile: Option<&Path>,
        more: &[&str],
    ) -> BTreeMap<String, Option<String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/realclients");
        let mut command = Command::new("python3");
        command
            .arg("-B")
            .arg(folder.join(format!("{}.py", self.program())))
            .args(["--port", &port.to_string(), "--user", user])
            .env("PASSWORD", PASSWORD);
        match self {
            Self::Thunderbird => {}
            Self::Roundcube => {
                command.arg("--root").arg(roundcube());
            }
            Self::Geary(locale) => {
                command.args(["--language", locale]);
            }
        }
        if let Some(profile) = profile.filter(|_| self != Self::Roundcube) {
            command.arg("--profile").arg(profile);
        }
        command.args(more);
        command.args(self.acts().iter().map(|(act, _)| act));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {said}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let arrived = |act: &str| {
            let end = &told["did"][act];
            assert!(end["failed"].is_null(), "{self:?}, {act}: {end}");
            end["arrived"].as_str().map(str::to_owned)
        };
        let acts = self.acts().iter();
        acts.map(|(act, role)| ((*role).to_owned(), arrived(act)))
            .collect()
    }
}

fn roundcube() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("servers/roundcube");
    assert!(
        folder.exists(),
        "Roundcube is not in {}: tests/run --long puts it there",
        folder.display()
    );
    folder
}
