//! Making findings: the pieces that every maker of findings needs.

use crate::{
    language::{Phrase, text},
    model::{
        finding::{Code, Finding},
        mailbox::MailboxName,
        plan::Action,
        role::Role,
    },
};

/// A finding of the code's own severity.
pub(super) fn finding(
    code: Code,
    role: Option<Role>,
    mailboxes: Vec<MailboxName>,
    message: Phrase,
    fix: Option<Action>,
) -> Finding {
    Finding {
        code,
        severity: code.severity(),
        role,
        mailboxes,
        message,
        fix,
        places: Vec::new(),
    }
}

/// `"A"`, `"A" and "B"`, `"A", "B" and "C"`; beyond five the rest is counted.
pub(super) fn quoted(names: &[MailboxName]) -> Phrase {
    const SHOWN: usize = 5;
    let mut parts: Vec<Phrase> = names
        .iter()
        .take(SHOWN)
        .map(|name| text::quoted(name.text()))
        .collect();
    if let Some(more) = names.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        parts.push(text::more(more as u64));
    }
    Phrase::and(parts)
}
