//! What can be done to messages: APPEND, STORE, COPY, MOVE, EXPUNGE.
//!
//! In: UIDs. Out: where they went, or the [`Refusal`]. Never: sequence numbers.
//!
//! COPY is all or nothing, MOVE is message by message and never loses one: what is in the target is committed before
//! the source lets go (RFC 9051 §6.4.7, §6.4.8).

use std::{collections::BTreeSet, sync::Arc};

use super::{
    deed::{Change, Deed},
    message::{Mailbox, Message, SYSTEM_FLAGS},
    outcome::{Code, Copied, Done, Refusal},
    persona::{Keywords, Persona},
    point::{Point, Step, Watch},
    world::World,
};

/// Most messages, and most octets, of an account.
const MESSAGES: usize = 1_000_000;
const OCTETS: u64 = 1 << 30;

fn gone() -> Refusal {
    Refusal::said("Mailbox was deleted under us")
}

fn denied() -> Refusal {
    Refusal::new(Code::NoPerm, "Permission denied")
}

/// The flags that the mailbox will keep, spelled as it spells them.
fn kept(persona: &Persona, mailbox: &Mailbox, flags: &[String]) -> BTreeSet<String> {
    let keeps = |flag: &String| match &persona.keywords {
        _ if !mailbox.keeps_keywords => flag.starts_with('\\'),
        Keywords::Any => true,
        Keywords::Only(known) => {
            flag.starts_with('\\') || known.iter().any(|own| own.eq_ignore_ascii_case(flag))
        }
        Keywords::Refused => flag.starts_with('\\'),
    };
    // RFC 4314 §4: flags without the right are left out, and the command goes on.
    let may = |flag: &str| {
        mailbox.grants(match flag {
            "\\Seen" => 's',
            "\\Deleted" => 't',
            _ => 'w',
        })
    };
    flags
        .iter()
        .filter(|flag| keeps(flag))
        .map(|flag| mailbox.spelled(flag))
        .filter(|flag| may(flag))
        .collect()
}

impl World {
    pub(super) fn room(&self, user: &str, messages: usize, octets: u64) -> Result<(), Refusal> {
        let Some(account) = self.account(user) else {
            return Err(gone());
        };
        let held = account.octets();
        if self
            .persona
            .quota
            .is_some_and(|quota| held.saturating_add(octets) > quota)
        {
            return Err(Refusal::new(
                Code::OverQuota,
                "Quota exceeded (mailbox for user is full)",
            ));
        }
        let count: usize = account
            .mailboxes
            .values()
            .map(|mailbox| mailbox.messages().len())
            .sum();
        if count.saturating_add(messages) > MESSAGES || held.saturating_add(octets) > OCTETS {
            return Err(Refusal::new(Code::Limit, "The server holds no more"));
        }
        Ok(())
    }

    pub(super) fn open_mut(&mut self, user: &str, id: u64) -> Result<&mut Mailbox, Refusal> {
        self.account_mut(user)
            .and_then(|account| account.by_id_mut(id))
            .ok_or_else(gone)
    }

    pub(super) fn append(
        &mut self,
        user: &str,
        to: &[u8],
        flags: &[String],
        date: Option<i64>,
        body: Arc<[u8]>,
    ) -> Result<Done, Refusal> {
        let id = self.target(user, to)?;
        self.room(user, 1, body.len() as u64)?;
        let email_id = self.fresh_email();
        let internal_date = date.unwrap_or(self.now);
        let persona = self.persona.clone();
        let saved = self.time;
        let mailbox = self.open_mut(user, id)?;
        let message = Message {
            uid: 0,
            flags: kept(&persona, mailbox, flags),
            internal_date,
            body,
            email_id,
            saved,
        };
        let uid = mailbox.add(message.clone());
        let validity = mailbox.uid_validity;
        self.relabel(user, id, &[Arc::new(message)]);
        Ok(Done::Appended(validity, uid))
    }

    /// The mailbox that messages are put into.
    fn target(&mut self, user: &str, name: &[u8]) -> Result<u64, Refusal> {
        let mailbox = self.reach(user, name, Some(Code::TryCreate))?;
        if mailbox.is_view() {
            Err(Refusal::new(
                Code::Cannot,
                "Can't save messages to this virtual mailbox",
            ))
        } else if mailbox.grants('i') {
            Ok(mailbox.id)
        } else {
            Err(denied())
        }
    }

    pub(super) fn store(
        &mut self,
        user: &str,
        of: u64,
        uids: &[u32],
        change: Change,
        flags: &[String],
    ) -> Result<Done, Refusal> {
        let persona = self.persona.clone();
        let mailbox = self.open_mut(user, of)?;
        let named = kept(&persona, mailbox, flags);
        if persona.says_denied && named.is_empty() && !flags.is_empty() {
            return Err(denied());
        }
        for uid in uids {
            mailbox.flag(*uid, |own| match change {
                Change::Add => own.extend(named.iter().cloned()),
                Change::Remove => own.retain(|flag| !named.contains(flag)),
                Change::Replace => own.clone_from(&named),
            });
        }
        self.share_flags(user, of, uids);
        self.flag_behind(user, of, uids);
        Ok(Done::Nothing)
    }

    /// The messages, all of them: one that is missing refuses the command.
    fn gather(
        &mut self,
        user: &str,
        from: u64,
        uids: &[u32],
    ) -> Result<Vec<Arc<Message>>, Refusal> {
        let mailbox = self.open_mut(user, from)?;
        uids.iter()
            .map(|uid| mailbox.find(*uid).cloned())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| {
                Refusal::new(
                    Code::ExpungeIssued,
                    "Some of the requested messages no longer exist",
                )
            })
    }

    fn put(&mut self, user: &str, to: u64, messages: &[Arc<Message>]) -> Result<Copied, Refusal> {
        let persona = self.persona.clone();
        let saved = self.time;
        let mailbox = self.open_mut(user, to)?;
        let mut copied = Copied {
            uid_validity: mailbox.uid_validity,
            pairs: Vec::new(),
        };
        for message in messages {
            if persona.labels.is_some() && mailbox.holds(message.email_id) {
                continue;
            }
            let mut copy = Message::clone(message);
            let flags: Vec<String> = copy.flags.iter().cloned().collect();
            copy.flags = kept(&persona, mailbox, &flags);
            if persona.copy_drops_flags {
                copy.flags.clear();
            }
            copy.saved = saved;
            if persona.surprises.one_of_each {
                mailbox.drop_twins(&copy.body);
            }
            if persona.surprises.puts_twice {
                mailbox.add(copy.clone());
            }
            copied.pairs.push((message.uid, mailbox.add(copy)));
        }
        self.arrange(user, to, copied.pairs.iter().map(|(_, new)| *new));
        self.relabel(user, to, messages);
        Ok(copied)
    }

    pub(super) fn copy(
        &mut self,
        user: &str,
        from: u64,
        uids: &[u32],
        to: &[u8],
    ) -> Result<Done, Refusal> {
        let to = self.target(user, to)?;
        if self.open_mut(user, from).is_err() {
            // Dovecot 2.3.19 says so of a mailbox that has gone, with a text out of freed memory; MOVE and STORE have no code.
            return Err(Refusal::new(Code::ServerBug, "Internal error occurred."));
        }
        let messages = self.gather(user, from, uids)?;
        let octets = messages.iter().map(|message| message.size()).sum();
        self.room(user, messages.len(), octets)?;
        Ok(Done::Copied(self.put(user, to, &messages)?))
    }

    /// MOVE, in as many commits as the persona makes of it; `leaving` are in the target already.
    pub(super) fn move_messages(
        &mut self,
        user: &str,
        from: u64,
        mut rest: Vec<u32>,
        to: &[u8],
        leaving: &[u32],
        watch: &mut Watch<'_>,
    ) -> Result<Done, Refusal> {
        let source = self.open_mut(user, from)?;
        if !source.grants('e') || !source.grants('t') {
            return Err(denied());
        }
        self.take_out(user, from, leaving)?;
        let target = self.target(user, to)?;
        let mut all = Copied::default();
        while !rest.is_empty() {
            let commit = self.persona.move_commit.clamp(1, rest.len());
            let later = rest.split_off(commit);
            let part = std::mem::replace(&mut rest, later);
            let surprises = &self.persona.surprises;
            let brought = surprises.brought(all.pairs.len(), part.len());
            let moved = self.gather(user, from, &part).and_then(|messages| {
                let messages = messages.get(..brought).unwrap_or(&messages);
                self.put(user, target, messages)
            });
            match moved {
                Ok(moved) => {
                    all.uid_validity = moved.uid_validity;
                    all.pairs.extend(moved.pairs);
                }
                Err(refusal) => return Err(partly(refusal, all)),
            }
            let so_far = all.pairs.len();
            let left_to_do = |leaving: &[u32]| Deed::Move {
                from,
                uids: rest.clone(),
                to: to.to_vec(),
                leaving: leaving.to_vec(),
            };
            let step = watch.reached(self, Point::Arrived { so_far });
            if self.is_over(user, step, || left_to_do(&part), &all)? {
                break;
            }
            self.take_out(user, from, &part)?;
            let step = watch.reached(self, Point::Left { so_far });
            if self.is_over(user, step, || left_to_do(&[]), &all)? {
                break;
            }
        }
        Ok(Done::Copied(all))
    }

    /// Whether a MOVE stops at this point, for good or until later.
    fn is_over(
        &mut self,
        user: &str,
        step: Step,
        left_to_do: impl FnOnce() -> Deed,
        so_far: &Copied,
    ) -> Result<bool, Refusal> {
        match step {
            Step::GoOn | Step::Wait(_) => Ok(false),
            Step::Refuse(refusal) => Err(partly(refusal, so_far.clone())),
            Step::Crash => Ok(true),
            Step::Later => {
                self.postpone(user, left_to_do());
                Ok(true)
            }
        }
    }

    pub(super) fn expunge(
        &mut self,
        user: &str,
        of: u64,
        among: Option<&[u32]>,
    ) -> Result<Done, Refusal> {
        let among = among.filter(|_| !self.persona.surprises.expunge_ignores_set);
        let among: Option<BTreeSet<u32>> = among.map(|uids| uids.iter().copied().collect());
        let says_denied = self.persona.says_denied;
        let mailbox = self.open_mut(user, of)?;
        if !mailbox.grants('e') {
            // Dovecot says OK and expunges nothing.
            return if says_denied {
                Err(denied())
            } else {
                Ok(Done::Nothing)
            };
        }
        let doomed: Vec<u32> = mailbox
            .messages()
            .iter()
            .filter(|message| message.has("\\Deleted"))
            .map(|message| message.uid)
            .filter(|uid| among.as_ref().is_none_or(|among| among.contains(uid)))
            .collect();
        self.take_out(user, of, &doomed)?;
        Ok(Done::Nothing)
    }

    /// FLAGS and PERMANENTFLAGS of a mailbox.
    pub(super) fn flag_lines(&self, mailbox: &Mailbox, writable: bool) -> String {
        let known = match &self.persona.keywords {
            _ if !mailbox.keeps_keywords || self.persona.surprises.hides_keywords => Vec::new(),
            Keywords::Any => mailbox.keywords.clone(),
            Keywords::Only(known) => known.iter().map(|word| (*word).to_owned()).collect(),
            Keywords::Refused => Vec::new(),
        };
        let flags: Vec<&str> = SYSTEM_FLAGS
            .into_iter()
            .chain(known.iter().map(String::as_str))
            .collect();
        let flags = flags.join(" ");
        let star = if self.persona.keywords == Keywords::Any && mailbox.keeps_keywords {
            " \\*"
        } else {
            ""
        };
        let permanent = if writable {
            format!("* OK [PERMANENTFLAGS ({flags}{star})] Flags permitted.\r\n")
        } else {
            "* OK [PERMANENTFLAGS ()] Read-only mailbox.\r\n".to_owned()
        };
        format!("* FLAGS ({flags})\r\n{permanent}")
    }
}

fn partly(refusal: Refusal, moved: Copied) -> Refusal {
    Refusal {
        moved: Some(moved).filter(|moved| !moved.pairs.is_empty()),
        ..refusal
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::demo::point::{At, Hook, Verdict};

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

    fn moving(from: u64, uids: &[u32]) -> Deed {
        Deed::Move {
            from,
            uids: uids.to_vec(),
            to: b"A".to_vec(),
            leaving: Vec::new(),
        }
    }

    fn copying(from: u64, uids: &[u32]) -> Deed {
        Deed::Copy {
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

    fn watched(world: &mut World, deed: Deed, hook: &AtPoint) -> (Result<Done, Refusal>, bool) {
        let mut watch = Watch {
            hook,
            connection: 1,
            user: Some("u"),
            command: "UID MOVE",
            deaf: false,
            later: false,
            cut: false,
        };
        let done = deed.run(world, "u", &mut watch);
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
        let mut watch = Watch {
            hook: &hook,
            connection: 1,
            user: Some("u"),
            command: "UID MOVE",
            deaf: false,
            later: false,
            cut: false,
        };
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
        for deed in [copying(id, &[1, 2]), moving(id, &[1, 2])] {
            let refusal = world.perform("u", deed).unwrap_err();
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
                Deed::Copy {
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
        let marking = Deed::Store {
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
                Deed::Expunge {
                    of: id,
                    among: Some(vec![1, 2]),
                },
            )
            .unwrap();
        assert_eq!(left(&world), [2, 3]);
        world
            .perform(
                "u",
                Deed::Expunge {
                    of: id,
                    among: None,
                },
            )
            .unwrap();
        assert_eq!(left(&world), [2]);
        assert_eq!(world.mailbox("u", "B").unwrap().octets(), 2);
    }
}
