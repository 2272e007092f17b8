//! Markdown for tickets and pull requests: an audit, a plan, a receipt, the runs.
//!
//! In: what tables are made of too. Out: Markdown as GitHub and its like read it. Never: a name that is more than a name;
//! names stand in code, where nothing is a link, a mention, a picture or markup.

use super::{
    table::{
        Look, action, choices, outcome, plan_ending, proof, reasons, receipt_summary, run_state,
        source_after, subject, uses, why,
    },
    text::{count_or_unknown, date, minute, safe},
    wrap::unglued,
};
use crate::{
    apply::RunSummary,
    language::{Language, Phrase, text},
    model::{
        client::Forecasts,
        finding::{Code, Finding},
        listing::Listing,
        plan::Plan,
        receipt::Receipt,
        role::Role,
        roll::Roll,
    },
};

/// An audit: the mailboxes with roles, and what is wrong.
#[must_use]
pub fn audit(listing: &Listing, judged: &Roll, findings: &[Finding], language: Language) -> String {
    let mut page = MarkdownPage::new(language);
    page.heading(&text::audit_of(code(&listing.account.url)));
    let heads = [
        text::head_role(),
        text::head_mailbox(),
        text::head_why(),
        text::head_messages(),
        text::head_newest(),
    ];
    let rows = judged.roles.iter().flat_map(|(role, members)| {
        members.members.iter().map(move |name| {
            let mailbox = listing.find(name.wire());
            let newest = mailbox.and_then(|mailbox| mailbox.sample.as_ref()?.newest);
            let is_kept = *name == members.keep && members.members.len() > 1;
            let role = if is_kept {
                text::role_kept(*role)
            } else {
                (*role).into()
            };
            let why = judged.entry(name).map(|entry| why(entry, false));
            [
                role.say(language).to_owned(),
                code(name.text()),
                sentence(why.unwrap_or_default().say(language)),
                count_or_unknown(mailbox.and_then(|mailbox| mailbox.status.messages)),
                newest.map_or_else(String::new, date),
            ]
        })
    });
    page.table(heads, rows);
    let found = findings.iter().map(|one| (one.code, &one.message));
    page.remarks(&text::detail_findings(), found);
    page.text
}

/// A plan: the steps with their reasons, warnings, what is left to do by hand, and what it comes to.
#[must_use]
pub fn plan(plan: &Plan, language: Language) -> String {
    let look = plain(language);
    let mut page = MarkdownPage::new(language);
    let account = code(&plan.account);
    page.heading(&match &plan.undoes {
        Some(run) => text::plan_to_undo(code(run), account),
        None => text::plan_for(account),
    });
    if !plan.is_empty() {
        let heads = [
            "#".into(),
            text::head_step(),
            text::head_mailbox(),
            text::head_messages(),
            text::head_why(),
        ];
        let rows = plan.steps.iter().map(|step| {
            let because = Phrase::joined(reasons(step), " · ");
            [
                step.id.to_string(),
                action(step.action).say(language).to_owned(),
                code(&subject(step, look)),
                step.source
                    .as_ref()
                    .map_or_else(String::new, |_| count_or_unknown(step.messages)),
                sentence(because.say(language)),
            ]
        });
        page.table(heads, rows);
    }
    let warnings = plan.warnings.iter().map(|one| (one.code, &one.message));
    page.remarks(&text::warnings(), warnings);
    if !plan.manual.is_empty() {
        page.subheading(&text::by_hand());
        page.gap();
        for manual in &plan.manual {
            page.remark(manual.code, &manual.message);
            if let Some(snippet) = &manual.snippet {
                page.fenced(snippet.say(language));
            }
        }
    }
    page.paragraph(&plan_ending(plan));
    page.text
}

/// What became of each step.
#[must_use]
pub fn receipt(plan: &Plan, receipt: &Receipt, language: Language) -> String {
    let look = plain(language);
    let mut page = MarkdownPage::new(language);
    page.heading(&text::run_on(code(&receipt.run), code(&receipt.account)));
    let heads = [
        "#".into(),
        text::head_step(),
        text::head_mailbox(),
        text::head_outcome(),
        text::head_moved(),
        text::head_source(),
        text::head_why(),
    ];
    let rows = receipt.steps.iter().map(|end| {
        let step = plan.steps.iter().find(|step| step.id == end.id);
        let after = end.source_after.map(source_after).unwrap_or_default();
        let message = end.message.clone().unwrap_or_default();
        [
            end.id.to_string(),
            step.map_or_else(String::new, |step| {
                action(step.action).say(language).to_owned()
            }),
            step.map_or_else(String::new, |step| code(&subject(step, look))),
            outcome(end.outcome).say(language).to_owned(),
            end.moved
                .map_or_else(String::new, |moved| count_or_unknown(Some(moved))),
            after.say(language).to_owned(),
            sentence(message.say(language)),
        ]
    });
    page.table(heads, rows);
    page.paragraph(&receipt_summary(plan, receipt));
    if let Some(proof) = proof(receipt) {
        page.paragraph(&proof);
    }
    page.text
}

/// What clients will do.
#[must_use]
pub fn clients(account: &str, forecasts: &Forecasts, language: Language) -> String {
    let mut page = MarkdownPage::new(language);
    page.heading(&text::clients_of(code(account)));
    let heads = [
        text::head_role(),
        text::head_mailbox(),
        text::head_clients(),
    ];
    let roles = Role::EVERY.into_iter();
    let choices = roles.flat_map(|role| {
        let choices = choices(forecasts, role).into_iter();
        choices.map(move |choice| (role, choice))
    });
    let rows = choices.map(|(role, (does, clients))| {
        let names: Vec<String> = clients.iter().map(|(who, _)| who.to_string()).collect();
        [
            Phrase::from(role).say(language).to_owned(),
            code(uses(does).say(language)),
            sentence(&names.join(", ")),
        ]
    });
    page.table(heads, rows);
    page.text
}

/// An account that could not be dealt with.
#[must_use]
pub fn failure(account: &str, message: &str, hint: Option<&str>, language: Language) -> String {
    let mut page = MarkdownPage::new(language);
    page.heading(&code(account).into());
    for said in std::iter::once(message).chain(hint) {
        page.paragraph(&said.into());
    }
    page.text
}

/// The runs on record.
#[must_use]
pub fn runs(runs: &[RunSummary], language: Language) -> String {
    let mut page = MarkdownPage::new(language);
    let heads = [
        text::head_run(),
        text::head_began(),
        text::head_account(),
        text::head_state(),
        text::head_moved(),
        text::head_undoes(),
    ];
    let rows = runs.iter().map(|run| {
        let account = run.account.as_ref();
        [
            code(&run.id),
            sentence(&minute(&run.started)),
            account.map_or_else(|| "?".to_owned(), |account| code(&account.url)),
            run_state(run.state).say(language).to_owned(),
            count_or_unknown(Some(run.moved)),
            run.undoes.as_deref().map_or_else(String::new, code),
        ]
    });
    page.table(heads, rows);
    page.text
}

fn plain(language: Language) -> Look {
    Look {
        language,
        ..Look::default()
    }
}

/// A page in the making.
struct MarkdownPage {
    text: String,
    language: Language,
}

impl MarkdownPage {
    fn new(language: Language) -> Self {
        Self {
            text: String::new(),
            language,
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(&self.language.typeset(line));
        self.text.push('\n');
    }

    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// A heading; names in it stand in code already.
    fn heading(&mut self, heading: &Phrase) {
        self.gap();
        self.line(&format!("## {}", heading.say(self.language)));
    }

    fn subheading(&mut self, heading: &Phrase) {
        self.gap();
        self.line(&format!("### {}", heading.say(self.language)));
    }

    fn paragraph(&mut self, phrase: &Phrase) {
        self.gap();
        self.line(&sentence(&unglued(phrase.say(self.language))));
    }

    /// A table of cells that are harmless already.
    fn table<const N: usize>(
        &mut self,
        heads: [Phrase; N],
        rows: impl Iterator<Item = [String; N]>,
    ) {
        self.gap();
        let heads = heads.map(|head| head.say(self.language).to_owned());
        self.line(&format!("| {} |", heads.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(N)));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
    }

    fn remarks<'a>(&mut self, heading: &Phrase, all: impl Iterator<Item = (Code, &'a Phrase)>) {
        let mut all = all.peekable();
        if all.peek().is_some() {
            self.subheading(heading);
            self.gap();
        }
        for (code, message) in all {
            self.remark(code, message);
        }
    }

    fn remark(&mut self, code: Code, message: &Phrase) {
        let message = sentence(message.say(self.language));
        self.line(&format!("- `{code}` {message}"));
    }

    /// Lines to paste, behind the remark that they belong to.
    fn fenced(&mut self, lines: &str) {
        let fence = "`".repeat(longest_ticks(lines).max(2) + 1);
        self.line(&format!("\n  {fence}"));
        for line in lines.lines() {
            // What is pasted stays as it is.
            self.text.push_str("  ");
            self.text.push_str(&safe(line));
            self.text.push('\n');
        }
        self.line(&format!("  {fence}\n"));
    }
}

/// The longest row of backticks.
fn longest_ticks(text: &str) -> usize {
    let rows = text.split(|letter| letter != '`').map(str::len);
    rows.max().unwrap_or(0)
}

/// A name in code: nothing in it is markup, a link or a mention. A pipe would end a table's cell even in code, so that such a
/// name is written in HTML, letter by letter where a letter could be more than itself.
fn code(name: &str) -> String {
    let shown = safe(name);
    if shown.contains('|') || shown.trim().is_empty() {
        let letters = shown.chars().map(|letter| {
            if letter.is_ascii_punctuation() || letter == ' ' {
                format!("&#{};", u32::from(letter))
            } else {
                letter.to_string()
            }
        });
        return format!("<code>{}</code>", letters.collect::<String>());
    }
    let fence = "`".repeat(longest_ticks(&shown) + 1);
    let touches = |letter: Option<char>| matches!(letter, Some('`' | ' '));
    let pad = if touches(shown.chars().next()) || touches(shown.chars().next_back()) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A sentence with names of strangers in it: no sign is markup, and what would become a link or a mention stands in code.
fn sentence(text: &str) -> String {
    let words = safe(text);
    let words = words.split(' ').map(|word| {
        let is_more = ["@", "://", "www.", "#"]
            .iter()
            .any(|sign| word.contains(sign));
        if is_more {
            return code(word);
        }
        let letters = word.chars().map(|letter| match letter {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '(' | ')' | '~' | '&'
            | '!' | '|' | '^' | '$' => format!("\\{letter}"),
            _ => letter.to_string(),
        });
        letters.collect()
    });
    let words: Vec<String> = words.collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_name() {
        for (name, shown) in [
            ("Sent", "`Sent`"),
            ("a`b``c", "```a`b``c```"),
            ("`", "`` ` ``"),
            ("a|b", "<code>a&#124;b</code>"),
            (
                "<img src=x onerror=alert(1)>",
                "`<img src=x onerror=alert(1)>`",
            ),
            ("[x](http://evil)", "`[x](http://evil)`"),
            ("@team", "`@team`"),
            (" ", "<code>&#32;</code>"),
            ("two\nlines", "`two\\u{a}lines`"),
        ] {
            assert_eq!(code(name), shown);
        }
    }

    #[test]
    fn a_sentence_is_no_markup() {
        for (said, shown) in [
            ("a *b* [c](d)", "a \\*b\\* \\[c\\]\\(d\\)"),
            ("see http://evil now", "see `http://evil` now"),
            ("ask @team", "ask `@team`"),
            ("a | b", "a \\| b"),
            ("<b>", "\\<b\\>"),
        ] {
            assert_eq!(sentence(said), shown);
        }
    }
}
