//! What fuzzers call: the reader of autoconfig documents, and what takes addresses and hosts. For tests only.

use super::{
    address::{Address, host},
    autoconfig,
};
use crate::config::account::Account;

/// A server that a document names is one that can be typed, whatever the document says.
///
/// # Panics
///
/// Where it cannot.
pub fn document(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let address = Address::parse(&text);
    let address = address.or_else(|| Address::parse("a%l@example.com"));
    let Some(address) = address else { return };
    assert!(host(&address.domain).as_ref() == Some(&address.domain));
    if let Ok(offer) = autoconfig::read(octets, &address) {
        let typed = offer.account.written();
        assert!(Account::parse(&typed) == Ok(offer.account), "{typed}");
    }
}
