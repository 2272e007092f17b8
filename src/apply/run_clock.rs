//! Where the time of a run goes: to the server, the network, the disk, waiting, or to rolecall itself.
//!
//! In: what connections and the journal have counted. Out: [`TimeSpent`].

use std::time::Duration;

use tokio::time::Instant;

use crate::{model::receipt::TimeSpent, store::ConnectionCost};

/// What the time of a run is reckoned from.
pub(super) struct RunClock {
    began: Instant,
    /// What the connections had cost before.
    before: ConnectionCost,
    /// Waiting since then, but for what the connections count.
    waited: Duration,
}

impl RunClock {
    /// The run begins; its connections have cost so much before.
    pub fn new(before: ConnectionCost) -> Self {
        Self {
            began: Instant::now(),
            before,
            waited: Duration::ZERO,
        }
    }

    /// Nothing was done since then but waiting.
    pub fn waited_since(&mut self, began: Instant) {
        self.waited += began.elapsed();
    }

    /// Where the time went; the connections have cost so much by now, the journal so long.
    pub fn time_spent(&self, cost: &ConnectionCost, disk: Duration) -> TimeSpent {
        let connections = cost.time().saturating_sub(self.before.time());
        let elsewhere = connections + disk + self.waited;
        let own = self.began.elapsed().saturating_sub(elsewhere);
        let quickest = cost.quickest.unwrap_or_default().as_micros();
        TimeSpent {
            connecting_ms: millis(cost.setup.time()),
            server_ms: millis(cost.waited.saturating_sub(cost.network())),
            network_ms: millis(cost.network()),
            disk_ms: millis(disk),
            waiting_ms: millis(cost.put_off + self.waited),
            own_ms: millis(own),
            connections: cost.setup.connections,
            round_trips: cost.flights,
            round_trip_us: u64::try_from(quickest).unwrap_or(u64::MAX),
            octets_sent: cost.sent,
            octets_received: cost.received,
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SetupCost;

    #[tokio::test(start_paused = true)]
    async fn each_moment_of_a_run_is_counted_once() {
        let setup = SetupCost {
            connections: 1,
            login: Duration::from_millis(300),
            ..SetupCost::default()
        };
        let before = ConnectionCost {
            setup,
            flights: 2,
            waited: Duration::from_millis(150),
            quickest: Some(Duration::from_millis(50)),
            ..ConnectionCost::default()
        };
        let mut clock = RunClock::new(before);
        let began = Instant::now();
        tokio::time::sleep(Duration::from_secs(2)).await;
        clock.waited_since(began);
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut cost = before;
        cost += ConnectionCost {
            flights: 4,
            waited: Duration::from_millis(350),
            quickest: Some(Duration::from_millis(40)),
            put_off: Duration::from_millis(100),
            ..ConnectionCost::default()
        };
        let spent = clock.time_spent(&cost, Duration::from_millis(50));
        // Six round trips of no more than 40 ms; the rest of 500 ms is the server's.
        assert_eq!((spent.network_ms, spent.server_ms), (240, 260));
        assert_eq!((spent.connecting_ms, spent.disk_ms), (300, 50));
        assert_eq!(spent.waiting_ms, 2_100);
        // Of the 2.7 s of the run itself: 0.45 for the server, 0.05 for the disk, 2 waiting.
        assert_eq!(spent.own_ms, 200);
    }
}
