//! The technical details, folded: what an administrator wants to know, with the words and commands of rolecall.

use maud::{Markup, html};

use super::{
    parts::pasted,
    words::{say, say_safe},
};
use crate::{
    language::{Language, Phrase, text},
    model::{
        finding::{Code, Finding},
        listing::Listing,
        plan::{Plan, Step},
        receipt::{Receipt, StepReceipt},
    },
    report::{
        table::{Look, action, command, outcome, subject},
        text::{count_or_unknown, safe},
    },
};

/// The most rows of a list; the rest is in the JSON.
const MOST: usize = 200;

/// What an audit has found, and how to go on.
pub(super) fn of_audit(
    listing: &Listing,
    findings: &[Finding],
    plan: &Plan,
    language: Language,
) -> Markup {
    let software = listing.server.software.as_deref().map(safe);
    let software = software.map_or_else(text::nameless_server, Phrase::from);
    let remarks: Vec<(Code, &Phrase)> = findings
        .iter()
        .map(|finding| (finding.code, &finding.message))
        .collect();
    folded(
        language,
        &html! {
            p { (say(text::server_is(software), language)) }
            (remarks_of(text::detail_findings(), &remarks, language))
            (of_a_plan(plan, None, language))
            (commands(&[command("rolecall fix --dry-run", &listing.account.url)], language))
        },
    )
}

/// What a plan does, step by step.
pub(super) fn of_plan(plan: &Plan, language: Language) -> Markup {
    folded(
        language,
        &html! {
            (of_a_plan(plan, None, language))
            (commands(&[command("rolecall fix", &plan.account)], language))
        },
    )
}

/// What became of each step.
pub(super) fn of_receipt(plan: &Plan, receipt: &Receipt, language: Language) -> Markup {
    let way = if receipt.finished {
        command("rolecall undo", &receipt.run)
    } else {
        command("rolecall resume", &receipt.run)
    };
    let look = command("rolecall audit", &receipt.account);
    folded(
        language,
        &html! {
            p { (say(text::run_is(safe(&receipt.run)), language)) }
            (of_a_plan(plan, Some(receipt), language))
            (commands(&[way, look], language))
        },
    )
}

fn folded(language: Language, inside: &Markup) -> Markup {
    html! {
        details {
            summary { (say(text::heading_details(), language)) }
            (inside)
        }
    }
}

fn commands(all: &[String], language: Language) -> Markup {
    html! {
        h3 { (say(text::detail_commands(), language)) }
        @for one in all { p { code { (one) } } }
    }
}

fn of_a_plan(plan: &Plan, receipt: Option<&Receipt>, language: Language) -> Markup {
    let warnings: Vec<(Code, &Phrase)> = plan
        .warnings
        .iter()
        .map(|remark| (remark.code, &remark.message))
        .collect();
    html! {
        @if !plan.is_empty() { (steps(plan, receipt, language)) }
        (remarks_of(text::detail_warnings(), &warnings, language))
        @if !plan.manual.is_empty() {
            h3 { (say(text::detail_by_hand(), language)) }
            @for manual in plan.manual.iter().take(MOST) {
                p { code { (manual.code) } " " (say_safe(&manual.message, language)) }
                @if let Some(snippet) = &manual.snippet { (pasted(snippet.say(language))) }
            }
        }
    }
}

fn remarks_of(head: Phrase, all: &[(Code, &Phrase)], language: Language) -> Markup {
    html! {
        @if !all.is_empty() {
            h3 { (say(head, language)) }
            ul {
                @for (code, message) in all.iter().take(MOST) {
                    li { code { (code) } " " (say_safe(message, language)) }
                }
            }
        }
    }
}

fn steps(plan: &Plan, receipt: Option<&Receipt>, language: Language) -> Markup {
    let ended = |step: &Step| receipt?.steps.iter().find(|end| end.id == step.id);
    html! {
        h3 { (say(text::detail_steps(), language)) }
        div class="scroll" tabindex="0" {
            table {
                thead { tr {
                    th scope="col" class="n" { "#" }
                    th scope="col" { (say(text::head_step(), language)) }
                    th scope="col" { (say(text::head_mailbox(), language)) }
                    th scope="col" class="n" { (say(text::head_messages(), language)) }
                    @if receipt.is_some() { th scope="col" { (say(text::head_outcome(), language)) } }
                    th scope="col" { (say(text::detail_because(), language)) }
                } }
                tbody {
                    @for step in plan.steps.iter().take(MOST) { (step_row(step, receipt.is_some(), ended(step), language)) }
                }
            }
        }
    }
}

fn step_row(step: &Step, is_over: bool, end: Option<&StepReceipt>, language: Language) -> Markup {
    let look = Look {
        language,
        ..Look::default()
    };
    let messages = end.map_or(step.messages, |end| end.moved);
    let because = if is_over {
        end.and_then(|end| end.message.clone()).unwrap_or_default()
    } else {
        Phrase::joined(&step.because, " · ")
    };
    html! {
        tr {
            td class="n" { (step.id) }
            td { (say(action(step.action), language)) }
            td { (subject(step, look)) }
            td class="n" { @if step.source.is_some() { (count_or_unknown(messages)) } }
            @if is_over { td { (end.map_or_else(String::new, |end| say(outcome(end.outcome), language))) } }
            td { (say_safe(&because, language)) }
        }
    }
}
