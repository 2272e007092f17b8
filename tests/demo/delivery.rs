//! Deliveries by name, by id and through another replica, beside a client that renames, locks and deletes.

use std::time::Duration;

use rolecall::demo::{Delivery, Persona};

use super::{Client, Shared, uids, world};

const TEXT: &[u8] = b"Message-ID: <d@x>\r\n\r\nhi\r\n";

fn id(world: &Shared, name: &str) -> u64 {
    world.lock().unwrap().mailbox("u", name).unwrap().id
}

/// Where it went.
fn deliver(world: &Shared, delivery: Delivery) -> String {
    let done = world.lock().unwrap().deliver("u", delivery).unwrap();
    String::from_utf8(done.into).unwrap()
}

#[tokio::test]
async fn a_delivery_by_id_follows_a_rename_and_one_by_name_does_not() {
    let world = world(Persona::cyrus(), &["B"]);
    let id = id(&world, "B");
    let by_id = Delivery::by_id(id, "B", TEXT);
    let by_name = Delivery::by_name("B", TEXT);
    let mut client = Client::new(&world).await;
    assert_eq!(deliver(&world, by_id.clone()), "B");
    client.say("RENAME B T").await;
    assert_eq!(deliver(&world, by_id.clone()), "T");
    assert_eq!(deliver(&world, by_name.clone()), "INBOX");
    // Also where another one is called so now.
    client.say("CREATE B").await;
    assert_eq!(deliver(&world, by_id.clone()), "T");
    assert_eq!(deliver(&world, by_name), "B");
    // When the id has gone, the name counts; when that has gone too, INBOX is left.
    client.say("DELETE T").await;
    assert_eq!(deliver(&world, by_id.clone()), "B");
    client.say("DELETE B").await;
    assert_eq!(deliver(&world, by_id), "INBOX");
    assert_eq!(uids(&world, "INBOX"), [1, 2]);
}

#[tokio::test]
async fn a_delivery_into_a_locked_mailbox_goes_to_inbox() {
    let world = world(Persona::cyrus(), &["T"]);
    let id = id(&world, "T");
    let mut client = Client::new(&world).await;
    client.say("SETACL T -anyone ip").await;
    assert_eq!(deliver(&world, Delivery::by_id(id, "T", TEXT)), "INBOX");
    assert_eq!(deliver(&world, Delivery::by_name("T", TEXT)), "INBOX");
    // A delivery asks for `p` alone.
    client.say("SETACL T -anyone i").await;
    assert_eq!(deliver(&world, Delivery::by_id(id, "T", TEXT)), "T");
    client.say("DELETEACL T -anyone").await;
    assert_eq!(deliver(&world, Delivery::by_name("T", TEXT)), "T");
}

fn with_replica() -> Persona {
    Persona::cyrus().with_replica(Duration::from_secs(10))
}

fn elsewhere(world: &Shared, delivery: Delivery) {
    world
        .lock()
        .unwrap()
        .deliver_elsewhere("u", delivery)
        .unwrap();
}

/// How many messages the account has, be they on the other replica.
fn all(world: &Shared) -> usize {
    world.lock().unwrap().account("u").unwrap().census().len()
}

#[tokio::test(start_paused = true)]
async fn what_another_replica_accepts_is_here_after_a_while() {
    let world = world(with_replica(), &["B"]);
    let mut client = Client::new(&world).await;
    elsewhere(&world, Delivery::by_name("B", TEXT));
    assert_eq!(all(&world), 1);
    for (seconds, messages) in [(9, 0), (1, 1)] {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        let told = client.say("STATUS B (MESSAGES)").await;
        assert!(told.contains(&format!("(MESSAGES {messages})")), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_here_destroys_what_another_replica_has_accepted_for_the_mailbox() {
    let world = world(with_replica(), &["B"]);
    let mut client = Client::new(&world).await;
    // The other replica has not heard of the RENAME.
    client.say("RENAME B T").await;
    elsewhere(&world, Delivery::by_name("B", TEXT));
    assert!(client.say("SELECT T").await.contains("* 0 EXISTS"));
    client.say("UNSELECT").await;
    client.say("DELETE T").await;
    assert_eq!(all(&world), 1);
    tokio::time::advance(Duration::from_secs(10)).await;
    client.say("NOOP").await;
    assert_eq!(all(&world), 0);
}

#[tokio::test(start_paused = true)]
async fn another_replica_hears_of_a_rename_and_of_a_lock_after_a_while() {
    let world = world(with_replica(), &["B"]);
    let id = id(&world, "B");
    let mut client = Client::new(&world).await;
    client.say("RENAME B T").await;
    client.say("SETACL T -anyone ip").await;
    elsewhere(&world, Delivery::by_id(id, "B", TEXT));
    tokio::time::advance(Duration::from_secs(10)).await;
    client.say("NOOP").await;
    elsewhere(&world, Delivery::by_id(id, "B", TEXT));
    elsewhere(&world, Delivery::by_name("B", TEXT));
    tokio::time::advance(Duration::from_secs(10)).await;
    client.say("NOOP").await;
    assert_eq!(uids(&world, "T"), [1]);
    assert_eq!(uids(&world, "INBOX"), [1, 2]);
}
