//! What the system says of a failed operation, in words for people.

use std::{error::Error, fmt, io};

use crate::language::{Phrase, text};

/// The sentence of an error that was made by us.
#[derive(Debug)]
struct Said(Phrase);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.english())
    }
}

impl Error for Said {}

/// An error of ours among those of the system, with its sentence.
#[must_use]
pub fn said(kind: io::ErrorKind, why: Phrase) -> io::Error {
    io::Error::new(kind, Said(why))
}

/// Why it failed, as a fragment: no number of the system's, no name of a type.
#[must_use]
pub fn in_words(error: &io::Error) -> Phrase {
    let inner = error.get_ref();
    if let Some(Said(why)) = inner.and_then(|inner| inner.downcast_ref()) {
        return why.clone();
    }
    let own = match error.kind() {
        io::ErrorKind::NotFound => text::io_not_found(),
        io::ErrorKind::PermissionDenied => text::io_permission(),
        io::ErrorKind::IsADirectory => text::io_is_folder(),
        io::ErrorKind::NotADirectory => text::io_not_a_folder(),
        io::ErrorKind::AlreadyExists => text::io_exists(),
        io::ErrorKind::StorageFull => text::io_full(),
        io::ErrorKind::ReadOnlyFilesystem => text::io_read_only(),
        io::ErrorKind::QuotaExceeded => text::io_quota(),
        io::ErrorKind::InvalidFilename => text::io_bad_name(),
        io::ErrorKind::ConnectionRefused => text::nothing_listens(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => text::io_broken_off(),
        io::ErrorKind::BrokenPipe => text::io_other_end_gone(),
        io::ErrorKind::UnexpectedEof => text::io_broke_in_the_middle(),
        io::ErrorKind::HostUnreachable => text::io_host_unreachable(),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => {
            text::io_no_way_to_network()
        }
        io::ErrorKind::TimedOut => text::io_timed_out(),
        _ => Phrase::default(),
    };
    // An error with a text of its own was made by us or by a library, and its text says more; but what the TLS library says of a
    // connection that broke off is the address of a page for programmers.
    let says_more = error.get_ref().is_some() && error.kind() != io::ErrorKind::UnexpectedEof;
    if !says_more && own != "" {
        return own;
    }
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    text.trim_end_matches('.').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_numbers_are_not_shown_and_our_own_words_are() {
        let missing = std::fs::read("/nowhere/at/all").unwrap_err();
        assert_eq!(in_words(&missing), "there is no such file or folder");
        assert_eq!(in_words(&io::Error::other("it is a pipe")), "it is a pipe");
        let page = io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "see https://docs.example/page",
        );
        assert_eq!(in_words(&page), "the other end broke off in the middle");
        let busy = in_words(&io::Error::from_raw_os_error(16));
        assert!(!busy.english().contains("os error"));
        let ours = said(io::ErrorKind::Other, text::io_full());
        assert_eq!(in_words(&ours), text::io_full());
    }
}
