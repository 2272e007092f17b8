//! Targets: which mailbox a typed `--target` means, or what was perhaps meant.
//!
//! In: names as typed. Out: names as listed; names yet to be made, where the user wants that; else the nearest ones.
//! Never: a new mailbox for a slip of the finger: it would take the place of the good one.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::error::{JudgeError, MissingTarget};
use crate::{
    detect::{HintError, Hints},
    language::text,
    mapping::fold,
    model::{
        listing::{Listing, TypedNameError},
        mailbox::{Mailbox, MailboxName, is_tombstone},
        role::Role,
        roll::Roll,
    },
};

/// How many names are told that may have been meant.
const MOST_NEAR: usize = 3;
/// The most letters of a name that are compared.
const LETTERS: usize = 200;

/// The mailbox of each target. One that is not there is made only if `may_make` says so of it.
pub(super) fn targets(
    listing: &Listing,
    roll: &Roll,
    typed: &BTreeMap<Role, String>,
    may_make: &mut dyn FnMut(&MissingTarget) -> bool,
) -> Result<BTreeMap<Role, MailboxName>, JudgeError> {
    let mut targets = BTreeMap::new();
    for (role, typed) in typed {
        let name = match there(listing, typed).map_err(HintError::from)? {
            Some(mailbox) => mailbox.name.clone(),
            None => made(listing, *role, typed, may_make)?,
        };
        let unusable = if listing.is_foreign(&name) {
            Some(text::is_not_personal())
        } else if is_tombstone(name.leaf(listing.delimiter())) {
            Some(text::name_of_interrupted_run())
        } else {
            None
        };
        if let Some(why) = unusable {
            let mailbox = typed.clone();
            return Err(HintError::Unusable { mailbox, why }.into());
        }
        if let Some(other) = roll.role_of(&name).filter(|other| other != role) {
            return Err(JudgeError::Taken {
                role: *role,
                typed: typed.clone(),
                other,
            });
        }
        targets.insert(*role, name);
    }
    Ok(targets)
}

fn made(
    listing: &Listing,
    role: Role,
    typed: &str,
    may_make: &mut dyn FnMut(&MissingTarget) -> bool,
) -> Result<MailboxName, JudgeError> {
    if typed.chars().any(char::is_control) {
        return Err(JudgeError::Controls);
    }
    let missing = MissingTarget {
        role,
        typed: typed.to_owned(),
        near: near(listing, typed),
    };
    if may_make(&missing) {
        Ok(listing.server.name(in_namespace(listing, typed)))
    } else {
        Err(JudgeError::Missing(missing))
    }
}

/// The mailbox that is meant, with the personal namespace's prefix or without; none where there is no such mailbox.
fn there<'a>(listing: &'a Listing, typed: &str) -> Result<Option<&'a Mailbox>, TypedNameError> {
    for typed in [typed.to_owned(), in_namespace(listing, typed)] {
        match listing.find_typed(&typed) {
            Ok(mailbox) => return Ok(Some(mailbox)),
            Err(TypedNameError::Absent(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// A name as a mailbox yet to be made would have it.
fn in_namespace(listing: &Listing, typed: &str) -> String {
    let prefix = listing.prefix();
    // Servers that keep names as NFC would list another name than was asked for (RFC 5198 §3, RFC 9051 §5.1).
    let text: String = typed.nfc().collect();
    if text.starts_with(prefix) {
        text
    } else {
        format!("{prefix}{text}")
    }
}

/// The hints with the targets that are there under their whole names, as `detect` looks for them.
pub(super) fn spelt_out(listing: &Listing, hints: &Hints) -> Hints {
    let mut hints = hints.clone();
    for typed in hints.targets.values_mut() {
        if let Ok(Some(mailbox)) = there(listing, typed) {
            *typed = listing.typed(&mailbox.name);
        }
    }
    hints
}

/// The mailboxes of the user's own whose name is a few slips of the finger away; case and accents are none.
fn near(listing: &Listing, typed: &str) -> Vec<String> {
    let folded = |text: &str| -> String { fold::bare(text).chars().take(LETTERS).collect() };
    let typed = folded(typed);
    let most = (typed.chars().count() / 4).clamp(1, 3);
    let own = listing.mailboxes.iter().filter(|mailbox| {
        let is_mail = mailbox.selectable && !mailbox.name.is_inbox();
        is_mail && !is_tombstone(mailbox.leaf()) && !listing.is_foreign(&mailbox.name)
    });
    let near = own.filter_map(|mailbox| {
        let text = mailbox.name.text();
        let whole = text.strip_prefix(listing.prefix()).unwrap_or(text);
        // A last level that fits is less than a whole name that does.
        let forms = [(text, false), (whole, false), (mailbox.leaf(), true)];
        let slips = forms.map(|(form, is_part)| {
            let slips = strsim::osa_distance(&folded(form), &typed);
            (slips, is_part)
        });
        let slips = slips.into_iter().min()?;
        (slips.0 <= most).then(|| (slips, listing.typed(&mailbox.name)))
    });
    let mut near: Vec<((usize, bool), String)> = near.collect();
    near.sort_unstable();
    if near.first().is_some_and(|(slips, _)| *slips == (0, false)) {
        near.retain(|(slips, _)| *slips == (0, false));
    }
    near.truncate(MOST_NEAR);
    near.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{AccountId, Namespace, Server};

    fn listing(prefix: &str, delimiter: char, names: &[&str]) -> Listing {
        let server = Server::default();
        let mailbox = |name: &&str| Mailbox {
            name: server.name((*name).to_owned()),
            delimiter: Some(delimiter),
            attributes: [].into(),
            selectable: true,
            subscribed: Some(true),
            status: crate::model::mailbox::Status::default(),
            sample: None,
        };
        let namespace = |prefix: &str| Namespace {
            prefix: prefix.to_owned(),
            delimiter: Some(delimiter),
        };
        Listing {
            account: AccountId::example("u"),
            acted_as: None,
            taken: String::new(),
            personal: vec![namespace(prefix)],
            foreign: vec![namespace("Shared/")],
            mailboxes: names.iter().map(mailbox).collect(),
            dangling: Vec::new(),
            server,
        }
    }

    fn found(listing: &Listing, typed: &str, may_make: bool) -> Result<MailboxName, JudgeError> {
        let typed = [(Role::Sent, typed.to_owned())].into();
        let targets = targets(listing, &Roll::default(), &typed, &mut |_| may_make)?;
        Ok(targets[&Role::Sent].clone())
    }

    #[test]
    fn a_new_name_is_composed_whatever_the_keyboard_sends() {
        let name = found(&listing("", '/', &[]), "Envoye\u{301}s", true).unwrap();
        assert_eq!(name.wire(), b"Envoy&AOk-s");
        assert_eq!(name.text(), "Envoy\u{e9}s");
    }

    #[test]
    fn a_target_is_looked_for_below_the_prefix_too_and_made_there() {
        let account = listing("INBOX.", '.', &["INBOX", "INBOX.Sent Items"]);
        for typed in ["Sent Items", "INBOX.Sent Items"] {
            let name = found(&account, typed, false).unwrap();
            assert_eq!(name.text(), "INBOX.Sent Items");
        }
        assert_eq!(
            found(&account, "Envoi", true).unwrap().text(),
            "INBOX.Envoi"
        );
        let hints = Hints {
            targets: [(Role::Sent, "Sent Items".to_owned())].into(),
            ..Hints::default()
        };
        let spelt = spelt_out(&account, &hints);
        assert_eq!(spelt.targets[&Role::Sent], "INBOX.Sent Items");
    }

    #[test]
    fn a_slip_brings_the_nearest_names_and_makes_nothing() {
        let names = [
            "INBOX",
            "Sent",
            "Sent Items",
            "Sentinel",
            "Éléments envoyés",
            "Old/Sent Messages",
            "Shared/Sent",
            "rolecall-abcdefghijklmnopqrstuvwxyz",
        ];
        let account = listing("", '/', &names);
        for (typed, near) in [
            ("Sent Itmes", &["Sent Items"][..]),
            ("sent items", &["Sent Items"]),
            ("SENT", &["Sent"]),
            ("Elements envoyes", &["Éléments envoyés"]),
            ("Sent Message", &["Old/Sent Messages"]),
            ("Factures", &[]),
            ("Envoi", &[]),
            ("rolecall-abcdefghijklmnopqrstuvwxyy", &[]),
        ] {
            match found(&account, typed, false) {
                Err(JudgeError::Missing(missing)) => assert_eq!(missing.near, near, "{typed}"),
                other => panic!("{typed}: {other:?}"),
            }
        }
        let name = found(&account, "Sent", false).unwrap();
        assert_eq!(name.text(), "Sent");
    }

    #[test]
    fn mail_of_others_and_a_run_s_own_name_keep_no_role() {
        let account = listing("", '/', &["Shared/Sent"]);
        for typed in [
            "Shared/Sent",
            "Shared/New",
            "rolecall-abcdefghijklmnopqrstuvwxyz",
        ] {
            let refused = found(&account, typed, true);
            let is_refused = matches!(refused, Err(JudgeError::Hint(HintError::Unusable { .. })));
            assert!(is_refused, "{typed}: {refused:?}");
        }
        let hidden = found(&account, "Se\u{1b}nt", true);
        assert_eq!(hidden, Err(JudgeError::Controls));
    }
}
