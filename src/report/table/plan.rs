//! A plan as a person reviews it: the steps with their reasons, warnings, what is left to do by hand, and what it comes to.

use super::{
    Ink, Look,
    grid::{Cell, Column, Grid},
    page::{Page, command},
    remarks::{Remark, code_width, remarks},
    subject,
};
use crate::{
    model::{
        finding::Code,
        plan::{Action, Plan, Step},
    },
    report::{
        text::{count_or_unknown, counted, safe, size, size_or_unknown},
        wrap::glue,
    },
};

/// Shows a plan.
#[must_use]
pub fn plan(plan: &Plan, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let account = safe(&plan.account);
    let head = match &plan.undoes {
        Some(run) => format!("Plan to undo the run {} on {account}", safe(run)),
        None => format!("Plan for {account}"),
    };
    page.line(&head, Ink::Strong);
    page.gap();
    if plan.is_empty() {
        page.line("nothing to do", Ink::Good);
    } else {
        page.grid(&steps(plan));
    }
    let warnings = plan.warnings.iter().map(|one| one.code);
    let width = code_width(warnings.chain(plan.manual.iter().map(|one| one.code)));
    if !plan.warnings.is_empty() {
        page.gap();
        page.line("Warnings", Ink::Strong);
        let warnings = plan.warnings.iter();
        let all: Vec<Remark> = warnings.map(|one| remark(one.code, &one.message)).collect();
        page.grid(&remarks(&all, width, look));
    }
    if !plan.manual.is_empty() {
        page.gap();
        page.line("By hand", Ink::Strong);
        for manual in &plan.manual {
            let one = remark(manual.code, &manual.message);
            page.grid(&remarks(&[one], width, look));
            if let Some(snippet) = &manual.snippet {
                page.snippet(snippet);
            }
        }
        let is_for_users = |code| matches!(code, Code::ClientWillCreate | Code::ClientsDisagree);
        if plan.manual.iter().any(|one| is_for_users(one.code)) {
            page.command(
                "What to set in each client:",
                &command("rolecall clients --steps", &plan.account),
            );
        }
    }
    if !plan.is_empty() {
        page.gap();
        page.line(&summary(plan), Ink::Plain);
    }
    page.finish()
}

fn remark(code: Code, message: &str) -> Remark<'_> {
    Remark {
        severity: None,
        code,
        message,
    }
}

fn steps(plan: &Plan) -> Grid {
    let mut grid = Grid::new([
        Column::number("#"),
        Column::word("step"),
        Column::text("mailbox", 16),
        Column::number("messages"),
        Column::number("size").spare(),
    ]);
    for step in &plan.steps {
        let moves = step.source.is_some() && step.action != Action::Mark;
        let blank_unless = |shown: bool, text: String| if shown { text } else { String::new() };
        grid.row([
            Cell::from(step.id.to_string()),
            Cell::new(step.action.word(), Ink::Strong),
            Cell::from(subject(step)),
            Cell::from(blank_unless(moves, count_or_unknown(step.messages))),
            Cell::from(blank_unless(
                moves && step.uids.is_none(),
                size_or_unknown(step.size),
            )),
        ]);
        let mut clauses: Vec<String> = step.because.iter().map(|clause| safe(clause)).collect();
        clauses.extend(consequences(step).map(str::to_owned));
        if !clauses.is_empty() {
            grid.note(Cell::new(clauses.join(" · "), Ink::Faint));
        }
    }
    grid
}

/// What the words of a step do not say by themselves.
fn consequences(step: &Step) -> impl Iterator<Item = &'static str> {
    let source = match (step.action, step.remove, &step.uids) {
        (Action::Merge, _, Some(_)) => Some("only the messages that the run had moved"),
        (Action::Merge, true, None) => Some("the emptied mailbox is removed"),
        (Action::Merge, false, None) => Some("the emptied mailbox stays"),
        _ => None,
    };
    let stays = (!step.reversible).then_some("stays after an undo");
    source.into_iter().chain(stays)
}

/// What it comes to, and whether there is a way back.
fn summary(plan: &Plan) -> String {
    let merges = || {
        plan.steps
            .iter()
            .filter(|step| step.action == Action::Merge)
    };
    let steps = counted(plan.steps.len() as u64, "step", "steps");
    let mut parts = Vec::new();
    if merges().next().is_some() {
        let messages: u64 = merges().filter_map(|step| step.messages).sum();
        let at_least = if merges().all(|step| step.messages.is_some()) {
            ""
        } else {
            "at least "
        };
        let octets: Option<u64> = merges().map(|step| step.size).sum();
        let octets = octets.map_or_else(String::new, |octets| format!(" ({})", size(octets)));
        let messages = counted(messages, "message moves", "messages move");
        parts.push(format!("{at_least}{messages}{octets}"));
    }
    let all = |is: fn(&Step) -> bool| plan.steps.iter().filter(|step| is(step)).count() as u64;
    let gone = all(|step| step.action == Action::Merge && step.remove);
    if gone > 0 {
        parts.push(counted(gone, "mailbox goes away", "mailboxes go away"));
    }
    let renamed = all(|step| step.action == Action::Rename);
    if renamed > 0 {
        parts.push(counted(renamed, "is renamed", "are renamed"));
    }
    let what = if parts.is_empty() {
        "no message moves".to_owned()
    } else {
        parts
            .iter()
            .map(|part| glue(part))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let stays: Vec<String> = plan
        .steps
        .iter()
        .filter(|step| !step.reversible)
        .map(|step| step.id.to_string())
        .collect();
    let back = match stays.as_slice() {
        [] => "`rolecall undo` can reverse it all".to_owned(),
        [one] => format!("`rolecall undo` can reverse it all but step {one}"),
        several => format!(
            "`rolecall undo` can reverse it all but steps {}",
            several.join(", ")
        ),
    };
    format!("{}: {what}; {back}", glue(&steps))
}
