//! The way to a new connection to the same account: what was lost goes on over it, and some things only a connection that was
//! opened later can see.
//!
//! In: a session. Out: the same session over a new connection, logged in as before. The old connection is closed first,
//! since servers limit how many one user may have. A login that was refused is not tried again.

use super::{
    error::{ConnectError, ConnectErrorKind},
    reply::Reply,
    session::Session,
};
use crate::store::{Later, LookError, Waits};

impl Session {
    /// Leaves this connection and goes on over a new one, in the same mode, with no mailbox open and all that was learnt.
    /// False where nobody has said how to open one. What passes (too many connections, a moment without network) is waited
    /// out.
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
                    let cost = self.cost_so_far();
                    fresh.lasting = std::mem::take(&mut self.lasting);
                    fresh.lasting.cost = cost;
                    fresh.one_by_one = self.one_by_one.clone();
                    *self = fresh;
                    return Ok(true);
                }
                Err(error) => error,
            };
            let passing = passing(&error);
            let wait = waits.next(passing);
            let waited = match wait {
                Some(wait) => self.lasting.wait(wait).await,
                None => false,
            };
            if waited {
                continue;
            }
            if passing.is_none() {
                // The next one would be turned away as well, and may lock the account.
                self.dialer = None;
            }
            let why = error.message;
            let later = passing.unwrap_or_default();
            self.gone = Some(Reply::lost(why.clone()));
            return Err(LookError::Lost { why, later });
        }
    }
}

/// Whether another try may go better. This login has been let in before, so a line that is lost on the way to the second
/// session is no wrong password.
fn passing(error: &ConnectError) -> Option<Later> {
    let is_lost = matches!(
        error.kind,
        ConnectErrorKind::Network | ConnectErrorKind::Protocol | ConnectErrorKind::Limit
    );
    error.passing.or_else(|| is_lost.then(Later::default))
}
