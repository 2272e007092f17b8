//! Faults of an accounts file: collected by their place, and shown with their line, without what may be a password.
//!
//! In: places, messages, what to hide. Out: at most fifty [`Fault`]s, in the order of the file, and how many more there are.

use std::ops::Range;

use crate::{
    language::Phrase,
    mapping::{Fault, fault::snippet},
};

/// The most faults that are shown.
const TOLD: usize = 50;

/// A file's text and where its lines begin.
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        Self {
            text,
            starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect(),
        }
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// Where the line of a place begins and ends.
    pub(super) fn line_at(&self, at: usize) -> Range<usize> {
        let line = self.line(at);
        let start = self.start_of(line);
        let end = self.starts.get(line).copied();
        start..end.unwrap_or(self.text.len())
    }

    /// Where a line begins.
    pub(super) fn start_of(&self, line: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied();
        start.unwrap_or(self.text.len())
    }

    fn fault(&self, file: &str, at: usize, message: Phrase, hidden: &[Range<usize>]) -> Fault {
        let span = self.line_at(at);
        let line = self.text.get(span.clone()).unwrap_or_default();
        let line = line.trim_end_matches(['\n', '\r']);
        let (mut shown, mut length, mut column, mut caret) = (String::new(), 0, 1, None);
        let mut hidden = within(hidden, &span).into_iter().peekable();
        let mut is_hiding = false;
        for (offset, letter) in line.char_indices() {
            let here = span.start + offset;
            while hidden.next_if(|range| range.end <= here).is_some() {}
            let hide = hidden.peek().is_some_and(|range| range.contains(&here));
            if !(hide && is_hiding) {
                shown.push(if hide { '…' } else { letter });
                length += 1;
            }
            is_hiding = hide;
            if here < at {
                column += 1;
            } else {
                caret.get_or_insert(length);
            }
        }
        let number = self.line(at) as u64;
        Fault {
            file: file.to_owned(),
            line: number,
            column,
            message,
            snippet: snippet(number, &shown, caret.unwrap_or(length + 1)),
        }
    }
}

/// The parts that touch a span, in order; parts that touch one another are joined.
fn within(hidden: &[Range<usize>], span: &Range<usize>) -> Vec<Range<usize>> {
    let touching = |part: &&Range<usize>| part.start < span.end && part.end > span.start;
    let mut parts: Vec<_> = hidden.iter().filter(touching).cloned().collect();
    parts.sort_unstable_by_key(|part| part.start);
    parts.dedup_by(|next, part| {
        let is_joined = next.start <= part.end;
        if is_joined {
            part.end = part.end.max(next.end);
        }
        is_joined
    });
    parts
}

/// The faults that were found so far.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<(usize, Phrase)>,
    hidden: Vec<Range<usize>>,
    count: usize,
}

impl Faults {
    pub(super) fn push(&mut self, at: usize, message: Phrase) {
        self.count += 1;
        if self.found.len() < TOLD {
            self.found.push((at, message));
        }
    }

    /// Hides this part of the text in every fault, also in those of other accounts on the same line.
    pub(super) fn hide(&mut self, span: Range<usize>) {
        self.hidden.push(span);
    }

    /// [`Self::hide`], for several parts.
    pub(super) fn hide_each(&mut self, spans: &[Range<usize>]) {
        self.hidden.extend_from_slice(spans);
    }

    /// How many faults there are, including those that are not shown.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The faults to show, in the order of the file, and how many more there are.
    pub(super) fn told(mut self, file: &str, text: &Text<'_>) -> (Vec<Fault>, usize) {
        self.found.sort_by_key(|(at, _)| *at);
        let more = self.count - self.found.len();
        let fault = |(at, message)| text.fault(file, at, message, &self.hidden);
        (self.found.into_iter().map(fault).collect(), more)
    }
}
