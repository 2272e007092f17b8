//! Acts become commands, and their answers become facts.
//!
//! In: an [`Act`], a [`Reply`]. Out: a [`Command`], or [`Answered`] and [`ActError`]. A command names exactly the messages of
//! its act.

use super::{
    command::{Command, Unsendable},
    lexer::validity,
    reply::{Ending, Reply},
};
use crate::{
    model::{mailbox::MailboxName, role::Role, uid::UidSet},
    store::{Act, ActError, Answered, CopyUid, Later, says_over_quota},
};

/// The command of an act.
pub fn command(act: &Act) -> Result<Command, Unsendable> {
    match act {
        Act::Create { name, role } => {
            let create = Command::new("CREATE").string(name.wire())?;
            Ok(match role.and_then(Role::attribute) {
                Some(attribute) => create.words(&format!("(USE ({attribute}))")),
                None => create,
            })
        }
        Act::Rename { from, to } => Command::new("RENAME")
            .string(from.wire())?
            .string(to.wire()),
        Act::Delete { name } => Command::new("DELETE").string(name.wire()),
        Act::Subscribe { name } => Command::new("SUBSCRIBE").string(name.wire()),
        Act::Unsubscribe { name } => Command::new("UNSUBSCRIBE").string(name.wire()),
        Act::Move { uids, to, .. } => Command::new("UID MOVE").uids(uids).string(to.wire()),
        Act::Copy { uids, to, .. } => Command::new("UID COPY").uids(uids).string(to.wire()),
        Act::AddFlags { uids, flags, .. } => Command::new("UID STORE")
            .uids(uids)
            .words("+FLAGS.SILENT")
            .flags(flags),
        Act::RemoveFlags { uids, flags, .. } => Command::new("UID STORE")
            .uids(uids)
            .words("-FLAGS.SILENT")
            .flags(flags),
        Act::Expunge { uids, .. } => Ok(Command::new("UID EXPUNGE").uids(uids)),
        Act::ExpungeAll { .. } => Ok(Command::new("EXPUNGE")),
        Act::Lock { name } => Ok(Command::new("SETACL")
            .string(name.wire())?
            .words("-anyone ip")),
        Act::Unlock { name } => Ok(Command::new("DELETEACL")
            .string(name.wire())?
            .words("-anyone")),
        Act::Mark { name, role } => {
            let value = match role.and_then(Role::attribute) {
                // The value is a string: its backslash is written twice (RFC 9051 §9 `quoted`).
                Some(attribute) => format!("\"\\{attribute}\""),
                None => "NIL".to_owned(),
            };
            Ok(Command::new("SETMETADATA")
                .string(name.wire())?
                .words(&format!("(/private/specialuse {value})")))
        }
        Act::PutScript { .. } | Act::ActivateScript { .. } => Err(Unsendable::of_filters()),
    }
}

/// The mailbox that must be open for an act, and the messages it names there.
pub fn works_in(act: &Act) -> Option<(&MailboxName, Option<&UidSet>)> {
    match act {
        Act::Move { from: of, uids, .. }
        | Act::Copy { from: of, uids, .. }
        | Act::AddFlags { of, uids, .. }
        | Act::RemoveFlags { of, uids, .. }
        | Act::Expunge { of, uids } => Some((of, Some(uids))),
        Act::ExpungeAll { of } => Some((of, None)),
        _ => None,
    }
}

/// Whether an act makes a name, gives it to another mailbox or takes it away: then no mailbox is left open.
pub fn is_of_names(act: &Act) -> bool {
    matches!(
        act,
        Act::Create { .. } | Act::Rename { .. } | Act::Delete { .. }
    )
}

/// The names that an act changes, or whose mailboxes.
pub fn names(act: &Act) -> Vec<&MailboxName> {
    match act {
        Act::Rename { from, to } | Act::Move { from, to, .. } | Act::Copy { from, to, .. } => {
            vec![from, to]
        }
        Act::AddFlags { of: name, .. }
        | Act::RemoveFlags { of: name, .. }
        | Act::Expunge { of: name, .. }
        | Act::ExpungeAll { of: name }
        | Act::Create { name, .. }
        | Act::Delete { name }
        | Act::Subscribe { name }
        | Act::Unsubscribe { name }
        | Act::Lock { name }
        | Act::Unlock { name }
        | Act::Mark { name, .. } => vec![name],
        Act::PutScript { .. } | Act::ActivateScript { .. } => Vec::new(),
    }
}

/// Whether acts may be on their way together, whatever becomes of each: all are about names alone, and none is about the name
/// of another, or one above or below it.
pub fn are_apart(acts: &[Act]) -> bool {
    let is_of_a_name = |act: &Act| {
        matches!(
            act,
            Act::Rename { .. }
                | Act::Delete { .. }
                | Act::Subscribe { .. }
                | Act::Unsubscribe { .. }
                | Act::Lock { .. }
                | Act::Unlock { .. }
        )
    };
    let is_apart = |one: &Act, other: &Act| {
        let (ones, others) = (names(one), names(other));
        let mut pairs = ones
            .iter()
            .flat_map(|one| others.iter().map(move |other| (one, other)));
        pairs.all(|(one, other)| !is_at_or_below(one, other) && !is_at_or_below(other, one))
    };
    let mut each = acts.iter().enumerate();
    each.all(|(place, act)| {
        let mut others = acts.iter().skip(place + 1);
        is_of_a_name(act) && others.all(|other| is_apart(act, other))
    })
}

/// Whether a name is another, or may be below it, whatever separates levels there.
fn is_at_or_below(name: &MailboxName, above: &MailboxName) -> bool {
    let (name, above) = (
        name.wire().to_ascii_uppercase(),
        above.wire().to_ascii_uppercase(),
    );
    let rest = name.strip_prefix(above.as_slice());
    let next = rest.map(|rest| rest.first());
    next.is_some_and(|next| {
        next.is_none_or(|octet| !octet.is_ascii_alphanumeric() && *octet != b' ')
    })
}

/// What the server's answer says.
pub fn answer(reply: &Reply) -> Result<Answered, ActError> {
    let copy_uid = copy_uid(reply);
    match reply.ending {
        Ending::Ok => Ok(Answered {
            code: reply.code.clone(),
            copy_uid,
        }),
        Ending::No | Ending::Bad => Err(ActError::Refused {
            code: reply.code.clone().or_else(|| {
                let is_full = says_over_quota(reply.text.english());
                is_full.then(|| "OVERQUOTA".to_owned())
            }),
            text: reply.text.clone(),
            copy_uid,
        }),
        Ending::Bye | Ending::Lost | Ending::Senseless | Ending::Silent | Ending::Disorder => {
            Err(ActError::Unknown {
                why: reply.text.clone(),
                later: reply.parting(),
            })
        }
    }
}

/// Whether the server refuses the command itself, whatever it is asked to do with it: BAD, or NO in words that say so.
pub fn is_unknown_command(reply: &Reply) -> bool {
    const WORDS: [&str; 7] = [
        "unknown command",
        "not implemented",
        "unimplemented",
        "not supported",
        "unsupported",
        "unrecognized command",
        "command disabled",
    ];
    let says = || {
        let text = reply.text.english().to_ascii_lowercase();
        WORDS.iter().any(|words| text.contains(words))
    };
    let passes = Later::told(reply.code.as_deref(), reply.text.english()).is_some();
    !passes
        && match reply.ending {
            Ending::Bad => true,
            Ending::No => reply.code.is_none() && says(),
            _ => false,
        }
}

/// The most messages that one command can have moved.
const MOST: usize = 100_000;

/// COPYUID, untagged as MOVE sends it (RFC 6851 §4.3) or tagged as COPY does (RFC 4315 §3); Dovecot may send several
/// for one MOVE.
fn copy_uid(reply: &Reply) -> Option<CopyUid> {
    let mut all: Option<CopyUid> = None;
    for code in reply.codes() {
        let Some(one) = parse_copy_uid(&code) else {
            continue;
        };
        match &mut all {
            None => all = Some(one),
            Some(all)
                if all.uid_validity == one.uid_validity
                    && all.pairs.len() + one.pairs.len() <= MOST =>
            {
                all.pairs.extend(one.pairs);
            }
            // One command has one target, so neither of two is believed; nor is what moved more than any command names.
            Some(_) => {
                return all.map(|all| CopyUid {
                    pairs: Vec::new(),
                    ..all
                });
            }
        }
    }
    all
}

fn parse_copy_uid(code: &str) -> Option<CopyUid> {
    let mut words = code.split_ascii_whitespace();
    if !words.next()?.eq_ignore_ascii_case("COPYUID") {
        return None;
    }
    let uid_validity = validity(words.next()?.parse().ok()?).unwrap_or_default();
    let mut set = || UidSet::parse_ordered(words.next()?, MOST);
    let pairs = match (set(), set()) {
        (Some(old), Some(new)) if old.len() == new.len() => old.into_iter().zip(new).collect(),
        _ => Vec::new(),
    };
    Some(CopyUid {
        uid_validity,
        pairs,
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn name(text: &str) -> MailboxName {
        MailboxName::new(text.as_bytes().to_vec(), text.to_owned())
    }

    fn sent(act: &Act) -> String {
        String::from_utf8(command(act).unwrap().text()).unwrap()
    }

    fn reply(ending: Ending, code: Option<&str>, data: &[&str]) -> Reply {
        Reply {
            ending,
            tag: String::new(),
            code: code.map(str::to_owned),
            text: "".into(),
            told: 0,
            data: data
                .iter()
                .map(|line| Bytes::from(format!("{line}\r\n")))
                .collect(),
        }
    }

    #[test]
    fn acts_are_written_as_the_rfcs_have_them() {
        let uids = UidSet::new(vec![1, 2, 9]);
        let (from, to) = (name("Sent Items"), name("Sent"));
        let acts = [
            (
                Act::Move {
                    from: from.clone(),
                    uids: uids.clone(),
                    to: to.clone(),
                },
                r#"UID MOVE 1:2,9 "Sent""#,
            ),
            (
                Act::Expunge {
                    of: from.clone(),
                    uids: uids.clone(),
                },
                "UID EXPUNGE 1:2,9",
            ),
            (
                Act::AddFlags {
                    of: from.clone(),
                    uids,
                    flags: vec!["\\Seen".into(), "$F".into()],
                },
                r"UID STORE 1:2,9 +FLAGS.SILENT (\Seen $F)",
            ),
            (
                Act::Create {
                    name: to.clone(),
                    role: Some(Role::Sent),
                },
                r#"CREATE "Sent" (USE (\Sent))"#,
            ),
            (
                Act::Mark {
                    name: to.clone(),
                    role: Some(Role::Junk),
                },
                r#"SETMETADATA "Sent" (/private/specialuse "\\Junk")"#,
            ),
            (
                Act::Mark {
                    name: to,
                    role: None,
                },
                r#"SETMETADATA "Sent" (/private/specialuse NIL)"#,
            ),
        ];
        for (act, expected) in acts {
            assert_eq!(sent(&act), expected);
        }
    }

    #[test]
    fn copyuid_is_found_tagged_untagged_and_in_parts() {
        let untagged = reply(
            Ending::Ok,
            None,
            &[
                "* OK [COPYUID 7 1:2 11:12] Moved",
                "* 1 EXPUNGE",
                "* OK [COPYUID 7 5 13] Moved",
            ],
        );
        let found = answer(&untagged).unwrap().copy_uid.unwrap();
        assert_eq!(found.pairs, [(1, 11), (2, 12), (5, 13)]);
        let tagged = answer(&reply(Ending::Ok, Some("COPYUID 7 3:1 9,8,7"), &[])).unwrap();
        assert_eq!(tagged.copy_uid.unwrap().pairs, [(1, 9), (2, 8), (3, 7)]);
    }

    #[test]
    fn a_copyuid_that_does_not_pair_up_pairs_nothing() {
        for code in ["COPYUID 7 1:3 4:5", "COPYUID 7 1:* 4:5", "COPYUID 7"] {
            let found = answer(&reply(Ending::Ok, Some(code), &[]))
                .unwrap()
                .copy_uid;
            assert_eq!(found.map(|copy| copy.pairs.len()), Some(0), "{code}");
        }
        let two = ["* OK [COPYUID 7 1 2] x", "* OK [COPYUID 8 3 4] x"];
        assert!(
            answer(&reply(Ending::Ok, None, &two))
                .unwrap()
                .copy_uid
                .unwrap()
                .pairs
                .is_empty()
        );
    }

    #[test]
    fn a_refused_move_keeps_what_was_moved() {
        let partial = reply(
            Ending::No,
            Some("OVERQUOTA"),
            &["* OK [COPYUID 7 1 11] Moved"],
        );
        let Err(ActError::Refused { code, copy_uid, .. }) = answer(&partial) else {
            panic!("refused");
        };
        assert_eq!(code.as_deref(), Some("OVERQUOTA"));
        assert_eq!(copy_uid.unwrap().pairs, [(1, 11)]);
    }

    #[test]
    fn a_command_that_is_refused_whatever_it_is_asked_is_told_from_a_refusal() {
        let refused = |ending, code, text: &str| {
            is_unknown_command(&Reply {
                text: text.into(),
                ..reply(ending, code, &[])
            })
        };
        assert!(refused(Ending::Bad, None, "what"));
        assert!(refused(Ending::No, None, "MOVE is not supported"));
        assert!(!refused(Ending::Bad, None, "Request is throttled."));
        assert!(!refused(Ending::No, Some("OVERQUOTA"), "not supported"));
        assert!(!refused(Ending::No, None, "no such mailbox"));
        assert!(!refused(Ending::Ok, None, "unknown command"));
        assert!(!refused(Ending::Silent, None, "unknown command"));
    }

    #[test]
    fn a_lost_connection_is_never_a_refusal() {
        for ending in [Ending::Lost, Ending::Bye, Ending::Silent, Ending::Disorder] {
            assert!(matches!(
                answer(&reply(ending, Some("LIMIT"), &[])),
                Err(ActError::Unknown { .. })
            ));
        }
    }
}
