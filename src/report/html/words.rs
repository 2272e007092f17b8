//! What is said in a page, set as each language is printed; and what a folder is for.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    language::{Language, Phrase, text},
    model::{mailbox::MailboxName, role::Role},
    report::text::{name, safe},
};

/// A sentence of ours. Names in it were made safe before.
pub(super) fn say(phrase: impl Into<Phrase>, language: Language) -> String {
    language.typeset(phrase.into().say(language))
}

/// A sentence with names of strangers in it.
pub(super) fn say_safe(phrase: &Phrase, language: Language) -> String {
    language.typeset(&safe(phrase.say(language)))
}

/// What a folder with this role is for.
pub(super) fn purpose(role: Option<Role>) -> Phrase {
    match role {
        Some(Role::Inbox) => text::purpose_inbox(),
        Some(Role::Drafts) => text::purpose_drafts(),
        Some(Role::Sent) => text::purpose_sent(),
        Some(Role::Trash) => text::purpose_trash(),
        Some(Role::Junk) => text::purpose_junk(),
        Some(Role::Archive) => text::purpose_archive(),
        Some(Role::All) => text::purpose_all(),
        Some(Role::Flagged) => text::purpose_flagged(),
        Some(Role::Important) => text::purpose_important(),
        Some(Role::Templates) => text::purpose_templates(),
        Some(Role::Outbox) => text::purpose_outbox(),
        Some(Role::Memos) => text::purpose_memos(),
        Some(Role::Scheduled) => text::purpose_scheduled(),
        Some(Role::Snoozed) => text::purpose_snoozed(),
        None => text::purpose_other(),
    }
}

/// A folder's name, safe and not too long.
pub(super) fn folder(mailbox: &MailboxName) -> String {
    name(mailbox)
}

/// What stands behind a label.
pub(super) fn colon(language: Language) -> &'static str {
    match language {
        Language::English => ": ",
        Language::French => "\u{a0}: ",
    }
}

/// A moment given as RFC 3339; none where it is no such moment.
pub(super) fn moment(moment: &str) -> Option<Phrase> {
    let moment = moment.parse::<Timestamp>().ok()?.to_zoned(TimeZone::UTC);
    Some(text::moment(
        moment.year(),
        moment.month(),
        moment.day(),
        moment.hour(),
        moment.minute(),
    ))
}

/// A number that may be unknown.
pub(super) fn number(number: Option<u64>, language: Language) -> String {
    number.map_or_else(
        || "?".to_owned(),
        |number| say(text::number(number), language),
    )
}
