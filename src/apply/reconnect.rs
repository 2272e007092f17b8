//! Going on over a new connection, inside a run.
//!
//! In: a run whose line was lost, or that could not see what a command has done. Out: the same run over a new connection.
//! Where a command is open, it knows what its records say and nothing else, as a resume does, and finds out what became of
//! that command before anything more is sent (`recover`). Where the line that is gone was only used to look, and all that was
//! sent before has been answered and seen, the new one is no other than the one that a run opens before its last look.
//!
//! It is bounded: a run that gets nowhere ends, and so does one that has lost the line very often.

use tokio::time::Instant;

use super::{
    ports::Event,
    run::{Outcomes, Run},
    stop::StopReason,
};
use crate::{
    language::text,
    store::{Store, jittered},
};

/// How a run goes on after its line was lost.
pub(super) enum Reconnected {
    /// Over a new connection.
    Yes(Outcomes),
    /// It has got nowhere over several of them.
    Nowhere(StopReason),
}

impl<S: Store> Run<'_, S> {
    /// Goes on over a new connection; gives the reason back where the run ends by it.
    pub(super) async fn reconnect(
        &mut self,
        stop: StopReason,
        outcomes: Outcomes,
    ) -> Result<Reconnected, StopReason> {
        if !matches!(stop, StopReason::Lost(..) | StopReason::Unknown(_))
            || self.mover.sender.is_turned_away()
        {
            return Err(stop);
        }
        let progress = self.mover.sender.progress() + self.mover.lessons + self.equal_looks;
        let Some(wait) = self.reconnections.next(progress) else {
            return Ok(Reconnected::Nowhere(stop));
        };
        let asked = self.mover.sender.after(&stop);
        let until = Instant::now() + asked.unwrap_or_else(|| jittered(wait));
        self.mover.sender.wait(until).await;
        if self.mover.sender.ports.stopped() {
            return Err(stop);
        }
        let has_only_looked = self.mover.sender.has_only_looked();
        match self.mover.sender.renew().await {
            Ok(true) => {}
            // Nobody can open another one, or it does not come about.
            Ok(false) | Err(_) => return Err(stop),
        }
        let text = text::goes_on_over_a_new_connection();
        self.mover.sender.ports.event(&Event::Note { text });
        if has_only_looked && outcomes == Outcomes::Known && !self.books().is_anything_open() {
            return Ok(Reconnected::Yes(Outcomes::Known));
        }
        self.forget_what_was_seen();
        Ok(Reconnected::Yes(Outcomes::Open))
    }

    /// What this process has seen over the connection that is gone counts no more: as a resume, it knows what the records
    /// say and sees the rest anew.
    fn forget_what_was_seen(&mut self) {
        self.tombstones.clear();
        self.gone.clear();
        self.reopened.clear();
        self.emptied.clear();
        self.quarantined = None;
        self.mover.forget_what_was_seen();
    }
}
