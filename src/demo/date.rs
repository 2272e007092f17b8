//! INTERNALDATE: `17-Jul-1996 02:44:25 -0700`, told in UTC as Dovecot does.
//!
//! In: seconds since 1970, or what a client wrote. Out: the other of the two. The clock is not asked.

use jiff::{Timestamp, civil::Date, fmt::strtime, tz::TimeZone};

/// As FETCH tells it, without quotes.
pub(super) fn show(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .unwrap_or_default()
        .strftime("%d-%b-%Y %H:%M:%S +0000")
        .to_string()
}

/// As APPEND takes it; the day may have a space for its first digit.
pub(super) fn parse(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.trim_start();
    let time = strtime::parse("%d-%b-%Y %H:%M:%S %z", text).ok()?;
    Some(time.to_timestamp().ok()?.as_second())
}

/// The day of SINCE, BEFORE and ON: `1-Feb-1994`.
pub(super) fn parse_day(text: &str) -> Option<Date> {
    Date::strptime("%d-%b-%Y", text).ok()
}

/// The day in UTC.
pub(super) fn day(seconds: i64) -> Date {
    let time = Timestamp::from_second(seconds).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_goes_there_and_back_in_utc() {
        let seconds = parse(b"01-Feb-2020 10:11:12 +0200").unwrap();
        assert_eq!(show(seconds), "01-Feb-2020 08:11:12 +0000");
        assert_eq!(parse(b" 1-Feb-2020 08:11:12 +0000"), Some(seconds));
        for bad in ["", "x", "32-Feb-2020 10:11:12 +0200", "01-Feb-2020"] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(parse_day("1-Feb-2020"), Some(day(seconds)));
    }
}
