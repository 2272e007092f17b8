//! The rules by which a server sorts mail: what becomes of those that put mail into folders that are put together.

use maud::{Markup, html};

use super::words::{folder, say};
use crate::{
    language::{Language, Phrase, text},
    model::{
        finding::{Code, Finding},
        plan::{Action, Plan},
        receipt::{Outcome, Receipt},
    },
};

/// The most rules that are told one by one; the technical details have all.
const RULES: usize = 20;

/// What was found of them.
pub(super) fn found(findings: &[Finding], language: Language) -> Markup {
    let told = findings.iter().filter_map(|finding| {
        let name = finding.mailboxes.first().map(folder);
        Some(match (finding.code, name) {
            (Code::FilterFilesHere, Some(name)) => text::rule_sorts_here(name),
            (Code::FilterFilesNowhere, Some(name)) => text::rule_sorts_nowhere(name),
            (Code::FilterWouldBreak, _) => text::rule_does_more(),
            _ => return None,
        })
    });
    section(told.take(RULES).collect(), language)
}

/// What a plan does about them, or has done.
pub(super) fn changed(plan: &Plan, receipt: Option<&Receipt>, language: Language) -> Markup {
    let repairs = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::RepairFilters);
    let is_done = |id: u32| {
        let mut ended = receipt.iter().flat_map(|receipt| &receipt.steps);
        ended.any(|step| step.id == id && step.outcome == Outcome::Applied)
    };
    let told = repairs.filter(|_| plan.undoes.is_none()).map(|step| {
        if receipt.is_none() {
            text::rules_would_follow()
        } else if is_done(step.id) {
            text::rules_follow()
        } else {
            text::rules_are_as_they_were()
        }
    });
    section(told.take(1).collect(), language)
}

fn section(told: Vec<Phrase>, language: Language) -> Markup {
    html! {
        @if !told.is_empty() {
            h2 { (say(text::heading_rules(), language)) }
            ul { @for one in told { li { (say(one, language)) } } }
        }
    }
}
