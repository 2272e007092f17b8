//! YAML: an accounts file with defaults and lists.
//!
//! In: text. Out: rows for [`Gather`], faults of the file's shape. What the values mean is not known here.
//!
//! The file is first read as a tree with places, because serde's derive stops at the first value of a wrong kind.

use std::{borrow::Cow, fmt, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_yaml::{
    Location, Options, Spanned, alias_limits, budget, options, options::DuplicateKeyPolicy,
};

use super::{
    column::Column,
    faults::Text,
    gather::{Gather, is_too_long, too_long},
    row::{Cell, Row},
};
use crate::{
    language::text,
    mapping::fault::{plainly, unknown},
};

/// The most values a file may have: a million accounts with a dozen words each.
const NODES_LIMIT: usize = 12_000_000;

/// The deepest nesting: a list in an account in a list in the file is four deep. Each level takes room on the stack.
const DEPTH_LIMIT: usize = 20;

/// The most values that aliases may stand for, all together.
const ALIASED_LIMIT: usize = 100_000;

const DEFAULTS: &str = "defaults";
const ACCOUNTS: &str = "accounts";

/// Reads the defaults and every account.
pub(super) fn read(text: &Text<'_>, gather: &mut Gather<'_>) {
    let tree: Node<'_> = match serde_yaml::from_str_with_options(text.text, bounds()) {
        Ok(tree) => tree,
        Err(error) => return out_of_form(text, &error, gather),
    };
    let Shape::Map(parts) = tree.value else {
        if !matches!(tree.value, Shape::Null) {
            let span = span(&tree.referenced);
            gather.faults.hide(text.line_at(span.start));
            let message = text::begins_with_accounts();
            gather.faults.push(span.start, message);
        }
        return;
    };
    let (mut defaults, mut accounts) = (None, None);
    for (key, value) in parts {
        let at = span(&key.referenced).start;
        let word = scalar(text, &key).unwrap_or_default();
        let part = match word.as_ref() {
            DEFAULTS => &mut defaults,
            ACCOUNTS => &mut accounts,
            word => {
                gather.faults.hide_each(&value_of(text, &key, &value));
                let message = unknown(text::a_key(), word, &[DEFAULTS, ACCOUNTS]);
                gather.faults.push(at, message);
                continue;
            }
        };
        if part.replace(value).is_some() {
            gather.faults.push(at, text::is_there_twice(word));
        }
    }
    if let Some(defaults) = defaults.filter(|defaults| !matches!(defaults.value, Shape::Null)) {
        let row = row(text, defaults, false, gather);
        gather.defaults(&row);
    }
    if let Some(accounts) = accounts {
        read_accounts(text, accounts, gather);
    }
}

fn bounds() -> Options {
    options! {
        // A key that is there twice is a fault with a place, like every other.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // A password that begins with ! would be taken for a tag and lost.
        reject_unsupported_tags: true,
        with_snippet: false,
        budget: budget! {
            max_nodes: NODES_LIMIT,
            max_events: 3 * NODES_LIMIT,
            max_depth: DEPTH_LIMIT,
        },
        alias_limits: alias_limits! {
            max_total_replayed_events: ALIASED_LIMIT,
        },
    }
}

fn read_accounts<'t>(text: &Text<'t>, accounts: Node<'t>, gather: &mut Gather<'_>) {
    let at = span(&accounts.referenced).start;
    let Shape::List(accounts) = accounts.value else {
        if !matches!(accounts.value, Shape::Null) {
            gather.faults.hide(at..end(&accounts));
            let message = text::accounts_is_a_list();
            gather.faults.push(at, message);
        }
        return;
    };
    for account in accounts {
        let row = row(text, account, true, gather);
        if !gather.account(&row) {
            return;
        }
    }
}

/// What is said of an account, or by default.
fn row<'t>(text: &Text<'t>, node: Node<'t>, is_account: bool, gather: &mut Gather<'_>) -> Row<'t> {
    let place = span(&node.referenced);
    let end = end(&node);
    let mut row = Row::new(place.start);
    match node.value {
        Shape::Map(pairs) => {
            for (key, value) in pairs {
                pair(text, &key, value, &mut row, gather);
            }
        }
        Shape::Null => {}
        _ => match scalar(text, &node) {
            Some(url) if is_account => {
                let cell = Cell {
                    text: url,
                    at: place.start,
                };
                row.push(Column::Account, place, vec![cell]);
            }
            _ => {
                row.hidden.push(place.start..end);
                row.is_broken = true;
                let message = text::keys_belong_here();
                gather.faults.push(place.start, message);
            }
        },
    }
    row
}

fn pair<'t>(
    text: &Text<'t>,
    key: &Node<'t>,
    value: Node<'t>,
    row: &mut Row<'t>,
    gather: &mut Gather<'_>,
) {
    let at = span(&key.referenced).start;
    let word = scalar(text, key).unwrap_or_default();
    let Some(column) = Column::from_word(&word) else {
        row.hidden.extend(value_of(text, key, &value));
        let message = unknown(text::a_key(), &word, &Column::words());
        gather.faults.push(at, message);
        // A misspelt `account` is one fault; that `account` is missing is not a second one.
        row.is_broken = true;
        return;
    };
    if row.get(column).is_some() {
        row.hidden.extend(value_of(text, key, &value));
        gather.faults.push(at, text::is_there_twice(word));
        return;
    }
    let place = span(&value.referenced);
    if column.is_secret() {
        row.hidden.extend(value_of(text, key, &value));
    }
    let mut cells = Vec::new();
    let is_one = !matches!(value.value, Shape::List(_));
    let nodes = match value.value {
        Shape::Null => {
            if column.is_secret() {
                gather.faults.push(at, text::text_missing());
            }
            return;
        }
        Shape::List(nodes) if column.is_list() => nodes,
        Shape::List(_) | Shape::Map(_) => {
            row.is_broken = true;
            return gather.faults.push(at, text::is_one_text(word));
        }
        shape => vec![Spanned::new(shape, value.referenced, value.defined)],
    };
    for node in nodes {
        let at = span(&node.referenced).start;
        match scalar(text, &node) {
            Some(text) if is_too_long(&text) => {
                row.hidden.push(span(&node.referenced));
                gather.faults.push(at, too_long());
            }
            Some(text) if text.trim().is_empty() && is_one => return,
            Some(text) => cells.push(Cell { text, at }),
            None => gather.faults.push(at, text::is_a_list_of_texts(&*word)),
        }
    }
    row.push(column, place, cells);
}

/// The parts that hold what stands under a key, with anchors and brackets; where it was first said, too.
fn value_of(text: &Text<'_>, key: &Node<'_>, value: &Node<'_>) -> [Range<usize>; 2] {
    let key = span(&key.referenced).end;
    let behind = text.text.get(key..).unwrap_or_default();
    let start = key + behind.len() - behind.trim_start_matches([':', ' ']).len();
    let end = match value.value {
        // What looked like a value to its writer was an anchor.
        Shape::Null => text.line_at(start).end,
        _ => end(value),
    };
    [start..end, span(&value.defined)]
}

/// Where a node and all below it ends.
fn end(node: &Node<'_>) -> usize {
    let own = span(&node.referenced).end;
    let below = match &node.value {
        Shape::List(nodes) => nodes.iter().map(end).max(),
        Shape::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| end(key).max(end(value)))
            .max(),
        Shape::Null | Shape::Text(_) | Shape::Plain => None,
    };
    below.unwrap_or(0).max(own)
}

/// The error of the YAML reader. Which values are secrets is not known then, so none is shown.
fn out_of_form(text: &Text<'_>, error: &serde_yaml::Error, gather: &mut Gather<'_>) {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let at = match location.span().byte_offset() {
        Some(at) => usize::try_from(at).unwrap_or(0).min(text.text.len()),
        None => text.start_of(usize::try_from(location.line()).unwrap_or(1)),
    };
    let line = text.line_at(at);
    let written = text.text.get(line.clone()).unwrap_or_default();
    let indent = written.len() - written.trim_start_matches([' ', '-']).len();
    let word = written.trim_start_matches([' ', '-']).split(':').next();
    let key = word.filter(|word| Column::from_word(word).is_some());
    let shown = line.start + indent + key.map_or(0, |key| key.len() + 2);
    gather.faults.hide(shown..line.end);
    let message = plainly(&error.to_string());
    // The reader may quote a secret.
    let message = match message.english().split_once(['`', '"', '\'']) {
        Some((words, _)) => text::sign_needs_quotes(words),
        None => message,
    };
    gather.faults.push(at, message);
}

/// A value and its place.
type Node<'t> = Spanned<Shape<'t>>;

enum Shape<'t> {
    Null,
    Text(Cow<'t, str>),
    /// A number, yes or no; its text counts as it is written.
    Plain,
    List(Vec<Node<'t>>),
    Map(Vec<(Node<'t>, Node<'t>)>),
}

/// Where a value stands, in octets of the text.
fn span(location: &Location) -> Range<usize> {
    let octets = |count: Option<u64>| count.and_then(|count| usize::try_from(count).ok());
    let start = octets(location.span().byte_offset()).unwrap_or(0);
    start..start + octets(location.span().byte_len()).unwrap_or(0)
}

/// The text of a value that is one.
fn scalar<'t>(text: &Text<'t>, node: &Node<'t>) -> Option<Cow<'t, str>> {
    match &node.value {
        Shape::Text(said) => Some(said.clone()),
        Shape::Plain => text.text.get(span(&node.defined)).map(Cow::Borrowed),
        Shape::Null | Shape::List(_) | Shape::Map(_) => None,
    }
}

impl<'de> Deserialize<'de> for Shape<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or keys with values")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Shape::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Shape::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Shape::Text(Cow::Owned(text)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Shape::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Shape::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Shape::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Shape::Plain)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Shape::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = seq.next_element()? {
            nodes.push(node);
        }
        Ok(Shape::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Shape::Map(pairs))
    }
}
