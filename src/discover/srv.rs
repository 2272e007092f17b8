//! Which server of several a domain's SRV records name (RFC 2782, RFC 6186 §3).
//!
//! In: records. Out: one server, or that the domain offers no such service. Never: I/O, chance.

use std::cmp::Reverse;

use super::address::host;
use crate::language::{Phrase, text};

/// One SRV record, as the name server gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SrvRecord {
    pub(super) priority: u16,
    pub(super) weight: u16,
    pub(super) port: u16,
    pub(super) target: String,
}

/// What the records of one service say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// It is there: host and port.
    At(String, u16),
    /// The domain says that it has no such service: the target is the root.
    NotOffered,
    /// There is no record.
    Unsaid,
}

/// The server that records name.
///
/// Of several with the lowest priority the one with the greatest weight is taken, and not one by chance: the journal knows an
/// account by its host, so the next command has to find the same one.
pub(super) fn choose(records: &[SrvRecord]) -> Result<Service, Phrase> {
    if records.is_empty() {
        return Ok(Service::Unsaid);
    }
    if records.iter().all(|record| record.target == ".") {
        return Ok(Service::NotOffered);
    }
    let usable = records.iter().filter_map(|record| {
        let host = host(&record.target).filter(|_| record.port != 0)?;
        Some((record.priority, Reverse(record.weight), host, record.port))
    });
    match usable.min() {
        Some((.., host, port)) => Ok(Service::At(host, port)),
        None => Err(text::no_usable_host()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(priority: u16, weight: u16, port: u16, target: &str) -> SrvRecord {
        SrvRecord {
            priority,
            weight,
            port,
            target: target.to_owned(),
        }
    }

    #[test]
    fn the_lowest_priority_counts_and_then_the_greatest_weight() {
        let records = [
            record(10, 9, 993, "late.example.com"),
            record(1, 1, 993, "light.example.com."),
            record(1, 5, 1993, "Heavy.example.com"),
            record(0, 0, 0, "port.example.com"),
            record(0, 0, 993, "ev\\027il.example.com"),
            record(0, 0, 993, "127.0.0.1"),
        ];
        let chosen = Service::At("heavy.example.com".to_owned(), 1993);
        assert_eq!(choose(&records), Ok(chosen));
    }

    #[test]
    fn a_target_of_the_root_is_a_no_and_no_record_is_none() {
        assert_eq!(choose(&[record(0, 0, 0, ".")]), Ok(Service::NotOffered));
        assert_eq!(choose(&[]), Ok(Service::Unsaid));
        assert!(choose(&[record(0, 0, 993, "localhost")]).is_err());
    }
}
