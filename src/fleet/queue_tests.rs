use super::*;
use crate::fleet::{
    host::{LONGEST_WAIT, STRANGER_TRIES},
    shared_login::REFUSALS,
};

const SECOND: Duration = Duration::from_secs(1);

fn limits(jobs: u32, per_host: u32) -> Limits {
    Limits {
        jobs,
        per_host,
        tries_again: true,
    }
}

fn at(host: &str) -> Constraints {
    Constraints {
        host: host.to_owned(),
        login: None,
    }
}

fn by(login: &str) -> Constraints {
    Constraints {
        host: "a".to_owned(),
        login: Some(login.to_owned()),
    }
}

fn queue(limits: Limits, places: &[Constraints]) -> Queue {
    Queue::new(limits, places.iter().cloned())
}

/// All that may begin now.
fn begun(queue: &mut Queue, now: Duration) -> Vec<Id> {
    let mut begun = Vec::new();
    while let Next::Start(id) = queue.next(now) {
        begun.push(id);
    }
    begun
}

fn well() -> AttemptOutcome {
    AttemptOutcome {
        login: Some(true),
        ..AttemptOutcome::default()
    }
}

fn refused() -> AttemptOutcome {
    AttemptOutcome {
        login: Some(false),
        ..AttemptOutcome::default()
    }
}

fn busy(after: Option<Duration>) -> AttemptOutcome {
    AttemptOutcome {
        retry: Some(Retry {
            after,
            scope: RetryScope::Host,
        }),
        ..AttemptOutcome::default()
    }
}

fn later(after: Option<Duration>) -> AttemptOutcome {
    AttemptOutcome {
        retry: Some(Retry {
            after,
            scope: RetryScope::Account,
        }),
        ..AttemptOutcome::default()
    }
}

/// "Too many connections" at the login.
fn full() -> AttemptOutcome {
    AttemptOutcome {
        retry: Some(Retry {
            after: None,
            scope: RetryScope::Unstated,
        }),
        ..AttemptOutcome::default()
    }
}

#[test]
fn no_more_are_at_work_than_may_be_and_no_host_has_more_than_its_share() {
    let places = [at("a"), at("a"), at("a"), at("b"), at("c")];
    assert_eq!(begun(&mut queue(limits(9, 2), &places), SECOND).len(), 4);
    assert_eq!(begun(&mut queue(limits(3, 2), &places), SECOND).len(), 3);
}

#[test]
fn hosts_take_turns() {
    let places = [at("a"), at("a"), at("a"), at("b"), at("b")];
    assert_eq!(
        begun(&mut queue(limits(4, 9), &places), SECOND),
        [0, 3, 1, 4]
    );
}

#[test]
fn one_that_rests_holds_neither_a_place_nor_a_connection_and_goes_on_before_others_begin() {
    let mut queue = queue(limits(1, 1), &vec![at("a"); 4]);
    assert_eq!(begun(&mut queue, SECOND), [0]);
    queue.rests(0, SECOND);
    queue.rests(0, SECOND);
    assert_eq!(begun(&mut queue, SECOND), [1]);
    queue.has_rested(0);
    assert_eq!(queue.next(SECOND), Next::WaitForEnd);
    queue.rests(1, SECOND);
    assert_eq!(queue.next(SECOND), Next::GoOn(0));
    queue.has_rested(1);
    assert_eq!(queue.next(SECOND), Next::WaitForEnd);
    assert!(!queue.ended(0, well(), SECOND));
    assert_eq!(queue.next(SECOND), Next::GoOn(1));
    assert!(!queue.ended(1, well(), SECOND));
    assert_eq!(begun(&mut queue, SECOND), [2]);
    // Cut off while it rests.
    queue.rests(2, SECOND);
    assert!(!queue.ended(2, well(), SECOND));
    assert_eq!(begun(&mut queue, SECOND), [3]);
    assert!(!queue.ended(3, well(), SECOND));
    assert_eq!(queue.next(SECOND), Next::Over);
}

#[test]
fn one_that_has_rested_waits_for_its_own_host_only() {
    let places = [at("a"), at("a"), at("b"), at("b")];
    let mut queue = queue(limits(9, 1), &places);
    assert_eq!(begun(&mut queue, SECOND), [0, 2]);
    queue.rests(0, SECOND);
    assert_eq!(begun(&mut queue, SECOND), [1]);
    queue.rests(2, SECOND);
    queue.has_rested(0);
    queue.has_rested(2);
    assert_eq!(queue.next(SECOND), Next::GoOn(2));
    assert_eq!(queue.next(SECOND), Next::WaitForEnd);
    assert!(!queue.ended(1, well(), SECOND));
    assert_eq!(queue.next(SECOND), Next::GoOn(0));
}

#[test]
fn no_account_begins_while_as_many_rest_as_may() {
    let limits = limits(1, 1);
    let most = limits.resting();
    let mut queue = queue(limits, &vec![at("a"); 100]);
    for id in 0..most {
        assert_eq!(queue.next(SECOND), Next::Start(id));
        queue.rests(id, SECOND);
    }
    assert_eq!(queue.next(SECOND), Next::WaitForEnd);
    queue.has_rested(3);
    assert_eq!(queue.next(SECOND), Next::GoOn(3));
    assert!(!queue.ended(3, well(), SECOND));
    assert_eq!(queue.next(SECOND), Next::Start(most));
}

#[test]
fn a_busy_host_is_left_alone_for_as_long_as_it_says_and_bears_fewer_then() {
    let mut queue = queue(limits(9, 4), &[at("a"), at("a"), at("a"), at("a"), at("b")]);
    assert_eq!(begun(&mut queue, SECOND).len(), 5);
    assert!(queue.ended(3, busy(Some(9 * SECOND)), SECOND));
    assert!(!queue.ended(0, well(), SECOND));
    assert_eq!(queue.next(2 * SECOND), Next::Wait(10 * SECOND));
    assert_eq!(queue.next(10 * SECOND), Next::Start(3));
    // Three were borne: two are still at work, and this one.
    assert_eq!(queue.next(10 * SECOND), Next::WaitForEnd);
}

#[test]
fn one_user_with_too_many_connections_costs_the_host_none() {
    let mut queue = queue(limits(9, 3), &vec![at("a"); 8]);
    assert_eq!(begun(&mut queue, SECOND), [0, 1, 2]);
    assert!(queue.ended(0, full(), SECOND));
    assert_eq!(begun(&mut queue, SECOND), [3]);
    // The same again, nobody in between.
    assert_eq!(begun(&mut queue, 9 * SECOND), [0; 0]);
    assert!(!queue.ended(1, well(), 9 * SECOND));
    assert_eq!(begun(&mut queue, 9 * SECOND), [4]);
    assert!(queue.ended(4, full(), 9 * SECOND));
    assert_eq!(begun(&mut queue, 9 * SECOND), [5]);
}

#[test]
fn where_accounts_in_a_row_have_too_many_connections_it_is_the_host_that_has() {
    let mut queue = queue(limits(9, 4), &vec![at("a"); 8]);
    assert_eq!(begun(&mut queue, SECOND), [0, 1, 2, 3]);
    assert!(queue.ended(2, full(), SECOND));
    assert!(queue.ended(3, full(), SECOND));
    // Two are borne, and at work.
    assert_eq!(begun(&mut queue, 9 * SECOND), [0; 0]);
    assert!(!queue.ended(0, well(), 9 * SECOND));
    assert_eq!(begun(&mut queue, 9 * SECOND).len(), 1);
}

#[test]
fn one_accounts_trouble_keeps_nobody_else_waiting() {
    let mut queue = queue(limits(1, 1), &[at("a"), at("a")]);
    assert_eq!(begun(&mut queue, SECOND), [0]);
    assert!(queue.ended(0, later(None), SECOND));
    assert_eq!(begun(&mut queue, SECOND), [1]);
    assert!(!queue.ended(1, well(), SECOND));
    assert_eq!(queue.next(SECOND), Next::Wait(2 * SECOND));
    assert_eq!(queue.next(2 * SECOND), Next::Start(0));
}

#[test]
fn a_passing_failure_that_does_not_pass_is_told_once() {
    let mut queue = queue(limits(1, 1), &[at("a")]);
    let mut now = SECOND;
    let mut told = 0;
    for _ in 0..u32::from(TRIES) {
        assert_eq!(queue.next(now), Next::Start(0));
        told += u32::from(!queue.ended(0, later(None), now));
        now += LONGEST_WAIT;
    }
    assert_eq!((told, queue.next(now)), (1, Next::Over));
}

#[test]
fn a_host_that_stays_away_is_given_up_and_its_accounts_are_left() {
    let mut queue = queue(limits(1, 1), &[at("a"), at("a"), at("b")]);
    let mut now = SECOND;
    let mut left = Vec::new();
    let mut starts = 0;
    while now < 10_000 * SECOND {
        match queue.next(now) {
            Next::Start(2) => assert!(!queue.ended(2, well(), now)),
            Next::Start(id) => {
                starts += 1;
                queue.ended(id, busy(None), now);
            }
            Next::Skip(id, why) => left.push((id, why)),
            Next::Wait(due) => now = due,
            Next::GoOn(_) | Next::WaitForEnd => panic!("nobody is at work"),
            Next::Over => break,
        }
    }
    assert_eq!(starts, STRANGER_TRIES);
    assert_eq!(left, [(1, NotStarted::Host("a".to_owned()))]);
}

#[test]
fn a_host_that_was_busy_once_is_trusted_again_in_time() {
    let places: Vec<Constraints> = (0..200).map(|_| at("a")).collect();
    let mut queue = queue(limits(9, 3), &places);
    assert_eq!(begun(&mut queue, SECOND).len(), 3);
    queue.ended(1, busy(Some(SECOND)), SECOND);
    queue.ended(2, busy(Some(SECOND)), SECOND);
    queue.ended(0, well(), SECOND);
    let mut most = 0;
    for _ in 0..90 {
        let begun = begun(&mut queue, 9 * SECOND);
        most = most.max(begun.len());
        for id in begun {
            queue.ended(id, well(), 9 * SECOND);
        }
    }
    assert_eq!(most, 3);
}

#[test]
fn a_shared_login_is_tried_by_one_account_until_it_was_accepted() {
    let mut queue = queue(limits(9, 9), &[by("root"), by("root"), by("root")]);
    assert_eq!(begun(&mut queue, SECOND), [0]);
    assert!(!queue.ended(0, well(), SECOND));
    assert_eq!(begun(&mut queue, SECOND), [1, 2]);
}

#[test]
fn a_shared_login_that_is_refused_time_and_again_is_used_no_more() {
    let mut places = vec![by("root"); 6];
    places.push(by("other"));
    let mut queue = queue(limits(9, 9), &places);
    for id in 0..REFUSALS {
        assert_eq!(begun(&mut queue, SECOND), [id]);
        assert!(!queue.ended(id, refused(), SECOND));
    }
    let root = || NotStarted::Login("root".to_owned());
    assert_eq!(queue.next(SECOND), Next::Skip(3, root()));
    assert_eq!(queue.next(SECOND), Next::Skip(4, root()));
    assert_eq!(queue.next(SECOND), Next::Skip(5, root()));
    assert_eq!(queue.next(SECOND), Next::Start(6));
}

#[test]
fn one_refused_account_between_good_ones_does_not_close_a_shared_login() {
    let mut queue = queue(limits(1, 1), &vec![by("root"); 9]);
    for id in 0..9 {
        assert_eq!(queue.next(SECOND), Next::Start(id));
        let shown = if id % 3 == 0 { well() } else { refused() };
        queue.ended(id, shown, SECOND);
    }
    assert_eq!(queue.next(SECOND), Next::Over);
}

#[test]
fn after_a_stop_nothing_begins_and_all_that_wait_are_left() {
    let mut queue = queue(limits(2, 2), &[at("a"), at("a"), at("a"), at("a")]);
    assert_eq!(begun(&mut queue, SECOND), [0, 1]);
    assert!(queue.ended(0, later(Some(9 * SECOND)), SECOND));
    assert_eq!(begun(&mut queue, SECOND), [2]);
    queue.stop();
    let mut left = Vec::new();
    while let Next::Skip(id, NotStarted::Stopped) = queue.next(SECOND) {
        left.push(id);
    }
    left.sort_unstable();
    assert_eq!(left, [0, 3]);
    assert!(!queue.ended(1, busy(None), SECOND));
    assert!(!queue.ended(2, later(None), SECOND));
    assert_eq!(queue.next(SECOND), Next::Over);
}
