//! The runs on record.

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
    words,
};
use crate::{
    apply::{RunState, RunSummary},
    language::text,
    report::text::{count, minute, safe},
};

/// The columns of an account's URL that are not given up for others that may be spared.
const URL: usize = 36;

/// Shows the runs, oldest first, so that the newest is next to the prompt.
#[must_use]
pub fn runs(runs: &[RunSummary], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    if runs.is_empty() {
        page.line(&look.say(text::no_runs()), Ink::Plain);
        return page.finish();
    }
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_run())),
        // The run's id tells it too.
        GridColumn::word(look.say(text::head_began())).spare(),
        GridColumn::text(look.say(text::head_account()), URL),
        GridColumn::word(look.say(text::head_state())),
        GridColumn::number(look.say(text::head_steps())).spare(),
        GridColumn::number(look.say(text::head_moved())),
    ]);
    for run in runs {
        let is_known = !matches!(run.state, RunState::Damaged | RunState::Newer);
        let number = |number: u64| {
            if is_known {
                count(number)
            } else {
                "?".to_owned()
            }
        };
        let ink = match run.state {
            RunState::Finished | RunState::Waiting => Ink::Good,
            RunState::Unfinished | RunState::MayHoldMail | RunState::Damaged | RunState::Newer => {
                Ink::Bad
            }
            RunState::Running | RunState::GivenUp => Ink::Odd,
            RunState::Undone => Ink::Faint,
        };
        grid.row([
            GridCell::from(safe(&run.id)),
            GridCell::from(minute(&run.started)),
            GridCell::from(
                run.account
                    .as_ref()
                    .map_or_else(|| "?".to_owned(), |account| safe(&account.url)),
            ),
            GridCell::new(look.say(words::run_state(run.state)), ink),
            GridCell::from(number(run.steps as u64)),
            GridCell::from(number(run.moved)),
        ]);
        if let Some(undone) = &run.undoes {
            let told = text::undoes_run(safe(undone));
            grid.note(GridCell::new(look.say(told), Ink::Faint));
        }
    }
    page.grid(&grid);
    ways_out(&mut page, runs, look);
    way_back(&mut page, runs, look);
    page.finish()
}

/// The command that undoes the last one as a whole, where that was about several accounts.
fn way_back(page: &mut Page, runs: &[RunSummary], look: Look) {
    let Some(last) = runs
        .iter()
        .rev()
        .find(|run| run.undoes.is_none() && !run.command.is_empty())
    else {
        return;
    };
    let of_it = runs.iter().filter(|run| run.command == last.command);
    let can_go = |run: &&RunSummary| matches!(run.state, RunState::Finished | RunState::Waiting);
    let number = of_it.filter(can_go).count() as u64;
    if number > 1 {
        page.gap();
        page.command(
            &look.say(text::undo_last_command(text::runs(number))),
            &format!(
                "rolecall undo --batch {} --accounts FILE{}",
                safe(&last.command),
                look.carried.reach
            ),
        );
    }
}

/// The commands that lead out of the states that need one.
fn ways_out(page: &mut Page, runs: &[RunSummary], look: Look) {
    if runs.iter().any(|run| run.state == RunState::Unfinished) {
        page.gap();
        page.command(
            &look.say(text::finish_unfinished()),
            &format!("rolecall resume{}", look.carried.reach),
        );
    }
    let mut loose = runs.iter().filter(|run| run.state == RunState::MayHoldMail);
    if let Some(run) = loose.next() {
        page.gap();
        page.command(
            &look.say(text::may_have_run_late()),
            &look.of_run("rolecall resume", &run.id),
        );
    }
    let mut damaged = runs.iter().filter(|run| run.state == RunState::Damaged);
    if let Some(run) = damaged.next() {
        page.gap();
        page.command(
            &look.say(text::cannot_be_read()),
            &format!("{} --give-up", look.of_run("rolecall resume", &run.id)),
        );
    }
}
