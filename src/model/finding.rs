//! Findings: coded facts for the user, a closed list.
//!
//! In: nothing. Out: [`Code`] with its explanation, [`Finding`]. Never: detection; `audit` makes the findings.
//!
//! This is the one place that documents a code: `--help`, `explain`, docs/codes.md and the JSON Schema speak from here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{action::Action, mailbox::MailboxName, role::Role};
use crate::language::{Phrase, text};

/// How much a finding matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Clients will disagree, or mail is spread.
    Warning,
    /// Mail is or will be lost from sight.
    Error,
}

impl Severity {
    /// The severity's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $word:literal $severity:ident $headline:literal $explanation:literal)*) => {
        /// Every code a finding, a plan's warning or a plan's manual entry can have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Code {
            $(#[doc = $explanation] #[serde(rename = $word)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of this list.
            pub const EVERY: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as written in JSON and tables.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// How much it matters by itself.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// One line.
            #[must_use]
            pub fn headline(self) -> Phrase {
                let english = match self { $(Self::$variant => $headline,)* };
                text::code_headline(self.word(), english)
            }

            /// What it means and what to do.
            #[must_use]
            pub fn explanation(self) -> Phrase {
                let english = match self { $(Self::$variant => $explanation,)* };
                text::code_explanation(self.word(), english)
            }

            /// Reads a code.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::EVERY.iter().copied().find(|code| code.word() == word)
            }
        }
    };
}

codes! {
    RoleSplit "role-split" Warning
        "several mailboxes play one role"
        "Different clients file the same kind of mail in different mailboxes, so each client sees a part of it. `rolecall fix` merges them into the one it says it keeps."
    RoleUnmarked "role-unmarked" Warning
        "the kept mailbox carries no special-use attribute"
        "The server marks special mailboxes (RFC 6154) but not this one, so clients guess by name and may make their own. Where the server lets clients mark a mailbox, `rolecall fix` does; elsewhere the administrator adds the line shown under \"by hand\". Where the server marks no mailbox at all this is only information."
    AttributeConflict "attribute-conflict" Warning
        "several mailboxes carry the same attribute, or one carries several"
        "Clients that find two mailboxes marked for one role disagree about which to use: some take the first, some the last. Merging leaves one."
    AttributeVsName "attribute-vs-name" Warning
        "the server marks a mailbox for one role, its name says another"
        "The mark decides for clients that read it, the name for those that don't, so they file different mail here. Nothing is merged on such a name; say which it is with `--role MAILBOX=ROLE`."
    RoleUnsubscribed "role-unsubscribed" Warning
        "the mailbox that keeps a role is not subscribed"
        "Outlook and Thunderbird show only subscribed mailboxes, so they do not see this one and make their own. `rolecall fix` subscribes it."
    RoleMissing "role-missing" Info
        "no mailbox has this role yet"
        "The next client that needs it will make one, under a name of its own choosing. Creating it beforehand keeps the clients together."
    RoleOnNoselect "role-on-noselect" Warning
        "a role sits on a name that holds no messages"
        "The name is only a level of the tree (\\Noselect) or does not exist, so a client that follows it cannot file mail there."
    NameAmbiguous "name-ambiguous" Info
        "the name is used for more than one role"
        "Mail clients use this name for different things, so nothing is done with it. Say which role it has with `--role MAILBOX=ROLE`, or `--role MAILBOX=none`."
    RoleDoubtful "role-doubtful" Info
        "a mailbox whose role is doubtful, so no mail is moved on it"
        "Its role follows from what is inside, from what else there is in the account, from a name that little speaks for or that is only like a known one, or from a mark at an odd place: below the trash, deep in a tree. Nothing is merged on that alone. Look inside and say which it is with `--role MAILBOX=ROLE`, or `--role MAILBOX=none`; on a terminal `rolecall fix` asks."
    SecondInbox "second-inbox" Warning
        "a mailbox that is named as an inbox, beside the one where mail arrives"
        "Programs make such a mailbox when they copy an account or take the inbox for one of their own folders, in their user's language or with a number. Mail arrives in INBOX alone, so what lies here is easily overlooked. `rolecall fix --include inbox` merges it into INBOX, after a question; `--role MAILBOX=inbox` says it of a mailbox whose name alone does not. A mailbox whose name is only made of words for an inbox (\"Eingang\", \"Old inbox\") is told where nearly all that it holds was delivered to the account's address and no rule files there. INBOX itself is never emptied, and `rolecall undo` brings the mail back."
    SentSavedTwice "sent-saved-twice" Info
        "sent messages are saved twice"
        "Of the newest sent messages some stand there twice, with the same Message-ID and date: some servers keep a copy of all that is submitted to them, and the mail program saves another; or two programs save one each. Nothing is removed, since which copy is to stay is yours to say. Let one of them save no copy: Thunderbird: Account Settings, Copies & Folders, untick \"Place a copy in\"; Thunderbird for Android and K-9 Mail: account settings, Sending mail, untick \"Upload sent messages\"; Outlook for Windows: File, Options, Mail, untick \"Save copies of messages in the Sent Items folder\"; mutt: `set copy = no`. Only mailboxes that are looked into tell; `--sample 0` leaves this out."
    MailTree "mail-tree" Info
        "a folder holds a whole set of mailboxes, like an account of its own"
        "Programs that copy an account, and clients with a wrong prefix, make such trees. Where the account's own mailboxes are empty, those in the tree are taken for the ones in use, with a doubtful role each. Elsewhere they are left as they are. To merge one, say its role: `--role 'Old account/Sent=sent'`; to be rid of the copy of another account, move what you need with a mail client."
    NameGarbled "name-garbled" Info
        "a name that was encoded twice or in the wrong character set"
        "A program wrote the name wrongly, so people read `Ã‰lÃ©ments` or `&AMk-l&AOk-ments` for `Éléments`, and clients do not know the mailbox. `rolecall fix --repair-names` renames it to what was meant; its mail stays as it is, and `undo` renames it back."
    MarkOnUnknownName "mark-on-unknown-name" Info
        "the server marks a mailbox whose name clients do not know, beside one whose name they know"
        "The mark decides: the marked mailbox keeps the role. But a mark may have followed a mailbox that was renamed, and clients that go by names use the other one. Look inside; `--target ROLE=MAILBOX` keeps the one you mean."
    KeeperUnclear "keeper-unclear" Warning
        "nothing tells which of several mailboxes is to stay"
        "Neither the server's marks, nor the provider, nor clients, nor dates and numbers of messages tell them apart, so nothing is merged before you choose: `--target ROLE=MAILBOX`, or the question of `rolecall fix` on a terminal."
    LookalikeName "lookalike-name" Warning
        "the name only looks like a special mailbox's"
        "It contains invisible characters or letters of another script or form, so clients do not take it for the mailbox it resembles. It is never merged by itself; look inside, then use `--role MAILBOX=ROLE` if it is what it looks like."
    DanglingSubscription "dangling-subscription" Info
        "a subscription points to a mailbox that does not exist"
        "Some clients show it as an empty or greyed folder. `rolecall fix` removes the subscription if the name is a role's own word (Sent, Drafts, Trash, Junk, Archive); others are left alone, since the mailbox may be on a server that is away."
    SubscriptionsUnknown "subscriptions-unknown" Info
        "the server does not tell which mailboxes are subscribed"
        "It refuses every form in which that can be asked for (LIST RETURN (SUBSCRIBED), LSUB), so nothing is subscribed or unsubscribed. Clients that show only subscribed mailboxes may not see the one that keeps a role, or go on showing one that was removed; subscribe and unsubscribe these in the client."
    SameMailboxTwice "same-mailbox-twice" Warning
        "two names, one mailbox"
        "Both names lead to the same messages (an alias or a link on the server). Merging them would move every message onto itself, so they are never merged. To hide the other name, unsubscribe it in each client, or let the administrator hide it: `list = no` in the namespace of a Dovecot alias, or remove the link."
    RoleDuplicateEmpty "role-duplicate-empty" Info
        "an empty extra mailbox that the server keeps"
        "The server's configuration marks it, so the server makes it again when it is removed, or refuses to remove it; or an earlier run could not remove it, for the reason that `rolecall runs RUN` tells. It holds nothing, so it is left as it is, at most unsubscribed. `rolecall fix --role MAILBOX=ROLE` tries once more what an earlier run could not do; or delete it with a mail client."
    RoleBoundToName "role-bound-to-name" Info
        "the server binds the role to this name"
        "The attribute belongs to the name in the server's configuration and would not follow a rename, so this mailbox is never renamed away."
    ClientsDisagree "clients-disagree" Warning
        "clients use different mailboxes for one role"
        "Set up now, these clients would file the same kind of mail in different mailboxes. `rolecall clients ACCOUNT -v` tells of each client which one and why; `--client NAME:LANGUAGE` says which clients are in use. For clients that nobody stated this is only information."
    ClientWillCreate "client-will-create" Info
        "a client does not find the role's mailbox and will make its own"
        "These clients look for a mark or for a name that is not there, so they make a mailbox of their own beside the one that keeps the role. Mark it where the server can, rename it with `--target ROLE=NAME --make-target`, or set it in each client; `rolecall clients ACCOUNT -v` tells why and where. If you stated the client with `--client`, this is a warning."
    ClientsMeetElsewhere "clients-meet-elsewhere" Info
        "the clients that you stated meet under another name than the role's mailbox has"
        "More of the clients stated with `--client` find the role's mailbox once it has this name, so `rolecall fix` with the same clients renames it. `--target ROLE=MAILBOX` keeps the name it has."
    ClientToBeTold "client-to-be-told" Info
        "a client must be told by its user which mailbox to use"
        "No mailbox and no name suits all the clients that you stated with `--client`. The plan suits most of them, and first those that nobody can set; the entry says what to set in this one, and where. What it says of one that is already in use does not happen with one that is set up now. `rolecall clients ACCOUNT --client …` tells why."
    DeletedMarkedMail "deleted-marked-mail" Warning
        "messages marked \\Deleted would stay behind"
        "They are marked for removal but still there. Moving them would carry the mark along, so they stay, and so does the mailbox. `--move-deleted` moves them too."
    ChildrenStay "children-stay" Info
        "a mailbox to be emptied has mailboxes below it"
        "Mailboxes below a merged one follow it when the name is free below the kept one; where it is not, they and their parent stay where they are. `--with-children` merges those too."
    NoSafeRemoval "no-safe-removal" Warning
        "the server can neither move messages nor expunge chosen ones"
        "Without MOVE and UIDPLUS there is no way to empty a mailbox that cannot also remove somebody else's mail. Nothing is copied unless `--remove-without-uidplus` is given."
    HeldBack "held-back" Info
        "trash and junk are merged only when said"
        "These mailboxes may be purged by a timer, which on some servers starts anew when messages are moved in and on others goes by the date of each message, and moving into junk may train a spam filter. Add `--include trash` or `--include junk` to merge them."
    TargetOrdinary "target-ordinary" Warning
        "a mailbox of your own is to keep a role"
        "`--target` names a mailbox that neither the server nor its name gives this role, and there is mail in it. What belongs to the role will be put among that mail. If that was a slip, name another mailbox; if it is the one you mean, nothing else is needed."
    KeptBefore "kept-before" Warning
        "a mailbox that an earlier run has kept is now merged into another one"
        "An earlier run, which has not been undone, moved mail into this mailbox because it kept the role, for instance by `--target`. Now another one would keep it: the server marks it, or what decides has changed. Nothing is lost by that, but mail clients would show their mail in another place once more. `--target ROLE=MAILBOX` keeps the former one; give it with each fix of the account."
    MappingUnused "mapping-unused" Info
        "entries of your own mapping table match no mailbox"
        "A table given with `--mappings` has names that this account has no mailbox for. That is normal for a table made for many accounts; for a table made for this one, look for a misspelling: a name counts whole or not at all. `rolecall mappings lookup NAME` shows how a name is compared."
    NotPersonal "not-personal" Info
        "the mailbox belongs to somebody else or is shared"
        "It lies outside the personal namespace, so it has no role in this account and is never touched."
    OtherNamespace "other-namespace" Info
        "the mailbox lies in another of the account's namespaces"
        "It lies in another personal namespace than INBOX: a store of archived or expunged mail, or of views. Nobody who merges \"Sent\" means what lies there, so it has no role and is never touched. `--role MAILBOX=ROLE` takes one in; it is then emptied but neither renamed nor removed."
    MailboxIsView "mailbox-is-view" Info
        "the mailbox shows the mail of other mailboxes"
        "It is a search that the server shows as a mailbox (Dovecot's virtual mailboxes). What is moved out of it leaves the mailboxes behind it, and removing it may destroy their mail, so it is never touched, not even with `--role`."
    RemovalWaits "removal-waits" Info
        "an emptied mailbox waits for its removal"
        "`rolecall fix --remove later` has emptied it and set it aside under a name of its own. `rolecall resume`, or the account's next `rolecall fix`, removes it when its time has come and it is still empty; what has come into it meanwhile is moved first. `rolecall undo` gives it its own name back."
    MayBePurged "may-be-purged" Warning
        "mail goes where the server may purge it"
        "Servers empty trash and junk by a timer (Gmail after 30 days, Courier after 7, Dovecot as configured, also by number), and for many of them the time begins anew with the move. An undo brings back only what is still there."
    MayBeTruncated "may-be-truncated" Warning
        "the server may show only a part of a mailbox"
        "Exactly 1000, 2000, 5000 or 10000 messages is a limit that some providers set on what IMAP shows. The messages can be moved; the mailbox is then not removed."
    SetAsideUnknown "set-aside-unknown" Warning
        "a mailbox has the name of one that is set aside, and no run here knows it"
        "A mailbox named rolecall-… is on the server, and no journal on this machine names it: another machine has set it aside, the state folder is gone, or it is somebody's own. Nothing else is held up by it. If another machine has an unfinished run on this account, `rolecall resume` there takes it up. Otherwise `rolecall fix --role MAILBOX=ROLE` moves what it holds into the mailbox that keeps that role and removes it; an empty one can be deleted with any mail client."
    SetAsideGivenUp "set-aside-given-up" Warning
        "a mailbox was set aside by a run that was given up"
        "`rolecall resume RUN --give-up` has freed the account for other runs while a mailbox of that run stood set aside. `rolecall resume RUN` moves what it holds into the target and removes it; `rolecall undo RUN` gives it its own name back. `rolecall runs` names the run."
    RemovedMailboxKept "removed-mailbox-kept" Info
        "the server has moved a removed mailbox instead of deleting it"
        "This server moves a mailbox that is deleted, usually below trash. rolecall had emptied it before and seen it empty; it can be deleted for good with any mail client, and holds nothing up."
    UnfinishedRun "unfinished-run" Error
        "a run on this account was interrupted"
        "A mailbox named rolecall-… is on the server: messages of an unfinished run may be in it. `rolecall resume` finishes the run, or one whose command ran after its end; `rolecall runs` names it."
    UndoIncomplete "undo-incomplete" Info
        "an undo cannot bring everything back"
        "An undo never removes a mailbox, and makes one again without the rights that it may have had. The warning says what stays as it is. All mail comes back."
    UndoLeavesMail "undo-leaves-mail" Warning
        "an undo leaves mail where it is"
        "An undo moves back what its journal proves to be only in the kept mailbox, where the server can move it and its old mailbox is there. The warning says which mail stays. The exit status is 3."
    UidsNotStable "uids-not-stable" Warning
        "the server does not keep message numbers"
        "Without stable UIDs no message can be told from another after a break, so nothing is merged here."
    BindsNewName "mark-by-administrator" Info
        "only the administrator can mark this mailbox"
        "The server's special-use marks come from its configuration. The line to add stands under \"by hand\"."
    FilterFilesHere "filter-files-here" Warning
        "a filter files mail into a mailbox that is to be merged"
        "A rule of the account's active filter script (Sieve) puts mail into a mailbox that does not keep its role. After a merge that mailbox is gone: some servers make it again, others leave the message in INBOX and drop everything else that the script would have done with it, such as forwarding or answering (then it is an error). Change the rule where it was made, or let `rolecall fix --repair-filters` store a changed script, which `undo` takes back."
    FilterFilesNowhere "filter-files-nowhere" Warning
        "a filter files mail into a mailbox that is not there"
        "A rule of the account's active filter script (Sieve) names a mailbox that the server does not list, or writes its name in a form that the server takes for another one. The message then stays in INBOX, and on some servers everything else that the script would have done with it is dropped, such as forwarding or answering (then it is an error). Correct the name where the rule was made, or make the mailbox."
    FiltersNotReadable "filters-not-readable" Info
        "the account's filters are not known, or not all of them"
        "The server manages filters (ManageSieve) and did not let them be read, or a script cannot be read, includes one of the administrator's, or makes a mailbox's name when it runs. Whether mail is filed into a mailbox that is merged is then not known; look into the filters before a merge. `--sieve-host` and `--sieve-port` say where filters are managed, `--no-filters` leaves them out."
    FilterWouldBreak "filter-would-break" Warning
        "a filter that forwards or answers mail would stop doing so"
        "The plan takes away a mailbox into which the active filter script files mail, and the same script forwards or answers mail. On some servers a filing that fails drops all of that, without a word to anybody. `--repair-filters` changes the script along; without it, an unattended `rolecall fix --yes` applies such a plan only with `--despite-filters`."
    FilterMayLearn "filter-may-learn" Info
        "a spam filter may learn from what is moved"
        "Some servers teach their spam filter by what is moved into junk, as spam, and by what is moved out of it, as no spam (imapsieve). The warning says which way the mail goes. A rename teaches nothing, nor does a dry run. If that is not wanted, ask the server's administrator to switch the learning off for the time of the run."
    NamedByAdministrator "named-by-administrator" Info
        "only the administrator can change these names"
        "Exchange names its default mailboxes itself, by each mailbox's regional configuration. The command that gives them names of one language stands under \"by hand\"; it fails while another mailbox has such a name, so it comes after the merge."
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// One coded fact about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of fact.
    pub code: Code,
    /// How much it matters here.
    pub severity: Severity,
    /// The role it is about.
    pub role: Option<Role>,
    /// The mailboxes it is about, the most concerned first.
    pub mailboxes: Vec<MailboxName>,
    /// One sentence in plain words; names in it are raw and made safe by `report`.
    pub message: Phrase,
    /// The action that would settle it, in the words of a plan step; none where only a person can.
    pub fix: Option<Action>,
    /// The places in filters that it is about.
    pub places: Vec<FilterPlace>,
}

/// A place in a filter script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FilterPlace {
    /// The script's name.
    pub script: String,
    /// The line, from 1.
    pub line: u32,
    /// The rule's name, where whatever wrote the script gives its rules names.
    pub rule: Option<String>,
}
