//! Going on over a new connection, inside a run.
//!
//! In: a run whose line was lost, or that could not see what a command has done. Out: the same run over a new connection,
//! which knows what its records say and nothing else, as a resume does. What became of the last command is found out before
//! anything more is sent; that is `recover`'s part.
//!
//! It is bounded: a run that gets nowhere ends as unfinished, and so does one that has lost the line very often.

use tokio::time::Instant;

use super::{
    ports::{Event, Ports},
    run::Run,
    stop::StopReason,
};
use crate::{
    language::text,
    store::{Store, jittered},
};

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Goes on over a new connection; gives the reason back where the run ends by it.
    pub(super) async fn reconnect(&mut self, stop: StopReason) -> Result<(), StopReason> {
        if !matches!(stop, StopReason::Lost(..) | StopReason::Unknown(_))
            || self.mover.sender.is_turned_away()
        {
            return Err(stop);
        }
        let progress = self.mover.sender.progress() + self.mover.lessons;
        let Some(wait) = self.reconnections.next(progress) else {
            return Err(stop);
        };
        let asked = self.mover.sender.after(&stop);
        let until = Instant::now() + asked.unwrap_or_else(|| jittered(wait));
        self.mover.sender.wait(until).await;
        if self.mover.sender.ports.stopped() {
            return Err(stop);
        }
        match self.mover.sender.renew().await {
            Ok(true) => {}
            // Nobody can open another one, or it does not come about.
            Ok(false) | Err(_) => return Err(stop),
        }
        let text = text::goes_on_over_a_new_connection();
        self.mover.sender.ports.event(&Event::Note { text });
        self.forget_what_was_seen();
        Ok(())
    }

    /// What this process has seen over the connection that is gone counts no more: as a resume, it knows what the records
    /// say and sees the rest anew.
    fn forget_what_was_seen(&mut self) {
        self.tombstones.clear();
        self.gone.clear();
        self.reopened.clear();
        self.quarantined = None;
        self.mover.forget_what_was_seen();
    }
}
