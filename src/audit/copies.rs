//! Copies: sent messages that stand twice in the mailbox that keeps them, who saves them, and what to set.
//!
//! In: what the newest messages of a sent mailbox are. Out: sent-saved-twice. Never: a message to remove; a way through a
//! program's menus that nobody documented.

use super::{account::AuditedAccount, finding::finding};
use crate::{
    language::{Phrase, text},
    model::{
        contents::{Contents, SavedTwice},
        finding::{Code, Finding},
        role::Role,
    },
};

/// One message may have been copied by hand.
const FEWEST: u64 = 2;
/// Programs that are named.
const NAMED: usize = 3;

/// What to set in a program so that it saves no copy.
struct Way {
    /// A part of what it calls itself in its messages, in lower case.
    program: &'static str,
    says: fn() -> Phrase,
}

/// The first that fits counts: Thunderbird's own name is in that of its Android sister.
const WAYS: [Way; 5] = [
    Way {
        program: "for android",
        says: text::thunderbird_android_saves_none,
    },
    Way {
        program: "k-9 mail",
        says: text::thunderbird_android_saves_none,
    },
    Way {
        program: "thunderbird",
        says: text::thunderbird_saves_none,
    },
    Way {
        // So it calls itself since 2016. Those of 2007 and before and that of the Mac (MacOutlook/16) have other menus.
        program: "outlook 16",
        says: text::outlook_saves_none,
    },
    Way {
        program: "mutt",
        says: text::mutt_saves_none,
    },
];

pub(super) fn findings(account: &AuditedAccount, to: &mut Vec<Finding>) {
    let sent = account.items.iter().filter(|item| {
        item.entry.role == Some(Role::Sent) && !item.entry.is_doubtful() && item.mailbox.selectable
    });
    to.extend(sent.filter_map(|item| {
        let contents = item.mailbox.sample.as_ref()?.contents.as_ref()?;
        let twice = &contents.saved_twice;
        (twice.messages >= FEWEST).then(|| {
            let name = item.name();
            let message =
                Phrase::clauses([told(name.text(), contents), who(twice), what_to_set(twice)]);
            finding(
                Code::SentSavedTwice,
                Some(Role::Sent),
                vec![name],
                message,
                None,
            )
        })
    }));
}

fn told(name: &str, contents: &Contents) -> Phrase {
    let twice = text::messages_are_there(contents.saved_twice.messages);
    text::saved_twice(name, twice, text::messages(contents.looked))
}

/// Who saves them, by most of them.
fn who(twice: &SavedTwice) -> Phrase {
    let who = if twice.by_server.saturating_mul(2) > twice.messages {
        text::kept_by_server()
    } else {
        text::kept_by_two()
    };
    let mut programs: Vec<(&String, &u64)> = twice.programs.iter().collect();
    programs.sort_unstable_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    if programs.is_empty() {
        return who;
    }
    let named = programs.iter().take(NAMED);
    let named = named.map(|(name, _)| text::quoted(*name));
    Phrase::clauses([text::written_by(Phrase::and(named.collect())), who])
}

/// The way through the menus where all were written by one program whose way is known.
fn what_to_set(twice: &SavedTwice) -> Phrase {
    let way = |program: &String| {
        let program = program.to_lowercase();
        WAYS.iter().position(|way| program.contains(way.program))
    };
    let mut ways = twice.programs.keys().map(way);
    let first = ways.next().flatten();
    let first = first.filter(|first| ways.all(|other| other == Some(*first)));
    let known = first.and_then(|first| WAYS.get(first));
    known.map_or_else(text::let_one_save, |way| (way.says)())
}
