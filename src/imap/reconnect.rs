//! The way to a new connection to the same account: some things only a connection that was opened later can see.
//!
//! In: a session. Out: the same session over a new connection, logged in as before. The old connection is closed first,
//! since servers limit how many one user may have.

use std::time::Duration;

use tokio::time::sleep;

use super::{reply::Reply, session::Session};
use crate::store::{Later, LookError, Waits};

/// How long to wait where the server names no time.
const SOON: Duration = Duration::from_secs(1);

impl Session {
    /// Leaves this connection and goes on over a new one, in the same mode, with no mailbox open. False where nobody has
    /// said how to open one. What passes (too many connections, a moment without network) is waited out.
    pub(super) async fn reconnect(&mut self) -> Result<bool, LookError> {
        let Some(dialer) = self.dialer.clone() else {
            return Ok(false);
        };
        self.goodbye().await;
        let mut waits = Waits::default();
        loop {
            let error = match dialer.dial().await {
                Ok(mut fresh) => {
                    fresh.set_mode(self.mode());
                    fresh.dialer = Some(dialer);
                    fresh.set_software(self.server.software.take());
                    *self = fresh;
                    return Ok(true);
                }
                Err(error) => error,
            };
            let later = error.passing.map(|later| Later {
                after: later.after.or(Some(SOON)),
            });
            let wait = waits.next(later);
            let Some(wait) = wait else {
                let why = error.to_string();
                let later = error.passing.unwrap_or_default();
                self.gone = Some(Reply::lost(why.clone()));
                return Err(LookError::Lost { why, later });
            };
            sleep(wait).await;
        }
    }
}
