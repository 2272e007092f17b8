//! Review: what a table of the user's own changes in the built-in one.
//!
//! In: a [`Table`]. Out: [`Review`]. Never: faults; a table with faults is none.

use std::collections::BTreeSet;

use super::{lookup::Mapping, table::Table};
use crate::model::role::Role;

/// How a table stands to the built-in one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// Names that the built-in table does not know.
    pub new: usize,
    /// Names that it uses for the same roles.
    pub repeated: usize,
    /// Names that it uses for other roles, in the order of the file.
    pub changed: Vec<Change>,
}

/// One name that gets another meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name as typed.
    pub name: String,
    /// The line it stands on.
    pub line: u64,
    /// The built-in roles.
    pub from: BTreeSet<Role>,
    /// The user's roles.
    pub to: BTreeSet<Role>,
}

/// Compares a table with the built-in one.
#[must_use]
pub fn review(table: &Table) -> Review {
    let built_in = Mapping::built_in();
    let mut review = Review::default();
    for row in &table.rows {
        let from: BTreeSet<Role> = built_in
            .lookup(&row.name)
            .iter()
            .map(|one| one.role)
            .collect();
        let to: BTreeSet<Role> = row.roles.iter().copied().collect();
        if from.is_empty() {
            review.new += 1;
        } else if from == to {
            review.repeated += 1;
        } else {
            review.changed.push(Change {
                name: row.name.clone(),
                line: row.line,
                from,
                to,
            });
        }
    }
    review
}

#[cfg(test)]
mod tests {
    use super::review;
    use crate::{mapping::file::parse, model::role::Role};

    #[test]
    fn what_is_new_repeated_and_changed_is_told_apart() {
        let text = "locale: fr\nroles:\n  sent: [{name: Envoyés}, {name: Expédié}]\n  archive: [{name: corbeille}]\n";
        let review = review(&parse("mine.yaml", text).unwrap());
        assert_eq!((review.new, review.repeated), (1, 1));
        let change = &review.changed[0];
        assert_eq!((change.name.as_str(), change.line), ("corbeille", 4));
        assert_eq!(change.from, [Role::Trash].into());
        assert_eq!(change.to, [Role::Archive].into());
    }
}
