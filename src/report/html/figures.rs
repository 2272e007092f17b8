//! The three figures of an article: messages, folders, and what there is for the reader to do.

use maud::Markup;

use super::{
    changes::{Flow, Gathering},
    parts::figures,
};
use crate::{
    language::{Language, Phrase, text},
    model::{
        plan::{Plan, Totals},
        receipt::{Receipt, SourceAfter},
    },
};

/// The messages that are put together, and the folders that are no longer needed.
pub(super) fn counted(plan: &Plan, receipt: Option<&Receipt>) -> (u64, u64) {
    let Some(receipt) = receipt else {
        let totals = Totals::of(&plan.steps);
        return (totals.messages, totals.removed);
    };
    let steps = receipt.steps.iter();
    let removed = steps.filter(|step| step.source_after == Some(SourceAfter::Removed));
    (receipt.moved(), removed.count() as u64)
}

/// The three figures of an article.
pub(super) fn figures_of(
    plan: &Plan,
    receipt: Option<&Receipt>,
    all: &[Gathering],
    things: usize,
    language: Language,
) -> Markup {
    let (messages, folders) = counted(plan, receipt);
    let (messages, folders) = match (plan.undoes.is_some(), receipt.is_some()) {
        (true, is_done) => put_back(messages, all, is_done),
        (false, true) => (
            (
                messages,
                text::below_number(
                    messages,
                    text::figure_message_gathered(),
                    text::figure_messages_gathered(),
                ),
            ),
            (
                folders,
                text::below_number(
                    folders,
                    text::figure_folder_removed(),
                    text::figure_folders_removed(),
                ),
            ),
        ),
        (false, false) => (
            (
                messages,
                text::below_number(
                    messages,
                    text::figure_message_to_gather(),
                    text::figure_messages_to_gather(),
                ),
            ),
            (
                folders,
                text::below_number(
                    folders,
                    text::figure_folder_too_many(),
                    text::figure_folders_too_many(),
                ),
            ),
        ),
    };
    let things = things as u64;
    let yours = text::below_number(
        things,
        text::figure_thing_for_you(),
        text::figure_things_for_you(),
    );
    figures([messages, folders, (things, yours)], language)
}

/// The figures of an undo: messages that go back, and folders that have their mail or their name again.
fn put_back(messages: u64, all: &[Gathering], is_done: bool) -> ((u64, Phrase), (u64, Phrase)) {
    let again = |one: &&Gathering| one.flows.iter().any(Flow::goes_in);
    let folders = all.iter().filter(again).count() as u64;
    let ([message, messages_said], [folder, folders_said]) = if is_done {
        (
            [
                text::figure_message_put_back(),
                text::figure_messages_put_back(),
            ],
            [text::figure_folder_again(), text::figure_folders_again()],
        )
    } else {
        (
            [
                text::figure_message_to_put_back(),
                text::figure_messages_to_put_back(),
            ],
            [
                text::figure_folder_to_be_again(),
                text::figure_folders_to_be_again(),
            ],
        )
    };
    (
        (
            messages,
            text::below_number(messages, message, messages_said),
        ),
        (folders, text::below_number(folders, folder, folders_said)),
    )
}
