//! What the system says of a failed operation, in words for people.

use std::io;

/// Why it failed, as a fragment: no number of the system's, no name of a type.
#[must_use]
pub fn in_words(error: &io::Error) -> String {
    let own = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder",
        io::ErrorKind::PermissionDenied => "this user may not do that",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::NotADirectory => "a part of the path is no folder",
        io::ErrorKind::AlreadyExists => "there is one of that name already",
        io::ErrorKind::StorageFull => "the disk is full",
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read",
        io::ErrorKind::QuotaExceeded => "there is no more room for this user",
        io::ErrorKind::InvalidFilename => "the name is too long, or none that the system takes",
        io::ErrorKind::ConnectionRefused => "nothing listens there",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            "the connection was broken off"
        }
        io::ErrorKind::BrokenPipe => "the other end has gone away",
        io::ErrorKind::UnexpectedEof => "the other end broke off in the middle",
        io::ErrorKind::HostUnreachable => "the host cannot be reached",
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => {
            "there is no way to its network"
        }
        io::ErrorKind::TimedOut => "no answer came in time",
        _ => "",
    };
    // An error with a text of its own was made by us or by a library, and its text says more; but what the TLS library says of a
    // connection that broke off is the address of a page for programmers.
    let says_more = error.get_ref().is_some() && error.kind() != io::ErrorKind::UnexpectedEof;
    if !says_more && !own.is_empty() {
        return own.to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    text.trim_end_matches('.').to_owned()
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
        assert!(!in_words(&io::Error::from_raw_os_error(16)).contains("os error"));
    }
}
