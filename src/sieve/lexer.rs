//! The words of a Sieve script (RFC 5228 §2), each with its place in the text.
//!
//! In: octets. Out: tokens, and comments apart from them. Never: what a word means.
//!
//! A string keeps the place of what stands between its quotes, so that a rewriting changes that and nothing else. Line ends
//! are CRLF or LF, and strings are octets: servers store scripts so.

use std::ops::Range;

use memchr::memmem;

use super::{
    literal::{Literal, LiteralForm},
    unreadable::{Met, Unreadable},
};

/// The most tokens of a script.
pub const TOKENS_LIMIT: usize = 100_000;

/// A word, string or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Range<usize>,
    pub line: usize,
    pub column: usize,
}

/// What a token is. Identifiers and tags are in lower case: Sieve ignores their case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    Identifier(String),
    Tag(String),
    Number,
    Text(Literal),
    /// One of `{}()[],;`.
    Sign(u8),
}

/// A comment: `#` to the end of its line, or `/*` to `*/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// What it says, without its marks and the end of its line.
    pub content: Range<usize>,
    /// The line on which it begins.
    pub line: usize,
    /// Whether it is `/* */`.
    pub is_block: bool,
}

/// What a text is made of.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    pub comments: Vec<Comment>,
}

/// Reads the words of a part of a text that begins on this line.
pub(super) fn lex(text: &[u8], part: Range<usize>, line: usize) -> Result<Lexed, Unreadable> {
    let mut lexer = Lexer {
        text: text.get(..part.end).unwrap_or(text),
        at: part.start,
        line,
        line_start: part.start,
    };
    let mut words = Lexed::default();
    while let Some(octet) = lexer.peek(0) {
        match octet {
            b' ' | b'\t' | b'\r' | b'\n' => lexer.step(1),
            b'#' => {
                let line = lexer.line;
                let content = lexer.line_comment();
                words.comments.push(Comment {
                    content,
                    line,
                    is_block: false,
                });
            }
            b'/' if lexer.peek(1) == Some(b'*') => {
                let line = lexer.line;
                let content = lexer.block_comment()?;
                words.comments.push(Comment {
                    content,
                    line,
                    is_block: true,
                });
            }
            _ if words.tokens.len() == TOKENS_LIMIT => {
                return Err(lexer.fault(Met::TooManyTokens));
            }
            _ => words.tokens.push(lexer.token(octet)?),
        }
    }
    Ok(words)
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
    line_start: usize,
}

fn is_word(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet == b'_'
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at.checked_add(ahead)?).copied()
    }

    fn step(&mut self, octets: usize) {
        for _ in 0..octets {
            let is_line_end = self.peek(0) == Some(b'\n');
            self.at += 1;
            if is_line_end {
                self.line += 1;
                self.line_start = self.at;
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fault(&self, met: Met) -> Unreadable {
        Unreadable {
            line: self.line,
            column: self.at - self.line_start + 1,
            met,
        }
    }

    /// How many octets from here on are as asked.
    fn run(&self, is_wanted: fn(u8) -> bool) -> usize {
        let rest = self.rest();
        let end = rest.iter().position(|octet| !is_wanted(*octet));
        end.unwrap_or(rest.len())
    }

    fn line_comment(&mut self) -> Range<usize> {
        let start = self.at + 1;
        let length = self.run(|octet| octet != b'\n');
        self.step(length);
        let end = match self.text.get(self.at.saturating_sub(1)) {
            Some(b'\r') if self.at > start => self.at - 1,
            _ => self.at,
        };
        start..end
    }

    fn block_comment(&mut self) -> Result<Range<usize>, Unreadable> {
        let start = self.at + 2;
        let inside = self.text.get(start..).unwrap_or_default();
        let Some(length) = memmem::find(inside, b"*/") else {
            return Err(self.fault(Met::UnclosedComment));
        };
        self.step(length + 4);
        Ok(start..start + length)
    }

    fn token(&mut self, first: u8) -> Result<Token, Unreadable> {
        let (start, line, column) = (self.at, self.line, self.at - self.line_start + 1);
        let kind = match first {
            b'{' | b'}' | b'(' | b')' | b'[' | b']' | b',' | b';' => {
                self.step(1);
                TokenKind::Sign(first)
            }
            b'"' => TokenKind::Text(self.quoted()?),
            b'0'..=b'9' => {
                let digits = self.run(|octet| octet.is_ascii_digit());
                self.step(digits);
                if matches!(self.peek(0), Some(b'K' | b'M' | b'G' | b'k' | b'm' | b'g')) {
                    self.step(1);
                }
                TokenKind::Number
            }
            b':' if self
                .peek(1)
                .is_some_and(|octet| is_word(octet) && !octet.is_ascii_digit()) =>
            {
                self.step(1);
                TokenKind::Tag(self.word())
            }
            _ if is_word(first) => {
                let word = self.word();
                if word == "text" && self.peek(0) == Some(b':') {
                    let unclosed = Unreadable {
                        line,
                        column,
                        met: Met::UnclosedText,
                    };
                    TokenKind::Text(self.multi_line(unclosed)?)
                } else {
                    TokenKind::Identifier(word)
                }
            }
            _ => return Err(self.fault(Met::Octet(first))),
        };
        let span = start..self.at;
        Ok(Token {
            kind,
            span,
            line,
            column,
        })
    }

    fn word(&mut self) -> String {
        let length = self.run(is_word);
        let word = self.rest().get(..length).unwrap_or_default();
        let word = String::from_utf8_lossy(word).to_ascii_lowercase();
        self.step(length);
        word
    }

    fn quoted(&mut self) -> Result<Literal, Unreadable> {
        let (start, line) = (self.at, self.line);
        let mut value = Vec::new();
        let mut octets = self.rest().iter().copied().enumerate().skip(1);
        let mut length = None;
        while let Some((at, octet)) = octets.next() {
            match octet {
                b'"' => {
                    length = Some(at + 1);
                    break;
                }
                b'\\' => value.extend(octets.next().map(|(_, octet)| octet)),
                _ => value.push(octet),
            }
        }
        let Some(length) = length else {
            return Err(self.fault(Met::UnclosedString));
        };
        self.step(length);
        Ok(Literal {
            value,
            form: LiteralForm::Quoted,
            line,
            content: start + 1..self.at - 1,
        })
    }

    /// A `text:` block, from its colon on. Two dots that begin a line are one, and a line of one dot is its end.
    fn multi_line(&mut self, unclosed: Unreadable) -> Result<Literal, Unreadable> {
        let line = self.line;
        self.step(1);
        let blanks = self.run(|octet| matches!(octet, b' ' | b'\t'));
        self.step(blanks);
        if self.peek(0) == Some(b'#') {
            let comment = self.run(|octet| octet != b'\n');
            self.step(comment);
        } else if self.peek(0) == Some(b'\r') {
            self.step(1);
        }
        match self.peek(0) {
            Some(b'\n') => self.step(1),
            Some(octet) => return Err(self.fault(Met::Octet(octet))),
            None => return Err(unclosed),
        }
        let content = self.at;
        let mut value = Vec::new();
        let mut length = 0;
        for text_line in self.rest().split_inclusive(|octet| *octet == b'\n') {
            if matches!(text_line, b".\r\n" | b".\n" | b"." | b".\r") {
                let end = content + length;
                self.step(length + text_line.len());
                return Ok(Literal {
                    value,
                    form: LiteralForm::Text,
                    line,
                    content: content..end,
                });
            }
            length += text_line.len();
            let unstuffed = text_line.strip_prefix(b".");
            let is_stuffed = unstuffed.is_some_and(|rest| rest.starts_with(b"."));
            let shown = unstuffed.filter(|_| is_stuffed).unwrap_or(text_line);
            value.extend_from_slice(shown);
        }
        Err(unclosed)
    }
}
