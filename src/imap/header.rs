//! A message's header fields, as far as they tell what a mailbox is used for.
//!
//! In: the octets of some fields, hostile. Out: fields unfolded, addresses in lower case. Encoded words stay as they are, and
//! an address with a blank or a control character in it is none.

/// The most addresses read of one field; more tell nothing new.
const ADDRESSES: usize = 100;
/// The longest address: 64 octets, `@`, 255 octets (RFC 5321 §4.5.3.1).
const LONGEST: usize = 320;

/// Fields as name and value, folded lines joined; what is no field is left out.
pub fn fields(octets: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(octets);
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim_end().to_ascii_lowercase(), value.to_owned()));
        }
    }
    fields
}

/// Where a character of an address list stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    Quotes,
    Comment(u32),
    Brackets,
}

/// The addresses of a list (RFC 5322 §3.4), without names, comments and routes; the members of groups too.
pub fn addresses(list: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = Reader::default();
    for letter in list.chars() {
        if found.len() == ADDRESSES {
            return found;
        }
        found.extend(reader.take(letter));
    }
    found.extend(reader.end());
    found
}

#[derive(Debug, Default)]
struct Reader {
    inside: Inside,
    escaped: bool,
    /// What stands outside of brackets: the address, or the name of somebody.
    bare: String,
    /// What stands in brackets.
    bracketed: Option<String>,
}

impl Reader {
    /// Takes one character; an address where one has ended.
    fn take(&mut self, letter: char) -> Option<String> {
        if std::mem::take(&mut self.escaped) {
            self.keep(letter);
            return None;
        }
        match (self.inside, letter) {
            (Inside::Quotes | Inside::Comment(_), '\\') => self.escaped = true,
            (Inside::Quotes, '"') | (Inside::Comment(0), ')') | (Inside::Brackets, '>') => {
                self.inside = Inside::Nothing;
            }
            (Inside::Nothing, '"') => self.inside = Inside::Quotes,
            (Inside::Nothing, '(') => self.inside = Inside::Comment(0),
            (Inside::Comment(depth), '(') => self.inside = Inside::Comment(depth.saturating_add(1)),
            (Inside::Comment(depth), ')') => self.inside = Inside::Comment(depth.saturating_sub(1)),
            (Inside::Nothing, '<') => {
                self.inside = Inside::Brackets;
                self.bracketed = Some(String::new());
            }
            // A group's name ends here, or a route.
            (Inside::Nothing, ':') => self.bare.clear(),
            (Inside::Brackets, ':') => self.bracketed = Some(String::new()),
            (Inside::Nothing, ',' | ';') => return self.end(),
            _ => self.keep(letter),
        }
        None
    }

    fn keep(&mut self, letter: char) {
        let text = match (self.inside, &mut self.bracketed) {
            (Inside::Comment(_), _) => return,
            (Inside::Brackets, Some(text)) => text,
            _ => &mut self.bare,
        };
        // One octet too long is too long; the rest need not be held.
        if text.len() <= LONGEST {
            text.push(letter);
        }
    }

    /// Ends an entry of the list.
    fn end(&mut self) -> Option<String> {
        let entry = std::mem::take(self);
        address(entry.bracketed.as_deref().unwrap_or(&entry.bare))
    }
}

/// `Local@Domain` in lower case, if it is nothing else.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let is_whole = !local.is_empty()
        && !domain.is_empty()
        && text.len() <= LONGEST
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control());
    is_whole.then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read_in_every_form_that_mail_has_them() {
        for (list, expected) in [
            ("alice@example.com", &["alice@example.com"][..]),
            (" Alice <Alice@Example.COM> ", &["alice@example.com"]),
            (
                "\"Liddell, Alice\" <a@example.com>, b@example.com",
                &["a@example.com", "b@example.com"],
            ),
            (
                "a@example.com (at (the) office), <b@example.com>",
                &["a@example.com", "b@example.com"],
            ),
            (
                "team: a@example.com, B <b@example.com>;, c@example.com",
                &["a@example.com", "b@example.com", "c@example.com"],
            ),
            (
                "<@relay.example,@other.example:a@example.com>",
                &["a@example.com"],
            ),
            (
                "=?utf-8?q?Ren=C3=A9?=\t<rene@example.com>",
                &["rene@example.com"],
            ),
            // The name is no address, whatever it looks like.
            (
                "\"alice@example.com\" <mallory@example.net>",
                &["mallory@example.net"],
            ),
            (
                "alice@example.com <mallory@example.net>",
                &["mallory@example.net"],
            ),
            ("undisclosed-recipients:;", &[]),
            ("alice", &[]),
            ("", &[]),
            ("a b@example.com", &[]),
            ("@example.com, a@, <>", &[]),
            ("\"never closed, a@example.com", &[]),
        ] {
            assert_eq!(addresses(list), expected, "{list}");
        }
    }

    #[test]
    fn folded_lines_belong_to_their_field() {
        let octets = b"To: a@example.com,\r\n\tb@example.com\r\nFrom : \xff <c@example.com>\r\nnothing\r\n\r\n";
        let fields = fields(octets);
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["to", "from"]);
        assert_eq!(addresses(&fields[0].1), ["a@example.com", "b@example.com"]);
        assert_eq!(addresses(&fields[1].1), ["c@example.com"]);
    }

    #[test]
    fn a_list_without_end_is_read_to_a_limit() {
        let many = "a@example.com,".repeat(100_000);
        assert_eq!(addresses(&many).len(), ADDRESSES);
        let long = format!("{}@example.com", "a".repeat(1_000_000));
        assert!(addresses(&long).is_empty());
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            for (_, value) in fields(&octets) {
                for address in addresses(&value) {
                    prop_assert!(address.len() <= 3 * LONGEST && address.contains('@'));
                }
            }
        }
    }
}
