//! The words of steps, outcomes and the like, as people read them; in JSON they stay codes.

use super::look::Look;
use crate::{
    apply::RunState,
    language::{Phrase, text},
    model::{
        client::Confidence,
        finding::Severity,
        mailbox::MailboxName,
        plan::{Action, Step},
        receipt::{Outcome, SourceAfter},
    },
    report::text::{name, safe},
};

pub(in crate::report) fn action(action: Action) -> Phrase {
    match action {
        Action::Create => text::create(),
        Action::Rename => text::rename(),
        Action::Merge => text::merge(),
        Action::Subscribe => text::subscribe(),
        Action::Unsubscribe => text::unsubscribe(),
        Action::Mark => text::mark(),
        Action::Delete => text::delete(),
        Action::RepairFilters => text::repair_filters(),
    }
}

/// How much it matters, in a word.
#[must_use]
pub fn severity(severity: Severity) -> Phrase {
    match severity {
        Severity::Error => text::error(),
        Severity::Warning => text::warning(),
        Severity::Info => text::info(),
    }
}

pub(in crate::report) fn outcome(outcome: Outcome) -> Phrase {
    match outcome {
        Outcome::Applied => text::applied(),
        Outcome::Refused => text::refused(),
        Outcome::Unknown => text::outcome_unknown(),
        Outcome::Stopped => text::outcome_stopped(),
        Outcome::Skipped => text::skipped(),
    }
}

pub(in crate::report) fn source_after(after: SourceAfter) -> Phrase {
    match after {
        SourceAfter::Removed => text::removed(),
        SourceAfter::Left => text::stays_there(),
        SourceAfter::CameBack => text::came_back(),
        SourceAfter::Waits => text::waits(),
    }
}

pub(super) fn confidence(confidence: Confidence) -> Phrase {
    match confidence {
        Confidence::Unknown => text::unknown(),
        Confidence::Inferred => text::inferred(),
        Confidence::Reported => text::reported(),
        Confidence::Documented => text::documented(),
        Confidence::SourceVerified => text::source_verified(),
    }
}

pub(in crate::report) fn run_state(state: RunState) -> Phrase {
    match state {
        RunState::Finished => text::finished(),
        RunState::Unfinished => text::unfinished(),
        RunState::Waiting => text::waiting(),
        RunState::Running => text::running(),
        RunState::MayHoldMail => text::may_hold_mail(),
        RunState::Undone => text::undone(),
        RunState::GivenUp => text::given_up(),
        RunState::Damaged => text::damaged(),
        RunState::Newer => text::newer(),
    }
}

/// What a step is about: `Courrier envoyé → Sent`.
pub(in crate::report) fn subject(step: &Step, look: Look) -> String {
    let shown = |mailbox: &Option<MailboxName>| mailbox.as_ref().map(name);
    if let Some(change) = &step.filter {
        return format!("{} → {}", safe(&change.script), safe(&change.to));
    }
    match (step.action, shown(&step.source), shown(&step.target)) {
        (Action::Mark, Some(source), None) => look.say(text::no_longer(source, mark(step))),
        (Action::Mark, _, Some(target)) => look.say(text::as_marked(target, mark(step))),
        (_, Some(source), Some(target)) => format!("{source} → {target}"),
        (_, Some(only), None) | (_, None, Some(only)) => only,
        (_, None, None) => "?".to_owned(),
    }
}

fn mark(step: &Step) -> Phrase {
    step.role.map_or_else(text::marked_somehow, |role| {
        role.attribute().unwrap_or_else(|| role.word()).into()
    })
}
