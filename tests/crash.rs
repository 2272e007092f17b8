//! Every point at which a run can break, in the simulated world. The connection or the process ends before, in the
//! middle of and after each command; commands of dead connections run at once, late or never; the journal's disk loses,
//! tears or refuses a record.
//!
//! At each point: every message is in some mailbox at every moment, `resume` reaches the end of an uninterrupted run,
//! and a second run has nothing to do.
//!
//! Each scene is played at a fair share of its points, `cargo nextest run --test world --run-ignored only crash::` plays every
//! one. One scene alone: `cargo nextest run --test world SCENE`; one point of it: `ROLECALL_POINT=n` before that.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use rolecall::{
    apply::ApplyError,
    demo::{
        Persona, World,
        mutation::Mutation,
        persona::{Auto, Claims, Marking},
        providers::{EXCHANGE_FR, GMAIL_FR},
    },
    language::Phrase,
    mapping::Mapping,
    model::{mailbox::MailboxName, role::Role},
    planner::{Policy, Suggestion},
};

use crate::sim::{
    Ended, Sim,
    client::USER,
    director::{Blow, Gone, Lateness, Mark, Place},
    paper::Ink,
    scene::{Job, Scene, Share},
    way::Way,
};

fn mail(world: &mut World, name: &str, messages: u32) {
    if world.mailbox(USER, name).is_none() {
        world.add_mailbox(USER, name).unwrap();
    }
    subscribe(world, name);
    for number in 0..messages {
        let flags: &[&str] = match number % 3 {
            0 => &["\\Seen"],
            1 => &["\\Answered", "$Forwarded"],
            _ => &[],
        };
        let text = format!(
            "Message-ID: <{number}.{}@example.test>\r\nSubject: {name} {number}\r\n\r\n{}\r\n",
            name.replace(' ', "_"),
            "x".repeat(number as usize + name.len())
        );
        let date = 1_700_000_000 + i64::from(number) * 86_400;
        world
            .add_message(USER, name, flags, date, text.into_bytes())
            .unwrap();
    }
}

fn subscribe(world: &mut World, name: &str) {
    let name = name.as_bytes().to_vec();
    let _ = world.perform(USER, Mutation::Subscribe { name });
}

fn two_sources(world: &mut World) {
    mail(world, "Sent", 1);
    mail(world, "Sent Items", 3);
    mail(world, "Courrier envoy&AOk-", 2);
    mail(world, "Clients/Sent", 1);
}

fn two_messages(world: &mut World) {
    mail(world, "Sent", 1);
    mail(world, "Sent Items", 2);
}

fn seven_messages(world: &mut World) {
    mail(world, "Sent", 1);
    mail(world, "Sent Items", 6);
}

/// Merges of two roles that go together, and end differently: one source is removed, one has a message that stays, one may
/// not be removed, and one is of another role.
fn four_sources(world: &mut World) {
    mail(world, "Sent", 1);
    mail(world, "Sent Items", 2);
    mail(world, "Courrier envoy&AOk-", 1);
    let text = b"Message-ID: <marked@example.test>\r\n\r\nmarked\r\n".to_vec();
    let (name, date) = ("Courrier envoy&AOk-", 1_700_000_000);
    world
        .add_message(USER, name, &["\\Deleted"], date, text)
        .unwrap();
    mail(world, "Sent Messages", 1);
    keep(world, "Sent Messages");
    mail(world, "Drafts", 1);
    mail(world, "Brouillons", 1);
}

/// Its owner may do everything with it but remove it.
fn keep(world: &mut World, name: &str) {
    let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
    let mailbox = mailboxes.get_mut(name.as_bytes()).unwrap();
    mailbox.quirks.rights = Some("lrswitek".to_owned());
}

fn three_sources(world: &mut World) {
    mail(world, "Sent", 1);
    mail(world, "Sent Items", 3);
    mail(world, "Courrier envoy&AOk-", 2);
    mail(world, "Sent Messages", 2);
}

fn one_lone_mailbox(world: &mut World) {
    mail(world, "Courrier envoy&AOk-", 2);
    mail(world, "Courrier envoy&AOk-/2019", 1);
    mail(world, "Drafts", 1);
}

fn one_by_one(mut persona: Persona) -> Persona {
    persona.move_commit = 1;
    persona
}

fn dovecot() -> Persona {
    one_by_one(Persona::dovecot())
}

fn default_policy() -> Policy {
    Policy::default()
}

fn without_uidplus() -> Policy {
    Policy {
        remove_without_uidplus: true,
        ..Policy::default()
    }
}

/// The scene that the others are made of.
const MERGE: Scene = Scene {
    name: "merge",
    persona: dovecot,
    fill: two_sources,
    policy: default_policy,
    job: Job::Fix,
    deliveries: (0, &[]),
    by_id: false,
    grace: None,
    looks: false,
    way: Way::Straight,
};

/// Where messages can only be copied, and nothing is expunged by its UID.
const ON_UW_IMAP: Scene = Scene {
    name: "merge_on_uw_imap",
    persona: Persona::uw_imap,
    fill: two_messages,
    policy: without_uidplus,
    ..MERGE
};

const A_DAY: Option<Duration> = Some(Duration::from_secs(86_400));

#[expect(clippy::too_many_lines, reason = "a list")]
fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            looks: true,
            ..MERGE
        },
        Scene {
            name: "merge_where_searches_name_no_command",
            persona: || dovecot().without(&["ESEARCH"]),
            looks: true,
            ..MERGE
        },
        Scene {
            name: "merge_by_move_without_uidplus",
            persona: || dovecot().without(&["UIDPLUS"]),
            ..MERGE
        },
        Scene {
            name: "merge_by_copy",
            persona: || dovecot().without(&["MOVE"]),
            looks: true,
            ..MERGE
        },
        Scene {
            name: "merge_by_copy_without_uidplus",
            persona: || dovecot().without(&["MOVE", "UIDPLUS"]),
            policy: without_uidplus,
            ..MERGE
        },
        Scene {
            name: "merge_on_courier",
            persona: || one_by_one(Persona::courier()),
            fill: |world| {
                mail(world, "INBOX.Sent", 1);
                mail(world, "INBOX.Sent Items", 3);
            },
            looks: true,
            ..MERGE
        },
        Scene {
            name: "merge_on_cyrus",
            // Cyrus moves all messages of a command in one commit (6 of 6 killed servers: all or nothing).
            persona: Persona::cyrus,
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Sent Items", 3);
                let (name, marks) = (b"Sent Items".to_vec(), vec!["\\Sent".to_owned()]);
                world.perform(USER, Mutation::Mark { name, marks }).unwrap();
            },
            policy: || target(Role::Sent, "Sent"),
            looks: true,
            ..MERGE
        },
        Scene {
            name: "merge_under_inbox",
            persona: || one_by_one(Persona::dovecot_inbox_dot()),
            fill: |world| {
                mail(world, "INBOX.Sent", 1);
                mail(world, "INBOX.Sent Items", 3);
            },
            ..MERGE
        },
        Scene {
            name: "merge_what_comes_back",
            persona: || dovecot().with_auto(&[("Sent Items", Auto::Subscribe)]),
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Sent Items", 3);
            },
            ..MERGE
        },
        Scene {
            name: "merge_where_copyuid_names_neighbours",
            persona: || one_by_one(Persona::lying_copyuid(Claims::NextUids)),
            ..MERGE
        },
        Scene {
            name: "merge_where_copyuid_names_the_source",
            persona: || one_by_one(Persona::lying_copyuid(Claims::SourceUids)),
            ..MERGE
        },
        Scene {
            name: "merge_where_copyuid_has_the_sources_validity",
            persona: || one_by_one(Persona::lying_copyuid(Claims::SourceValidity)),
            ..MERGE
        },
        Scene {
            name: "merge_by_copy_where_copyuid_names_neighbours",
            persona: || Persona::lying_copyuid(Claims::NextUids).without(&["MOVE"]),
            ..MERGE
        },
        Scene {
            name: "merge_under_a_message_limit",
            persona: || dovecot().with_message_limit(2),
            fill: seven_messages,
            ..MERGE
        },
        Scene {
            name: "merge_by_copy_under_a_message_limit",
            persona: || dovecot().without(&["MOVE"]).with_message_limit(2),
            fill: seven_messages,
            ..MERGE
        },
        Scene {
            name: "merge_in_utf8",
            persona: || one_by_one(Persona::rev2_only()),
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Éléments envoyés", 2);
            },
            ..MERGE
        },
        Scene {
            name: "merge_where_utf8_is_a_must",
            persona: || one_by_one(Persona::utf8_only()),
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Éléments envoyés", 2);
            },
            ..MERGE
        },
        Scene {
            name: "merge_where_the_deleted_stay_with_their_readers",
            persona: || one_by_one(Persona::ghost_delete()),
            fill: two_messages,
            ..MERGE
        },
        Scene {
            name: "merge_of_what_may_not_be_removed",
            persona: || one_by_one(Persona::with_rights()),
            fill: |world| {
                two_messages(world);
                keep(world, "Sent Items");
            },
            ..MERGE
        },
        ON_UW_IMAP,
        Scene {
            name: "children",
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Sent Items", 2);
                mail(world, "Sent Items/2019", 2);
            },
            looks: true,
            ..MERGE
        },
        Scene {
            name: "children_merged",
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Sent/2019", 1);
                mail(world, "Sent Items", 2);
                mail(world, "Sent Items/2019", 2);
            },
            policy: || Policy {
                with_children: true,
                ..Policy::default()
            },
            ..MERGE
        },
        Scene {
            name: "rename_to_target",
            persona: || {
                let mut persona = dovecot();
                persona.marking = Marking::Nothing;
                persona
            },
            fill: |world| {
                mail(world, "Sent Items", 2);
                mail(world, "Sent Items/2019", 1);
            },
            policy: || target(Role::Sent, "Sent"),
            ..MERGE
        },
        Scene {
            name: "rename_to_a_name_that_is_marked",
            fill: one_lone_mailbox,
            policy: || if_marked("Sent"),
            ..MERGE
        },
        Scene {
            name: "rename_to_a_name_that_is_not_marked",
            persona: || {
                let mut persona = dovecot();
                persona.marking = Marking::ByName(vec![("Drafts", "\\Drafts")]);
                persona
            },
            fill: one_lone_mailbox,
            policy: || if_marked("Sent"),
            ..MERGE
        },
        Scene {
            name: "trash_and_junk",
            fill: |world| {
                mail(world, "Trash", 1);
                mail(world, "Corbeille", 2);
                mail(world, "Junk", 1);
                mail(world, "Spam", 2);
            },
            policy: || Policy {
                include: BTreeSet::from([Role::Trash, Role::Junk]),
                ..Policy::default()
            },
            ..MERGE
        },
        Scene {
            name: "mail_arrives",
            deliveries: (6, &["Sent Items", "Courrier envoy&AOk-"]),
            ..MERGE
        },
        Scene {
            name: "mail_arrives_while_copying",
            persona: || dovecot().without(&["MOVE"]),
            deliveries: (6, &["Sent Items", "Courrier envoy&AOk-"]),
            ..MERGE
        },
        Scene {
            name: "mail_arrives_by_id",
            // It follows the source under its new name; the lock sends it to INBOX.
            persona: Persona::cyrus,
            fill: two_messages,
            deliveries: (8, &["Sent Items"]),
            by_id: true,
            ..MERGE
        },
        Scene {
            name: "remove_later",
            fill: two_messages,
            grace: A_DAY,
            looks: true,
            ..MERGE
        },
        Scene {
            name: "remove_later_on_cyrus",
            persona: Persona::cyrus,
            fill: two_messages,
            grace: A_DAY,
            ..MERGE
        },
        Scene {
            name: "mail_arrives_by_id_until_a_later_removal",
            persona: Persona::cyrus,
            fill: two_messages,
            deliveries: (12, &["Sent Items"]),
            by_id: true,
            grace: A_DAY,
            ..MERGE
        },
        Scene {
            name: "merge_of_labels",
            persona: || one_by_one(Persona::gmail(&GMAIL_FR)),
            fill: |world| {
                mail(world, "[Gmail]/Messages envoy&AOk-s", 1);
                mail(world, "Sent Items", 3);
                // One message has both labels.
                let from = world.mailbox(USER, "Sent Items").unwrap().id;
                let to = b"[Gmail]/Messages envoy&AOk-s".to_vec();
                let uids = vec![2];
                world
                    .perform(USER, Mutation::Copy { from, uids, to })
                    .unwrap();
            },
            ..MERGE
        },
        Scene {
            name: "merge_of_what_is_shown_in_parts",
            persona: || dovecot().showing_at_most(2),
            fill: |world| {
                mail(world, "Sent", 3);
                mail(world, "Sent Items", 5);
            },
            ..MERGE
        },
        Scene {
            name: "merge_on_exchange",
            persona: || one_by_one(Persona::exchange(EXCHANGE_FR)),
            fill: |world| {
                mail(world, "&AMk-l&AOk-ments envoy&AOk-s", 1);
                mail(world, "Sent Items", 3);
            },
            ..MERGE
        },
        Scene {
            name: "merge_beside_other_namespaces",
            persona: || one_by_one(Persona::two_namespaces("Archives.", b'.')),
            fill: |world| {
                mail(world, "Sent", 1);
                mail(world, "Sent Items", 3);
                mail(world, "Archives.Sent Items", 2);
                mail(world, "Users/bob/Sent Items", 1);
            },
            ..MERGE
        },
        Scene {
            name: "undo",
            job: Job::Undo,
            looks: true,
            ..MERGE
        },
        Scene {
            name: "resume_in_a_move",
            job: Job::Resume {
                at: 1,
                place: Place::Left(1),
            },
            looks: true,
            ..MERGE
        },
        Scene {
            name: "resume_after_a_rename",
            job: Job::Resume {
                at: 4,
                place: Place::After,
            },
            ..MERGE
        },
        Scene {
            name: "give_up_in_a_move",
            job: Job::GiveUp {
                at: 1,
                place: Place::Left(1),
            },
            ..MERGE
        },
        Scene {
            name: "give_up_in_a_copy",
            persona: || dovecot().without(&["MOVE"]),
            job: Job::GiveUp {
                at: 1,
                place: Place::After,
            },
            looks: true,
            ..MERGE
        },
        Scene {
            name: "give_up_after_a_rename",
            job: Job::GiveUp {
                at: 4,
                place: Place::After,
            },
            ..MERGE
        },
        Scene {
            name: "give_up_in_a_removal",
            persona: Persona::cyrus,
            fill: two_messages,
            job: Job::GiveUp {
                at: 4,
                place: Place::After,
            },
            ..MERGE
        },
        Scene {
            name: "merges_with_different_ends",
            persona: || one_by_one(Persona::with_rights()),
            fill: four_sources,
            looks: true,
            ..MERGE
        },
        Scene {
            name: "merge_where_answers_come_in_the_reverse_order",
            fill: three_sources,
            way: Way::TurnsAnswers,
            ..MERGE
        },
        Scene {
            name: "merge_where_commands_that_come_together_are_dropped",
            way: Way::DropsCommands,
            ..MERGE
        },
        Scene {
            name: "merge_of_copies_that_are_renumbered_by_a_rename",
            // Where RENAME changes UIDVALIDITY, copies and originals cannot be told apart any more: it gets its name back.
            persona: || Persona {
                rename_changes_validity: true,
                ..Persona::uw_imap()
            },
            ..ON_UW_IMAP
        },
        Scene {
            name: "resume_of_several_batches",
            fill: three_sources,
            job: Job::Resume {
                at: 3,
                place: Place::Left(1),
            },
            looks: true,
            ..MERGE
        },
        Scene {
            name: "removal_by_a_later_run",
            persona: Persona::cyrus,
            grace: A_DAY,
            job: Job::Removal,
            looks: true,
            ..MERGE
        },
        Scene {
            name: "undo_of_what_waits_for_its_removal",
            grace: A_DAY,
            job: Job::Undo,
            looks: true,
            ..MERGE
        },
    ]
}

fn target(role: Role, name: &str) -> Policy {
    let mut policy = Policy::default();
    let name = MailboxName::new(name.as_bytes().to_vec(), name.to_owned());
    policy.targets.insert(role, name);
    policy
}

fn if_marked(name: &str) -> Policy {
    let suggestion = Suggestion {
        keep: MailboxName::new(name.as_bytes().to_vec(), name.to_owned()),
        because: Phrase::default(),
        if_marked: true,
    };
    Policy {
        suggested: [(Role::Sent, suggestion)].into(),
        ..Policy::default()
    }
}

async fn play(name: &str, share: Share) {
    let scene = scenes()
        .into_iter()
        .find(|scene| scene.name == name)
        .unwrap();
    let points = Box::pin(scene.break_at(share)).await;
    println!("{name}: {points} points");
}

macro_rules! scene_tests {
    ($($name:ident)*) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                play(stringify!($name), Share::Fair).await;
            }
        )*

        mod at_every_point {
            $(
                #[tokio::test(start_paused = true)]
                #[ignore = "minutes: tests/run --long"]
                async fn $name() {
                    super::play(stringify!($name), super::Share::Every).await;
                }
            )*
        }

        #[test]
        fn every_scene_is_played() {
            let played = [$(stringify!($name)),*];
            let known: Vec<_> = scenes().iter().map(|scene| scene.name).collect();
            assert_eq!(known, played);
        }
    };
}

scene_tests! {
    merge
    merge_where_searches_name_no_command
    merge_by_move_without_uidplus
    merge_by_copy
    merge_by_copy_without_uidplus
    merge_on_courier
    merge_on_cyrus
    merge_under_inbox
    merge_what_comes_back
    merge_where_copyuid_names_neighbours
    merge_where_copyuid_names_the_source
    merge_where_copyuid_has_the_sources_validity
    merge_by_copy_where_copyuid_names_neighbours
    merge_under_a_message_limit
    merge_by_copy_under_a_message_limit
    merge_in_utf8
    merge_where_utf8_is_a_must
    merge_where_the_deleted_stay_with_their_readers
    merge_of_what_may_not_be_removed
    merge_on_uw_imap
    children
    children_merged
    rename_to_target
    rename_to_a_name_that_is_marked
    rename_to_a_name_that_is_not_marked
    trash_and_junk
    mail_arrives
    mail_arrives_while_copying
    mail_arrives_by_id
    remove_later
    remove_later_on_cyrus
    mail_arrives_by_id_until_a_later_removal
    merge_of_labels
    merge_of_what_is_shown_in_parts
    merge_on_exchange
    merge_beside_other_namespaces
    undo
    resume_in_a_move
    resume_after_a_rename
    give_up_in_a_move
    give_up_in_a_copy
    give_up_after_a_rename
    give_up_in_a_removal
    merges_with_different_ends
    merge_where_answers_come_in_the_reverse_order
    merge_where_commands_that_come_together_are_dropped
    merge_of_copies_that_are_renumbered_by_a_rename
    resume_of_several_batches
    removal_by_a_later_run
    undo_of_what_waits_for_its_removal
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_is_in_the_journal_though_the_power_goes() {
    let mapping = Arc::new(Mapping::built_in());
    let sim = Sim::new(dovecot(), &mapping, two_sources);
    let plan = sim.plan(&Policy::default()).await;
    // The first command, a UID MOVE, is done; nobody is told.
    let first = Mark {
        ordinal: 0,
        command: "UID MOVE".to_owned(),
        place: Place::After,
    };
    let blow = Blow::Break(Gone::Process, Lateness::Never);
    sim.director.arm(Some((first, blow)));
    sim.apply(&plan).await;
    assert!(sim.director.has_struck());
    sim.paper.lose_power();
    sim.director.bury();
    sim.director.arm(None);
    let ended = sim.resume(&sim.newest_run()).await;
    assert!(
        ended.is_finished(),
        "what was sent is not in the journal: {ended:?}"
    );
    assert_eq!(sim.director.broken(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_the_end_of_a_process_or_of_the_power_leaves_of_a_journal_is_what_a_resume_finds() {
    let mapping = Arc::new(Mapping::built_in());
    let calm = Sim::new(dovecot(), &mapping, two_sources);
    let plan = calm.plan(&Policy::default()).await;
    calm.apply(&plan).await;
    let lines = calm.paper.lines();
    let at = lines.iter().position(|kind| kind == "moved").unwrap();
    let mut left = Vec::new();
    for ink in [Ink::PowerLost, Ink::Torn, Ink::KillAfter] {
        let sim = Sim::new(dovecot(), &mapping, two_sources);
        sim.paper.arm(Some((at, ink)));
        sim.apply(&plan).await;
        sim.paper.lose_power();
        let journal = std::fs::read(sim.paper.path()).unwrap();
        assert_eq!(journal.ends_with(b"\n"), ink != Ink::Torn, "{ink:?}");
        left.push(journal.len());
        sim.director.bury();
        sim.paper.arm(None);
        let ended = sim.resume(&sim.newest_run()).await;
        assert!(ended.is_finished(), "{ink:?}: {ended:?}");
    }
    assert!(left.is_sorted_by(|less, more| less < more), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn there_are_at_least_25000_points_and_no_command_without_its_own() {
    let mapping = Arc::new(Mapping::built_in());
    let mut points = BTreeSet::new();
    let mut of = 0;
    for scene in scenes() {
        let (played, in_all) = scene.points(&mapping).await;
        points.extend(played.iter().map(|cell| format!("{}\t{cell}", scene.name)));
        of += in_all;
    }
    println!("{} points of {of}", points.len());
    assert!(points.len() >= 25_000, "{}", points.len());
    let is_filled = |command: &str, place: &str, blow: &str| {
        points
            .iter()
            .any(|point| point.contains(&format!("\t{command}\t{place}\t")) && point.contains(blow))
    };
    for command in [
        "UID MOVE",
        "UID COPY",
        "UID STORE",
        "UID EXPUNGE",
        "EXPUNGE",
        "RENAME",
        "DELETE",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "SETMETADATA",
        "CREATE",
        "SETACL",
    ] {
        for place in ["Before", "After", "Reply"] {
            for gone in ["Line", "Moment", "Process"] {
                assert!(
                    is_filled(command, place, gone),
                    "no point: {command} {place} {gone}"
                );
            }
        }
        assert!(is_filled(command, "Before", "Silence"), "{command}");
    }
    for look in ["LIST", "SELECT", "UID SEARCH", "UID FETCH", "UNSELECT"] {
        for place in ["Before", "Reply"] {
            for blow in ["Line", "Moment", "Process", "Silence"] {
                assert!(
                    is_filled(look, place, blow),
                    "no point: {look} {place} {blow}"
                );
            }
        }
    }
}

/// Several faults in one run, by chance. The seed of a failure is printed; `ROLECALL_SEED=n` plays it again.
async fn by_chance(runs: u64) {
    let mapping = Arc::new(Mapping::built_in());
    let said = std::env::var("ROLECALL_SEED").ok();
    let first = match &said {
        Some(seed) => seed.parse().unwrap(),
        None => u64::from(std::process::id()) * 1_000_003,
    };
    let seeds = first..first + if said.is_some() { 1 } else { runs };
    println!("seeds {seeds:?}");
    let scenes = scenes();
    for seed in seeds {
        let scene = &scenes[usize::try_from(seed % scenes.len() as u64).unwrap()];
        let problems = scene.broken_by_chance(&mapping, seed).await;
        assert!(
            problems.is_empty(),
            "{}: ROLECALL_SEED={seed} cargo nextest run --test world several_faults\n{problems:#?}",
            scene.name
        );
    }
}

#[tokio::test(start_paused = true)]
async fn several_faults_in_one_run_lose_nothing_either() {
    by_chance(300).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "minutes: 20 000 runs"]
async fn nor_in_twenty_thousand_runs() {
    by_chance(20_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_damaged_journal_stands_in_the_way_of_every_change() {
    let mapping = Arc::new(Mapping::built_in());
    let sim = Sim::new(dovecot(), &mapping, two_sources);
    let plan = sim.plan(&Policy::default()).await;
    assert!(sim.apply(&plan).await.is_finished());
    let undo = sim.undo_plan(&sim.newest_run()).await;
    let path = sim.paper.path();
    let mut octets = std::fs::read(&path).unwrap();
    octets[40] ^= 1;
    std::fs::write(&path, octets).unwrap();
    sim.director.arm(None);
    let ended = sim.apply(&undo).await;
    assert!(
        matches!(&ended, Ended::Failed(ApplyError::Journal { .. })),
        "{ended:?}"
    );
    assert_eq!(sim.director.mutations(), [""; 0]);
}
