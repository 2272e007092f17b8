//! Rows for spreadsheets: an audit, what clients will do, a plan, a receipt, the runs.
//!
//! In: what tables are made of too. Out: CSV (RFC 4180) with its head, in UTF-8 with the mark by which spreadsheets know it,
//! every cell in quotes. Where French is spoken columns are parted by `;`, as spreadsheets there expect it. The names of
//! columns, roles and codes are those of the JSON and never change; sentences are in the language. Never: a cell that a
//! spreadsheet takes for a formula, a control character.

use std::collections::BTreeMap;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::{table::reasons, text::safe};
use crate::{
    apply::{RunState, RunSummary},
    language::{Language, Phrase},
    model::{
        client::Forecasts, finding::Finding, listing::Listing, mailbox::MailboxName, plan::Plan,
        receipt::Receipt, roll::Roll,
    },
};

/// What stands at the beginning of a file, so that spreadsheets read it as UTF-8.
const MARK: char = '\u{feff}';

/// The tables there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvTable {
    /// A row for each mailbox.
    Audit,
    /// A row for each client and role.
    Clients,
    /// A row for each step of a plan, or what became of it.
    Steps,
    /// A row for each run.
    Runs,
}

impl CsvTable {
    /// The columns. The first is the account, the last why it could not be dealt with.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Audit => &[
                "account",
                "mailbox",
                "role",
                "keeps",
                "certainty",
                "messages",
                "octets",
                "subscribed",
                "attributes",
                "findings",
                "error",
            ],
            Self::Clients => &[
                "account",
                "client",
                "role",
                "use",
                "mailboxes",
                "confidence",
                "because",
                "error",
            ],
            Self::Steps => &[
                "account",
                "run",
                "step",
                "action",
                "source",
                "target",
                "role",
                "messages",
                "octets",
                "outcome",
                "moved",
                "source_after",
                "message",
                "error",
            ],
            Self::Runs => &[
                "account", "run", "started", "state", "steps", "moved", "batch", "undoes", "error",
            ],
        }
    }

    /// The head of a file.
    #[must_use]
    pub fn head(self, language: Language) -> String {
        let columns = self.columns().iter();
        let columns = columns.map(|column| (*column).to_owned()).collect();
        format!("{MARK}{}", row(columns, language))
    }

    /// An account that could not be dealt with.
    #[must_use]
    pub fn error(self, account: &str, message: &str, language: Language) -> String {
        let mut cells = vec![String::new(); self.columns().len()];
        if let [first, .., last] = cells.as_mut_slice() {
            *first = text(account);
            *last = text(message);
        }
        row(cells, language)
    }
}

/// The mailboxes of an account.
#[must_use]
pub fn audit(listing: &Listing, judged: &Roll, findings: &[Finding], language: Language) -> String {
    let mut codes: BTreeMap<&MailboxName, Vec<&str>> = BTreeMap::new();
    for finding in findings {
        for name in &finding.mailboxes {
            codes.entry(name).or_default().push(finding.code.word());
        }
    }
    let rows = listing.mailboxes.iter().map(|mailbox| {
        let entry = judged.entry(&mailbox.name);
        let role = entry.and_then(|entry| entry.role);
        let keeps = role.and_then(|role| judged.roles.get(&role));
        let keeps = keeps.map(|members| yes_or_no(members.keep == mailbox.name));
        let certainty = entry.and_then(|entry| entry.certainty);
        let attributes: Vec<&str> = mailbox.attributes.iter().map(String::as_str).collect();
        let found = codes.get(&mailbox.name).map(|codes| codes.join(" "));
        let cells = vec![
            text(&listing.account.url),
            text(mailbox.name.text()),
            role.map_or_else(String::new, |role| role.word().to_owned()),
            keeps.unwrap_or_default().to_owned(),
            certainty.map_or_else(String::new, |certainty| certainty.word().to_owned()),
            number(mailbox.status.messages),
            number(mailbox.status.size),
            mailbox.subscribed.map_or("", yes_or_no).to_owned(),
            text(&attributes.join(" ")),
            found.unwrap_or_default(),
            String::new(),
        ];
        row(cells, language)
    });
    rows.collect()
}

/// What the clients of an account will do.
#[must_use]
pub fn clients(account: &str, forecasts: &Forecasts, language: Language) -> String {
    let cells = forecasts.clients.iter().flat_map(|client| {
        let cells = client.cells.iter();
        cells.map(move |(role, cell)| (client, role, cell))
    });
    let rows = cells.map(|(client, role, cell)| {
        let names = cell.does.mailboxes().iter().map(MailboxName::text);
        let made = cell.does.creates().iter().map(String::as_str);
        let names: Vec<&str> = names.chain(made).collect();
        let cells = vec![
            text(account),
            text(&client.to_string()),
            role.word().to_owned(),
            cell.does.word().to_owned(),
            text(&names.join(" | ")),
            cell.confidence.word().to_owned(),
            text(cell.because.say(language)),
            String::new(),
        ];
        row(cells, language)
    });
    rows.collect()
}

/// The steps of a plan.
#[must_use]
pub fn plan(plan: &Plan, language: Language) -> String {
    steps(plan, None, language)
}

/// What became of the steps of a plan.
#[must_use]
pub fn receipt(plan: &Plan, receipt: &Receipt, language: Language) -> String {
    steps(plan, Some(receipt), language)
}

fn steps(plan: &Plan, receipt: Option<&Receipt>, language: Language) -> String {
    let name = |name: &Option<MailboxName>| {
        name.as_ref()
            .map_or_else(String::new, |name| text(name.text()))
    };
    let run = receipt.map_or("", |receipt| receipt.run.as_str());
    let rows = plan.steps.iter().map(|step| {
        let end = receipt.and_then(|receipt| receipt.steps.iter().find(|end| end.id == step.id));
        let message = match receipt {
            Some(_) => end.and_then(|end| end.message.clone()).unwrap_or_default(),
            None => Phrase::joined(reasons(step), "; "),
        };
        let after = end.and_then(|end| end.source_after);
        let cells = vec![
            text(&plan.account),
            text(run),
            step.id.to_string(),
            step.action.word().to_owned(),
            name(&step.source),
            name(&step.target),
            step.role
                .map_or_else(String::new, |role| role.word().to_owned()),
            number(step.messages),
            number(step.size),
            end.map_or("", |end| end.outcome.word()).to_owned(),
            number(end.and_then(|end| end.moved)),
            after.map_or("", |after| after.word()).to_owned(),
            text(message.say(language)),
            String::new(),
        ];
        row(cells, language)
    });
    rows.collect()
}

/// The runs on record.
#[must_use]
pub fn runs(runs: &[RunSummary], language: Language) -> String {
    let rows = runs.iter().map(|run| {
        let is_read = !matches!(run.state, RunState::Damaged | RunState::Newer);
        let known = |number: u64| {
            if is_read {
                number.to_string()
            } else {
                String::new()
            }
        };
        let account = run
            .account
            .as_ref()
            .map_or("", |account| account.url.as_str());
        let cells = vec![
            text(account),
            text(&run.id),
            text(&run.started),
            run.state.word().to_owned(),
            known(run.steps as u64),
            known(run.moved),
            text(&run.command),
            text(run.undoes.as_deref().unwrap_or_default()),
            String::new(),
        ];
        row(cells, language)
    });
    rows.collect()
}

fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// What somebody else wrote, as a spreadsheet shows it and never runs it. The exact text is in the JSON.
fn text(text: &str) -> String {
    const BEGIN_FORMULAS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let shown = safe(text);
    if shown.trim_start().starts_with(BEGIN_FORMULAS) {
        format!("'{shown}")
    } else {
        shown
    }
}

fn row(cells: Vec<String>, language: Language) -> String {
    let delimiter = match language {
        Language::English => b',',
        Language::French => b';',
    };
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing into memory cannot fail.
    let written = writer.write_record(cells).is_ok();
    let octets = writer.into_inner().ok().filter(|_| written);
    String::from_utf8(octets.unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_holds_a_control() {
        for (written, shown) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("\t=1", "\\u{9}=1"),
            ("\r=1", "\\u{d}=1"),
            ("Sent", "Sent"),
            ("A-B", "A-B"),
        ] {
            assert_eq!(text(written), shown);
        }
    }

    #[test]
    fn a_row_is_quoted_and_parted_as_the_language_s_spreadsheets_expect() {
        let cells = || vec!["a;\"b".to_owned(), "2".to_owned()];
        assert_eq!(row(cells(), Language::English), "\"a;\"\"b\",\"2\"\r\n");
        assert_eq!(row(cells(), Language::French), "\"a;\"\"b\";\"2\"\r\n");
    }
}
