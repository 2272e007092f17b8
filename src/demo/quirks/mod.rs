//! What the embedded server can do beyond what `rolecall demo` needs: quirks of servers, faults, mail that is delivered
//! meanwhile, any number of users. Only tests and benches compile it (the feature `world`).
//!
//! In: the moments of `seam`, at each of which a module here may have something to say. Out: what is done then. This
//! file holds what the modules remember and says which of them answers at which moment; docs/testing.md says how one
//! more is added.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    dispatch::unknown,
    message::{Mailbox, Message},
    mutation::Mutation,
    outcome::{Copied, Done, Refusal},
    parse::Word,
    persona::Persona,
    reply::{Fault, Reply},
    seam::{MailboxSeam, PersonaSeam, SessionSeam, WorldSeam},
    session::{Session, Turn},
    world::{Account, World},
};
use later::Later;
use replica::Elsewhere;
use views::Behind;

pub mod acl;
pub mod aliases;
pub mod crowd;
pub mod delivery;
mod extras;
mod frozen;
mod kinds;
pub mod labels;
mod later;
pub mod manners;
mod options;
pub mod point;
pub mod providers;
mod replica;
pub mod sick;
pub mod surprises;
pub mod views;

pub(super) use point::{Watch, Watcher};

/// What a kind of server does beyond the plain one. All is off unless a persona turns it on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonaQuirks {
    /// Mailboxes are labels (Gmail).
    pub labels: Option<labels::Labels>,
    /// How rights are set; without it they are only told.
    pub acl: Option<acl::Acl>,
    /// There is another replica of each account, and mail that it accepts is here so long afterwards (dsync).
    pub replica: Option<Duration>,
    /// Mailboxes that show the messages of others.
    pub views: Vec<views::View>,
    /// More names for mailboxes.
    pub aliases: Vec<aliases::Alias>,
    /// How the names begin of mailboxes that hold copies of what was expunged.
    pub expunged: Option<&'static str>,
    /// STATUS gives garbage for MAILBOXID where it is asked for beside other items.
    pub garbles_ids: bool,
    /// A session goes on seeing a mailbox that it has opened or renamed as it was then.
    pub freezes_views: bool,
    /// What it does beside what it says, or instead of it.
    pub surprises: surprises::Surprises,
}

/// What the world remembers for them.
#[derive(Debug, Default)]
pub struct WorldQuirks {
    /// Commands of dropped connections that are still to be done, and whose they are.
    late: Vec<(String, Mutation)>,
    to_come: Vec<Later>,
    /// Makes the account of a user who is not known, if anybody does.
    newcomer: Option<fn(&mut World, &str)>,
}

/// What an account has for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountQuirks {
    /// Names that were made links to other mailboxes.
    links: BTreeSet<Vec<u8>>,
    /// What another replica of it knows and has.
    elsewhere: Elsewhere,
}

/// What a mailbox has for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailboxQuirks {
    /// The owner's rights (RFC 4314) before [`Self::acl`] takes any; none is all.
    pub rights: Option<String>,
    /// Who else has rights, or lacks them (`-anyone`), in the order in which they were set.
    pub acl: Vec<(String, String)>,
    /// The rights that the owner lacks by one of these.
    taken: String,
    /// What it shows, where it shows the messages of others.
    view: Option<Box<Behind>>,
}

/// What a session remembers for them.
#[derive(Debug, Default)]
pub struct SessionQuirks {
    /// The answers of MYRIGHTS, where they stay as they were first (Dovecot): by the mailbox's id.
    told_rights: BTreeMap<u64, String>,
    /// The mailboxes that it has opened, put something into or renamed, by their ids.
    touched: BTreeSet<u64>,
    /// Mailboxes as it goes on seeing them, where views freeze.
    frozen: BTreeMap<u64, Mailbox>,
    /// The same mailboxes as they were before the command that is being done.
    truth: Vec<Mailbox>,
}

impl Account {
    /// The name of the mailbox with this id; a ghost has none.
    fn name_of(&self, id: u64) -> Option<&Vec<u8>> {
        let mut all = self.mailboxes.iter();
        all.find_map(|(name, mailbox)| (mailbox.id == id).then_some(name))
    }

    /// How often each message, known by its [`email_id`](Message::email_id), is in the account, be it on another replica.
    #[must_use]
    pub fn census(&self) -> BTreeMap<u64, usize> {
        let own = self.own().flat_map(Mailbox::messages);
        let coming = self.quirks.elsewhere.coming();
        let mut census = BTreeMap::new();
        for message in own.map(Arc::as_ref).chain(coming) {
            *census.entry(message.email_id).or_default() += 1;
        }
        census
    }
}

impl WorldSeam for World {
    fn before_login(&mut self, user: &str) {
        let is_new = self.account(user).is_none();
        if let Some(welcome) = self.quirks.newcomer.filter(|_| is_new) {
            welcome(self, user);
        }
    }

    fn after_account(&mut self, user: &str) {
        self.add_views(user);
    }

    fn after_time(&mut self) {
        self.let_in();
        self.do_due();
    }

    fn before_command(&mut self, user: &str) {
        self.refresh_views(user);
    }

    fn before_mutation(&mut self, user: &str) {
        self.note_names(user);
    }

    fn after_mutation(&mut self, user: &str) {
        self.note_names(user);
        self.refresh_views(user);
    }

    fn meant(&self, user: &str, name: Vec<u8>) -> Vec<u8> {
        self.meant_by_alias(user, name)
    }

    fn further_names(&self, name: &[u8]) -> Vec<Vec<u8>> {
        self.listed_aliases(name)
    }

    fn instead_of_create(&mut self, user: &str, name: &[u8]) -> Option<Result<Done, Refusal>> {
        if let Some(linked) = self.link(user, name) {
            return Some(Ok(linked));
        }
        let name = self.name(user, name).ok()?;
        self.may_be_made(&name).err().map(Err)
    }

    fn instead_of_delete(&mut self, user: &str, name: &[u8]) -> Option<Result<Done, Refusal>> {
        if self.unlink(user, name) {
            return Some(Ok(Done::Nothing));
        }
        let name = self.name(user, name).ok()?;
        self.delete_view(user, &name)
    }

    fn may_rename(&self, user: &str, from: &[u8], to: &[u8]) -> Result<(), Refusal> {
        self.is_no_link(user, [from, to])?;
        self.may_rename_view(user, from)
    }

    fn set_rights(
        &mut self,
        user: &str,
        name: &[u8],
        who: &str,
        rights: &str,
    ) -> Result<Done, Refusal> {
        self.change_acl(user, name, who, rights)
    }

    fn after_append(&mut self, user: &str, into: u64, message: Message) {
        self.relabel(user, into, &[Arc::new(message)]);
    }

    fn after_copy(&mut self, user: &str, into: u64, of: &[Arc<Message>], copied: &Copied) {
        self.arrange(user, into, copied.pairs.iter().map(|(_, new)| *new));
        self.relabel(user, into, of);
    }

    fn after_store(&mut self, user: &str, of: u64, uids: &[u32]) {
        self.share_flags(user, of, uids);
        self.flag_behind(user, of, uids);
    }

    fn going(&self, user: &str, of: u64, uids: &[u32]) -> Vec<(u64, Vec<u32>)> {
        if self.is_all_mail(user, of) {
            return Vec::new();
        }
        self.behind(user, of, uids).into_iter().collect()
    }

    fn before_removal(&mut self, user: &str, of: u64, uids: &[u32]) {
        self.keep_expunged(user, of, uids);
    }

    fn really_in<'w>(&'w self, user: &str, mailbox: &'w Mailbox, uid: u32) -> Option<&'w [u8]> {
        let behind = mailbox.quirks.view.as_ref()?;
        let name = self.account(user)?.name_of(behind.mailbox_of(uid)?)?;
        Some(name)
    }
}

impl PersonaSeam for Persona {
    fn mentions(&self, mailbox: &[u8], message: &Message) -> bool {
        let mut sick = self.quirks.surprises.sick.iter();
        !sick.any(|sick| sick.is_unmentioned(mailbox, &message.body))
    }

    fn has_place_for_keywords(&self, name: &[u8]) -> bool {
        !self.is_without_keywords(name)
    }

    fn tells_keywords(&self) -> bool {
        !self.quirks.surprises.hides_keywords
    }

    fn times_put(&self, into: &mut Mailbox, message: &Message) -> usize {
        if self.quirks.labels.is_some() && into.holds(message.email_id) {
            return 0;
        }
        let surprises = &self.quirks.surprises;
        if surprises.one_of_each {
            into.drop_twins(&message.body);
        }
        if surprises.puts_twice { 2 } else { 1 }
    }

    fn brought(&self, already: usize, messages: usize) -> usize {
        self.quirks.surprises.brought(already, messages)
    }

    fn mailbox_id(&self, id: String, items: usize) -> String {
        if self.quirks.garbles_ids && items > 1 {
            return "\u{b5}y\u{2}\u{df}".to_owned();
        }
        id
    }

    fn expunges_set_only(&self) -> bool {
        !self.quirks.surprises.expunge_ignores_set
    }
}

impl MailboxQuirks {
    /// Whether the mailbox shows the messages of others and has none itself.
    #[must_use]
    pub fn is_view(&self) -> bool {
        self.view.is_some()
    }
}

impl MailboxSeam for Mailbox {
    fn grants(&self, right: char) -> bool {
        let own = self.quirks.rights.as_ref();
        own.is_none_or(|rights| rights.contains(right)) && !self.quirks.taken.contains(right)
    }

    fn is_view(&self) -> bool {
        self.quirks.is_view()
    }

    fn count(&mut self) {
        if let Some(view) = &mut self.quirks.view {
            view.is_counted = true;
        }
    }

    fn is_counted(&self) -> bool {
        let view = self.quirks.view.as_ref();
        view.is_none_or(|view| view.is_counted)
    }
}

impl SessionSeam for Session {
    fn fails(&self, world: &World, command: &str, uids: &[u32]) -> Option<Fault> {
        self.fails_with(world, command, uids)
    }

    fn more(&mut self, turn: &mut Turn<'_, '_>, name: &str, arguments: &[Word]) -> Option<Reply> {
        let sets = turn.world.persona.quirks.acl.is_some();
        Some(match name {
            "GETQUOTAROOT" => self.quota_root(turn, arguments),
            "GETQUOTA" => self.quota(turn, arguments),
            "GETMETADATA" => self.get_metadata(turn, arguments),
            "SETMETADATA" => self.set_metadata(turn, arguments),
            "MYRIGHTS" => self.my_rights(turn, arguments),
            "GETACL" | "SETACL" | "DELETEACL" if !sets => Err(unknown()),
            "GETACL" => self.get_acl(turn, arguments),
            "SETACL" => self.set_acl(turn, arguments),
            "DELETEACL" => self.delete_acl(turn, arguments),
            _ => return None,
        })
    }

    fn after_open(&mut self, world: &World, id: u64) {
        self.quirks.touched.insert(id);
        self.freeze(world, id);
    }

    fn after_change(&mut self, world: &World, into: &[u8], renames: bool) {
        let name = world.name(self.user(), into).ok();
        let mailbox = name.and_then(|name| world.called(self.user(), &name));
        let Some(id) = mailbox.map(|mailbox| mailbox.id) else {
            return;
        };
        self.quirks.touched.insert(id);
        if renames {
            self.freeze(world, id);
        }
    }

    fn seen<'m>(&'m self, mailbox: &'m Mailbox) -> &'m Mailbox {
        self.seen_otherwise(mailbox.id).unwrap_or(mailbox)
    }

    fn seen_otherwise(&self, id: u64) -> Option<&Mailbox> {
        self.quirks.frozen.get(&id)
    }

    fn before_command(&mut self, world: &World) {
        self.note_truth(world);
    }

    fn after_command(&mut self, world: &World) {
        self.see_own(world);
    }

    fn leave(&mut self, world: &mut World) {
        let touched = std::mem::take(&mut self.quirks.touched);
        if let Some(user) = &self.user {
            world.purge(user, &touched);
        }
    }
}
