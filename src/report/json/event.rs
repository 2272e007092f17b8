//! Events for scripts that show progress of their own.
//!
//! In: what has happened to an account. Out: one line. Never: a key left out.

use schemars::JsonSchema;
use serde::Serialize;

use super::line::line;
use crate::apply::Event;

/// What every line of events begins with.
pub const EVENT_BEGINNING: &[u8] = b"{\"schema\":\"rolecall.event/";
/// The schema word of events.
const EVENT: &str = "rolecall.event/1";

/// What has happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountEvent<'a> {
    /// Its turn begins.
    Begins,
    /// Something in a run.
    InRun(&'a Event),
    /// Its turn is over, and it will have another one.
    Waits,
    /// It has no turn.
    Skipped,
    /// It is over.
    Ends {
        /// Whether something went wrong or is not known.
        is_bad: bool,
    },
}

/// What has happened to an account.
#[derive(Clone, Copy, Default, Serialize, JsonSchema)]
#[schemars(title = "rolecall event")]
pub(super) struct EventForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = EVENT))]
    schema: &'a str,
    /// When, RFC 3339 in UTC.
    time: &'a str,
    /// The account as a URL.
    account: &'a str,
    /// `begins`: its turn; `step`: a step of its plan begins; `moved`: messages have been moved and checked; `watches`: emptied
    /// mailboxes are watched before they are removed; `note`: a sentence for people; `waits`: it will have another turn;
    /// `skipped`: it has none; `ends`: it is over.
    #[schemars(extend("enum" = ["begins", "step", "moved", "watches", "note", "waits", "skipped", "ends"]))]
    event: &'a str,
    /// The step's id, with `step` and `moved`.
    step: Option<u32>,
    /// How many steps the plan has, with `step`.
    steps: Option<u32>,
    /// Messages: with `step` those that it will move, null where unknown; with `moved` those that it has moved so far.
    messages: Option<u64>,
    /// For how many seconds, with `watches`.
    seconds: Option<u64>,
    /// The sentence, with `note`.
    message: Option<&'a str>,
    /// Whether something went wrong or is not known, with `ends`.
    failed: Option<bool>,
}

/// What has happened to an account, given as a URL, at this moment (RFC 3339).
#[must_use]
pub fn event_line(time: &str, account: &str, event: &AccountEvent<'_>) -> String {
    let blank = EventForm {
        schema: EVENT,
        time,
        account,
        ..EventForm::default()
    };
    line(&match event {
        AccountEvent::Begins => EventForm {
            event: "begins",
            ..blank
        },
        AccountEvent::Waits => EventForm {
            event: "waits",
            ..blank
        },
        AccountEvent::Skipped => EventForm {
            event: "skipped",
            ..blank
        },
        AccountEvent::Ends { is_bad } => EventForm {
            event: "ends",
            failed: Some(*is_bad),
            ..blank
        },
        AccountEvent::InRun(event) => in_run(blank, event),
    })
}

fn in_run<'a>(blank: EventForm<'a>, event: &'a Event) -> EventForm<'a> {
    match event {
        Event::Step {
            id,
            of,
            total_messages,
        } => EventForm {
            event: "step",
            step: Some(*id),
            steps: Some(*of),
            messages: *total_messages,
            ..blank
        },
        Event::Moved { id, done } => EventForm {
            event: "moved",
            step: Some(*id),
            messages: Some(*done),
            ..blank
        },
        Event::Settling { seconds } => EventForm {
            event: "watches",
            seconds: Some(*seconds),
            ..blank
        },
        Event::Note { text } => EventForm {
            event: "note",
            message: Some(text.english()),
            ..blank
        },
    }
}
