//! A page: lines and tables one below the other.
//!
//! In: safe text. Out: text that is no wider than the look says, but for what must be pasted in one piece.
//! Never: a broken command.

use super::{grid::Grid, ink::Ink, look::Look};
use crate::report::{
    text::safe,
    wrap::{width, wrap},
};

/// A page in the making.
pub(super) struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Self {
            look,
            text: String::new(),
        }
    }

    /// A line, wrapped where it must be.
    pub(super) fn line(&mut self, text: &str, ink: Ink) {
        for line in wrap(text, self.look.width) {
            self.text.push_str(&ink.draw(&line, self.look.colour));
            self.text.push('\n');
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn grid(&mut self, grid: &Grid) {
        self.text.push_str(&grid.draw(self.look));
    }

    /// A command to paste, on the same line as what it is for or below it; never broken.
    pub(super) fn command(&mut self, what: &str, command: &str) {
        let line = format!("{what}  {command}");
        if width(&line) <= self.look.width {
            self.line(&line, Ink::Plain);
        } else {
            self.line(what, Ink::Plain);
            self.text.push_str("  ");
            self.text.push_str(command);
            self.text.push('\n');
        }
    }

    /// Lines to paste, never broken.
    pub(super) fn snippet(&mut self, snippet: &str) {
        for line in snippet.lines() {
            self.text.push_str("    ");
            self.text.push_str(&safe(line));
            self.text.push('\n');
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
