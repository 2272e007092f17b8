//! Progress: of one account which step, how many messages, how fast, how long still; of many, how many are over.
//!
//! In: what `apply` and the fleet say goes on. Out: a bar on standard error that is gone when all is over, or, where no
//! terminal is, a line a minute for those who read the log. Never: results; a raw name.

mod many;

use std::{
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tokio::time::{Instant, sleep_until};

use super::text::{count, safe};
use crate::{
    apply::Event,
    language::{Language, Phrase, text},
};
use many::ManyProgress;

/// A step that takes no time, or whose messages nobody has counted.
const WORKING: &str = "{prefix}  {spinner} {msg}";

/// How often the bar is drawn anew.
const TICK: Duration = Duration::from_millis(120);

/// How many accounts are over, on one line, and who is at work, on another.
const MANY: &str = "{prefix}  {spinner}\n{msg}";
/// How often a line is written where there is no bar.
const EVERY: Duration = Duration::from_secs(60);

/// Where progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Nowhere.
    Nowhere,
    /// On the terminal.
    Bar,
    /// Of many accounts, as lines of text now and then.
    Lines,
}

/// How far it is.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
    crowd: Option<Arc<Mutex<Crowd>>>,
    language: Language,
}

#[derive(Debug)]
struct Crowd {
    many: ManyProgress,
    began: Instant,
    /// When the next line is written, where lines are.
    due: Option<Instant>,
}

impl Progress {
    /// Of one account.
    #[must_use]
    pub fn of_one(shown: Shown, language: Language) -> Self {
        Self::on(target(shown), language)
    }

    /// Of many accounts.
    #[must_use]
    pub fn of_many(accounts: u64, shown: Shown, language: Language) -> Self {
        let now = Instant::now();
        let crowd = Crowd {
            many: ManyProgress::of(accounts),
            began: now,
            due: (shown == Shown::Lines).then(|| now + EVERY),
        };
        let progress = Self {
            crowd: Some(Arc::new(Mutex::new(crowd))),
            ..Self::on(target(shown), language)
        };
        progress.bar.set_style(style(MANY));
        progress.tick();
        progress
    }

    fn on(target: ProgressDrawTarget, language: Language) -> Self {
        Self {
            bar: ProgressBar::with_draw_target(None, target),
            crowd: None,
            language,
        }
    }

    /// More accounts are to come than was said. Of one account nothing is counted.
    pub fn more(&self, accounts: u64) {
        self.count(|many, _| many.more(accounts));
    }

    /// An account begins.
    pub fn began(&self, id: u32, name: &str) {
        self.count(|many, now| many.began(id, name, now));
    }

    /// An account's turn has ended, to come again later.
    pub fn paused(&self, id: u32) {
        self.count(|many, _| many.paused(id));
    }

    /// An account is over.
    pub fn over(&self, id: u32, failed: bool) {
        self.count(|many, _| many.over(id, failed));
    }

    /// So many messages more were moved, on whichever account.
    pub fn moved(&self, messages: u64) {
        self.count(|many, _| many.moved(messages));
    }

    fn count(&self, change: impl FnOnce(&mut ManyProgress, Duration)) {
        let Some(crowd) = &self.crowd else { return };
        let mut crowd = lock(crowd);
        let now = crowd.began.elapsed();
        change(&mut crowd.many, now);
        if !self.bar.is_hidden() {
            self.bar.set_prefix(self.say(&crowd.many.line(now)));
            self.bar.set_message(self.say(&crowd.many.who(now)));
        }
    }

    /// Says every minute how far it is, for as long as it is let, whether an account ends meanwhile or not.
    pub async fn tell(&self, say: impl Fn(&str)) -> Infallible {
        while let Some(due) = self.crowd.as_ref().and_then(|crowd| lock(crowd).due) {
            sleep_until(due).await;
            say(&self.line());
        }
        pending().await
    }

    /// A line about how far it is; the next is due a minute later.
    fn line(&self) -> String {
        let Some(crowd) = &self.crowd else {
            return String::new();
        };
        let mut crowd = lock(crowd);
        let now = Instant::now();
        crowd.due = Some(now + EVERY);
        self.say(&crowd.many.line(now - crowd.began))
    }

    /// Shows what goes on.
    pub fn event(&self, event: &Event) {
        if self.crowd.is_some() {
            return;
        }
        match event {
            Event::Step {
                id,
                of,
                total_messages,
            } => {
                self.bar.reset();
                self.bar
                    .set_prefix(self.say(&text::step_of(u64::from(*id), u64::from(*of))));
                self.tick();
                match total_messages.filter(|total| *total > 0) {
                    Some(total) => {
                        self.bar.set_length(total);
                        self.bar.set_style(style(&self.say(&text::moving())));
                    }
                    None => self.wait(String::new()),
                }
            }
            Event::Moved { done, .. } => {
                // Mail that arrived meanwhile is moved too.
                match self.bar.length() {
                    Some(length) => self.bar.set_length(length.max(*done)),
                    None => self.bar.set_message(self.say(&text::messages(*done))),
                }
                self.bar.set_position(*done);
            }
            Event::Settling { seconds } => {
                self.bar.set_prefix(self.say(&text::settling()));
                self.wait(self.say(&text::watched_for(*seconds)));
            }
            Event::Note { text } => {
                let text = safe(text.say(self.language));
                self.bar.println(self.language.typeset(&text));
            }
        }
    }

    fn say(&self, phrase: &Phrase) -> String {
        self.language.typeset(phrase.say(self.language))
    }

    fn wait(&self, message: String) {
        self.bar.unset_length();
        self.bar.set_style(style(WORKING));
        self.bar.set_message(message);
        self.tick();
    }

    /// A batch may take long; the bar shows meanwhile that it is alive.
    fn tick(&self) {
        if !self.bar.is_hidden() {
            self.bar.enable_steady_tick(TICK);
        }
    }

    /// Runs something that writes to the terminal or asks there, the bar out of its way until it is through.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn target(shown: Shown) -> ProgressDrawTarget {
    match shown {
        Shown::Bar => ProgressDrawTarget::stderr(),
        Shown::Nowhere | Shown::Lines => ProgressDrawTarget::hidden(),
    }
}

/// A panic elsewhere takes nothing from what was counted.
fn lock(crowd: &Mutex<Crowd>) -> MutexGuard<'_, Crowd> {
    crowd.lock().unwrap_or_else(PoisonError::into_inner)
}

fn style(template: &str) -> ProgressStyle {
    // The templates are constants; a mistake in one would only show the plain bar.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
        .with_key(
            "done",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{}", count(state.pos()));
            },
        )
        .with_key(
            "all",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{}", count(state.len().unwrap_or(0)));
            },
        )
        .with_key(
            "rate",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{:.0}", state.per_sec());
            },
        )
}

#[cfg(test)]
mod tests {
    use std::io;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that only remembers what was written.
    #[derive(Debug, Clone, Default)]
    struct Recorder(Arc<Mutex<String>>);

    impl Recorder {
        fn text(&self) -> String {
            self.0.lock().unwrap().clone()
        }
    }

    impl TermLike for Recorder {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, line: &str) -> io::Result<()> {
            self.write_str(line)?;
            self.write_str("\n")
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(events: &[Event]) -> String {
        let terminal = Recorder::default();
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let progress = Progress::on(target, Language::English);
        for event in events {
            progress.event(event);
            progress.bar.force_draw();
        }
        progress.finish();
        terminal.text()
    }

    #[test]
    fn a_merge_shows_its_step_and_how_far_it_is() {
        let step = Event::Step {
            id: 2,
            of: 5,
            total_messages: Some(12_040),
        };
        let text = told(&[step, Event::Moved { id: 2, done: 1_100 }]);
        assert!(text.contains("step 2 of 5"), "{text}");
        assert!(text.contains("1 100 of 12 040 messages"), "{text}");
        assert!(text.contains("/s"), "{text}");
        assert!(text.contains("left"), "{text}");
    }

    #[test]
    fn an_uncounted_step_shows_what_was_moved_and_settling_says_why_it_waits() {
        let step = Event::Step {
            id: 1,
            of: 1,
            total_messages: None,
        };
        let text = told(&[
            step,
            Event::Moved { id: 1, done: 7_000 },
            Event::Settling { seconds: 2 },
        ]);
        assert!(text.contains("7 000 messages"), "{text}");
        assert!(text.contains("watched for 2 s before"), "{text}");
    }

    #[test]
    fn notes_are_made_safe() {
        let note = Event::Note {
            text: "\"\u{1b}[2JSent\" stays".into(),
        };
        let text = told(&[note]);
        assert!(text.contains("\"\\u{1b}[2JSent\" stays"), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_is_written_every_minute_though_no_account_ends() {
        let progress = Progress::of_many(3, Shown::Lines, Language::English);
        progress.began(0, "alice");
        let told = Mutex::new(Vec::new());
        let minutes = tokio::time::sleep(Duration::from_secs(150));
        tokio::select! {
            () = minutes => {}
            never = progress.tell(|line| told.lock().unwrap().push(line.to_owned())) => match never {},
        }
        assert_eq!(told.into_inner().unwrap(), ["0 of 3 accounts"; 2]);
    }

    #[test]
    fn nothing_is_drawn_where_nobody_looks() {
        let progress = Progress::of_one(Shown::Nowhere, Language::English);
        progress.event(&Event::Moved { id: 1, done: 1 });
        assert!(progress.bar.is_hidden());
        progress.finish();
    }
}
