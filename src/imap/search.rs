//! Which messages there are in the open mailbox: by SEARCH, or by FETCH where a server does not answer a search.
//!
//! In: what is sought. Out: UIDs; none where the server does not tell. Answers that come in pieces are asked for to their end.

use super::{
    command::Command,
    read::{self, Unfound},
    reply::Reply,
    session::Session,
};
use crate::{
    language::text,
    model::uid::{Uid, UidSet},
    store::{LookError, Opened, Search, Store as _},
};

/// Ids in one SEARCH. Each but one is a level of OR, and servers limit these.
const IDS: usize = 16;
/// The most pieces in which an answer may come.
const PIECES: usize = 10_000;

impl Session {
    /// ESEARCH answers in ranges, which a large mailbox needs (RFC 4731).
    pub(super) fn search_command(&self, what: &str) -> Command {
        let search = if self.names_searches() {
            "UID SEARCH RETURN (ALL)"
        } else {
            "UID SEARCH"
        };
        Command::new(search).words(what)
    }

    /// Whether answers to searches name the commands that they answer: what was sent together can be told apart.
    pub(super) fn names_searches(&self) -> bool {
        self.can("ESEARCH") && !self.lasting.searches_plainly
    }

    /// Not `n:*`, which means the last message where none is so high.
    pub(super) fn since_command(&self, uid: Uid) -> Command {
        self.search_command(&format!("UID {uid}:{}", Uid::MAX))
    }

    /// The commands of a search. A set may be too long for one, so may be ids.
    pub(super) fn search_commands(&self, what: &Search) -> Result<Vec<Command>, LookError> {
        Ok(match what {
            Search::All => vec![self.search_command("ALL")],
            Search::Deleted => vec![self.search_command("DELETED")],
            Search::Keyword(keyword) => vec![self.search_command("KEYWORD").keyword(keyword)?],
            Search::Among(uids) => uids
                .pieces(usize::MAX)
                .map(|set| self.search_command("UID").uids(&set))
                .collect(),
            Search::Ids(ids) => {
                let item = self
                    .traits
                    .message_id_item
                    .ok_or_else(|| LookError::Refused {
                        code: None,
                        text: text::messages_have_no_ids(),
                    })?;
                // ALL means any message; the ids behind it choose.
                let command = |ids| self.search_command("ALL").ids(item, ids);
                ids.chunks(IDS).map(command).collect::<Result<_, _>>()?
            }
        })
    }

    /// Whether a search is to be sent again, in its plain form: it was refused by a server that offers ESEARCH and may not know
    /// it, or answered without naming it.
    pub(super) fn learns_plain_search(
        &mut self,
        found: &Result<UidSet, LookError>,
        named: bool,
    ) -> bool {
        let is_empty = self.open.as_ref().is_some_and(|open| open.is_empty);
        let is_refused = matches!(found, Err(LookError::Refused { .. }));
        self.lasting.searches_plainly |= named && is_refused && !is_empty;
        named && !self.names_searches()
    }

    /// What a search finds where it may also be refused because nothing is there: Proton Bridge (gluon) does that. A search is
    /// sent even so, for a server that opens a mailbox as an empty one may tell of its messages a moment later.
    pub(super) fn or_nothing(&self, found: Result<UidSet, LookError>) -> Result<UidSet, LookError> {
        let is_empty = self.open.as_ref().is_some_and(|open| open.is_empty);
        match found {
            Err(LookError::Refused { .. }) if is_empty => Ok(UidSet::default()),
            found => found,
        }
    }

    /// Those that a search finds.
    pub(super) async fn searched(&mut self, what: &Search) -> Result<UidSet, LookError> {
        if let Search::Among(uids) = what
            && !self.traits.searches_by_uid
            && let Some(there) = self.fetched_among(uids).await?
        {
            return Ok(there);
        }
        // Where a set may be taken for something else, all are asked for.
        let asked = match what {
            Search::Among(_) if !self.traits.searches_by_uid => &Search::All,
            what => what,
        };
        let mut all: Vec<Uid> = Vec::new();
        for command in self.search_commands(asked)? {
            let Some(found) = self.search_to_end(&command, 1).await? else {
                let found = self.found_by_flags(asked).await?;
                return found.ok_or_else(|| no_answer(Unfound::Missing));
            };
            all.extend(found);
        }
        if let Search::Among(uids) = what {
            all.retain(|uid| uids.contains(*uid));
        }
        Ok(UidSet::new(all))
    }

    /// Those from this UID on.
    pub(super) async fn searched_since(&mut self, uid: Uid) -> Result<UidSet, LookError> {
        if !self.traits.searches_by_uid
            && let Some(there) = self.fetched_since(uid).await?
        {
            return Ok(there);
        }
        if !self.traits.searches_by_uid {
            // Where a range may be taken for something else, all are asked for.
            let all = self.searched(&Search::All).await?;
            let all = all.as_slice().iter().copied();
            return Ok(all.filter(|known| *known >= uid).collect());
        }
        let range = self.since_command(uid);
        if let Some(found) = self.search_to_end(&range, uid).await? {
            return Ok(UidSet::new(found));
        }
        let there = self.fetched_since(uid).await?;
        there.ok_or_else(|| no_answer(Unfound::Missing))
    }

    /// What is open, by a reply that does not say how many messages are in it: some servers count only what there is.
    pub(super) async fn count(
        &mut self,
        opening: &Reply,
        writes: bool,
    ) -> Result<Opened, LookError> {
        let all = self.search_command("ALL");
        let found = self.search_to_end(&all, 1).await;
        let held = found.map(|found| found.and_then(|found| u32::try_from(found.len()).ok()));
        let opened = held.and_then(|held| {
            let opened = held.and_then(|held| opening.opened_holding(writes, held));
            opened.ok_or_else(|| LookError::Protocol {
                why: text::opens_without_count(),
            })
        });
        if opened.is_err() {
            self.open = None;
        }
        opened
    }

    /// Which of these there are, by FETCH; none where the server tells of a part only, refuses some, or does not bear it.
    pub(super) async fn fetched_among(
        &mut self,
        uids: &UidSet,
    ) -> Result<Option<UidSet>, LookError> {
        let mut all = Vec::new();
        if self.readable(self.open_name(), uids).len() < uids.len() {
            return Ok(None);
        }
        for set in uids.pieces(self.lasting.care.most()) {
            let reply = self.fetch_once(&set, "(UID)").await?;
            if !reply.is_ok() || read::is_truncated(reply.code.as_deref()) {
                return Ok(None);
            }
            all.extend(read::fetched_uids(&reply.data));
        }
        all.retain(|uid| uids.contains(*uid));
        Ok(Some(UidSet::new(all)))
    }

    /// Which there are from this one on, by FETCH; none where the server tells of a part only (RFC 9738), or does not bear it.
    pub(super) async fn fetched_since(&mut self, uid: Uid) -> Result<Option<UidSet>, LookError> {
        if !self.lasting.care.bears_ranges() {
            return Ok(None);
        }
        let range = format!("{uid}:{}", Uid::MAX);
        let command = Command::new("UID FETCH").words(&range).words("(UID)");
        let looked = self.look(command).await;
        if let Err(LookError::Lost { .. }) = &looked {
            self.lasting.care.lost_range();
        }
        let reply = match looked {
            Err(LookError::Refused { .. }) => return Ok(None),
            looked => looked?,
        };
        let there = read::fetched_uids(&reply.data);
        let there = there.filter(|one| *one >= uid).collect();
        Ok((!read::is_truncated(reply.code.as_deref())).then_some(there))
    }

    /// Which messages there are, by the flags that FETCH tells: for servers that answer a search by nothing but OK. None where
    /// flags do not tell.
    pub(super) async fn found_by_flags(
        &mut self,
        what: &Search,
    ) -> Result<Option<UidSet>, LookError> {
        let wanted = match what {
            Search::All => None,
            Search::Deleted => Some("\\Deleted"),
            Search::Keyword(keyword) => Some(keyword.as_str()),
            Search::Among(uids) => return self.fetched_among(uids).await,
            Search::Ids(_) => return Ok(None),
        };
        let all = Command::new(&format!("UID FETCH 1:{} (UID FLAGS)", Uid::MAX));
        let reply = self.look(all).await?;
        if read::is_truncated(reply.code.as_deref()) {
            return Ok(None);
        }
        let mut there = read::fetched(reply.data);
        there.retain(|_, message| {
            let mut flags = message.flags.iter().flat_map(|flags| flags.iter());
            wanted.is_none_or(|wanted| flags.any(|flag| flag.eq_ignore_ascii_case(wanted)))
        });
        Ok(Some(there.into_keys().collect()))
    }

    /// What a search finds from a UID on, to its end: where the server tells of the highest only (RFC 9738 §3.1), the
    /// others are asked for as well. None where the server has said nothing, not even that nothing was found.
    pub(super) async fn search_to_end(
        &mut self,
        command: &Command,
        first: Uid,
    ) -> Result<Option<Vec<Uid>>, LookError> {
        let mut all: Vec<Uid> = Vec::new();
        let mut last = Uid::MAX;
        for _ in 0..PIECES {
            let command = match last {
                Uid::MAX => command.clone(),
                last => command.clone().words(&format!("UID {first}:{last}")),
            };
            let reply = self.look(command).await?;
            if self.names_searches() && read::are_nameless(&reply.data) {
                self.lasting.searches_plainly = true;
                return Err(no_answer(Unfound::Missing));
            }
            let news = match read::found(&reply.data, &reply.tag) {
                Ok(news) => news,
                Err(Unfound::Missing) => return Ok(None),
                Err(unfound) => return Err(no_answer(unfound)),
            };
            let news = news.as_slice().iter().copied();
            let news = news.filter(|new| (first..=last).contains(new));
            let before = all.len();
            all.extend(news);
            let code = reply.code.as_deref();
            let lowest = all.get(before).copied().or_else(|| read::came_to(code));
            match lowest {
                _ if !read::is_truncated(code) => return Ok(Some(all)),
                Some(lowest) if lowest <= first => return Ok(Some(all)),
                Some(lowest) if lowest <= last => last = lowest - 1,
                _ => break,
            }
        }
        Err(LookError::Protocol {
            why: text::tells_of_fewer(),
        })
    }
}

/// An answer to a search that cannot be read, or none, is no answer.
fn no_answer(unfound: Unfound) -> LookError {
    LookError::Protocol {
        why: unfound.said(),
    }
}
