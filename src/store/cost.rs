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

impl AddAssign for ConnectionCost {
    fn add_assign(&mut self, other: Self) {
        self.setup += other.setup;
        self.flights += other.flights;
        self.waited += other.waited;
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
