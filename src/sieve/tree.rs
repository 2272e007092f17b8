//! The commands and tests of a Sieve script as the grammar of RFC 5228 §8.2 nests them.
//!
//! In: tokens. Out: statements. Never: which commands exist: extensions add their own, and all have one form.

use std::ops::Range;

use super::{
    lexer::{Token, TokenKind},
    literal::Literal,
    unreadable::{Met, Unreadable},
};

/// How deep blocks and tests may be nested, both counted together.
pub const DEPTH_LIMIT: usize = 32;

/// A command, or a test within one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Its name in lower case.
    pub name: String,
    pub line: usize,
    /// From its name to the sign that ends it; a test's name alone.
    pub span: Range<usize>,
    pub arguments: Vec<Argument>,
    pub tests: Vec<Statement>,
    pub block: Vec<Statement>,
}

/// An argument of a command or test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument {
    /// Without its colon, in lower case.
    Tag(String),
    Number,
    /// A string list; a string that stands alone is a list of one.
    Strings(Vec<Literal>),
}

impl Statement {
    pub fn has(&self, tag: &str) -> bool {
        let mut arguments = self.arguments.iter();
        arguments.any(|argument| matches!(argument, Argument::Tag(name) if name == tag))
    }

    /// The strings that follow a tag.
    pub fn value_of(&self, tag: &str) -> Option<&[Literal]> {
        let mut arguments = self.arguments.iter();
        arguments.find(|argument| matches!(argument, Argument::Tag(name) if name == tag))?;
        match arguments.next()? {
            Argument::Strings(strings) => Some(strings),
            Argument::Tag(_) | Argument::Number => None,
        }
    }

    /// The strings of the argument that is so many before the last: positional arguments stand last. None where that is the
    /// value of one of these tags.
    pub fn nth_last(&self, before: usize, valued: &[&str]) -> &[Literal] {
        let mut arguments = self.arguments.iter().rev().skip(before);
        match (arguments.next(), arguments.next()) {
            (Some(Argument::Strings(_)), Some(Argument::Tag(tag)))
                if valued.contains(&tag.as_str()) =>
            {
                &[]
            }
            (Some(Argument::Strings(strings)), _) => strings,
            _ => &[],
        }
    }
}

/// Reads commands to the end.
pub(super) fn parse(tokens: Vec<Token>) -> Result<Vec<Statement>, Unreadable> {
    let end = tokens
        .last()
        .map_or((1, 1), |last| (last.line, last.column));
    let mut parser = Parser {
        tokens: tokens.into_iter(),
        end,
    };
    parser.statements(0, false)
}

struct Parser {
    tokens: std::vec::IntoIter<Token>,
    /// Where the last token stands.
    end: (usize, usize),
}

impl Parser {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.as_slice().first().map(|token| &token.kind)
    }

    /// What is wrong at the next token.
    fn fault(&self, met: Met) -> Unreadable {
        let (line, column) = match self.tokens.as_slice().first() {
            Some(token) => (token.line, token.column),
            None => self.end,
        };
        let is_end = self.tokens.as_slice().is_empty() && met == Met::Token;
        Unreadable {
            line,
            column,
            met: if is_end { Met::End } else { met },
        }
    }

    fn take_sign(&mut self, sign: u8) -> Option<Token> {
        match self.peek() {
            Some(TokenKind::Sign(found)) if *found == sign => self.tokens.next(),
            _ => None,
        }
    }

    fn statements(&mut self, depth: usize, is_block: bool) -> Result<Vec<Statement>, Unreadable> {
        if depth > DEPTH_LIMIT {
            return Err(self.fault(Met::TooDeep));
        }
        let mut statements = Vec::new();
        loop {
            match self.peek() {
                None if !is_block => return Ok(statements),
                Some(TokenKind::Sign(b'}')) if is_block => return Ok(statements),
                Some(TokenKind::Identifier(_)) => statements.push(self.command(depth)?),
                _ => return Err(self.fault(Met::Token)),
            }
        }
    }

    fn command(&mut self, depth: usize) -> Result<Statement, Unreadable> {
        let mut command = self.test(depth)?;
        let last = if let Some(end) = self.take_sign(b';') {
            end
        } else if self.take_sign(b'{').is_some() {
            command.block = self.statements(depth + 1, true)?;
            self.take_sign(b'}').ok_or_else(|| self.fault(Met::Token))?
        } else {
            return Err(self.fault(Met::Token));
        };
        command.span.end = last.span.end;
        Ok(command)
    }

    /// A name with its arguments and tests: a test, or the head of a command.
    fn test(&mut self, depth: usize) -> Result<Statement, Unreadable> {
        if depth > DEPTH_LIMIT {
            return Err(self.fault(Met::TooDeep));
        }
        let (name, token) = match self.tokens.next() {
            Some(Token {
                kind: TokenKind::Identifier(name),
                span,
                line,
                ..
            }) => (name, (span, line)),
            _ => return Err(self.fault(Met::Token)),
        };
        let mut statement = Statement {
            name,
            line: token.1,
            span: token.0,
            arguments: Vec::new(),
            tests: Vec::new(),
            block: Vec::new(),
        };
        while let Some(argument) = self.argument()? {
            statement.arguments.push(argument);
        }
        if let Some(TokenKind::Identifier(_)) = self.peek() {
            statement.tests.push(self.test(depth + 1)?);
        } else if self.take_sign(b'(').is_some() {
            loop {
                let Some(TokenKind::Identifier(_)) = self.peek() else {
                    return Err(self.fault(Met::Token));
                };
                statement.tests.push(self.test(depth + 1)?);
                if self.take_sign(b')').is_some() {
                    break;
                }
                self.take_sign(b',').ok_or_else(|| self.fault(Met::Token))?;
            }
        }
        Ok(statement)
    }

    fn argument(&mut self) -> Result<Option<Argument>, Unreadable> {
        let argument = match self.peek() {
            Some(TokenKind::Tag(_) | TokenKind::Number | TokenKind::Text(_)) => self.tokens.next(),
            Some(TokenKind::Sign(b'[')) => return self.strings().map(Some),
            _ => None,
        };
        Ok(argument.and_then(|token| match token.kind {
            TokenKind::Tag(name) => Some(Argument::Tag(name)),
            TokenKind::Number => Some(Argument::Number),
            TokenKind::Text(literal) => Some(Argument::Strings(vec![literal])),
            TokenKind::Identifier(_) | TokenKind::Sign(_) => None,
        }))
    }

    fn strings(&mut self) -> Result<Argument, Unreadable> {
        self.take_sign(b'[');
        let mut strings = Vec::new();
        loop {
            match self.peek() {
                Some(TokenKind::Text(_)) => {}
                _ => return Err(self.fault(Met::Token)),
            }
            if let Some(TokenKind::Text(literal)) = self.tokens.next().map(|token| token.kind) {
                strings.push(literal);
            }
            if self.take_sign(b']').is_some() {
                return Ok(Argument::Strings(strings));
            }
            self.take_sign(b',').ok_or_else(|| self.fault(Met::Token))?;
        }
    }
}
