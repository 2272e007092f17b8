//! A receipt as a person reads it: what became of each step, and how to go on or back.

use super::{
    Ink, Look,
    grid::{Cell, Column, Grid},
    page::{Page, command},
    subject,
};
use crate::{
    model::{
        plan::Plan,
        receipt::{Outcome, Proof, Receipt, SourceAfter},
    },
    report::{
        text::{count, counted, safe, size},
        wrap::glue,
    },
};

/// Shows what a run did.
///
/// The last line is the command to go on with where the run is unfinished or an outcome unknown.
#[must_use]
pub fn receipt(plan: &Plan, receipt: &Receipt, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let (run, account) = (safe(&receipt.run), safe(&receipt.account));
    page.line(&format!("Run {run} on {account}"), Ink::Strong);
    page.gap();
    if !receipt.steps.is_empty() {
        page.grid(&steps(plan, receipt));
        page.gap();
    }
    let is_open = !receipt.finished || receipt.is_unknown();
    let is_done = !is_open && !receipt.is_refused();
    page.line(
        &summary(receipt),
        if is_done { Ink::Good } else { Ink::Odd },
    );
    if let Some(proof) = proof(receipt) {
        page.line(&proof, Ink::Plain);
    }
    let did_something = receipt
        .steps
        .iter()
        .any(|step| step.outcome == Outcome::Applied || step.moved.is_some_and(|moved| moved > 0));
    if is_open {
        page.command("Finish it:", &command("rolecall resume", &receipt.run));
    } else if did_something {
        page.command("Undo it:", &command("rolecall undo", &receipt.run));
    }
    page.finish()
}

fn steps(plan: &Plan, receipt: &Receipt) -> Grid {
    let mut grid = Grid::new([
        Column::number("#"),
        Column::word("step"),
        Column::text("mailbox", 16),
        Column::word("outcome"),
        Column::number("moved"),
        Column::word("source").spare(),
    ]);
    for ended in &receipt.steps {
        let step = plan.steps.iter().find(|step| step.id == ended.id);
        let outcome = match ended.outcome {
            Outcome::Applied => Ink::Good,
            Outcome::Refused | Outcome::Unknown => Ink::Bad,
            Outcome::Skipped => Ink::Faint,
        };
        let after = match ended.source_after {
            Some(SourceAfter::Removed) => "removed",
            Some(SourceAfter::Left) => "left",
            Some(SourceAfter::CameBack) => "came back",
            None => "",
        };
        grid.row([
            Cell::from(ended.id.to_string()),
            Cell::new(step.map_or("?", |step| step.action.word()), Ink::Strong),
            Cell::from(step.map_or_else(|| "?".to_owned(), subject)),
            Cell::new(ended.outcome.word(), outcome),
            Cell::from(ended.moved.map_or_else(String::new, count)),
            Cell::from(after),
        ]);
        if let Some(message) = &ended.message {
            grid.note(Cell::new(safe(message), Ink::Faint));
        }
    }
    grid
}

/// One sentence: what is proven of the moved messages. What the server did not keep is said at its step.
fn proof(receipt: &Receipt) -> Option<String> {
    let (octets, by) = receipt.proven().filter(|_| receipt.moved() > 0)?;
    let kept = receipt
        .steps
        .iter()
        .filter_map(|step| step.proven.as_ref())
        .all(|proven| proven.dates_changed == 0 && proven.flags_lost.is_empty());
    let compared = match (by, kept) {
        (Proof::Facts, true) => "with the same size, date and flags",
        (Proof::Text, true) => "with the same text (SHA-256), date and flags",
        (Proof::Facts, false) => "with the same size",
        (Proof::Text, false) => "with the same text (SHA-256)",
    };
    Some(format!(
        "Each was seen in its new mailbox {compared}: {} in all.",
        glue(&size(octets))
    ))
}

/// One sentence: how it ended and what it came to.
fn summary(receipt: &Receipt) -> String {
    let of = |outcome| {
        receipt
            .steps
            .iter()
            .filter(move |step| step.outcome == outcome)
    };
    let removed = receipt
        .steps
        .iter()
        .filter(|step| step.source_after == Some(SourceAfter::Removed))
        .count() as u64;
    let mut parts = vec![glue(&counted(
        receipt.moved(),
        "message moved",
        "messages moved",
    ))];
    if removed > 0 {
        parts.push(glue(&counted(
            removed,
            "mailbox removed",
            "mailboxes removed",
        )));
    }
    let refused = of(Outcome::Refused).count() as u64;
    if refused > 0 {
        parts.push(glue(&counted(refused, "step refused", "steps refused")));
    }
    let how = if receipt.interrupted {
        "Interrupted"
    } else if !receipt.finished {
        "Unfinished"
    } else if receipt.is_unknown() {
        "Not all is known"
    } else if refused > 0 {
        "Partly done"
    } else {
        "Done"
    };
    format!("{how}: {}.", parts.join(", "))
}
