//! What it has cost to talk to an account's server: for those who tell where the time of a run went.
//!
//! In: what connections have counted. Out: sums. The time of a flight is that of the server and of the network together: one
//! round trip for each flight is the network's.

use std::{ops::AddAssign, time::Duration};

/// What the connections to one account have cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConnectionCost {
    /// Connections that were opened, and how long that took.
    pub setup: SetupCost,
    /// How often something was sent and then waited for, after the login.
    pub flights: u64,
    /// From the first octet that was sent in each flight to its last answer, all together.
    pub waited: Duration,
    /// The shortest of them: no round trip takes longer.
    pub quickest: Option<Duration>,
    /// Waiting before something was sent again that the server had put off.
    pub put_off: Duration,
    /// Octets sent over all connections, as IMAP has them: without TLS.
    pub sent: u64,
    /// Octets received over all connections.
    pub received: u64,
}

/// What it has cost to set connections up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetupCost {
    /// Connections.
    pub connections: u64,
    /// Finding the host and connecting to it (TCP).
    pub reach: Duration,
    /// TLS.
    pub tls: Duration,
    /// Waiting for the greeting, and asking what the server can do, STARTTLS among it.
    pub greeting: Duration,
    /// Logging in, and asking what the server can do then.
    pub login: Duration,
}

impl ConnectionCost {
    /// How long all of it has taken.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.setup.time() + self.waited + self.put_off
    }

    /// Of the time of all flights that of the network: a round trip for each of them.
    #[must_use]
    pub fn network(&self) -> Duration {
        let flights = u32::try_from(self.flights).unwrap_or(u32::MAX);
        let quickest = self.quickest.unwrap_or_default();
        quickest.saturating_mul(flights).min(self.waited)
    }
}

impl SetupCost {
    /// How long all of it has taken.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.reach + self.tls + self.greeting + self.login
    }
}

impl AddAssign for ConnectionCost {
    fn add_assign(&mut self, other: Self) {
        self.setup += other.setup;
        self.flights += other.flights;
        self.waited += other.waited;
        self.quickest = self.quickest.into_iter().chain(other.quickest).min();
        self.put_off += other.put_off;
        self.sent += other.sent;
        self.received += other.received;
    }
}

impl AddAssign for SetupCost {
    fn add_assign(&mut self, other: Self) {
        self.connections += other.connections;
        self.reach += other.reach;
        self.tls += other.tls;
        self.greeting += other.greeting;
        self.login += other.login;
    }
}
