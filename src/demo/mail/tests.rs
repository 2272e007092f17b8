use std::sync::Mutex;

use super::*;
use crate::demo::{At, Hook, Verdict};

fn world(persona: Persona, messages: usize) -> (World, u64) {
    let mut world = World::new(persona);
    world.add_account("u", "p");
    world.add_mailbox("u", "B").unwrap();
    world.add_mailbox("u", "A").unwrap();
    for number in 0..messages {
        let body = format!("m{number}").into_bytes();
        world
            .add_message("u", "B", &["\\Seen", "$label1"], 7, body)
            .unwrap();
    }
    let id = world.mailbox("u", "B").unwrap().id;
    (world, id)
}

fn moving(from: u64, uids: &[u32]) -> Mutation {
    Mutation::Move {
        from,
        uids: uids.to_vec(),
        to: b"A".to_vec(),
        leaving: Vec::new(),
    }
}

fn copying(from: u64, uids: &[u32]) -> Mutation {
    Mutation::Copy {
        from,
        uids: uids.to_vec(),
        to: b"A".to_vec(),
    }
}

fn counts(world: &World) -> (usize, usize) {
    let count = |name| world.mailbox("u", name).unwrap().messages().len();
    (count("B"), count("A"))
}

/// Answers at the n-th point, and remembers what it saw at each.
struct AtPoint(usize, Verdict, Mutex<Vec<(usize, usize)>>);

impl Hook for AtPoint {
    fn reached(&self, _: &At<'_>, world: &mut World) -> Verdict {
        let mut seen = self.2.lock().unwrap();
        seen.push(counts(world));
        let census = world.account("u").unwrap().census();
        assert_eq!(census.len(), 3, "a message is nowhere");
        if seen.len() == self.0 {
            self.1.clone()
        } else {
            Verdict::GoOn
        }
    }
}

fn watched(world: &mut World, mutation: Mutation, hook: &AtPoint) -> (Result<Done, Refusal>, bool) {
    let mut watch = Watch::new(hook, 1, Some("u"), "UID MOVE");
    let done = mutation.run(world, "u", &mut watch);
    (done, watch.cut)
}

fn one_by_one() -> (World, u64) {
    let persona = Persona {
        move_commit: 1,
        ..Persona::dovecot()
    };
    world(persona, 3)
}

#[test]
fn move_puts_each_message_into_the_target_before_it_leaves_the_source() {
    let (mut world, id) = one_by_one();
    let hook = AtPoint(0, Verdict::GoOn, Mutex::default());
    let (done, cut) = watched(&mut world, moving(id, &[1, 2, 3]), &hook);
    let Ok(Done::Copied(copied)) = done else {
        panic!("{done:?}")
    };
    assert_eq!(copied.pairs, [(1, 1), (2, 2), (3, 3)]);
    assert!(!cut);
    let seen = hook.2.into_inner().unwrap();
    assert_eq!(seen, [(3, 1), (2, 1), (2, 2), (1, 2), (1, 3), (0, 3)]);
}

#[test]
fn move_commits_as_many_at_once_as_the_persona_does() {
    let persona = Persona {
        move_commit: 2,
        ..Persona::dovecot()
    };
    let (mut world, id) = world(persona, 3);
    let hook = AtPoint(0, Verdict::GoOn, Mutex::default());
    watched(&mut world, moving(id, &[1, 2, 3]), &hook)
        .0
        .unwrap();
    assert_eq!(
        hook.2.into_inner().unwrap(),
        [(3, 2), (1, 2), (1, 3), (0, 3)]
    );
}

#[test]
fn a_crash_leaves_each_message_in_at_least_one_mailbox() {
    let after = [(3, 1), (2, 1), (2, 2), (1, 2), (1, 3), (0, 3)];
    for (point, expected) in (1..).zip(after) {
        let (mut world, id) = one_by_one();
        let hook = AtPoint(point, Verdict::Cut, Mutex::default());
        let (_, cut) = watched(&mut world, moving(id, &[1, 2, 3]), &hook);
        assert!(cut);
        assert_eq!((counts(&world), world.run_late()), (expected, 0));
    }
}

#[test]
fn a_move_cut_off_from_its_client_ends_at_once_or_late_and_no_message_is_doubled() {
    for point in 1..=6 {
        let (mut world, id) = one_by_one();
        let hook = AtPoint(point, Verdict::CutAndFinish, Mutex::default());
        let (_, cut) = watched(&mut world, moving(id, &[1, 2, 3]), &hook);
        assert_eq!((counts(&world), cut), ((0, 3), true));

        let (mut world, id) = one_by_one();
        let hook = AtPoint(point, Verdict::CutAndFinishLater, Mutex::default());
        watched(&mut world, moving(id, &[1, 2, 3]), &hook)
            .0
            .unwrap();
        assert_ne!((point, counts(&world)), (1, (0, 3)));
        assert_eq!((world.late(), world.run_late(), world.late()), (1, 1, 0));
        assert_eq!(counts(&world), (0, 3));
    }
}

/// Would have the command finished at the first point, and stopped at every other.
struct Contrary(Mutex<usize>);

impl Hook for Contrary {
    fn reached(&self, _: &At<'_>, _: &mut World) -> Verdict {
        let mut points = self.0.lock().unwrap();
        *points += 1;
        match *points {
            1 => Verdict::CutAndFinish,
            2 => Verdict::Refuse("no".to_owned()),
            _ => Verdict::Cut,
        }
    }
}

#[test]
fn a_move_that_is_to_be_finished_is_told_to_the_hook_and_not_stopped_by_it() {
    let (mut world, id) = one_by_one();
    let hook = Contrary(Mutex::default());
    let mut watch = Watch::new(&hook, 1, Some("u"), "UID MOVE");
    moving(id, &[1, 2, 3])
        .run(&mut world, "u", &mut watch)
        .unwrap();
    assert_eq!((counts(&world), watch.cut), ((0, 3), true));
    assert_eq!(hook.0.into_inner().unwrap(), 6);
}

#[test]
fn a_refused_move_tells_what_it_had_moved() {
    let (mut world, id) = one_by_one();
    let hook = AtPoint(
        2,
        Verdict::Refuse("[LIMIT] Enough".to_owned()),
        Mutex::default(),
    );
    let (done, cut) = watched(&mut world, moving(id, &[1, 2, 3]), &hook);
    let refusal = done.unwrap_err();
    assert_eq!((refusal.text.as_str(), cut), ("[LIMIT] Enough", false));
    assert_eq!(refusal.moved.unwrap().pairs, [(1, 1)]);
    assert_eq!(counts(&world), (2, 1));
}

#[test]
fn flags_date_and_id_go_with_a_message() {
    let (mut world, id) = world(Persona::dovecot(), 1);
    let old = world.mailbox("u", "B").unwrap().messages()[0].clone();
    world.perform("u", moving(id, &[1])).unwrap();
    let new = world.mailbox("u", "A").unwrap().messages()[0].clone();
    assert_eq!(new, old);
}

#[test]
fn copy_in_mailutils_forgets_flags() {
    let (mut world, id) = world(Persona::mailutils(), 1);
    assert!(world.mailbox("u", "B").unwrap().messages()[0].has("\\Seen"));
    world.perform("u", copying(id, &[1])).unwrap();
    assert!(
        world.mailbox("u", "A").unwrap().messages()[0]
            .flags
            .is_empty()
    );
}

#[test]
fn a_fixed_list_of_keywords_drops_the_others_silently() {
    let persona = Persona {
        keywords: Keywords::Only(vec!["$Forwarded"]),
        ..Persona::dovecot()
    };
    let (mut world, _) = world(persona, 0);
    world
        .add_message("u", "B", &["$forwarded", "$label1", "\\Seen"], 0, *b"x")
        .unwrap();
    let message = &world.mailbox("u", "B").unwrap().messages()[0];
    assert!(message.has("$Forwarded") && message.has("\\Seen") && !message.has("$label1"));
}

#[test]
fn copy_over_quota_does_nothing_and_move_is_not_charged() {
    let (mut world, id) = world(Persona::dovecot().with_quota(10), 3);
    let refusal = world.perform("u", copying(id, &[1, 2, 3])).unwrap_err();
    assert_eq!(refusal.code, Some(Code::OverQuota));
    assert_eq!(counts(&world), (3, 0));
    world.perform("u", moving(id, &[1, 2, 3])).unwrap();
    assert_eq!(counts(&world), (0, 3));
    let refusal = world.add_message("u", "B", &[], 0, *b"12345").unwrap_err();
    assert_eq!(refusal.code, Some(Code::OverQuota));
}

#[test]
fn a_message_gone_meanwhile_refuses_the_whole_command() {
    let (mut world, id) = world(Persona::dovecot(), 3);
    world.open_mut("u", id).unwrap().remove(2);
    for mutation in [copying(id, &[1, 2]), moving(id, &[1, 2])] {
        let refusal = world.perform("u", mutation).unwrap_err();
        assert_eq!(refusal.code, Some(Code::ExpungeIssued));
    }
    assert_eq!(counts(&world), (2, 0));
}

#[test]
fn a_missing_target_asks_to_be_created() {
    let (mut world, id) = world(Persona::dovecot(), 1);
    let to = b"Nope".to_vec();
    let refusal = world
        .perform(
            "u",
            Mutation::Copy {
                from: id,
                uids: vec![1],
                to,
            },
        )
        .unwrap_err();
    assert_eq!(refusal.code, Some(Code::TryCreate));
}

#[test]
fn expunge_takes_only_what_is_marked_and_named() {
    let (mut world, id) = world(Persona::dovecot(), 3);
    let flags = vec!["\\deleted".to_owned()];
    let marking = Mutation::Store {
        of: id,
        uids: vec![1, 3],
        change: Change::Add,
        flags,
    };
    world.perform("u", marking).unwrap();
    let left = |world: &World| -> Vec<u32> {
        let mailbox = world.mailbox("u", "B").unwrap();
        mailbox
            .messages()
            .iter()
            .map(|message| message.uid)
            .collect()
    };
    world
        .perform(
            "u",
            Mutation::Expunge {
                of: id,
                among: Some(vec![1, 2]),
            },
        )
        .unwrap();
    assert_eq!(left(&world), [2, 3]);
    world
        .perform(
            "u",
            Mutation::Expunge {
                of: id,
                among: None,
            },
        )
        .unwrap();
    assert_eq!(left(&world), [2]);
    assert_eq!(world.mailbox("u", "B").unwrap().octets(), 2);
}
