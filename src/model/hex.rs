//! Hexadecimal: octets as lower-case digits.

use sha2::{Digest as _, Sha256};

/// Writes octets as lower-case hexadecimal digits, two for each octet.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    let mut digits = String::with_capacity(octets.len() * 2);
    for octet in octets {
        let halves = [octet >> 4, octet & 15].map(u32::from);
        digits.extend(
            halves
                .into_iter()
                .filter_map(|half| char::from_digit(half, 16)),
        );
    }
    digits
}

/// SHA-256 of octets, in hexadecimal.
#[must_use]
pub fn sha256(octets: &[u8]) -> String {
    encode(&Sha256::digest(octets))
}
