//! Turns the octets of a command into words, and sets into numbers.
//!
//! In: a line with its literals set apart. Out: [`Word`]s, or nothing where the line is not well-formed. Nesting is
//! limited, and no word is given a meaning here.

/// Deepest nesting of lists.
const DEPTH: usize = 16;

/// What stands for a literal in [`Line::text`]; a line that holds this octet itself is refused when it is read.
pub(super) const LITERAL: u8 = 0;

/// A command as it was read.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub text: Vec<u8>,
    pub literals: Vec<Vec<u8>>,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// Unquoted.
    Atom(Vec<u8>),
    /// Quoted, or a literal.
    Text(Vec<u8>),
    /// In parentheses.
    List(Vec<Word>),
}

impl Word {
    /// The octets of anything but a list.
    pub fn octets(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(octets) | Self::Text(octets) => Some(octets),
            Self::List(_) => None,
        }
    }

    /// An unquoted word in capitals; empty for all else.
    pub fn capitals(&self) -> String {
        match self {
            Self::Atom(octets) => String::from_utf8_lossy(octets).to_ascii_uppercase(),
            _ => String::new(),
        }
    }

    /// Text of anything but a list, where it is UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.octets()?).ok()
    }

    /// The words of a list.
    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(words) => Some(words),
            _ => None,
        }
    }

    /// A list, or a single word standing for a list of one.
    pub fn many(&self) -> &[Self] {
        match self {
            Self::List(words) => words,
            word => std::slice::from_ref(word),
        }
    }
}

/// Cuts a line into words.
pub(super) fn words(line: Line) -> Option<Vec<Word>> {
    let mut lexer = Lexer {
        rest: &line.text,
        literals: line.literals.into_iter(),
    };
    let words = lexer.words(DEPTH)?;
    lexer.rest.is_empty().then_some(words)
}

/// The first word, where it can be a tag.
pub(super) fn tag_of(text: &[u8]) -> Option<String> {
    let word = text.split(|octet| *octet == b' ').next()?;
    let fits = (1..=64).contains(&word.len())
        && word.iter().all(|octet| {
            matches!(octet, 0x21..=0x7e)
                && !matches!(
                    octet,
                    b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b'+'
                )
        });
    fits.then(|| String::from_utf8_lossy(word).into_owned())
}

struct Lexer<'l> {
    rest: &'l [u8],
    literals: std::vec::IntoIter<Vec<u8>>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Words up to the end, or up to a closing parenthesis, which is left.
    fn words(&mut self, depth: usize) -> Option<Vec<Word>> {
        let mut words = Vec::new();
        loop {
            while self.rest.first() == Some(&b' ') {
                self.next();
            }
            match self.rest.first() {
                None | Some(b')') => return Some(words),
                Some(_) => words.push(self.word(depth)?),
            }
        }
    }

    fn word(&mut self, depth: usize) -> Option<Word> {
        match self.rest.first()? {
            b'(' => {
                self.next();
                let words = self.words(depth.checked_sub(1)?)?;
                (self.next()? == b')').then_some(Word::List(words))
            }
            b'"' => {
                self.next();
                self.quoted().map(Word::Text)
            }
            &LITERAL => {
                self.next();
                self.literals.next().map(Word::Text)
            }
            _ => self.atom().map(Word::Atom),
        }
    }

    fn quoted(&mut self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'"' => return Some(text),
                b'\\' => text.push(self.next()?),
                // A literal does not begin inside quotes.
                LITERAL => return None,
                octet => text.push(octet),
            }
        }
    }

    /// An atom; `BODY[HEADER.FIELDS (A "B")]<0.1>` is one too.
    fn atom(&mut self) -> Option<Vec<u8>> {
        let section = self
            .rest
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"BODY"));
        let mut inside = false;
        let mut length = 0;
        for octet in self.rest {
            match octet {
                b'[' if section => inside = true,
                b']' if section => inside = false,
                b' ' | b'(' | b')' if !inside => break,
                b'"' | &LITERAL if !inside => return None,
                _ => {}
            }
            length += 1;
        }
        let (atom, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        (length > 0).then(|| atom.to_vec())
    }
}

/// A set of sequence numbers or UIDs; `*` is 0, which is none, until it is known what the last one is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let number = |text: &str| {
            if text == "*" {
                return Some(0);
            }
            let digits = text.bytes().all(|octet| octet.is_ascii_digit());
            text.parse().ok().filter(|number| digits && *number > 0)
        };
        text.split(',')
            .map(|part| {
                let (first, last) = part.split_once(':').unwrap_or((part, part));
                Some((number(first)?, number(last)?))
            })
            .collect::<Option<Vec<_>>>()
            .map(Self)
    }

    /// The set with `*` replaced, `12:10` turned round, ranges merged.
    pub fn with_last(&self, last: u32) -> Self {
        let known = |number: u32| if number == 0 { last } else { number };
        let mut ranges: Vec<(u32, u32)> = self
            .0
            .iter()
            .map(|(a, b)| (known(*a), known(*b)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (low, high) in ranges {
            match merged.last_mut() {
                Some((_, end)) if low <= *end => *end = high.max(*end),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    /// Whether it is in the set, once [`Self::with_last`] has been applied.
    pub fn has(&self, number: u32) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= number);
        after
            .checked_sub(1)
            .and_then(|at| self.0.get(at))
            .is_some_and(|(_, high)| number <= *high)
    }

    /// The highest number in it.
    pub fn highest(&self) -> u32 {
        self.0.iter().map(|(_, high)| *high).max().unwrap_or(0)
    }
}

/// `1:3,7` for numbers in the order given.
pub(super) fn ranges(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let ranges: Vec<String> = ranges
        .into_iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}:{last}")
            }
        })
        .collect();
    ranges.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Option<Vec<Word>> {
        words(Line {
            text: text.as_bytes().to_vec(),
            literals: vec![b"lit".to_vec()],
        })
    }

    #[test]
    fn a_line_is_atoms_strings_literals_and_lists() {
        let atom = |text: &str| Word::Atom(text.as_bytes().to_vec());
        let text = |text: &str| Word::Text(text.as_bytes().to_vec());
        assert_eq!(
            cut("a (b \"c \\\" d\") \0 BODY.PEEK[HEADER.FIELDS (X \"Y\")]<0.5>"),
            Some(vec![
                atom("a"),
                Word::List(vec![atom("b"), text("c \" d")]),
                text("lit"),
                atom("BODY.PEEK[HEADER.FIELDS (X \"Y\")]<0.5>"),
            ])
        );
    }

    #[test]
    fn what_is_not_well_formed_is_nothing() {
        for bad in ["(", ")", "a)", "\"a", "\"a\\", "a\"b\"", "\0 \0", "(a))"] {
            assert_eq!(cut(bad), None, "{bad}");
        }
        assert_eq!(cut(&"(".repeat(100_000)), None);
        let deep = |depth: usize| format!("{}{}", "(".repeat(depth), ")".repeat(depth));
        assert!(cut(&deep(DEPTH)).is_some());
        assert!(cut(&deep(DEPTH + 1)).is_none());
    }

    #[test]
    fn a_set_knows_its_star_and_either_direction() {
        let set = Set::parse(b"9:*,3,5:4").unwrap().with_last(7);
        let members: Vec<u32> = (0..12).filter(|number| set.has(*number)).collect();
        assert_eq!(members, [3, 4, 5, 7, 8, 9]);
        for bad in ["", "0", "a", "1,", "1:", "+5", "4294967296", "1:2:3"] {
            assert_eq!(Set::parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(ranges([1, 2, 3, 7, 9, 8]), "1:3,7,9,8");
    }
}
