use super::*;
use crate::demo::{
    mutation::Mutation,
    persona::{Auto, Persona},
};

fn world(persona: Persona, names: &[&str]) -> World {
    let mut world = World::new(persona);
    world.add_account("u", "p");
    for name in names {
        world.add_mailbox("u", name).unwrap();
    }
    world
}

fn names(world: &World) -> Vec<String> {
    let mailboxes = &world.account("u").unwrap().mailboxes;
    mailboxes
        .iter()
        .map(|(name, mailbox)| {
            let husk = if mailbox.selectable { "" } else { "(-)" };
            format!("{}{husk}", String::from_utf8_lossy(name))
        })
        .collect()
}

fn rename(world: &mut World, from: &str, to: &str) -> Result<Done, Refusal> {
    let (from, to) = (from.as_bytes().to_vec(), to.as_bytes().to_vec());
    world.perform("u", Mutation::Rename { from, to })
}

fn delete(world: &mut World, name: &str) -> Result<Done, Refusal> {
    let name = name.as_bytes().to_vec();
    world.perform("u", Mutation::Delete { name })
}

fn code(result: Result<Done, Refusal>) -> Option<Code> {
    result.unwrap_err().code
}

#[test]
fn rename_carries_children_and_makes_the_levels_above() {
    let mut world = world(Persona::dovecot(), &["P", "P/K", "P/K/L", "PX"]);
    rename(&mut world, "P", "R/S").unwrap();
    assert_eq!(
        names(&world),
        ["INBOX", "PX", "R(-)", "R/S", "R/S/K", "R/S/K/L"]
    );
}

#[test]
fn a_level_emptied_by_rename_is_gone_and_one_emptied_by_delete_stays() {
    let mut world = world(Persona::dovecot(), &["A/B/C", "D/E"]);
    rename(&mut world, "A/B/C", "X").unwrap();
    delete(&mut world, "D/E").unwrap();
    assert_eq!(names(&world), ["D(-)", "INBOX", "X"]);
}

#[test]
fn rename_keeps_uids_and_says_why_it_will_not() {
    let mut world = world(Persona::dovecot(), &["P", "Q"]);
    world.add_message("u", "P", &[], 0, *b"x").unwrap();
    let before = world.mailbox("u", "P").cloned();
    assert_eq!(
        code(rename(&mut world, "P", "Q")),
        Some(Code::AlreadyExists)
    );
    assert_eq!(code(rename(&mut world, "No", "R")), Some(Code::NonExistent));
    assert_eq!(code(rename(&mut world, "P", "P/in")), None);
    assert_eq!(code(rename(&mut world, "P", "R/")), Some(Code::Cannot));
    assert_eq!(world.mailbox("u", "P").cloned(), before);
    rename(&mut world, "P", "R").unwrap();
    assert_eq!(world.mailbox("u", "R").cloned(), before);
}

#[test]
fn courier_gives_a_new_uidvalidity_at_rename() {
    let mut world = world(Persona::courier(), &["INBOX.P"]);
    let before = world.mailbox("u", "INBOX.P").unwrap().uid_validity;
    rename(&mut world, "INBOX.P", "INBOX.Q").unwrap();
    assert!(world.mailbox("u", "INBOX.Q").unwrap().uid_validity > before);
}

#[test]
fn a_uidvalidity_is_never_used_again() {
    let mut world = world(Persona::dovecot(), &["P"]);
    let first = world.mailbox("u", "P").unwrap().uid_validity;
    delete(&mut world, "P").unwrap();
    world.add_mailbox("u", "P").unwrap();
    assert!(world.mailbox("u", "P").unwrap().uid_validity > first);
}

#[test]
fn renaming_inbox_leaves_a_new_empty_one() {
    let mut world = world(Persona::dovecot(), &[]);
    world.add_message("u", "INBOX", &[], 0, *b"x").unwrap();
    rename(&mut world, "inbox", "Old").unwrap();
    assert_eq!(world.mailbox("u", "Old").unwrap().messages().len(), 1);
    assert_eq!(world.mailbox("u", "INBOX").unwrap().messages().len(), 0);
    assert_eq!(
        code(rename(&mut world, "Old", "INBOX")),
        Some(Code::AlreadyExists)
    );
}

#[test]
fn servers_that_do_not_rename_inbox_leave_it_alone() {
    let mut world = world(Persona::cyrus(), &[]);
    world.add_message("u", "INBOX", &[], 0, *b"x").unwrap();
    assert!(rename(&mut world, "INBOX", "Old").is_err());
    assert_eq!(world.mailbox("u", "INBOX").unwrap().messages().len(), 1);
}

#[test]
fn deleting_a_parent_drops_its_mail_and_keeps_its_name() {
    let mut world = world(Persona::dovecot(), &["P/K"]);
    world.add_mailbox("u", "P").unwrap();
    world.add_message("u", "P", &[], 0, *b"x").unwrap();
    delete(&mut world, "P").unwrap();
    assert_eq!(names(&world), ["INBOX", "P(-)", "P/K"]);
    assert_eq!(world.account("u").unwrap().census().len(), 0);
    assert!(delete(&mut world, "P").is_err());
    delete(&mut world, "P/K").unwrap();
    assert_eq!(names(&world), ["INBOX", "P(-)"]);
    delete(&mut world, "P").unwrap();
    assert_eq!(code(delete(&mut world, "P")), Some(Code::NonExistent));
}

#[test]
fn cyrus_refuses_to_delete_a_parent_and_makes_real_parents() {
    let mut world = world(Persona::cyrus(), &["P/K"]);
    assert_eq!(names(&world), ["INBOX", "P", "P/K"]);
    assert_eq!(code(delete(&mut world, "P")), Some(Code::HasChildren));
}

#[test]
fn maildir_has_no_husks() {
    let mut world = world(Persona::dovecot_inbox_dot(), &["INBOX.P.K"]);
    let listed = |world: &World| world.listed("u").len();
    assert_eq!((names(&world).len(), listed(&world)), (2, 3));
    rename(&mut world, "INBOX.P", "INBOX.Q").unwrap();
    assert_eq!(names(&world), ["INBOX", "INBOX.Q.K"]);
    delete(&mut world, "INBOX.Q.K").unwrap();
    assert_eq!(listed(&world), 1);
}

#[test]
fn names_outside_the_prefix_are_refused_and_inbox_is_never_deleted() {
    let mut world = world(Persona::dovecot_inbox_dot(), &[]);
    let refusal = world.add_mailbox("u", "X").unwrap_err();
    assert!(
        refusal.text.contains("nonexistent namespace"),
        "{refusal:?}"
    );
    for name in ["INBOX", "inbox"] {
        assert!(delete(&mut world, name).is_err());
    }
}

#[test]
fn a_mark_bound_to_a_name_stays_on_the_name() {
    let mut world = world(Persona::dovecot(), &["Sent"]);
    rename(&mut world, "Sent", "Other").unwrap();
    assert_eq!(world.marks(b"Other", world.mailbox("u", "Other")), [""; 0]);
    world.add_mailbox("u", "Sent").unwrap();
    assert_eq!(world.marks(b"Sent", world.mailbox("u", "Sent")), ["\\Sent"]);
}

#[test]
fn a_mark_bound_to_a_mailbox_goes_with_it_and_there_is_one_of_each() {
    let mut world = world(Persona::cyrus(), &["S", "T", "F"]);
    let mark = |name: &str, marks: &[&str]| Mutation::Mark {
        name: name.as_bytes().to_vec(),
        marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
    };
    world.perform("u", mark("S", &["\\sent"])).unwrap();
    for taken in ["\\Sent", "\\Flagged"] {
        assert!(world.perform("u", mark("T", &[taken])).is_err(), "{taken}");
        let name = b"X".to_vec();
        let marks = Some(vec![taken.to_owned()]);
        let refused = world.perform("u", Mutation::Create { name, marks });
        assert_eq!(code(refused), Some(Code::UseAttr));
    }
    assert!(delete(&mut world, "S").is_err());
    assert!(rename(&mut world, "S", "F/S").is_err());
    rename(&mut world, "S", "S2").unwrap();
    assert_eq!(world.marks(b"S2", world.mailbox("u", "S2")), ["\\Sent"]);
    world.perform("u", mark("S2", &[])).unwrap();
    delete(&mut world, "S2").unwrap();
    world.perform("u", mark("T", &["\\Sent"])).unwrap();
}

#[test]
fn an_automatic_mailbox_is_back_empty_after_delete_and_rename() {
    let persona = Persona::dovecot().with_auto(&[("Sent", Auto::Subscribe)]);
    let mut world = world(persona, &[]);
    let messages = |world: &mut World| {
        let mailbox = world.reach("u", b"Sent", None).unwrap();
        mailbox.messages().len()
    };
    assert_eq!(
        code(rename(&mut world, "Sent", "Old")),
        Some(Code::NonExistent)
    );
    world.add_message("u", "Sent", &[], 0, *b"x").unwrap();
    rename(&mut world, "Sent", "Old").unwrap();
    assert_eq!(messages(&mut world), 0);
    delete(&mut world, "Sent").unwrap();
    assert!(world.listed("u").iter().any(|(name, _)| name == b"Sent"));
    assert_eq!(messages(&mut world), 0);
    world.unsubscribe("u", b"Sent").unwrap();
    assert!(world.is_subscribed("u", b"Sent"));
}

#[test]
fn an_automatic_name_that_is_only_a_level_is_made_a_mailbox_by_use() {
    let persona = Persona::dovecot().with_auto(&[("Sent", Auto::Subscribe)]);
    let mut world = world(persona, &["Sent/x"]);
    assert_eq!(delete(&mut world, "Sent"), Ok(Done::Nothing));
    assert!(!world.is_mailbox(b"Sent", world.mailbox("u", "Sent")));
    assert!(world.reach("u", b"Sent", None).is_ok());
    assert!(world.is_mailbox(b"Sent", world.mailbox("u", "Sent")));
}

#[test]
fn subscriptions_outlive_their_mailboxes() {
    let mut world = world(Persona::dovecot(), &["P"]);
    world.subscribe("u", b"P").unwrap();
    rename(&mut world, "P", "Q").unwrap();
    assert!(world.is_subscribed("u", b"P"));
    assert!(!world.is_subscribed("u", b"Q"));
    assert!(world.subscribe("u", b"Nope").is_err());
    world.unsubscribe("u", b"P").unwrap();
    assert!(!world.is_subscribed("u", b"P"));
}

#[test]
fn rights_are_heeded() {
    let mut world = world(Persona::dovecot(), &["P", "T"]);
    let rights = |world: &mut World, name: &[u8], rights: &str| {
        let account = world.account_mut("u").unwrap();
        account.mailboxes.get_mut(name).unwrap().quirks.rights = Some(rights.to_owned());
    };
    rights(&mut world, b"P", "lrswite");
    assert_eq!(code(delete(&mut world, "P")), Some(Code::NoPerm));
    assert_eq!(code(rename(&mut world, "P", "Q")), Some(Code::NoPerm));
    rights(&mut world, b"T", "lri");
    world.add_message("u", "T", &["\\Seen"], 0, *b"x").unwrap();
    let id = world.mailbox("u", "T").unwrap().id;
    assert!(
        world.mailbox("u", "T").unwrap().messages()[0]
            .flags
            .is_empty()
    );
    let to = b"P".to_vec();
    let moving = Mutation::Move {
        from: id,
        uids: vec![1],
        to,
        leaving: vec![],
    };
    assert_eq!(code(world.perform("u", moving)), Some(Code::NoPerm));
}
