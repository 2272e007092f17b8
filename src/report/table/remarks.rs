//! Findings, warnings and what is left to do by hand: a code and a sentence.

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    words,
};
use crate::{
    language::Phrase,
    model::finding::{Code, Severity},
};

/// Below this width there is no room for a column of codes: the sentence follows on a line of its own.
const NARROW: usize = 72;

/// One remark.
pub(super) struct RemarkRow<'a> {
    pub(super) severity: Option<Severity>,
    pub(super) code: Code,
    pub(super) message: &'a Phrase,
}

/// Draws remarks below each other; codes are as wide as `code_width`, so that tables below each other stand in line.
pub(super) fn remarks(all: &[RemarkRow<'_>], code_width: usize, look: Look) -> Grid {
    let is_narrow = look.width < NARROW;
    let mut columns = vec![GridColumn::word("")];
    if all.iter().any(|remark| remark.severity.is_some()) {
        columns.push(GridColumn::word(""));
    }
    columns.push(if is_narrow {
        GridColumn::word("")
    } else {
        GridColumn::text("", 20)
    });
    let mut grid = Grid::new(columns);
    for remark in all {
        let ink = match remark.severity {
            Some(Severity::Error) => Ink::Bad,
            Some(Severity::Warning) | None => Ink::Odd,
            Some(Severity::Info) => Ink::Faint,
        };
        let severity = remark
            .severity
            .map(|severity| GridCell::new(look.say(words::severity(severity)), ink));
        let mut cells: Vec<GridCell> = severity.into_iter().collect();
        cells.push(GridCell::from(format!("{:code_width$}", remark.code)));
        if is_narrow {
            grid.row(cells);
            grid.note(GridCell::from(look.safe(remark.message)));
        } else {
            cells.push(GridCell::from(look.safe(remark.message)));
            grid.row(cells);
        }
    }
    grid
}

/// The width of the longest code.
pub(super) fn code_width(codes: impl Iterator<Item = Code>) -> usize {
    codes.map(|code| code.word().len()).max().unwrap_or(0)
}
