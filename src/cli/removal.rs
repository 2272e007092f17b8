//! When emptied mailboxes are removed: `--remove` and `--grace`.

use std::time::Duration;

use clap::ValueEnum;

use super::args::Fix;

/// When emptied mailboxes are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Remove {
    /// By the run that emptied them.
    Now,
    /// By a later one.
    Later,
}

/// Ten years: what was set aside is not forgotten.
const LONGEST: Duration = Duration::from_secs(3_650 * 86_400);

/// A time with its unit: 90m, 24h, 7d, 30s.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a number and a unit: 90m, 24h or 7d".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number = text.strip_suffix(unit).ok_or_else(wrong)?;
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let time = Duration::from_secs(u64::from(number) * seconds);
    if time > LONGEST {
        return Err("nothing waits longer than 3650d".to_owned());
    }
    Ok(time)
}

impl Fix {
    /// How long emptied mailboxes stand set aside; none where this run removes them.
    pub fn grace(&self) -> Option<Duration> {
        (self.remove == Remove::Later).then_some(self.grace)
    }
}
