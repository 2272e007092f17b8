//! Namespaces (RFC 2342): where a class of mailboxes lives.
//!
//! In: what a server answers to NAMESPACE. Out: [`Namespace`], and which names lie in it. Never: mailboxes.

/// A namespace (RFC 2342): where a class of mailboxes lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Prefix of the decoded names, delimiter included where there is one (`INBOX.`).
    pub prefix: String,
    /// Delimiter inside this namespace.
    pub delimiter: Option<char>,
}

impl Namespace {
    /// A namespace as a server told it; `listed` is the delimiter that its names have in LIST.
    ///
    /// Some leave the prefix's delimiter out (`"INBOX" "."`) or give NIL for it: names are compared level by level, or
    /// "Shared Folders 2024" would lie in "Shared Folders". A prefix that ends in a sign is one in itself: `~` stands
    /// before other users' names (RFC 2342 §5).
    #[must_use]
    pub fn told(mut prefix: String, delimiter: Option<char>, listed: Option<char>) -> Self {
        let delimiter = delimiter.or(listed);
        let is_open = prefix
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        prefix.extend(delimiter.filter(|_| is_open));
        Self { prefix, delimiter }
    }

    /// Whether INBOX lies in it: it has no prefix, or INBOX's own.
    pub(super) fn holds_inbox(&self) -> bool {
        let level = match self.delimiter {
            Some(delimiter) => self.prefix.strip_suffix(delimiter),
            None => None,
        };
        self.prefix.is_empty() || level.unwrap_or(&self.prefix).eq_ignore_ascii_case("INBOX")
    }

    /// The rest of a decoded name below this namespace's prefix; INBOX in a prefix is read in any case.
    #[must_use]
    pub fn strip<'a>(&self, name: &'a str) -> Option<&'a str> {
        let (head, rest) = name.split_at_checked(self.prefix.len())?;
        let is_inbox = self
            .prefix
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case("INBOX"));
        (head == self.prefix || is_inbox && head.eq_ignore_ascii_case(&self.prefix)).then_some(rest)
    }
}
