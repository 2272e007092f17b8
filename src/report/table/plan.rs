//! A plan as a person reviews it: the steps with their reasons, warnings, what is left to do by hand, and what it comes to.

use super::{
    audit::{held_back, things, waiting, what_is_left},
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
    remarks::{RemarkRow, code_width, remarks},
    words::{self, subject},
};
use crate::{
    language::{Language, Phrase, size, text},
    model::{
        finding::Code,
        plan::{Action, Plan, Step, Totals},
    },
    report::{
        text::{count_or_unknown, safe, size_or_unknown},
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
        Some(run) => text::plan_to_undo(safe(run), account),
        None => text::plan_for(account),
    };
    page.line(&look.say(head), Ink::Strong);
    if !plan.is_empty() {
        page.gap();
        page.grid(&steps(plan, look));
    }
    let warnings = plan.warnings.iter().map(|one| one.code);
    let width = code_width(warnings.chain(plan.manual.iter().map(|one| one.code)));
    if !plan.warnings.is_empty() {
        page.gap();
        page.line(&look.say(text::warnings()), Ink::Strong);
        let warnings = plan.warnings.iter();
        let all: Vec<RemarkRow> = warnings.map(|one| remark(one.code, &one.message)).collect();
        page.grid(&remarks(&all, width, look));
    }
    if !plan.manual.is_empty() {
        page.gap();
        page.line(&look.say(text::by_hand()), Ink::Strong);
        for manual in &plan.manual {
            let one = remark(manual.code, &manual.message);
            page.grid(&remarks(&[one], width, look));
            if let Some(snippet) = &manual.snippet {
                page.snippet(snippet.say(look.language));
            }
        }
        let is_for_users = |code| matches!(code, Code::ClientWillCreate | Code::ClientsDisagree);
        if plan.manual.iter().any(|one| is_for_users(one.code)) {
            page.command(
                &look.say(text::what_to_set()),
                &look.of_account("rolecall clients --steps", &plan.account),
            );
        }
    }
    page.gap();
    let ink = match (plan.is_empty(), plan.manual.is_empty()) {
        (true, true) => Ink::Good,
        (true, false) => Ink::Odd,
        (false, _) => Ink::Plain,
    };
    page.line(&look.say(ending(plan)), ink);
    page.finish()
}

/// What a plan comes to.
pub(in crate::report) fn ending(plan: &Plan) -> Phrase {
    if plan.is_empty() {
        return nothing_to_do(plan);
    }
    let waiting = waiting(plan.manual.iter().map(|one| one.code));
    what_is_left(summary(plan), waiting, 0)
}

/// What a plan without a step comes to: it may wait for the user's word, or leave things to people.
#[must_use]
pub fn nothing_to_do(plan: &Plan) -> Phrase {
    let held = held_back(plan);
    let waiting = waiting(plan.manual.iter().map(|one| one.code));
    let things = things(plan);
    let nothing = match (held.as_slice(), things + waiting) {
        ([], 0) => text::nothing_to_do(),
        ([], _) => text::nothing_rolecall_can_do(),
        (held, _) => text::nothing_to_do_without(held.join(",")),
    };
    what_is_left(nothing, waiting, things)
}

fn remark(code: Code, message: &Phrase) -> RemarkRow<'_> {
    RemarkRow {
        severity: None,
        code,
        message,
    }
}

fn steps(plan: &Plan, look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::number("#"),
        GridColumn::word(look.say(text::head_step())),
        GridColumn::text(look.say(text::head_mailbox()), 16),
        GridColumn::number(look.say(text::head_messages())),
        GridColumn::number(look.say(text::head_size())).spare(),
    ]);
    for step in &plan.steps {
        let moves = step.source.is_some() && step.action != Action::Mark;
        let blank_unless = |shown: bool, text: String| if shown { text } else { String::new() };
        grid.row([
            GridCell::from(step.id.to_string()),
            GridCell::new(look.say(words::action(step.action)), Ink::Strong),
            GridCell::from(subject(step, look)),
            GridCell::from(blank_unless(moves, count_or_unknown(step.messages))),
            GridCell::from(blank_unless(
                moves && step.uids.is_none(),
                look.say(size_or_unknown(step.size)),
            )),
        ]);
        let clauses: Vec<String> = reasons(step).map(|one| look.safe(&one)).collect();
        if !clauses.is_empty() {
            grid.note(GridCell::new(clauses.join(" · "), Ink::Faint));
        }
    }
    grid
}

/// Why a step is taken, and what becomes of its source.
pub(in crate::report) fn reasons(step: &Step) -> impl Iterator<Item = Phrase> {
    let (because, french) = (&step.because, Language::French);
    // A plan that was saved in English alone has no French of its reasons: a row speaks one language.
    let is_english =
        !because.is_empty() && because.iter().all(|one| one.say(french) == one.english());
    let consequences = consequences(step).map(move |one| {
        if is_english {
            one.english().into()
        } else {
            one
        }
    });
    because.iter().cloned().chain(consequences)
}

/// What the words of a step do not say by themselves.
fn consequences(step: &Step) -> impl Iterator<Item = Phrase> {
    let source = match (step.action, step.remove, &step.uids) {
        (Action::Merge, _, Some(_)) => Some(text::only_what_run_moved()),
        (Action::Merge, true, None) => Some(text::emptied_is_removed()),
        (Action::Merge, false, None) => Some(text::emptied_stays()),
        _ => None,
    };
    let stays = (!step.reversible).then(text::stays_after_undo);
    source.into_iter().chain(stays)
}

/// What it comes to, and whether there is a way back.
fn summary(plan: &Plan) -> Phrase {
    let totals = Totals::of(&plan.steps);
    let steps = text::steps(totals.steps);
    let mut parts = Vec::new();
    if totals.merges > 0 {
        let octets = totals.size;
        let octets = octets.map(|octets| size(octets).map(|size| format!(" ({size})")));
        let messages = text::messages_move(totals.messages);
        let messages = Phrase::joined([messages, octets.unwrap_or_default()], "");
        parts.push(if totals.uncounted == 0 {
            messages
        } else {
            text::at_least(messages)
        });
    }
    if totals.removed > 0 {
        parts.push(text::mailboxes_go(totals.removed));
    }
    if totals.renamed > 0 {
        parts.push(text::are_renamed(totals.renamed));
    }
    let what = if parts.is_empty() {
        text::no_message_moves()
    } else {
        Phrase::joined(parts.iter().map(|part| part.map(glue)), ", ")
    };
    let stays: Vec<String> = plan
        .steps
        .iter()
        .filter(|step| !step.reversible)
        .map(|step| step.id.to_string())
        .collect();
    let may_be_purged = plan
        .warnings
        .iter()
        .any(|one| one.code == Code::MayBePurged);
    let back = match stays.as_slice() {
        [] => text::undo_reverses_all(),
        [one] => text::undo_reverses_all_but_one(one),
        several => text::undo_reverses_all_but(several.join(", ")),
    };
    let back = if may_be_purged {
        text::until_purged(back)
    } else {
        back
    };
    text::sums_up(steps.map(glue), what, back)
}
