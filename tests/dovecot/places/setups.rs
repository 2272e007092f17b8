//! How the servers of these scenes are set up.

use crate::{dovecot::scene::Scene, support::dovecot::Setup};

/// Views of the virtual plugin, in a namespace of their own.
pub struct Views {
    /// Before their names: `virtual/`, or nothing.
    pub prefix: &'static str,
    /// Whether NAMESPACE tells of them.
    pub hidden: bool,
    /// Which of them are marked, and how.
    pub marks: &'static [(&'static str, &'static str)],
}

/// Each with what it shows; the names are those that clients use.
pub const SHOWN: [(&str, &str); 5] = [
    ("Sent", "INBOX\nSent\nSent Items\n  all\n"),
    ("Archive", "INBOX\nWork\n2023\n  all\n"),
    ("All", "*\n-virtual/*\n  all\n"),
    ("Flagged", "*\n-virtual/*\n  flagged\n"),
    ("Drafts", "INBOX\n  subject nosuchword\n"),
];

impl Views {
    pub fn setup(&self, base: Setup) -> Setup {
        let mut marks = String::new();
        for (name, mark) in self.marks {
            let lines = format!("  mailbox \"{name}\" {{\n    special_use = {mark}\n  }}\n");
            marks.push_str(&lines);
        }
        let (prefix, separator) = (self.prefix, base.separator);
        let hidden = yes(self.hidden);
        let extra = format!(
            "namespace views {{
  prefix = {prefix}
  separator = {separator}
  location = virtual:~/views
  hidden = {hidden}
  list = yes
{marks}}}
"
        );
        Setup {
            plugins: vec!["virtual"],
            extra: base.extra.clone() + &extra,
            ..base
        }
    }

    /// Starts the server and puts the views' definitions there.
    pub fn scene(&self, base: Setup, shown: &[(&str, &str)]) -> Scene {
        let scene = Scene::on(&self.setup(base));
        for (name, shows) in shown {
            let path = format!("views/{name}/dovecot-virtual");
            scene.server.place(&scene.user, &path, shows);
        }
        scene
    }
}

/// A second private namespace with a storage of its own.
pub fn beside(base: Setup, prefix: &str, hidden: bool) -> Setup {
    let separator = base.separator;
    let hidden = yes(hidden);
    let extra = format!(
        "namespace beside {{
  prefix = {prefix}
  separator = {separator}
  location = sdbox:~/beside
  hidden = {hidden}
  list = yes
}}
"
    );
    Setup {
        extra: base.extra.clone() + &extra,
        ..base
    }
}

/// The same for what users delete.
pub fn lazy_expunge(base: Setup) -> Setup {
    let base = beside(base, ".EXPUNGED/", false);
    Setup {
        plugins: vec!["lazy_expunge"],
        extra: base.extra.clone() + "plugin {\n  lazy_expunge = .EXPUNGED/\n}\n",
        ..base
    }
}

/// A namespace that all share; its folder is the first user's.
pub fn shared(base: Setup, prefix: &str) -> Setup {
    let separator = base.separator;
    let extra = format!(
        "namespace shared {{
  type = public
  prefix = {prefix}
  separator = {separator}
  location = sdbox:~/shared
  list = yes
}}
"
    );
    Setup {
        extra: base.extra.clone() + &extra,
        ..base
    }
}

/// Every mailbox under a second name.
pub fn alias(base: Setup, prefix: &str, hidden: bool) -> Setup {
    let (separator, location, of) = (base.separator, base.location, base.prefix);
    let hidden = yes(hidden);
    let extra = format!(
        "namespace alias {{
  prefix = {prefix}
  separator = {separator}
  location = {location}
  alias_for = {of}
  hidden = {hidden}
  list = yes
}}
"
    );
    Setup {
        extra: base.extra.clone() + &extra,
        ..base
    }
}

/// `Sent Items` is another name of `Sent`.
pub fn mailbox_alias() -> Setup {
    Setup {
        plugins: vec!["mailbox_alias"],
        extra: "plugin {\n  mailbox_alias_old = Sent\n  mailbox_alias_new = Sent Items\n}\n"
            .to_owned(),
        ..Setup::default()
    }
}

fn yes(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}
