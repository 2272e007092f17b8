//! The page that leads to the pages of many accounts, those that need somebody first.

use maud::html;

use super::{
    frame::page,
    words::{number, say},
};
use crate::{
    language::{Language, Phrase, text},
    report::text::safe,
};

/// What an account needs, what needs somebody most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It could not be dealt with.
    Failed,
    /// It was cut short.
    Unfinished,
    /// There is something to do.
    ToDo,
    /// It had no turn.
    NoTurn,
    /// What was asked for is done.
    Done,
}

impl Need {
    const EVERY: [Self; 5] = [
        Self::Failed,
        Self::Unfinished,
        Self::ToDo,
        Self::NoTurn,
        Self::Done,
    ];

    fn said(self) -> Phrase {
        match self {
            Self::Failed => text::state_failed(),
            Self::Unfinished => text::state_unfinished(),
            Self::ToDo => text::state_to_do(),
            Self::NoTurn => text::state_no_turn(),
            Self::Done => text::state_done(),
        }
    }
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewRow {
    /// What it needs.
    pub need: Need,
    /// What it is called.
    pub called: String,
    /// The file with its page, beside the overview; none where it has none.
    pub file: Option<String>,
    /// What it came to, in one line.
    pub brief: String,
}

/// All accounts of a command.
#[must_use]
pub fn overview(mut rows: Vec<OverviewRow>, brand: Option<&str>, language: Language) -> String {
    rows.sort_unstable_by(|one, other| (one.need, &one.called).cmp(&(other.need, &other.called)));
    let accounts = text::printed_accounts(rows.len() as u64);
    let count = |need: Need| rows.iter().filter(|row| row.need == need).count() as u64;
    let counts = Need::EVERY.map(|need| (count(need), need.said()));
    let body = html! {
        h1 { (say(text::title_overview(), language)) }
        p { (say(text::overview_of(accounts), language)) }
        ul class="figures" {
            @for (figure, state) in counts.into_iter().filter(|(figure, _)| *figure > 0) {
                li { b { (number(Some(figure), language)) } (say(state, language)) }
            }
        }
        div class="scroll" tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (say(text::column_account(), language)) }
                    th scope="col" { (say(text::column_state(), language)) }
                    th scope="col" { (say(text::column_result(), language)) }
                } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" {
                                @if let Some(file) = &row.file { a href=(file) { bdi { (safe(&row.called)) } } }
                                @else { bdi { (safe(&row.called)) } }
                            }
                            td { (say(row.need.said(), language)) }
                            td { (safe(&row.brief)) }
                        }
                    }
                }
            }
        }
    };
    page(
        &say(text::title_overview(), language),
        &body,
        brand,
        language,
    )
}
