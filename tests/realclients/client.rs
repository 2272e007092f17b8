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
pub struct Client {
    /// What `--client` takes; with `_` for `-` the name of the program that drives it.
    id: &'static str,
    /// As rolecall's tables call it.
    name: &'static str,
    /// What its user does, and the role of the mailbox where the message should arrive.
    acts: &'static [(&'static str, &'static str)],
    /// The language of its user, `fr_FR`, where it is said.
    language: Option<&'static str>,
}

pub const THUNDERBIRD: Client = Client {
    id: "thunderbird",
    name: "Thunderbird",
    acts: &[
        ("draft", "drafts"),
        ("send", "sent"),
        ("archive", "archive"),
        ("delete", "trash"),
        ("junk", "junk"),
        ("template", "templates"),
    ],
    language: None,
};
pub const ROUNDCUBE: Client = Client {
    id: "roundcube",
    name: "Roundcube",
    acts: &[("draft", "drafts"), ("send", "sent"), ("delete", "trash")],
    language: None,
};
const GEARY: Client = Client {
    id: "geary",
    name: "Geary",
    acts: &[
        ("delete", "trash"),
        ("archive", "archive"),
        ("junk", "junk"),
        ("send", "sent"),
        ("draft", "drafts"),
    ],
    language: None,
};
pub const GEARY_FR: Client = GEARY.of("fr_FR");
pub const GEARY_DE: Client = GEARY.of("de_DE");
pub const GEARY_IT: Client = GEARY.of("it_IT");
pub const CLAWS_MAIL: Client = Client {
    id: "claws-mail",
    name: "Claws Mail",
    acts: &[
        ("send", "sent"),
        ("send-later", "outbox"),
        ("delete", "trash"),
        ("draft", "drafts"),
    ],
    language: None,
};
pub const SYLPHEED: Client = Client {
    id: "sylpheed",
    name: "Sylpheed",
    acts: &[("delete", "trash"), ("draft", "drafts"), ("send", "sent")],
    language: None,
};
pub const ALPINE: Client = Client {
    id: "alpine",
    name: "Alpine",
    acts: &[("send", "sent"), ("draft", "drafts"), ("delete", "trash")],
    language: None,
};
pub const AERC: Client = Client {
    id: "aerc",
    name: "aerc",
    acts: &[
        ("send", "sent"),
        ("delete", "trash"),
        ("archive", "archive"),
        ("draft", "drafts"),
    ],
    language: None,
};
pub const EVOLUTION: Client = Client {
    id: "evolution",
    name: "Evolution",
    acts: &[
        ("delete", "trash"),
        ("junk", "junk"),
        ("archive", "archive"),
        ("send", "sent"),
        ("draft", "drafts"),
    ],
    language: None,
};

pub const SOGO: Client = Client {
    id: "sogo",
    name: "SOGo",
    acts: &[
        ("draft", "drafts"),
        ("send", "sent"),
        ("delete", "trash"),
        ("junk", "junk"),
    ],
    language: None,
};
pub const HORDE_IMP: Client = Client {
    id: "horde-imp",
    name: "Horde IMP",
    acts: &[("draft", "drafts"), ("send", "sent"), ("delete", "trash")],
    language: None,
};

impl Client {
    /// The same client of a user with a language.
    pub const fn of(self, language: &'static str) -> Self {
        Self {
            language: Some(language),
            ..self
        }
    }

    /// `fr` of `fr_FR`.
    fn tag(self) -> Option<&'static str> {
        self.language.and_then(|locale| locale.split('_').next())
    }

    /// What `rolecall clients --client` takes: `geary:fr`.
    pub fn word(self) -> String {
        match self.tag() {
            Some(tag) => format!("{}:{tag}", self.id),
            None => self.id.to_owned(),
        }
    }

    /// As rolecall's tables call it: `Geary (fr)`.
    pub fn shown(self) -> String {
        match self.tag() {
            Some(tag) => format!("{} ({tag})", self.name),
            None => self.name.to_owned(),
        }
    }

    /// Starts it, lets its user do all that is done with it, and tells where the messages arrived, by role; none where
    /// the server got none. With a profile it is the account of an earlier run, or that of a later one; a webmail
    /// has none. `more` is for its program.
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
            .arg(folder.join(format!("{}.py", self.id.replace('-', "_"))))
            .args(["--port", &port.to_string(), "--user", user])
            .env("PASSWORD", PASSWORD);
        if self.is_unpacked() {
            command.arg("--root").arg(self.root());
        } else if let Some(profile) = profile {
            command.arg("--profile").arg(profile);
        }
        if let Some(language) = self.language {
            command.args(["--language", language]);
        }
        command.args(more);
        command.args(self.acts.iter().map(|(act, _)| act));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {said}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let acts = self.acts.iter();
        acts.map(|(act, role)| ((*role).to_owned(), self.ended(act, &told["did"][act])))
            .collect()
    }

    /// Whether it is not installed, but lies in a folder of its own.
    fn is_unpacked(self) -> bool {
        [ROUNDCUBE.id, HORDE_IMP.id].contains(&self.id)
    }

    fn root(self) -> PathBuf {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let folder = target.join("servers").join(self.id);
        assert!(
            folder.exists(),
            "{} is not in {}: tests/run --long puts it there",
            self.name,
            folder.display()
        );
        folder
    }

    /// Where an act brought its message: a mailbox, none, `(asks)` where its user was asked first, or `(in-place)`.
    fn ended(self, act: &str, end: &Value) -> Option<String> {
        assert!(end["failed"].is_null(), "{self:?}, {act}: {end}");
        let special = ["asks", "in-place"];
        let special = special.into_iter().find(|word| end[*word] == true);
        let special = special.map(|word| format!("({word})"));
        special.or_else(|| end["arrived"].as_str().map(str::to_owned))
    }
}
