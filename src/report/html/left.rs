//! What is left where it is: beside the folders that stay, what waits for the reader's word, all that is the reader's own.

use maud::{Markup, html};

use super::{
    changes::Gathering,
    parts::names,
    words::{colon, purpose, say},
};
use crate::{
    language::{Language, Phrase, text},
    model::{
        finding::Code,
        listing::Listing,
        plan::Plan,
        receipt::{Outcome, Receipt, SourceAfter},
        role::Role,
        roll::RollEntry,
    },
};

/// What is left where it is: beside the folders that stay, and all that is the reader's own.
pub(super) fn left_alone(
    all: &[Gathering],
    own: Option<u64>,
    held: &[Role],
    heading: Phrase,
    language: Language,
) -> Markup {
    let left = || all.iter().filter(|one| one.left().next().is_some());
    let emptied = || all.iter().flat_map(Gathering::emptied);
    let is_any = left().next().is_some() || emptied().next().is_some();
    html! {
        @if own.is_some() || !held.is_empty() || is_any {
            h2 { (say(heading, language)) }
            ul {
                @for one in left() { li { (left_of(one, language)) } }
                @for flow in emptied() {
                    li { bdi { (flow.name) } (colon(language)) (say(stays_with(flow.behind), language)) }
                }
                @for role in held {
                    li {
                        strong { (say(purpose(Some(*role)), language)) } (colon(language))
                        (say(text::may_be_deleted_there(), language))
                    }
                }
                @if let Some(own) = own { li { (say(own_mail(own), language)) } }
            }
        }
    }
}

/// The inbox, and the folders of the reader's own.
fn own_mail(own: u64) -> Phrase {
    match own {
        0 => text::inbox_only(),
        own => text::inbox_and_own(text::own_folders(own)),
    }
}

/// What a folder that was emptied keeps.
fn stays_with(behind: Option<u64>) -> Phrase {
    match behind {
        Some(0) => text::stays_empty(),
        Some(messages) => text::stays_with_messages(text::printed_messages(messages)),
        None => text::stays_in_place(),
    }
}

fn left_of(one: &Gathering, language: Language) -> Markup {
    let names_left: Vec<String> = one.left().map(|flow| flow.name.clone()).collect();
    let messages = one.left().map(|flow| flow.messages).sum::<Option<u64>>();
    let is_held = one.role.is_some_and(Role::held_back);
    html! {
        strong { (say(purpose(one.role), language)) } (colon(language))
        (names(&names_left, language))
        @if let Some(messages) = messages { " (" (say(text::printed_messages(messages), language)) ")" }
        @if is_held { " – " (say(text::may_be_deleted_there(), language)) }
        @else if names_left.len() > 1 { " – " (say(text::stay_in_place(), language)) }
        @else { " – " (say(text::stays_in_place(), language)) }
    }
}

/// What waits for the reader's word, where no more than the plan is known.
pub(super) fn held_back(plan: &Plan) -> Vec<Role> {
    let held = plan.warnings.iter();
    let held = held.filter(|one| one.code == Code::HeldBack);
    held.filter_map(|one| one.role).collect()
}

/// What is left to do though all that was planned is done, a sentence each; none where nothing is.
pub(super) fn still_to_do(plan: &Plan, receipt: &Receipt) -> Vec<Phrase> {
    let held = held_back(plan);
    let purposes = held.iter().map(|role| purpose(Some(*role)));
    let waits = (!held.is_empty()).then(|| text::left_unless_asked(Phrase::joined(purposes, ", ")));
    let is_yours = |code| code == Code::ClientToBeTold;
    let yours = plan.manual.iter().any(|one| is_yours(one.code));
    let by_others = plan.manual.iter().filter(|one| !is_yours(one.code));
    let ends = receipt.steps.iter();
    let (left_out, ended): (Vec<_>, Vec<_>) = ends.partition(|end| end.outcome == Outcome::Skipped);
    let things = (by_others.count() + left_out.len()) as u64;
    let there = ended
        .iter()
        .filter(|end| end.source_after.is_some_and(SourceAfter::is_there));
    let there = there.count() as u64;
    [
        plan.partial.then(text::only_a_part),
        waits,
        (there > 0).then(|| text::still_there(text::printed_folders(there))),
        receipt.waits.is_some().then(text::emptied_go_later),
        (things > 0).then(|| text::left_to_others(text::printed_things(things))),
        yours.then(text::left_to_you),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether it is a folder of the reader's own, which has no role and holds mail.
pub(super) fn is_own(entry: &RollEntry, listing: &Listing) -> bool {
    let holds_mail = || {
        listing
            .find(entry.name.wire())
            .is_some_and(|one| one.selectable)
    };
    entry.role.is_none() && entry.aside.is_none() && holds_mail()
}
