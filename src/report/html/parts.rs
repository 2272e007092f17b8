//! What articles have in common: the head, the verdict, the figures, what there is to do, the table.

use maud::{Markup, html};

use super::{
    changes::Gathering,
    words::{moment, number, purpose, say, say_safe},
};
use crate::{
    advice::Steps,
    language::{Language, Phrase, text},
    model::listing::AccountId,
    report::text::safe,
};

/// The most rows of a table, and the most names in a cell; the rest is counted.
const ROWS: usize = 100;
const NAMES: usize = 20;

/// What a report comes to. Its colour only repeats what the title and the verdict say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Proposal,
    Done,
    Partly,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Proposal => "verdict proposal",
            Self::Done => "verdict done",
            Self::Partly => "verdict partly",
        }
    }
}

/// What its owner calls an account.
pub(super) fn called(account: &AccountId) -> String {
    if account.user.contains('@') {
        safe(&account.user)
    } else {
        safe(&format!("{}@{}", account.user, account.host))
    }
}

/// The title, the account and the time.
pub(super) fn head(title: Phrase, account: &str, when: &str, language: Language) -> Markup {
    html! {
        h1 { (say(title, language)) }
        p class="dim" {
            (say(text::of_account(), language)) " " bdi { (account) }
            @if let Some(moment) = moment(when) { " · " (say(moment, language)) }
        }
    }
}

/// What matters most, and then the rest.
pub(super) fn verdict(tone: Tone, lead: Phrase, rest: Vec<Phrase>, language: Language) -> Markup {
    html! {
        p class=(tone.class()) {
            strong { (say(lead, language)) }
            @for sentence in rest { " " (say(sentence, language)) }
        }
    }
}

/// Three figures: numbers with the words below them.
pub(super) fn figures(figures: [(u64, Phrase); 3], language: Language) -> Markup {
    html! {
        ul class="figures" {
            @for (figure, words) in figures {
                li { b { (number(Some(figure), language)) } (say(words, language)) }
            }
        }
    }
}

/// What the reader has to do, program by program, and what the programs may do by themselves afterwards.
pub(super) fn for_you(
    steps: &[Steps],
    told: &[&Phrase],
    after: &[Phrase],
    language: Language,
) -> Markup {
    let is_nothing = steps.is_empty() && told.is_empty();
    html! {
        h2 { (say(text::heading_for_you(), language)) }
        @if is_nothing {
            p { (say(text::nothing_for_you(), language)) }
        } @else {
            div class="you" {
                @for program in steps {
                    h3 { bdi { (safe(&program.client)) } }
                    ol {
                        @for step in &program.steps {
                            li {
                                (say_safe(&step.what, language))
                                @if !step.choices.is_empty() {
                                    ul { @for choice in &step.choices { li { (say_safe(choice, language)) } } }
                                }
                            }
                        }
                    }
                    @if let Some(snippet) = &program.snippet { (pasted(snippet)) }
                }
                @for sentence in told { p { (say_safe(sentence, language)) } }
            }
        }
        @for sentence in after { p { (say(sentence.clone(), language)) } }
    }
}

/// Lines to paste.
pub(super) fn pasted(lines: &str) -> Markup {
    let lines: Vec<String> = lines.lines().map(safe).collect();
    html! { pre { (lines.join("\n")) } }
}

/// The same as the picture, in words and numbers.
pub(super) fn table(all: &[Gathering], is_undo: bool, language: Language) -> Markup {
    let (kept, put_together) = if is_undo {
        (text::column_is_back(), text::column_came_from())
    } else {
        (text::column_kept(), text::column_put_together())
    };
    let rest = all.len().saturating_sub(ROWS);
    html! {
        h2 { (say(text::heading_by_folder(), language)) }
        div class="scroll" tabindex="0" {
            table {
                caption { (say(text::numbers_are_messages(), language)) }
                thead { tr {
                    th scope="col" { (say(text::column_purpose(), language)) }
                    th scope="col" { (say(kept, language)) }
                    th scope="col" { (say(put_together, language)) }
                    th scope="col" class="n" { (say(text::before(), language)) }
                    th scope="col" class="n" { (say(text::after(), language)) }
                } }
                tbody { @for one in all.iter().take(ROWS) { (row(one, language)) } }
            }
        }
        @if rest > 0 { p { (say(text::and_others(text::other_folders(rest as u64)), language)) } }
    }
}

fn row(one: &Gathering, language: Language) -> Markup {
    let gathered: Vec<String> = one.gathered().map(|flow| flow.name.clone()).collect();
    html! {
        tr {
            th scope="row" { (say(purpose(one.role), language)) }
            td { bdi { (one.name) } }
            td { (names(&gathered, language)) }
            td class="n" { (number(one.before(), language)) }
            td class="n" { (number(one.after, language)) }
        }
    }
}

/// Names in a row, each isolated from what stands beside it; a dash where there is none.
pub(super) fn names(all: &[String], language: Language) -> Markup {
    let rest = all.len().saturating_sub(NAMES);
    html! {
        @if all.is_empty() { "–" }
        @for (place, name) in all.iter().take(NAMES).enumerate() {
            @if place > 0 { ", " }
            bdi { (name) }
        }
        @if rest > 0 { " " (say(text::and_others(text::other_folders(rest as u64)), language)) }
    }
}
