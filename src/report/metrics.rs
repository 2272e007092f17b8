//! Metrics of a command, in the text format that node_exporter's textfile collector reads.
//!
//! In: the sum of the accounts, how and when the command ended, what an earlier file says. Out: the text of the file.
//! Never: the name of an account or mailbox: every label has one of a few words, and anybody may read the file.

use std::fmt::Write as _;

use super::summary::Summary;
use crate::model::finding::Code;

/// How a command ended.
#[derive(Debug, Clone, Copy)]
pub struct CommandEnd {
    /// The exit status.
    pub status: u8,
    /// When, in seconds since 1970.
    pub when: i64,
    /// Whether every account could be dealt with.
    pub is_success: bool,
    /// When this command last succeeded before, as an earlier file says.
    pub last_success: Option<i64>,
}

const LAST_SUCCESS: &str = "rolecall_last_success_timestamp_seconds";

/// How the accounts ended, and what was found in them.
fn accounts(file: &mut MetricsFile, summary: &Summary) {
    let verb = ("verb", summary.verb);
    file.head(
        "rolecall_accounts",
        "Accounts, by how the command ended for them.",
    );
    for (word, number) in [
        ("done", summary.done),
        ("found", summary.found),
        ("failed", summary.failed),
        ("unfinished", summary.unknown),
        ("no_turn", summary.pending),
        ("done_before", summary.done_before),
        ("failed_before", summary.failed_before),
    ] {
        file.sample(&[verb, ("end", word)], number);
    }
    file.head(
        "rolecall_accounts_failed",
        "Accounts that failed, by the kind of error.",
    );
    for (kind, number) in &summary.errors {
        file.sample(&[verb, ("kind", kind)], number);
    }
    file.head(
        "rolecall_accounts_with_finding",
        "Accounts in which something was found, or is left to do by hand, by its code and that code's severity.",
    );
    for (word, number) in &summary.findings {
        let severity = Code::from_word(word).map_or("info", |code| code.severity().word());
        file.sample(&[verb, ("code", word), ("severity", severity)], number);
    }
    if let Some(split) = summary.split {
        file.head(
            "rolecall_accounts_with_duplicate_roles",
            "Accounts in which several mailboxes play one role.",
        );
        file.sample(&[verb], split);
    }
    if let Some(news) = summary.news {
        file.head(
            "rolecall_new_findings",
            "Findings that the earlier audit had not.",
        );
        file.sample(&[verb], news);
    }
}

/// The text of the file.
#[must_use]
pub fn text(summary: &Summary, end: CommandEnd) -> String {
    let mut file = MetricsFile::default();
    let verb = ("verb", summary.verb);
    accounts(&mut file, summary);
    file.head(
        "rolecall_moved_messages",
        "Messages that the command moved.",
    );
    file.sample(&[verb], summary.moved);
    file.head("rolecall_exit_status", "The exit status of the command.");
    file.sample(&[verb], end.status);
    file.head(
        "rolecall_last_run_timestamp_seconds",
        "When the command last ended.",
    );
    file.sample(&[verb], end.when);
    let success = if end.is_success {
        Some(end.when)
    } else {
        end.last_success
    };
    if let Some(success) = success {
        file.head(
            LAST_SUCCESS,
            "When the command last ended with every account dealt with.",
        );
        file.sample(&[verb], success);
    }
    file.head(
        "rolecall_build_info",
        "The version of rolecall that wrote this.",
    );
    file.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    file.text
}

/// When a command last succeeded, as the text of a file says.
#[must_use]
pub fn last_success(text: &str, verb: &str) -> Option<i64> {
    let head = format!("{LAST_SUCCESS}{{verb=\"{}\"}} ", escaped(verb));
    let mut values = text.lines().filter_map(|line| line.strip_prefix(&head));
    values.next()?.trim().parse().ok()
}

/// The text so far.
#[derive(Default)]
struct MetricsFile {
    text: String,
    name: &'static str,
}

impl MetricsFile {
    /// Begins a metric. Each is what was last seen, so each is a gauge.
    fn head(&mut self, name: &'static str, help: &str) {
        self.name = name;
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels = labels.iter();
        let labels: Vec<String> = labels
            .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
            .collect();
        let _ = writeln!(self.text, "{}{{{}}} {value}", self.name, labels.join(","));
    }
}

/// A label's value: the format escapes backslash, quote and line end.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{model::error_kind::ErrorKind, report::summary::CountedEnd};

    fn end(is_success: bool, last_success: Option<i64>) -> CommandEnd {
        CommandEnd {
            status: 1,
            when: 1_796_000_000,
            is_success,
            last_success,
        }
    }

    fn summary() -> Summary {
        let mut summary = Summary::of("audit", 3);
        summary.split = Some(0);
        summary.add(CountedEnd::Done, &BTreeSet::new(), 0);
        summary.add(CountedEnd::Found, &["role-split", "role-missing"].into(), 0);
        summary.add(CountedEnd::Failed(ErrorKind::Login), &BTreeSet::new(), 0);
        summary
    }

    #[test]
    fn every_line_is_one_of_the_text_format_and_every_metric_has_its_head() {
        let text = text(&summary(), end(false, Some(7)));
        let mut named = "";
        let mut samples = BTreeSet::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                named = rest.strip_suffix(" gauge").unwrap();
                continue;
            }
            if line.starts_with("# HELP ") {
                continue;
            }
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<i64>().is_ok(), "{line}");
            assert_eq!(series.split('{').next(), Some(named), "{line}");
            assert!(series.ends_with("\"}"), "{line}");
            assert!(samples.insert(series), "twice: {line}");
        }
        assert!(text.ends_with('\n'));
        for line in [
            "rolecall_accounts{verb=\"audit\",end=\"found\"} 1",
            "rolecall_accounts_failed{verb=\"audit\",kind=\"login\"} 1",
            "rolecall_accounts_with_finding{verb=\"audit\",code=\"role-missing\",severity=\"info\"} 1",
            "rolecall_accounts_with_duplicate_roles{verb=\"audit\"} 1",
            "rolecall_last_success_timestamp_seconds{verb=\"audit\"} 7",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} in\n{text}");
        }
    }

    #[test]
    fn accounts_with_duplicates_are_counted_once_each_and_only_where_they_were_looked_for() {
        let duplicates = |mut summary: Summary| {
            summary.add(CountedEnd::Found, &["keeper-unclear"].into(), 0);
            summary.add(
                CountedEnd::Found,
                &["keeper-unclear", "role-split"].into(),
                0,
            );
            let text = text(&summary, end(true, None));
            let mut lines = text.lines();
            lines
                .find(|line| line.starts_with("rolecall_accounts_with_duplicate_roles"))
                .map(str::to_owned)
        };
        let line = "rolecall_accounts_with_duplicate_roles{verb=\"audit\"} 3";
        assert_eq!(duplicates(summary()).as_deref(), Some(line));
        assert_eq!(duplicates(Summary::of("fix", 2)), None);
    }

    #[test]
    fn when_it_last_succeeded_outlives_a_failure() {
        let good = text(&summary(), end(true, None));
        assert_eq!(last_success(&good, "audit"), Some(1_796_000_000));
        assert_eq!(last_success(&good, "fix"), None);
        let bad = text(&summary(), end(false, last_success(&good, "audit")));
        assert_eq!(last_success(&bad, "audit"), Some(1_796_000_000));
        assert!(!text(&summary(), end(false, None)).contains(LAST_SUCCESS));
    }

    #[test]
    fn what_a_label_holds_is_escaped() {
        assert_eq!(escaped("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
    }
}
