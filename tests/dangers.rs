//! What the writers of the simulated world do to a careless removal, at every point of it. The removal is done line by
//! line, as a client does that only keeps to the RFC.
//!
//! A way of removing that is known to lose mail must be seen to lose it here. Otherwise it would mean nothing that
//! rolecall loses none in the same world.

use std::{sync::Arc, time::Duration};

use rolecall::{
    demo::{Persona, World, serve},
    mapping::Mapping,
};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use crate::sim::{Sim, client::USER, director::Place, writer::Writer};

/// One connection.
struct Line(BufReader<DuplexStream>);

impl Line {
    async fn new(sim: &Sim) -> Self {
        let (near, far) = tokio::io::duplex(1 << 20);
        let (world, hook) = (Arc::clone(&sim.client.world), Arc::clone(&sim.director));
        tokio::spawn(serve(far, world, hook));
        let mut line = Self(BufReader::new(near));
        line.0.read_line(&mut String::new()).await.unwrap();
        line.say(&format!("LOGIN {USER} demo")).await;
        line
    }

    async fn say(&mut self, command: &str) -> String {
        let command = format!("a {command}\r\n");
        self.0.write_all(command.as_bytes()).await.unwrap();
        let mut told = String::new();
        loop {
            let before = told.len();
            self.0.read_line(&mut told).await.unwrap();
            if told.len() == before || told[before..].starts_with("a ") {
                return told;
            }
        }
    }

    /// How many messages SELECT tells of.
    async fn look(&mut self, name: &str) -> usize {
        let told = self.say(&format!("SELECT {name}")).await;
        let count = told.lines().find_map(|line| {
            let count = line.strip_prefix("* ")?.strip_suffix(" EXISTS")?;
            count.parse().ok()
        });
        count.unwrap_or_else(|| panic!("{told}"))
    }

    async fn drain(&mut self, name: &str) {
        while self.look(name).await > 0 {
            self.say("UID MOVE 1:* A").await;
        }
        self.say("UNSELECT").await;
    }
}

/// What is done between the draining of T and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    Lock,
    Look,
    LookAnew,
    Wait,
}

async fn remove(sim: &Sim, cares: &[Care]) {
    let mut line = Line::new(sim).await;
    line.drain("B").await;
    line.say("RENAME B T").await;
    line.drain("T").await;
    for care in cares {
        match care {
            Care::Lock => {
                let told = line.say("SETACL T -anyone ip").await;
                assert!(told.starts_with("a OK"), "{told}");
            }
            Care::Look => line.drain("T").await,
            Care::LookAnew => {
                line = Line::new(sim).await;
                line.drain("T").await;
            }
            Care::Wait => tokio::time::sleep(Duration::from_secs(60)).await,
        }
    }
    line.say("DELETE T").await;
}

fn fill(world: &mut World) {
    for name in ["A", "B"] {
        world.add_mailbox(USER, name).unwrap();
    }
    for number in 0..2 {
        let text = format!("Message-ID: <{number}@example.test>\r\n\r\nhi\r\n");
        let text = text.into_bytes();
        world.add_message(USER, "B", &[], number, text).unwrap();
    }
}

/// Lets one message be written at every point of the removal, and says at which of them one was lost.
async fn losing_points(
    persona: fn() -> Persona,
    cares: &[Care],
    writer: fn(&World, &str) -> Writer,
) -> Vec<(String, Place)> {
    let mapping = Arc::new(Mapping::built_in());
    let calm = Sim::new(persona(), &mapping, fill);
    remove(&calm, cares).await;
    let points = calm.director.points();
    assert!(points.len() > 10, "{points:?}");
    let mut losing = Vec::new();
    for (number, point) in points.into_iter().enumerate() {
        let sim = Sim::new(persona(), &mapping, fill);
        sim.director.arm(None);
        let writer = writer(&sim.client.world.lock().unwrap(), "B");
        sim.director.let_write_at(number, writer);
        remove(&sim, cares).await;
        // Until all is here that ever comes.
        tokio::time::sleep(Duration::from_secs(60)).await;
        Line::new(&sim).await.say("NOOP").await;
        sim.director
            .check(&sim.client.world.lock().unwrap(), "at the end");
        if !sim.director.broken().is_empty() {
            losing.push(point);
        }
    }
    losing
}

#[tokio::test(start_paused = true)]
async fn one_who_writes_by_name_loses_nothing_to_a_mailbox_set_aside() {
    let losing = losing_points(Persona::cyrus, &[], |_, name| Writer::by_name(name)).await;
    assert_eq!(losing, []);
}

#[tokio::test(start_paused = true)]
async fn one_who_writes_by_id_loses_what_comes_between_the_last_look_and_delete() {
    let losing = losing_points(Persona::cyrus, &[Care::Look], Writer::by_id).await;
    let (first, last) = (losing.first().unwrap(), losing.last().unwrap());
    assert_eq!(*first, ("SELECT".to_owned(), Place::After));
    assert_eq!(*last, ("DELETE".to_owned(), Place::Before));
    // The lock after the last look comes too late.
    let losing = losing_points(Persona::cyrus, &[Care::Look, Care::Lock], Writer::by_id).await;
    assert_eq!(
        losing.last().unwrap(),
        &("SETACL".to_owned(), Place::Before)
    );
}

#[tokio::test(start_paused = true)]
async fn one_who_writes_by_id_loses_nothing_to_a_lock_and_then_a_look() {
    let losing = losing_points(Persona::cyrus, &[Care::Lock, Care::Look], Writer::by_id).await;
    assert_eq!(losing, []);
    // Where the lock is a mere word, it is as if there were none.
    let deaf = Persona::cyrus_deaf_to_acl;
    let losing = losing_points(deaf, &[Care::Lock, Care::Look], Writer::by_id).await;
    assert_eq!(
        losing.last().unwrap(),
        &("DELETE".to_owned(), Place::Before)
    );
}

fn with_replica() -> Persona {
    Persona::cyrus().with_replica(Duration::from_secs(30))
}

#[tokio::test(start_paused = true)]
async fn one_who_writes_elsewhere_loses_nothing_only_where_the_removal_waits_and_looks_again() {
    let writer = |_: &World, name: &str| Writer::elsewhere_by_name(name);
    for cares in [&[][..], &[Care::Lock, Care::LookAnew], &[Care::Wait]] {
        let losing = losing_points(with_replica, cares, writer).await;
        assert!(!losing.is_empty(), "{cares:?}");
    }
    let losing = losing_points(with_replica, &[Care::Wait, Care::Look], writer).await;
    assert_eq!(losing, []);
}

#[tokio::test(start_paused = true)]
async fn a_lock_must_have_reached_the_other_replica_before_the_last_look() {
    let late = [Care::Wait, Care::Lock, Care::Look];
    let losing = losing_points(with_replica, &late, Writer::elsewhere_by_id).await;
    assert!(!losing.is_empty());
    let early = [Care::Lock, Care::Wait, Care::Look];
    let losing = losing_points(with_replica, &early, Writer::elsewhere_by_id).await;
    assert_eq!(losing, []);
}

fn with_frozen_views() -> Persona {
    Persona::cyrus().with_frozen_views()
}

#[tokio::test(start_paused = true)]
async fn where_views_freeze_only_a_look_by_a_new_connection_saves_what_came_before_the_rename() {
    let writer = |_: &World, name: &str| Writer::by_name(name);
    for cares in [&[][..], &[Care::Look], &[Care::Lock, Care::Look]] {
        let losing = losing_points(with_frozen_views, cares, writer).await;
        assert_eq!(
            losing.last().unwrap(),
            &("RENAME".to_owned(), Place::Before),
            "{cares:?}"
        );
    }
    let losing = losing_points(with_frozen_views, &[Care::LookAnew], writer).await;
    assert_eq!(losing, []);
}
