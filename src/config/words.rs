//! Words: what users say about roles and languages, in options and in an accounts file.
//!
//! In: one word or pair. Out: what it means, or a sentence why it means nothing. Never: whether an account has such a
//! mailbox.

use crate::{
    mapping::{form::unknown_role, is_tag},
    model::role::Role,
};

/// A role by its word, any case.
pub fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| unknown_role(text))
}

/// A language tag (RFC 5646) by its shape.
pub fn tag(text: &str) -> Result<String, String> {
    if is_tag(text) {
        Ok(text.to_owned())
    } else {
        Err("a language tag is such as fr or pt-BR".to_owned())
    }
}

/// `ROLE=MAILBOX` splits at the first `=`.
pub fn target(text: &str) -> Result<(Role, String), String> {
    let (word, mailbox) = text.split_once('=').ok_or("write ROLE=MAILBOX")?;
    let role = role(word)?;
    if !role.can_merge() {
        return Err(format!("mailboxes of the role {role} are never merged"));
    }
    if mailbox.is_empty() {
        return Err("write ROLE=MAILBOX".to_owned());
    }
    Ok((role, mailbox.to_owned()))
}

/// `MAILBOX=ROLE` splits at the last `=`; the role `none` takes the mailbox out.
pub fn override_role(text: &str) -> Result<(String, Option<Role>), String> {
    let (mailbox, word) = text.rsplit_once('=').ok_or("write MAILBOX=ROLE")?;
    if mailbox.is_empty() {
        return Err("write MAILBOX=ROLE".to_owned());
    }
    if word.eq_ignore_ascii_case("none") {
        return Ok((mailbox.to_owned(), None));
    }
    Ok((mailbox.to_owned(), Some(role(word)?)))
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
    fn roles_that_are_never_merged_cannot_be_targets() {
        assert!(target("all=Everything").is_err());
    }

    #[test]
    fn a_misspelt_role_is_understood() {
        assert!(role("snet").unwrap_err().contains("did you mean sent?"));
    }
}
