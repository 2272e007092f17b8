//! One line of a ManageSieve server: words, strings, and what stands in parentheses (RFC 5804 §4).
//!
//! In: the octets of a line, with its literals. Out: [`ServerLine`]. Never: I/O, a line taken in part.

use std::borrow::Cow;

use crate::imap::literal_length;

/// How a server ends an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Ok,
    No,
    /// The server closes the connection.
    Bye,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServerLine {
    /// The end of an answer.
    End {
        ending: Ending,
        /// The response code in upper case: `NONEXISTENT`, `QUOTA/MAXSCRIPTS`; what follows it is left out.
        code: Option<String>,
        /// What is said to people.
        text: String,
    },
    /// Data: its strings, and whether `ACTIVE` stands behind them.
    Data {
        strings: Vec<Vec<u8>>,
        is_active: bool,
    },
}

impl ServerLine {
    /// Reads a line without its line end; none where it is none.
    pub(super) fn parse(octets: &[u8]) -> Option<Self> {
        let mut reader = Reader { rest: octets };
        let line = match reader.word() {
            None => reader.data()?,
            Some(word) => reader.end(word)?,
        };
        reader.is_at_end().then_some(line)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn is_at_end(&mut self) -> bool {
        self.spaces();
        self.rest.is_empty()
    }

    fn spaces(&mut self) {
        while let Some(rest) = self.rest.strip_prefix(b" ") {
            self.rest = rest;
        }
    }

    fn takes(&mut self, octet: u8) -> bool {
        self.spaces();
        match self.rest.split_first() {
            Some((first, rest)) if *first == octet => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// A word that is no string.
    fn word(&mut self) -> Option<&'a [u8]> {
        self.spaces();
        let is_word = |octet: &u8| octet.is_ascii_graphic() && !b"\"(){".contains(octet);
        let length = self
            .rest
            .iter()
            .position(|octet| !is_word(octet))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn data(&mut self) -> Option<ServerLine> {
        let mut strings = vec![self.string()?.into_owned()];
        while let Some(string) = self.string() {
            strings.push(string.into_owned());
        }
        let is_active = match self.word() {
            None => false,
            Some(word) => word.eq_ignore_ascii_case(b"ACTIVE").then_some(true)?,
        };
        Some(ServerLine::Data { strings, is_active })
    }

    fn end(&mut self, word: &[u8]) -> Option<ServerLine> {
        let ending = match word.to_ascii_uppercase().as_slice() {
            b"OK" => Ending::Ok,
            b"NO" => Ending::No,
            b"BYE" => Ending::Bye,
            _ => return None,
        };
        let code = if self.takes(b'(') {
            Some(self.code()?)
        } else {
            None
        };
        let text = self.string().unwrap_or_default();
        Some(ServerLine::End {
            ending,
            code,
            text: String::from_utf8_lossy(&text).into_owned(),
        })
    }

    /// What stands in parentheses, the first of which is taken: its first word.
    fn code(&mut self) -> Option<String> {
        let code = String::from_utf8_lossy(self.word()?).to_ascii_uppercase();
        let mut open = 1_u32;
        while open > 0 {
            if self.takes(b'(') {
                open += 1;
            } else if self.takes(b')') {
                open -= 1;
            } else if self.word().is_none() {
                self.string()?;
            }
        }
        Some(code)
    }

    /// A quoted string or a literal.
    fn string(&mut self) -> Option<Cow<'a, [u8]>> {
        self.spaces();
        if self.rest.first() == Some(&b'{') {
            return self.literal().map(Cow::Borrowed);
        }
        let inner = self.rest.strip_prefix(b"\"")?;
        let mut octets = Vec::new();
        let mut inner = inner.iter();
        loop {
            match inner.next()? {
                b'"' => break,
                b'\\' => octets.push(*inner.next()?),
                octet => octets.push(*octet),
            }
        }
        self.rest = inner.as_slice();
        Some(Cow::Owned(octets))
    }

    fn literal(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|octet| *octet == b'\n')?;
        let (head, rest) = self.rest.split_at_checked(end + 1)?;
        let length = usize::try_from(literal_length(head)?).ok()?;
        let (literal, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(literal)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn end(ending: Ending, code: Option<&str>, text: &str) -> ServerLine {
        ServerLine::End {
            ending,
            code: code.map(str::to_owned),
            text: text.to_owned(),
        }
    }

    #[test]
    fn lines_of_the_standard_and_of_servers_are_read() {
        let read = |line: &str| ServerLine::parse(line.as_bytes());
        assert_eq!(
            read("OK \"Logged in.\""),
            Some(end(Ending::Ok, None, "Logged in."))
        );
        assert_eq!(read("ok"), Some(end(Ending::Ok, None, "")));
        assert_eq!(
            read("NO (QUOTA/MAXSCRIPTS) {3}\r\nnow"),
            Some(end(Ending::No, Some("QUOTA/MAXSCRIPTS"), "now"))
        );
        assert_eq!(
            read("BYE (REFERRAL \"sieve://other\") \"Try (there) \\\"now\\\"\""),
            Some(end(Ending::Bye, Some("REFERRAL"), "Try (there) \"now\""))
        );
        let data = |strings: &[&str], is_active| {
            let strings = strings.iter().map(|text| text.as_bytes().to_vec());
            Some(ServerLine::Data {
                strings: strings.collect(),
                is_active,
            })
        };
        assert_eq!(
            read("\"SIEVE\" \"fileinto copy\""),
            data(&["SIEVE", "fileinto copy"], false)
        );
        assert_eq!(read("\"STARTTLS\""), data(&["STARTTLS"], false));
        assert_eq!(read("\"main\" ACTIVE"), data(&["main"], true));
        assert_eq!(read("{4}\r\nmain active"), data(&["main"], true));
        assert_eq!(read("{0}\r\n"), data(&[""], false));
    }

    #[test]
    fn what_is_no_line_is_not_taken_in_part() {
        for line in [
            "",
            " ",
            "MAYBE",
            "\"open",
            "\"a\" INACTIVE",
            "OK (NO",
            "OK \"a\" \"b\"",
            "{9}\r\nshort",
            "* OK IMAP",
            "OK ()",
            "\"a\\",
        ] {
            assert_eq!(ServerLine::parse(line.as_bytes()), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_octets_are_read_or_refused(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = ServerLine::parse(&octets);
            let _ = literal_length(&octets);
        }
    }
}
