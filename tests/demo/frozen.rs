//! A session that goes on seeing a mailbox as it was, while other sessions see it as it is.

use rolecall::demo::{Delivery, Persona};

use super::{Client, Shared, put, uids, world};

fn frozen() -> Persona {
    Persona::cyrus().with_frozen_views()
}

fn deliver(world: &Shared, name: &str) {
    let mut world = world.lock().unwrap();
    let delivery = Delivery::by_name(name, *b"x");
    world.deliver("u", delivery).unwrap();
}

/// What SELECT, STATUS and SEARCH tell of a mailbox: how many messages.
async fn seen(client: &mut Client<tokio::io::DuplexStream>, name: &str) -> [usize; 3] {
    let told = client.say(&format!("STATUS {name} (MESSAGES)")).await;
    let status = told
        .split(['(', ')', ' '])
        .find_map(|word| word.parse().ok());
    let told = client.say(&format!("SELECT {name}")).await;
    let exists = told.lines().find_map(|line| {
        let count = line.strip_prefix("* ")?.strip_suffix(" EXISTS")?;
        count.parse().ok()
    });
    let told = client.say("UID SEARCH ALL").await;
    let found = told.lines().next().unwrap().split(' ').skip(2).count();
    client.say("UNSELECT").await;
    [status.unwrap(), exists.unwrap(), found]
}

#[tokio::test]
async fn what_others_put_into_a_mailbox_that_a_session_knows_is_seen_by_new_sessions_only() {
    let world = world(frozen(), &["A", "B"]);
    put(&world, "B", 2);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    client.say("UID MOVE 1:* A").await;
    deliver(&world, "B");
    assert_eq!(client.say("NOOP").await, "a OK NOOP completed.");
    client.say("UNSELECT").await;
    assert_eq!(seen(&mut client, "B").await, [0, 0, 0]);
    client.say("RENAME B T").await;
    assert_eq!(seen(&mut client, "T").await, [0, 0, 0]);
    let told = client.say("LIST \"\" T RETURN (STATUS (MESSAGES))").await;
    assert!(told.contains("(MESSAGES 0)"), "{told}");
    let mut new = Client::new(&world).await;
    assert_eq!(seen(&mut new, "T").await, [1, 1, 1]);
    // What the session does itself it sees.
    assert_eq!(seen(&mut client, "A").await, [2, 2, 2]);
    client.say("APPEND T {1+}\r\nx").await;
    assert_eq!(seen(&mut client, "T").await, [1, 1, 1]);
    assert_eq!(uids(&world, "T"), [3, 4]);
}

#[tokio::test]
async fn a_mailbox_that_a_session_has_only_renamed_is_frozen_too() {
    let world = world(frozen(), &["B"]);
    put(&world, "B", 1);
    let mut client = Client::new(&world).await;
    client.say("RENAME B T").await;
    deliver(&world, "T");
    assert_eq!(seen(&mut client, "T").await, [1, 1, 1]);
    let told = Client::new(&world).await.say("SELECT T").await;
    assert!(told.contains("* 2 EXISTS"), "{told}");
}

#[tokio::test]
async fn a_frozen_session_moves_and_marks_what_it_sees() {
    let world = world(frozen(), &["A", "B"]);
    put(&world, "B", 3);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    deliver(&world, "B");
    client.say("UID STORE 1 +FLAGS (\\Deleted)").await;
    assert!(client.say("EXPUNGE").await.contains("* 1 EXPUNGE"));
    let told = client.say("UID MOVE 1:* A").await;
    assert!(told.contains(" 2:3 1:2] "), "{told}");
    assert_eq!(uids(&world, "B"), [4]);
    client.say("UNSELECT").await;
    assert_eq!(seen(&mut client, "B").await, [0, 0, 0]);
    assert_eq!(seen(&mut client, "A").await, [2, 2, 2]);
}
