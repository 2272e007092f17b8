//! Words: what users say about roles and languages, in options and in an accounts file.
//!
//! In: one word or pair. Out: what it means, or a sentence why it means nothing. Never: whether an account has such a
//! mailbox.

use crate::{
    language::{Language, Phrase, text},
    mapping::{Mapping, form::unknown_role, is_tag, nearest},
    model::role::Role,
};

/// A role by its word, any case.
pub fn role(word: &str) -> Result<Role, Phrase> {
    Role::from_word(word).ok_or_else(|| no_role(word))
}

/// What is said of a word that names no role. It is repeated only where it is a slip of one: anything else could be a
/// secret in the wrong place.
fn no_role(word: &str) -> Phrase {
    if is_nearly_a_role(word) {
        unknown_role(word)
    } else {
        let words = Role::EVERY.map(Role::word).join(", ");
        match shown_as(word).or_else(|| meant(word)) {
            Some(role) => text::names_no_role_near(role.word(), words),
            None => text::names_no_role(words),
        }
    }
}

/// The role whose mailbox clients or servers call so: `spam` is junk, `corbeille` is trash.
fn meant(word: &str) -> Option<Role> {
    let mapping = Mapping::built_in();
    let roles = mapping.answer(word).roles();
    roles.first().copied().filter(|_| roles.len() == 1)
}

/// The role that people are shown by this word, in whatever language.
fn shown_as(word: &str) -> Option<Role> {
    let word = word.to_lowercase();
    let is_shown = |role: &Role| {
        let shown = Phrase::from(*role);
        [Language::English, Language::French]
            .map(|one| shown.say(one) == word)
            .contains(&true)
    };
    Role::EVERY.into_iter().find(is_shown)
}

/// Whether a word names a role, or looks as if it should.
fn is_nearly_a_role(word: &str) -> bool {
    let words = Role::EVERY.map(Role::word);
    word.eq_ignore_ascii_case("none")
        || Role::from_word(word).is_some()
        || nearest(word, words.iter().copied()).is_some()
}

/// Whether a text is a pair of a mailbox and a role, or looks as if it should be.
pub fn is_nearly_a_pair(text: &str) -> bool {
    text.contains('=') && text.split('=').any(is_nearly_a_role)
}

/// A language tag (RFC 5646) by its shape.
pub fn tag(word: &str) -> Result<String, Phrase> {
    if is_tag(word) {
        Ok(word.to_owned())
    } else {
        Err(text::tag_is_such())
    }
}

/// `ROLE=MAILBOX` splits at the first `=`. Where no role stands there but one stands behind the last `=`, it was written
/// the other way round.
pub fn target(typed: &str) -> Result<(Role, String), Phrase> {
    let (word, mailbox) = typed.split_once('=').ok_or_else(text::write_target)?;
    let turned = || {
        let (mailbox, word) = typed.rsplit_once('=')?;
        Some((Role::from_word(word)?, mailbox))
    };
    let (role, mailbox) = match (Role::from_word(word), turned()) {
        (Some(role), _) => (role, mailbox),
        // A slip in the role is none in the order, and neither is what people are shown for it in French: "envoyés=Sent".
        (None, Some(turned)) if !is_nearly_a_role(word) && shown_as(word).is_none() => turned,
        (None, _) => return Err(no_role(word)),
    };
    if !role.can_merge() {
        return Err(text::never_merged(role));
    }
    if mailbox.is_empty() {
        return Err(text::write_target());
    }
    Ok((role, mailbox.to_owned()))
}

/// `MAILBOX=ROLE` splits at the last `=`; the role `none` takes the mailbox out. The other way round too, where no role
/// stands behind the last `=` and one in front, written as roles are: `Sent` is rather a mailbox.
pub fn override_role(typed: &str) -> Result<(String, Option<Role>), Phrase> {
    let (mailbox, word) = typed.rsplit_once('=').ok_or_else(text::write_role)?;
    let (mailbox, role) = match (role_or_none(word), typed.split_once('=')) {
        (Ok(role), _) => (mailbox, role),
        (Err(unknown), Some((first, mailbox)))
            if !is_nearly_a_role(word) && !first.contains(char::is_uppercase) =>
        {
            (mailbox, role_or_none(first).or(Err(unknown))?)
        }
        (Err(unknown), _) => return Err(unknown),
    };
    if mailbox.is_empty() {
        return Err(text::write_role());
    }
    Ok((mailbox.to_owned(), role))
}

/// What a word behind `MAILBOX=` says.
fn role_or_none(word: &str) -> Result<Option<Role>, Phrase> {
    if word.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    role(word).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_may_hold_an_equals_sign() {
        assert_eq!(
            override_role("a=b=sent"),
            Ok(("a=b".to_owned(), Some(Role::Sent)))
        );
        assert_eq!(target("sent=a=b"), Ok((Role::Sent, "a=b".to_owned())));
    }

    #[test]
    fn what_a_mailbox_is_called_names_its_role() {
        for (word, meant) in [
            ("spam", "junk"),
            ("Corbeille", "trash"),
            ("envoyés", "sent"),
        ] {
            let told = role(word).unwrap_err();
            assert!(
                told.english().contains(&format!("did you mean {meant}?")),
                "{told:?}"
            );
        }
        assert!(
            !role("hunter2")
                .unwrap_err()
                .english()
                .contains("did you mean")
        );
    }

    #[test]
    fn a_pair_is_understood_the_other_way_round_where_only_that_makes_sense() {
        let sent = || "Sent Items".to_owned();
        assert_eq!(target("Sent Items=sent"), Ok((Role::Sent, sent())));
        assert_eq!(target("a=b=SENT"), Ok((Role::Sent, "a=b".to_owned())));
        assert_eq!(
            override_role("sent=Sent Items"),
            Ok((sent(), Some(Role::Sent)))
        );
        assert_eq!(override_role("none=Sent Items"), Ok((sent(), None)));
        // Both are possible: what is written in the help counts.
        assert_eq!(
            target("archive=sent"),
            Ok((Role::Archive, "sent".to_owned()))
        );
        assert_eq!(
            override_role("Archive=sent"),
            Ok(("Archive".to_owned(), Some(Role::Sent)))
        );
        assert!(
            target("snet=Sent Items")
                .unwrap_err()
                .english()
                .contains("snet")
        );
        // What a French table calls it is neither: "Sent" may be the mailbox.
        let shown = target("envoyés=Sent").unwrap_err();
        assert!(shown.english().contains("sent"), "{}", shown.english());
        // It begins as names of mailboxes do, and so it is one.
        assert!(override_role("Sent=foo").is_err());
        // A slip in the role is no mailbox in front of one.
        assert!(target("snet=Sent").is_err() && override_role("Sent=snet").is_err());
        assert!(target("=sent").is_err() && override_role("=sent").is_err());
        assert!(target("sent=").is_err() && override_role("sent=").is_err());
    }

    #[test]
    fn roles_that_are_never_merged_cannot_be_targets() {
        assert!(target("all=Everything").is_err());
    }

    #[test]
    fn a_misspelt_role_is_understood() {
        assert!(
            role("snet")
                .unwrap_err()
                .english()
                .contains("did you mean sent?")
        );
    }
}
