//! Rows: what a file says of one account, as texts with their places, the same for CSV and YAML.
//!
//! In: cells from `csv` and `yaml`. Out: [`Row`], with the parts that no message may show. What the texts mean is not known
//! here.

use std::{borrow::Cow, ops::Range};

use super::column::Column;
use crate::{
    config::{account::Account, words},
    mapping::is_tag,
};

/// A text and where it begins.
#[derive(Debug, Clone)]
pub(super) struct Cell<'t> {
    pub(super) text: Cow<'t, str>,
    /// Octets into the file's text.
    pub(super) at: usize,
}

/// What stands in one column.
pub(super) struct Value<'t> {
    pub(super) column: Column,
    /// Where it begins.
    pub(super) at: usize,
    /// One text, or any number of them where the column is a list.
    pub(super) cells: Vec<Cell<'t>>,
}

/// What is said of one account.
pub(super) struct Row<'t> {
    /// Where it begins.
    pub(super) at: usize,
    pub(super) values: Vec<Value<'t>>,
    /// Parts that may be a password.
    pub(super) hidden: Vec<Range<usize>>,
    /// Whether its shape is wrong; then it is no fault of its own that something is missing.
    pub(super) is_broken: bool,
}

impl<'t> Row<'t> {
    pub(super) fn new(at: usize) -> Self {
        Self {
            at,
            values: Vec::new(),
            hidden: Vec::new(),
            is_broken: false,
        }
    }

    /// Adds what stands in a column.
    pub(super) fn push(&mut self, column: Column, span: Range<usize>, cells: Vec<Cell<'t>>) {
        if cells.iter().any(|cell| may_be_a_secret(column, &cell.text)) || cells.is_empty() {
            self.hidden.push(span.clone());
        }
        self.values.push(Value {
            column,
            at: span.start,
            cells,
        });
    }

    pub(super) fn get(&self, column: Column) -> Option<&Value<'t>> {
        self.values.iter().find(|value| value.column == column)
    }

    /// The text of a column that is no list.
    pub(super) fn text(&self, column: Column) -> Option<&Cell<'t>> {
        self.get(column)?.cells.first()
    }
}

/// Whether a text may be a password that stands in the wrong column: all that does not say what its column is for.
fn may_be_a_secret(column: Column, text: &str) -> bool {
    match column {
        Column::Account => Account::parse(text).is_err(),
        Column::Locale => !is_tag(text),
        Column::Role | Column::Target => !words::is_nearly_a_pair(text),
        Column::MasterSeparator => text.chars().nth(1).is_some(),
        Column::Name
        | Column::LoginAs
        | Column::PasswordEnv
        | Column::PasswordFile
        | Column::PasswordCommand
        | Column::OauthTokenCommand
        | Column::Password => true,
    }
}
