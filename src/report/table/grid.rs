//! A table that fits its width: columns wrap down to what they can bear, then the least needed ones go.
//!
//! In: cells of safe text. Out: lines. Never: a line that is too wide, a cell that is cut off.
//!
//! The widths are decided here and the cells broken into lines beforehand, so that `tabled` has only to draw.

use tabled::{
    builder::Builder,
    settings::{Alignment, Modify, Padding, Style, object::Columns},
};

use super::{ink::Ink, look::Look};
use crate::report::wrap::{width, wrap};

/// Columns between two columns.
const GAP: usize = 2;
/// What even a number is squeezed to before a line becomes too wide.
const FLOOR: usize = 3;

/// One column.
pub(super) struct GridColumn {
    head: String,
    least: Option<usize>,
    is_number: bool,
    is_needed: bool,
}

impl GridColumn {
    /// Text that may be wrapped down to so many columns.
    pub(super) fn text(head: impl Into<String>, least: usize) -> Self {
        Self {
            head: head.into(),
            least: Some(least),
            is_number: false,
            is_needed: true,
        }
    }

    /// A word that is not broken.
    pub(super) fn word(head: impl Into<String>) -> Self {
        Self {
            least: None,
            ..Self::text(head, 0)
        }
    }

    /// A number: to the right, not broken.
    pub(super) fn number(head: impl Into<String>) -> Self {
        Self {
            is_number: true,
            ..Self::word(head)
        }
    }

    /// Left out where there is no room.
    pub(super) fn spare(self) -> Self {
        Self {
            is_needed: false,
            ..self
        }
    }
}

/// One cell.
#[derive(Debug, Clone, Default)]
pub(super) struct GridCell {
    text: String,
    ink: Ink,
}

impl GridCell {
    pub(super) fn new(text: impl Into<String>, ink: Ink) -> Self {
        Self {
            text: text.into(),
            ink,
        }
    }

    fn lines(&self, columns: usize, colour: bool) -> Vec<String> {
        let lines = wrap(&self.text, columns);
        lines
            .iter()
            .map(|line| self.ink.draw(line, colour))
            .collect()
    }
}

impl<T: Into<String>> From<T> for GridCell {
    fn from(text: T) -> Self {
        Self::new(text, Ink::Plain)
    }
}

enum Row {
    Cells(Vec<GridCell>),
    /// A remark on the row before it, from the second column to the end of the line.
    Note(GridCell),
}

/// A table in the making.
pub(super) struct Grid {
    columns: Vec<GridColumn>,
    rows: Vec<Row>,
}

impl Grid {
    pub(super) fn new(columns: impl Into<Vec<GridColumn>>) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn row(&mut self, cells: impl Into<Vec<GridCell>>) {
        self.rows.push(Row::Cells(cells.into()));
    }

    pub(super) fn note(&mut self, cell: GridCell) {
        self.rows.push(Row::Note(cell));
    }

    /// Draws the table, every line with its end.
    pub(super) fn draw(&self, look: Look) -> String {
        let shown = self.widths(look.width);
        let mut builder = Builder::default();
        let mut heights = Vec::new();
        let has_heads = self.columns.iter().any(|column| !column.head.is_empty());
        if has_heads {
            builder.push_record(self.each(&shown, |column, _| {
                Ink::Strong.draw(&column.head, look.colour)
            }));
            builder.push_record(self.each(&shown, |_, width| {
                Ink::Faint.draw(&"─".repeat(width), look.colour)
            }));
        }
        for row in &self.rows {
            if let Row::Cells(cells) = row {
                let record: Vec<String> = shown
                    .iter()
                    .map(|(at, width)| match cells.get(*at) {
                        Some(cell) => cell.lines(*width, look.colour).join("\n"),
                        None => String::new(),
                    })
                    .collect();
                let lines = record.iter().map(|cell| cell.split('\n').count());
                heights.push(lines.max().unwrap_or(1));
                builder.push_record(record);
            }
        }
        let mut table = builder.build();
        table.with(Style::empty()).with(Padding::new(0, GAP, 0, 0));
        for (place, (at, _)) in shown.iter().enumerate() {
            if self.columns.get(*at).is_some_and(|column| column.is_number) {
                table.with(Modify::new(Columns::one(place)).with(Alignment::right()));
            }
        }
        let indent = shown.first().map_or(0, |(_, width)| width + GAP);
        self.interleave(
            &table.to_string(),
            if has_heads { 2 } else { 0 },
            &heights,
            indent,
            look,
        )
    }

    /// Puts the notes below their rows: `tabled` can span cells, but a thousand of them take it a minute.
    fn interleave(
        &self,
        drawn: &str,
        heads: usize,
        heights: &[usize],
        indent: usize,
        look: Look,
    ) -> String {
        let mut text = String::new();
        let mut add = |line: &str| {
            text.push_str(line.trim_end_matches(' '));
            text.push('\n');
        };
        let mut drawn = drawn.lines();
        drawn.by_ref().take(heads).for_each(&mut add);
        let mut heights = heights.iter();
        for row in &self.rows {
            match row {
                Row::Cells(_) => {
                    let height = heights.next().copied().unwrap_or(0);
                    drawn.by_ref().take(height).for_each(&mut add);
                }
                Row::Note(cell) => {
                    let room = look.width.saturating_sub(indent).max(FLOOR);
                    for line in cell.lines(room, look.colour) {
                        add(&format!("{:indent$}{line}", ""));
                    }
                }
            }
        }
        text
    }

    fn each(
        &self,
        shown: &[(usize, usize)],
        cell: impl Fn(&GridColumn, usize) -> String,
    ) -> Vec<String> {
        shown
            .iter()
            .filter_map(|(at, width)| Some(cell(self.columns.get(*at)?, *width)))
            .collect()
    }

    /// The columns that are shown, each with its width.
    fn widths(&self, room: usize) -> Vec<(usize, usize)> {
        let mut shown: Vec<Fit> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| Fit::of(at, column, self.natural(at, column)))
            .collect();
        let total = |shown: &[Fit]| {
            let columns: usize = shown.iter().map(|fit| fit.width).sum();
            columns + GAP * shown.len().saturating_sub(1)
        };
        while total(&shown) > room {
            match shown.iter().rposition(|fit| fit.is_spare) {
                Some(last) => drop(shown.remove(last)),
                None => break,
            }
        }
        // No more can go: the widest is squeezed.
        while total(&shown) > room {
            match shown.iter_mut().max_by_key(|fit| fit.width) {
                Some(fit) if fit.width > FLOOR => fit.width -= 1,
                _ => break,
            }
        }
        while total(&shown) < room {
            let narrowest = shown
                .iter_mut()
                .filter(|fit| fit.width < fit.natural)
                .min_by_key(|fit| fit.width);
            match narrowest {
                Some(fit) => fit.width += 1,
                None => break,
            }
        }
        shown.iter().map(|fit| (fit.at, fit.width)).collect()
    }

    /// The width at which nothing of the column is wrapped.
    fn natural(&self, at: usize, column: &GridColumn) -> usize {
        let cells = self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) => cells.get(at).map(|cell| width(&cell.text)),
            Row::Note(_) => None,
        });
        cells.chain([width(&column.head)]).max().unwrap_or(0)
    }
}

/// A column while widths are shared out.
struct Fit {
    at: usize,
    width: usize,
    natural: usize,
    is_spare: bool,
}

impl Fit {
    fn of(at: usize, column: &GridColumn, natural: usize) -> Self {
        let least = column
            .least
            .map_or(natural, |least| least.max(width(&column.head)).min(natural));
        Self {
            at,
            width: least,
            natural,
            is_spare: !column.is_needed,
        }
    }
}
