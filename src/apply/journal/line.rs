//! What the reader and the writer of a journal both know of its lines.

use sha2::{Digest as _, Sha256};

use crate::model::hex;

/// The longest line, in octets: an intent of 2 000 messages with long keywords stays far below. A longer one would be
/// refused by whoever reads it, so it is not written either.
pub const LONGEST_LINE: u64 = 16 << 20;

/// What ties a line to the one before it.
pub fn link(line: &[u8]) -> String {
    let digest = Sha256::digest(line);
    hex::encode(digest.get(..8).unwrap_or(&digest))
}
