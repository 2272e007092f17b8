//! From the tree of a script to what it says of mailboxes.

use std::ops::Range;

use super::{
    generator::{self, Generator},
    lexer::{self, Comment, Lexed},
    literal::Literal,
    script::{
        FiledName, Filing, FilingKind, FilingOptions, Include, Script, SieveAction,
        SieveActionKind, SieveRule,
    },
    stored::{self, Stored},
    tree::{self, Statement},
    unreadable::{Met, Unreadable},
};

/// The most octets of a script.
pub const OCTETS_LIMIT: usize = 1 << 20;

/// What some editors put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands before a rule that SnappyMail has put in a comment.
const DISABLED: &str = " @Filter is disabled";

/// Reads a script.
pub fn read(text: &[u8]) -> Result<Script, Unreadable> {
    if text.len() > OCTETS_LIMIT {
        return Err(at_start(Met::TooLong));
    }
    if let Some(at) = text.iter().position(|octet| *octet == 0) {
        let before = text.get(..at).unwrap_or_default();
        let mut lines = before.rsplit(|octet| *octet == b'\n');
        return Err(Unreadable {
            column: lines.next().unwrap_or_default().len() + 1,
            line: lines.count() + 1,
            met: Met::Octet(0),
        });
    }
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let Lexed { tokens, comments } = lexer::lex(text, start..text.len(), 1)?;
    let statements = tree::parse(tokens)?;
    let mut extensions = Vec::new();
    required(&statements, &mut extensions);
    let has_section = comments
        .iter()
        .any(|comment| generator::is_section_mark(text, comment));
    let stored = comments
        .iter()
        .filter(|comment| comment.is_block || has_section)
        .filter_map(|comment| stored::stored(text, comment));
    let mut reader = Reader {
        text,
        comments: &comments,
        script: Script {
            text: text.to_vec(),
            extensions,
            generator: generator::recognised(text, &comments),
            rules: Vec::new(),
            filings: Vec::new(),
            actions: Vec::new(),
            includes: Vec::new(),
            globals: Vec::new(),
            environments: Vec::new(),
            stored: stored.collect(),
            commented: Vec::new(),
        },
        rule: 0,
        is_in_section: false,
    };
    reader.rules(&statements, start);
    Ok(reader.script)
}

fn at_start(met: Met) -> Unreadable {
    Unreadable {
        line: 1,
        column: 1,
        met,
    }
}

fn shown(literal: &Literal) -> String {
    String::from_utf8_lossy(&literal.value).into_owned()
}

/// The extensions that statements require or ask for, at any depth.
fn required(statements: &[Statement], found: &mut Vec<String>) {
    for statement in statements {
        if matches!(statement.name.as_str(), "require" | "ihave") {
            found.extend(statement.nth_last(0, &VALUED).iter().map(shown));
        }
        required(&statement.tests, found);
        required(&statement.block, found);
    }
}

struct Reader<'t> {
    text: &'t [u8],
    comments: &'t [Comment],
    script: Script,
    /// The rule that is being read.
    rule: usize,
    /// Whether it stands in a part of the script that its generator has put between two marks.
    is_in_section: bool,
}

impl<'t> Reader<'t> {
    /// The comments that begin in this part of the text.
    fn comments_in(&self, part: &Range<usize>) -> &'t [Comment] {
        let before = |end: usize| {
            let is_before = |comment: &Comment| comment.content.start < end;
            self.comments.partition_point(is_before)
        };
        let inside = before(part.start)..before(part.end);
        self.comments.get(inside).unwrap_or_default()
    }

    fn rules(&mut self, statements: &[Statement], start: usize) {
        let mut end = start;
        let mut last_is_plain = false;
        for statement in statements {
            let comments = self.comments_in(&(end..statement.span.start));
            let marks = comments
                .iter()
                .filter(|comment| generator::is_section_mark(self.text, comment));
            self.is_in_section ^= marks.count() % 2 == 1;
            self.disabled_rules(comments);
            let is_branch = matches!(statement.name.as_str(), "elsif" | "else");
            let is_plain = !matches!(statement.name.as_str(), "if" | "require") && !is_branch;
            let goes_on = is_branch || is_plain && last_is_plain && comments.is_empty();
            if statement.name != "require" && !goes_on {
                self.begin_rule(comments, statement.line);
            }
            last_is_plain = is_plain;
            end = statement.span.end;
            self.statement(statement, false);
        }
        let rest = self.comments_in(&(end..self.text.len()));
        self.disabled_rules(rest);
    }

    fn begin_rule(&mut self, before: &[Comment], line: usize) {
        let stored = self.stored_in(before).and_then(Stored::rule_name);
        let names_all = self.is_in_section || self.script.generator == Generator::Ingo;
        let name = stored.or_else(|| generator::rule_name(self.text, before, names_all));
        self.rule = self.script.rules.len();
        self.script.rules.push(SieveRule { name, line });
    }

    /// The last rule that is stored in these comments.
    fn stored_in(&self, comments: &[Comment]) -> Option<&Stored> {
        let (first, last) = (comments.first()?, comments.last()?);
        let stored = &self.script.stored;
        let end = stored.partition_point(|stored| stored.content.start < last.content.end);
        let stored = stored.get(end.checked_sub(1)?)?;
        (stored.content.start >= first.content.start).then_some(stored)
    }

    /// Rules that their generator has put in a comment: they run again when the user says so.
    fn disabled_rules(&mut self, comments: &[Comment]) {
        let mut begin = 0;
        for (index, comment) in comments.iter().enumerate() {
            let said = generator::said(self.text, comment);
            if !comment.is_block || !said.starts_with(DISABLED.as_bytes()) {
                continue;
            }
            let before = comments.get(begin..index).unwrap_or_default();
            begin = index + 1;
            let part = comment.content.start + DISABLED.len()..comment.content.end;
            let lexed = lexer::lex(self.text, part, comment.line);
            let Ok(statements) = lexed.and_then(|lexed| tree::parse(lexed.tokens)) else {
                continue;
            };
            self.begin_rule(before, comment.line);
            self.script.commented.push(comment.content.clone());
            for statement in &statements {
                self.statement(statement, true);
            }
        }
    }

    fn statement(&mut self, statement: &Statement, is_disabled: bool) {
        let never = matches!(statement.name.as_str(), "if" | "elsif")
            && matches!(statement.tests.as_slice(), [test] if test.name == "false");
        self.facts(statement, is_disabled);
        for test in &statement.tests {
            self.statement(test, is_disabled);
        }
        for inner in &statement.block {
            self.statement(inner, is_disabled || never);
        }
    }

    fn facts(&mut self, statement: &Statement, is_disabled: bool) {
        let line = statement.line;
        match statement.name.as_str() {
            "include" => {
                let scripts = statement.nth_last(0, &[]).iter().map(|script| Include {
                    script: shown(script),
                    is_global: statement.has("global"),
                    line,
                });
                self.script.includes.extend(scripts);
            }
            "global" => self.script.globals.push(line),
            "environment" => self.script.environments.push(line),
            _ => {}
        }
        if let Some((kind, names)) = filing(statement) {
            self.file(names, &kind, is_disabled);
        }
        if let Some(names) = statement.value_of("fcc") {
            self.file(names, &FilingKind::Fcc(options(statement)), is_disabled);
        }
        if let Some(kind) = action(statement) {
            self.script.actions.push(SieveAction {
                kind,
                line,
                rule: self.rule,
                is_disabled,
            });
        }
    }

    fn file(&mut self, names: &[Literal], kind: &FilingKind, is_disabled: bool) {
        for literal in names {
            let name = if is_computed(&self.script, &literal.value) {
                FiledName::Computed(shown(literal))
            } else {
                FiledName::Literal(literal.clone())
            };
            self.script.filings.push(Filing {
                line: literal.line,
                rule: self.rule,
                is_disabled,
                kind: kind.clone(),
                name,
            });
        }
    }
}

/// The tags of filings that have a value: a string behind one is no name, and no extension.
const VALUED: [&str; 4] = ["fcc", "flags", "mailboxid", "specialuse"];

/// What a statement names mailboxes for, and their names.
fn filing(statement: &Statement) -> Option<(FilingKind, &[Literal])> {
    let options = || options(statement);
    let named = |before: usize| statement.nth_last(before, &VALUED);
    Some(match statement.name.as_str() {
        "fileinto" => (FilingKind::FileInto(options()), named(0)),
        "implicit_keep_target" => (FilingKind::Keep(options()), named(0)),
        "snooze" => (
            FilingKind::Snooze(options()),
            statement.value_of("mailbox").unwrap_or_default(),
        ),
        "mailboxexists" => (FilingKind::Test, named(0)),
        "specialuse_exists" | "metadataexists" => (FilingKind::Test, named(1)),
        "metadata" => (FilingKind::Test, named(2)),
        "environment" if asks_for_mailbox(statement) => (FilingKind::Test, named(0)),
        _ => return None,
    })
}

/// Whether a test compares a whole name with that of the mailbox that an imapsieve script runs for (RFC 6785 §4).
fn asks_for_mailbox(statement: &Statement) -> bool {
    const PARTS: [&str; 5] = ["contains", "matches", "regex", "value", "count"];
    let mut items = statement.nth_last(1, &[]).iter();
    items.any(|item| item.value.eq_ignore_ascii_case(b"imap.mailbox"))
        && !PARTS.iter().any(|part| statement.has(part))
}

fn action(statement: &Statement) -> Option<SieveActionKind> {
    match statement.name.as_str() {
        "redirect" => Some(SieveActionKind::Forward),
        "vacation" => Some(SieveActionKind::Answer),
        "notify" => Some(SieveActionKind::Notify),
        "reject" | "ereject" | "refuse" => Some(SieveActionKind::Reject),
        "discard" => Some(SieveActionKind::Discard),
        _ => None,
    }
}

fn options(statement: &Statement) -> FilingOptions {
    let first = |tag: &str| statement.value_of(tag)?.first().map(shown);
    let flags = statement.value_of("flags").unwrap_or_default();
    FilingOptions {
        copy: statement.has("copy"),
        create: statement.has("create"),
        flags: flags.iter().map(shown).collect(),
        mailbox_id: first("mailboxid"),
        special_use: first("specialuse"),
    }
}

/// Whether a server makes something else of this string when the script runs (RFC 5229 §3, RFC 5228 §2.4.2.4).
pub(super) fn is_computed(script: &Script, value: &[u8]) -> bool {
    let makes = script.requires("variables") || script.requires("encoded-character");
    makes && value.windows(2).any(|pair| pair == b"${")
}
