//! A receipt as a person reads it: what became of each step, and how to go on or back.

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
    words::{self, subject},
};
use crate::{
    language::{Phrase, size, text, time},
    model::{
        plan::Plan,
        receipt::{
            Balance, LeftMessage, Outcome, Proof, Proven, Receipt, SourceAfter, TimeSpent, WhyLeft,
        },
        unknown::UnknownMessages,
    },
    report::{
        text::{count, safe},
        wrap::glue,
    },
};

/// Messages of one step that are named in the table; all are in the JSON.
const NAMED: usize = 20;

/// Shows what a run did.
///
/// The last line is the command to go on with where the run is unfinished or an outcome unknown.
#[must_use]
pub fn receipt(plan: &Plan, receipt: &Receipt, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let (run, account) = (safe(&receipt.run), safe(&receipt.account));
    page.line(&look.say(text::run_on(run, account)), Ink::Strong);
    if let Some(admin) = &receipt.acted_as {
        page.line(&look.say(text::acted_as(safe(admin))), Ink::Plain);
    }
    page.gap();
    if !receipt.steps.is_empty() {
        page.grid(&steps(plan, receipt, look));
        page.gap();
    }
    let is_given_up = receipt.given_up.is_some();
    let is_open = !is_given_up && (!receipt.finished || receipt.is_unknown());
    let is_done = if is_given_up {
        !receipt.is_unknown()
    } else {
        !is_open && !receipt.is_refused() && !receipt.is_unexplained() && !plan.leaves_mail()
    };
    page.line(
        &look.say(summary(plan, receipt)),
        if is_done { Ink::Good } else { Ink::Odd },
    );
    if let Some(proof) = proof(receipt) {
        page.line(&look.say(proof), Ink::Plain);
    }
    for balance in receipt.balances.iter().filter(|one| one.differs()) {
        page.line(&look.safe(&difference(balance)), Ink::Bad);
    }
    for unknown in receipt.given_up.iter().flatten() {
        unknown_messages(&mut page, unknown, look);
    }
    if let Some(spent) = receipt.time.as_ref().filter(|_| look.verbose) {
        for part in time_went(spent) {
            page.line(&look.say(part), Ink::Plain);
        }
    }
    if let Some(until) = &receipt.waits {
        page.line(&look.say(text::waits_until(safe(until))), Ink::Plain);
    }
    way_on(&mut page, receipt, is_open, look);
    page.finish()
}

/// The commands that finish the run or lead back.
fn way_on(page: &mut Page, receipt: &Receipt, is_open: bool, look: Look) {
    let did_something = receipt
        .steps
        .iter()
        .any(|step| step.outcome == Outcome::Applied || step.moved.is_some_and(|moved| moved > 0));
    if is_open {
        let finish = look.of_run("rolecall resume", &receipt.run);
        if !receipt.finished {
            let undo = look.of_run("rolecall undo", &receipt.run);
            page.command(
                &look.say(text::take_it_back()),
                &format!("{finish} --give-up && {undo}"),
            );
        }
        page.command(&look.say(text::finish_it()), &finish);
    } else if did_something {
        page.command(
            &look.say(text::undo_it()),
            &look.of_run("rolecall undo", &receipt.run),
        );
    }
}

/// Where the time went: one sentence in two lines.
fn time_went(spent: &TimeSpent) -> [Phrase; 2] {
    let millis = |millis: u64| time(millis.saturating_mul(1_000));
    let parts = [
        spent.server_ms,
        spent.network_ms,
        spent.connecting_ms,
        spent.disk_ms,
        spent.waiting_ms,
        spent.own_ms,
    ];
    let whole = parts.into_iter().fold(0, u64::saturating_add);
    let trips = text::round_trips(count(spent.round_trips), time(spent.round_trip_us));
    [
        text::time_went(
            millis(whole),
            millis(spent.server_ms),
            millis(spent.network_ms),
            trips,
        ),
        text::time_went_else(
            millis(spent.connecting_ms),
            millis(spent.disk_ms),
            millis(spent.waiting_ms),
            millis(spent.own_ms),
        ),
    ]
}

/// The most unknown messages that are shown one by one; JSON and `rolecall runs RUN` have them all.
const MOST_SHOWN: usize = 20;

/// Which messages are given up.
fn unknown_messages(page: &mut Page, unknown: &UnknownMessages, look: Look) {
    let messages = text::messages(unknown.count);
    let all = text::unknown_of(&unknown.mailbox, messages, unknown.why.clone());
    page.line(&look.safe(&all), Ink::Bad);
    for message in unknown.messages.iter().take(MOST_SHOWN) {
        let date = message.date.as_deref().map(Phrase::from);
        let date = date.unwrap_or_else(text::no_date);
        let uid = Phrase::from(format!("  UID {}", message.uid));
        let one = Phrase::joined([uid, size(message.size), date], ", ");
        page.line(&look.safe(&one), Ink::Plain);
    }
}

fn steps(plan: &Plan, receipt: &Receipt, look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::number("#"),
        GridColumn::word(look.say(text::head_step())),
        GridColumn::text(look.say(text::head_mailbox()), 16),
        GridColumn::word(look.say(text::head_outcome())),
        GridColumn::number(look.say(text::head_moved())),
        GridColumn::word(look.say(text::head_source())).spare(),
    ]);
    for ended in &receipt.steps {
        let step = plan.steps.iter().find(|step| step.id == ended.id);
        let outcome = match ended.outcome {
            Outcome::Applied => Ink::Good,
            Outcome::Refused | Outcome::Unknown => Ink::Bad,
            Outcome::Stopped => Ink::Odd,
            Outcome::Skipped => Ink::Faint,
        };
        let after = ended.source_after.map(words::source_after);
        grid.row([
            GridCell::from(ended.id.to_string()),
            GridCell::new(
                step.map_or_else(
                    || "?".to_owned(),
                    |step| look.say(words::action(step.action)),
                ),
                Ink::Strong,
            ),
            GridCell::from(step.map_or_else(|| "?".to_owned(), |step| subject(step, look))),
            GridCell::new(look.say(words::outcome(ended.outcome)), outcome),
            GridCell::from(ended.moved.map_or_else(String::new, count)),
            GridCell::from(look.say(after.unwrap_or_default())),
        ]);
        if let Some(message) = &ended.message {
            grid.note(GridCell::new(look.safe(message), Ink::Faint));
        }
        for left in ended.left.iter().take(NAMED) {
            grid.note(GridCell::new(look.safe(&left_message(left)), Ink::Bad));
        }
        let more = ended.left.len().saturating_sub(NAMED) as u64;
        if more > 0 {
            grid.note(GridCell::new(look.say(text::more_left(more)), Ink::Bad));
        }
    }
    grid
}

/// A message that was left, so that its owner finds it, and why.
fn left_message(left: &LeftMessage) -> Phrase {
    let day = left.date.as_deref().map(|date| {
        let day: String = date.chars().take("2026-11-29".len()).collect();
        Phrase::from(day)
    });
    let octets = left.size.map(size);
    let id = left.message_id.as_ref().map(|id| Phrase::from(id.clone()));
    let uid = Some(Phrase::from(format!("UID {}", left.uid)));
    let known = [uid, day, octets, id].into_iter().flatten();
    let known = Phrase::joined(known, ", ");
    let why = match left.because {
        WhyLeft::Unreadable => text::left_unreadable(),
        WhyLeft::Refused => match &left.words {
            Some(words) => text::left_refused_saying(words.clone()),
            None => text::left_refused(),
        },
        WhyLeft::LineLost => text::left_line_lost(),
        WhyLeft::CopyWithheld => text::left_with_its_copy(),
        WhyLeft::Withheld => return text::moved_withheld(&left.mailbox, known),
    };
    text::left_message(&left.mailbox, known, why)
}

/// One sentence: what is proven of the moved messages. What the server did not keep is said at its step.
pub(in crate::report) fn proof(receipt: &Receipt) -> Option<Phrase> {
    let (octets, by) = receipt.proven().filter(|_| receipt.moved() > 0)?;
    let kept = receipt
        .steps
        .iter()
        .filter_map(|step| step.proven.as_ref())
        .all(Proven::is_all_kept);
    let compared = match (by, kept) {
        (Proof::Facts, true) => text::same_facts(),
        (Proof::Text, true) => text::same_text(),
        (Proof::Facts, false) => text::same_size(),
        (Proof::Text, false) => text::same_text_only(),
    };
    let octets = size(octets).map(glue);
    let left = receipt.steps.iter().flat_map(|step| &step.left);
    let withheld = left.filter(|left| left.because == WhyLeft::Withheld);
    Some(match withheld.count() as u64 {
        0 => text::each_was_seen(compared, octets),
        withheld if withheld == receipt.moved() => return None,
        withheld => text::all_but_were_seen(text::messages(withheld), compared, octets),
    })
}

/// What does not add up in a mailbox, with its numbers.
fn difference(balance: &Balance) -> Phrase {
    let name = &balance.mailbox;
    let purged = (balance.purged > 0)
        .then(|| text::was_purged(text::messages_have_gone(balance.purged), name));
    let unexplained = (balance.unexplained > 0).then(|| match &balance.renumbered {
        Some(renumbered) => {
            text::cannot_be_told(text::messages(balance.unexplained), name, renumbered)
        }
        None => text::does_not_add_up(name, text::messages_unexplained(balance.unexplained)),
    });
    let told = Phrase::clauses(purged.into_iter().chain(unexplained));
    let uids = balance.uids.to_string();
    let named = if uids.is_empty() {
        told
    } else {
        told.map(|told| format!("{told} (UID {uids})"))
    };
    let stands = balance
        .stands
        .map_or_else(text::no_mailbox_any_more, text::messages);
    text::adds_up_to(
        named,
        text::messages(balance.stood),
        text::messages(balance.moved_in),
        text::messages(balance.moved_out),
        text::messages(balance.others_in),
        stands,
    )
}

/// One sentence: how it ended and what it came to.
pub(in crate::report) fn summary(plan: &Plan, receipt: &Receipt) -> Phrase {
    if receipt.given_up.is_some() {
        return match receipt.unknown() {
            0 if receipt.is_unknown() => text::given_up_not_looked_at(),
            0 => text::given_up_all_known(),
            unknown => text::given_up_not_all_known(text::messages(unknown)),
        };
    }
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
    let mut parts = vec![text::messages_moved(receipt.moved())];
    if removed > 0 {
        parts.push(text::mailboxes_removed(removed));
    }
    let refused = of(Outcome::Refused).count() as u64;
    if refused > 0 {
        parts.push(text::steps_refused(refused));
    }
    let how = if receipt.interrupted {
        text::was_interrupted()
    } else if !receipt.finished {
        text::was_unfinished()
    } else if receipt.is_unknown() {
        text::not_all_known()
    } else if refused > 0 || receipt.is_unexplained() || plan.leaves_mail() {
        text::partly_done()
    } else {
        text::done()
    };
    text::ended(
        how,
        Phrase::joined(parts.iter().map(|part| part.map(glue)), ", "),
    )
}
