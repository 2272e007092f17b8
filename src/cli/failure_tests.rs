//! Every error that a room can hand over, as a person reads it: what could not be done, why, and what to try.
//!
//! Each list is closed by a `match` without a wildcard, so an error that is not listed here does not compile.

use std::{io, path::PathBuf};

use super::*;
use crate::{
    apply::ReadError, clients::NoSuchClient, config::accounts::AccountsError, detect::HintError,
    judge::MissingTarget, mapping::Fault, model::role::Role,
};

/// What a library or `{:?}` would have put into a sentence.
const DEBUG_TEXT: &[&str] = &[
    "Error {",
    "Error(",
    "Some(",
    "Os {",
    "None",
    "Ok(",
    "Err(",
    "Custom {",
    "InvalidCertificate",
    "os error",
    "kind:",
    "http://",
    "https://",
    "::",
    "\\\"",
];

/// Asserts that a failure says what could not be done, why, and what to try, in every language.
fn is_a_sentence(failure: &Failure) {
    let account = Some("imaps://alice@example.com");
    for (language, cannot) in [
        (Language::English, "cannot "),
        (Language::French, "impossible d"),
    ] {
        let text = failure.text(account, language);
        let message = failure.message.say(language);
        assert!(message.starts_with(cannot), "{text}");
        let hint = failure.hint.as_ref().map_or("", |hint| hint.say(language));
        assert!(hint.len() > 8, "nothing to try: {text}");
        for wrong in DEBUG_TEXT {
            assert!(!text.contains(wrong), "{wrong} in {text}");
        }
        assert!(
            !text.contains(" 1 seconds") && !text.contains("  "),
            "{text}"
        );
        assert!(!message.ends_with(['.', ':', ' ']), "{text}");
    }
    let hint = failure.hint.clone().unwrap_or_default();
    for said in [&failure.message, &hint] {
        assert_ne!(said.say(Language::French), said.english());
    }
}

fn no_file() -> io::Error {
    std::fs::read("/nowhere/at/all").unwrap_err()
}

#[test]
fn every_error_of_a_run_is_a_sentence() {
    let run = || "2026-11-29-1".to_owned();
    let errors = [
        ApplyError::State {
            what: text::make_state_folder(),
            source: no_file(),
        },
        ApplyError::Journal {
            run: run(),
            source: ReadError::Io(no_file()),
        },
        ApplyError::Journal {
            run: run(),
            source: ReadError::Damaged { line: 7 },
        },
        ApplyError::Journal {
            run: run(),
            source: ReadError::Newer { found: 99 },
        },
        ApplyError::Locked { work: None },
        ApplyError::BesideUnreadable { run: run() },
        ApplyError::NothingYet { run: run() },
        ApplyError::Unfinished { run: run() },
        ApplyError::NoSuchRun { run: run() },
        ApplyError::NoSuchCommand { command: run() },
        ApplyError::OtherAccount {
            run: run(),
            account: "imaps://bob@example.com".to_owned(),
        },
        ApplyError::NotPossible {
            what: text::undo_verb(),
            run: run(),
            why: text::never_began(),
        },
        ApplyError::Network {
            why: text::server_closed(),
            later: Later::default(),
        },
        ApplyError::JournalWrite {
            sent: true,
            source: io::ErrorKind::StorageFull.into(),
        },
        ApplyError::JournalWrite {
            sent: false,
            source: io::ErrorKind::StorageFull.into(),
        },
    ];
    for error in errors {
        match &error {
            ApplyError::State { .. }
            | ApplyError::Locked { .. }
            | ApplyError::BesideUnreadable { .. }
            | ApplyError::NothingYet { .. }
            | ApplyError::Unfinished { .. }
            | ApplyError::NoSuchRun { .. }
            | ApplyError::NoSuchCommand { .. }
            | ApplyError::OtherAccount { .. }
            | ApplyError::NotPossible { .. }
            | ApplyError::Network { .. }
            | ApplyError::JournalWrite { .. } => {}
            ApplyError::Journal { source, .. } => match source {
                ReadError::Io(_) | ReadError::Damaged { .. } | ReadError::Newer { .. } => {}
            },
        }
        is_a_sentence(&error.into());
    }
}

#[test]
fn every_error_of_a_look_is_a_sentence() {
    let errors = [
        LookError::Refused {
            code: None,
            text: "no".into(),
        },
        LookError::Refused {
            code: Some("UNAVAILABLE".to_owned()),
            text: "later".into(),
        },
        LookError::Lost {
            why: text::server_closed(),
            later: Later::default(),
        },
        LookError::Protocol {
            why: text::no_answer(),
        },
    ];
    for error in errors {
        match &error {
            LookError::Refused { .. } | LookError::Lost { .. } | LookError::Protocol { .. } => {}
        }
        is_a_sentence(&error.into());
    }
    for unfinished in [Some("run".to_owned()), None] {
        let why = text::was_made_meanwhile("Sent");
        is_a_sentence(&Stale { why, unfinished }.into());
    }
}

#[test]
fn every_error_of_what_was_typed_is_a_sentence() {
    let missing = |near: Vec<String>| {
        JudgeError::Missing(MissingTarget {
            role: Role::Sent,
            typed: "Snet".to_owned(),
            near,
        })
    };
    let hint = HintError::Unusable {
        mailbox: "Sent".to_owned(),
        why: text::is_not_personal(),
    };
    let errors = [
        JudgeError::Hint(hint),
        missing(Vec::new()),
        missing(vec!["Sent".to_owned()]),
        JudgeError::Taken {
            role: Role::Sent,
            typed: "Drafts".to_owned(),
            other: Role::Drafts,
        },
        JudgeError::Controls,
    ];
    for error in errors {
        match &error {
            JudgeError::Hint(_)
            | JudgeError::Missing(_)
            | JudgeError::Taken { .. }
            | JudgeError::Controls => {}
        }
        is_a_sentence(&error.into());
    }
    for nearest in [
        vec![],
        vec!["thunderbird".to_owned()],
        vec!["a".to_owned(), "b".to_owned()],
    ] {
        let typed = "thunderbrd".to_owned();
        is_a_sentence(
            &ChoiceError::Client(NoSuchClient {
                typed,
                nearest,
                known: 50,
            })
            .into(),
        );
    }
    is_a_sentence(&ChoiceError::NoLanguage("xx yy".to_owned()).into());
}

#[test]
fn every_error_of_a_file_is_a_sentence() {
    let path = || PathBuf::from("table.yaml");
    let fault = Fault {
        file: "table.yaml".to_owned(),
        line: 1,
        column: 1,
        message: text::text_missing(),
        snippet: "1 | x\n  | ^".to_owned(),
    };
    let tables = [
        TableError::Io {
            path: path(),
            source: no_file(),
        },
        TableError::TooLarge { path: path() },
        TableError::Empty { path: path() },
        TableError::Faults(vec![fault.clone()]),
    ];
    for error in tables {
        match &error {
            TableError::Io { .. }
            | TableError::TooLarge { .. }
            | TableError::Empty { .. }
            | TableError::Faults(_) => {}
        }
        let failure = Failure::from(error);
        if !failure.message.english().contains('\n') {
            is_a_sentence(&failure);
        }
    }
    let accounts = [
        AccountsError::Io {
            path: path(),
            source: no_file(),
        },
        AccountsError::TooLarge { path: path() },
        AccountsError::Faults {
            faults: vec![fault],
            more: 0,
        },
    ];
    for error in accounts {
        match &error {
            AccountsError::Io { .. }
            | AccountsError::TooLarge { .. }
            | AccountsError::Faults { .. } => {}
        }
        let text = error.to_string();
        assert!(
            DEBUG_TEXT.iter().all(|wrong| !text.contains(wrong)),
            "{text}"
        );
    }
}
