//! Mail servers of large providers: Gmail's labels, Exchange's mailboxes in the user's language, several namespaces.
//!
//! In: nothing. Out: more [`Persona`]s. They hold no state and none of a product's own words: none of these servers was
//! at hand, so what they do was read in their documentation and in reports. Only tests and benches ask for them.

use super::{PersonaQuirks, labels::Labels};
use crate::demo::{
    namespaces::{Space, Whose},
    persona::{Keywords, Marking, Parents, Persona},
};

/// Name and special-use attribute of each mailbox of the system.
pub type System = [(&'static str, &'static str); 7];

/// Gmail's own mailboxes in English.
pub const GMAIL: System = [
    ("[Gmail]/All Mail", "\\All"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Important", "\\Important"),
    ("[Gmail]/Sent Mail", "\\Sent"),
    ("[Gmail]/Spam", "\\Junk"),
    ("[Gmail]/Starred", "\\Flagged"),
    ("[Gmail]/Trash", "\\Trash"),
];

/// Gmail's own mailboxes in French, as an account listed them.
pub const GMAIL_FR: System = [
    ("[Gmail]/Tous les messages", "\\All"),
    ("[Gmail]/Brouillons", "\\Drafts"),
    ("[Gmail]/Important", "\\Important"),
    ("[Gmail]/Messages envoy&AOk-s", "\\Sent"),
    ("[Gmail]/Spam", "\\Junk"),
    ("[Gmail]/Suivis", "\\Flagged"),
    ("[Gmail]/Corbeille", "\\Trash"),
];

/// Exchange's default mailboxes in French; those without an attribute have none.
pub const EXCHANGE_FR: &[(&str, &str)] = &[
    ("Brouillons", "\\Drafts"),
    ("Bo&AO4-te d'envoi", ""),
    ("Courrier ind&AOk-sirable", "\\Junk"),
    ("&AMk-l&AOk-ments envoy&AOk-s", "\\Sent"),
    ("&AMk-l&AOk-ments supprim&AOk-s", "\\Trash"),
];

impl Persona {
    /// Gmail: mailboxes are labels, and those of the system lie under `[Gmail]` in the user's language.
    #[must_use]
    pub fn gmail(system: &System) -> Self {
        let named = |mark: &str| {
            let found = system.iter().find(|(_, own)| *own == mark);
            found.map_or("", |(name, _)| name)
        };
        let mut gmail = Self {
            marking: Marking::ByName(system.to_vec()),
            fixed: system.iter().map(|(name, _)| *name).collect(),
            quirks: PersonaQuirks {
                labels: Some(Labels {
                    all: named("\\All"),
                    alone: vec![named("\\Junk"), named("\\Trash")],
                }),
                ..PersonaQuirks::default()
            },
            renames_inbox: false,
            moves_when_read_only: false,
            tells_mailbox: false,
            quotes_names: true,
            ..Self::dovecot()
        };
        gmail.capabilities.extend(["X-GM-EXT-1", "QUOTA"]);
        gmail
    }

    /// Exchange: marks in plain LIST though it offers no SPECIAL-USE, `Inbox`, no new keywords, default mailboxes in the
    /// user's language.
    #[must_use]
    pub fn exchange(defaults: &[(&'static str, &'static str)]) -> Self {
        let marked = defaults.iter().filter(|(_, mark)| !mark.is_empty());
        Self {
            capabilities: vec![
                "IMAP4rev1",
                "SASL-IR",
                "UIDPLUS",
                "MOVE",
                "ID",
                "UNSELECT",
                "CHILDREN",
                "NAMESPACE",
                "LITERAL+",
            ],
            marking: Marking::ByName(marked.copied().collect()),
            fixed: defaults.iter().map(|(name, _)| *name).collect(),
            inbox: "Inbox",
            keywords: Keywords::Only(Vec::new()),
            parents: Parents::Real,
            renames_inbox: false,
            moves_when_read_only: false,
            tells_mailbox: false,
            codes: Vec::new(),
            ..Self::dovecot()
        }
    }

    /// Two personal namespaces, the second with a delimiter of its own, beside other users' and shared mailboxes.
    #[must_use]
    pub fn two_namespaces(prefix: &'static str, delimiter: u8) -> Self {
        let space = |whose, prefix, delimiter| Space {
            whose,
            prefix,
            delimiter,
        };
        Self {
            spaces: vec![
                space(Whose::Own, prefix, delimiter),
                space(Whose::Others, "Users/", b'/'),
                space(Whose::Shared, "Shared/", b'/'),
            ],
            ..Self::dovecot()
        }
    }
}
