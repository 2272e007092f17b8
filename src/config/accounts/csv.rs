//! CSV (RFC 4180): an accounts file as spreadsheets and scripts write it.
//!
//! In: text. Out: rows for [`Gather`], faults of the file's shape. What the cells mean is not known here.
//!
//! It is written by hand because a fault must name the place of a cell and must not show a secret: a CSV library that gives
//! records only knows neither.

use std::{borrow::Cow, ops::Range};

use super::{
    column::Column,
    faults::Text,
    gather::{Gather, is_too_long, too_long},
    row::{Cell, Row},
};
use crate::{
    language::{Phrase, text},
    mapping::{fault::unknown, nearest},
};

/// Reads every row.
pub(super) fn read(text: &Text<'_>, gather: &mut Gather<'_>) {
    let mut cutter = Cutter {
        text: text.text,
        at: 0,
        delimiter: b',',
    };
    cutter.skip_to_record();
    let line = text.line_at(cutter.at);
    cutter.delimiter = delimiter(text.text.get(line.clone()).unwrap_or_default());
    let Some(header) = cutter.record() else {
        return;
    };
    let Some(columns) = columns(&header, line, gather) else {
        return;
    };
    while let Some(record) = cutter.record() {
        let row = row(&record, &columns, gather);
        if !row.values.is_empty() || row.is_broken {
            let has_room = gather.account(&row);
            if !has_room || record.is_open {
                return;
            }
        }
    }
}

/// What stands between the header's words.
fn delimiter(header: &str) -> u8 {
    let mut is_quoted = false;
    for octet in header.bytes() {
        match octet {
            b'"' => is_quoted = !is_quoted,
            b',' | b';' if !is_quoted => return octet,
            _ => {}
        }
    }
    b','
}

/// The columns of the header; unknown ones are none. A first line without the accounts' column is not taken for a header.
fn columns(
    header: &Record<'_>,
    line: Range<usize>,
    gather: &mut Gather<'_>,
) -> Option<Vec<Option<Column>>> {
    let words: Vec<String> = header
        .cells
        .iter()
        .map(|piece| piece.text.trim().to_ascii_lowercase())
        .collect();
    let account = Column::Account.word();
    let is_account =
        |word: &String| word == account || nearest(word, [account].into_iter()).is_some();
    if header.is_open || !words.iter().any(is_account) {
        // The line may be data, with a password in it.
        gather.faults.hide(line.clone());
        gather
            .faults
            .push(line.start, text::first_line_names_columns());
        return None;
    }
    let mut columns = Vec::new();
    for (word, piece) in words.iter().zip(&header.cells) {
        let column = Column::from_word(word);
        if column.is_some() && columns.contains(&column) {
            let message = text::column_twice(word);
            gather.faults.push(piece.span.start, message);
        } else if column.is_none() {
            let words = Column::words();
            // Anything but a slip of a word may be data, and a password.
            let message = if nearest(word, words.iter().copied()).is_none() {
                gather.faults.hide(piece.span.clone());
                text::no_such_column(words.join(", "))
            } else {
                unknown(text::a_column(), word, &words)
            };
            gather.faults.push(piece.span.start, message);
        }
        columns.push(column);
    }
    Some(columns)
}

/// The row of a record; blank cells say nothing.
fn row<'t>(record: &Record<'t>, columns: &[Option<Column>], gather: &mut Gather<'_>) -> Row<'t> {
    let mut row = Row::new(record.at);
    if let Some((at, message)) = record.wrong.clone() {
        gather.faults.push(at, message);
        row.is_broken = true;
    }
    let surplus = record.cells.get(columns.len()..).unwrap_or_default();
    if let Some(first) = surplus.iter().find(|piece| !piece.text.is_empty()) {
        let (there, named) = (record.cells.len(), columns.len());
        let message = text::too_many_cells(there.to_string(), named.to_string());
        gather.faults.push(first.span.start, message);
        row.is_broken = true;
    }
    for (place, piece) in record.cells.iter().enumerate() {
        let column = columns.get(place).copied().flatten();
        // Where cells stand in the wrong column, any of them may be a secret.
        if column.is_none() || (row.is_broken && column != Some(Column::Account)) {
            row.hidden.push(piece.span.clone());
        }
        let Some(column) = column.filter(|_| !piece.text.is_empty()) else {
            continue;
        };
        if is_too_long(&piece.text) {
            gather.faults.push(piece.span.start, too_long());
            row.hidden.push(piece.span.clone());
            row.is_broken = true;
        } else if column.is_list() {
            row.push(column, piece.span.clone(), parts(piece));
        } else {
            let cell = Cell {
                text: piece.text.clone(),
                at: piece.span.start,
            };
            row.push(column, piece.span.clone(), vec![cell]);
        }
    }
    if row.is_broken {
        // The other cells may stand in the wrong column, and then their faults would mislead.
        row.values.retain(|value| value.column == Column::Account);
    }
    row
}

/// The values joined by `|` in a cell, where `\|` is a bar.
fn parts<'t>(piece: &Piece<'t>) -> Vec<Cell<'t>> {
    let mut texts = vec![String::new()];
    let mut letters = piece.text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next_if_eq(&'|').is_some() => push(&mut texts, '|'),
            '|' => texts.push(String::new()),
            letter => push(&mut texts, letter),
        }
    }
    let texts = texts.into_iter().filter(|text| !text.trim().is_empty());
    let cell = |text: String| Cell {
        text: Cow::Owned(text.trim().to_owned()),
        at: piece.span.start,
    };
    texts.map(cell).collect()
}

fn push(texts: &mut [String], letter: char) {
    if let Some(last) = texts.last_mut() {
        last.push(letter);
    }
}

/// A cell as it stands in the file.
struct Piece<'t> {
    text: Cow<'t, str>,
    /// With its quotes.
    span: Range<usize>,
}

/// The cells of one line, or of several lines where a quoted cell holds line ends.
struct Record<'t> {
    at: usize,
    cells: Vec<Piece<'t>>,
    /// What is wrong with its quotes, and where.
    wrong: Option<(usize, Phrase)>,
    /// Whether a quote is never closed, so that what follows cannot be read.
    is_open: bool,
}

/// Cuts text into records.
struct Cutter<'t> {
    text: &'t str,
    at: usize,
    delimiter: u8,
}

impl<'t> Cutter<'t> {
    fn record(&mut self) -> Option<Record<'t>> {
        self.skip_to_record();
        let mut record = Record {
            at: self.at,
            cells: Vec::new(),
            wrong: None,
            is_open: false,
        };
        self.peek()?;
        loop {
            self.skip_spaces();
            let piece = if self.peek() == Some(b'"') {
                self.quoted(&mut record)
            } else {
                self.bare()
            };
            record.cells.push(piece);
            let end = self.peek();
            self.at += 1;
            if end != Some(self.delimiter) {
                return Some(record);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn slice(&self, span: Range<usize>) -> &'t str {
        self.text.get(span).unwrap_or_default()
    }

    /// The next octet that ends a cell, or the end.
    fn end_of_cell(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let end = memchr::memchr2(self.delimiter, b'\n', rest);
        self.at + end.unwrap_or(rest.len())
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Skips blank lines and comments.
    fn skip_to_record(&mut self) {
        loop {
            let start = self.at;
            self.skip_spaces();
            match self.peek() {
                Some(b'\n') => self.at += 1,
                Some(b'#') => {
                    let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                None => return,
                Some(_) => {
                    self.at = start;
                    self.skip_spaces();
                    return;
                }
            }
        }
    }

    fn bare(&mut self) -> Piece<'t> {
        let start = self.at;
        self.at = self.end_of_cell();
        let text = self.slice(start..self.at).trim_end();
        Piece {
            text: Cow::Borrowed(text),
            span: start..start + text.len(),
        }
    }

    fn quoted(&mut self, record: &mut Record<'t>) -> Piece<'t> {
        let start = self.at;
        self.at += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(length) = memchr::memchr(b'"', rest) else {
                record.wrong = Some((start, text::quote_never_closed()));
                record.is_open = true;
                self.at = self.text.len();
                break;
            };
            let part = self.slice(self.at..self.at + length);
            if text.is_empty() {
                text = Cow::Borrowed(part);
            } else {
                text.to_mut().push_str(part);
            }
            self.at += length + 1;
            if self.peek() != Some(b'"') {
                break;
            }
            text.to_mut().push('"');
            self.at += 1;
        }
        self.skip_spaces();
        let closed = self.at;
        self.at = self.end_of_cell();
        if closed != self.at {
            record.wrong = Some((closed, text::text_behind_quote()));
        }
        Piece {
            text,
            span: start..self.at,
        }
    }
}
