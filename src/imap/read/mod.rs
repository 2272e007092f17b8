//! What looks bring back: untagged responses as typed values.
//!
//! In: the data of one [`super::reply::Reply`]. Out: listed names, STATUS, opened mailboxes, UIDs, messages. A value that
//! is missing or cannot be read is none, and is never taken for zero.

mod mailboxes;
mod messages;
mod opened;
mod server;
mod values;

pub use mailboxes::{acl, listed, my_rights, status};
pub use messages::{
    Fetched, Unfound, are_nameless, digest, fetched, fetched_uid, fetched_uids, found,
    message_id_digest, search_day,
};
pub use opened::opened;
pub use server::{came_to, is_truncated, software};

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_response_makes_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..200), head in "\\* (LIST|STATUS|1 FETCH|SEARCH|ESEARCH|ID) ") {
            let response = Bytes::from([head.as_bytes(), &octets, b"\r\n"].concat());
            let _ = (listed(&response), status(&response), software(std::slice::from_ref(&response)));
            let _ = (found(std::slice::from_ref(&response), "R1"), fetched(vec![response.clone()]));
            let _ = opened(&[response], None, true, None);
        }
    }
}
