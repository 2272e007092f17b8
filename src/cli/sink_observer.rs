//! What the fleet says of its accounts, handed to the sink of results.

use super::{
    attempt::Attempt, failure::Failure, next_command::carried, result_sink::ResultSink,
    terminal::say,
};
use crate::{
    config::accounts::Entry,
    fleet::{Id, NotStarted, Observer},
    language::text,
    report::{json::AccountEvent, text::safe},
};

/// The sink, and how its verb says in JSON that something failed.
pub struct SinkObserver<'a> {
    pub sink: &'a mut ResultSink,
    pub error_line: &'a (dyn Fn(&Entry, &Failure) -> String + Sync),
}

impl Observer<Attempt> for SinkObserver<'_> {
    fn started(&mut self, id: Id) {
        if let Some(entry) = self.sink.entry(id) {
            self.sink.progress.began(self.sink.id(id), entry.called());
            let id = self.sink.id(id);
            self.sink.write_event(id, &AccountEvent::Begins);
        }
    }

    fn will_retry(&mut self, id: Id, attempt: Attempt) {
        let sink = &mut *self.sink;
        sink.progress.paused(sink.id(id));
        sink.so_far(sink.id(id), &attempt.result);
        sink.write_event(sink.id(id), &AccountEvent::Waits);
        let Some(entry) = sink.entry(id).filter(|_| sink.shared.verbose) else {
            return;
        };
        let why = attempt
            .failure
            .map_or(attempt.result.brief, |failure| failure.message);
        let line = text::retried_later(entry.called(), why);
        sink.progress.aside(|| say(line.map(safe)));
    }

    fn ended(&mut self, id: Id, attempt: Attempt) {
        self.sink.over(id, attempt, self.error_line);
    }

    fn panicked(&mut self, id: Id, message: String) {
        let failure = Failure::bug(format!("cannot go on with this account: {message}"));
        self.sink.over(id, failure.into(), self.error_line);
    }

    fn aborted(&mut self, id: Id) {
        let failure = Failure::interrupted(text::cannot(text::wait_for_last_command())).hint(
            text::try_resume(format!("rolecall resume{}", carried().reach)),
        );
        self.sink.over(id, failure.into(), self.error_line);
    }

    fn not_started(&mut self, id: Id, why: &NotStarted) {
        let why = match why {
            NotStarted::Stopped => self
                .sink
                .stop
                .stop
                .why()
                .cloned()
                .unwrap_or_else(text::stopped),
            NotStarted::Login(name) => text::login_refused_too_often(name),
            NotStarted::Host(name) => text::host_did_not_answer(name),
        };
        let id = self.sink.id(id);
        self.sink.skip(id, &why);
    }
}
