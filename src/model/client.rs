//! Clients: what a mail client will do with an account, role by role.
//!
//! In: `clients`' predictions. Out: [`Forecast`], whether several of them meet. Never: what a client is like (that is
//! data in `mappings/clients.yaml`), a guess where nothing is documented.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{mailbox::MailboxName, role::Role};
use crate::language::{Phrase, text};

/// How well a statement about a client is known, the least first.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Nobody documented it.
    #[default]
    Unknown,
    /// It follows from other facts.
    Inferred,
    /// Somebody saw it.
    Reported,
    /// The vendor or a provider says so.
    Documented,
    /// It was read in the client's own source.
    SourceVerified,
}

impl Confidence {
    /// The confidence's word in JSON and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Inferred => "inferred",
            Self::Reported => "reported",
            Self::Documented => "documented",
            Self::SourceVerified => "source-verified",
        }
    }

    /// Whether advice may rest on it for clients that nobody said are in use.
    #[must_use]
    pub fn is_firm(self) -> bool {
        self >= Self::Documented
    }
}

/// A yes or no that may be unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Answer")]
pub enum Tristate {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody documented it.
    #[default]
    Unknown,
}

/// When a client looks which mailbox has which role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Looks {
    /// Once, when the account is set up: what it found then, it keeps, come what may.
    Once,
    /// Again later: at every start or connection, or when what it found is gone.
    Always,
    /// Nobody documented it.
    #[default]
    Unknown,
}

/// When a client makes a mailbox that it misses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// When the account is set up.
    AccountCreation,
    /// Whenever it lists the mailboxes.
    Discovery,
    /// When a message is begun to be written.
    Compose,
    /// When it first has something to put there.
    FirstUse,
    /// Nobody documented it.
    #[default]
    Unknown,
}

/// What a client will do about one role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It uses this mailbox.
    Mailbox(MailboxName),
    /// It uses one of these; which, a listing does not tell.
    OneOf(Vec<MailboxName>),
    /// It makes a mailbox of this name; of several, one.
    Creates(Vec<String>),
    /// It keeps the mail on the computer.
    Computer,
    /// It leaves the mail where it is and only marks it there.
    InPlace,
    /// It asks the user.
    Asks,
    /// It finds nothing and stores nothing.
    Nothing,
    /// Nobody documented what it does here.
    Unknown,
}

impl Use {
    /// The word in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Mailbox(_) => "mailbox",
            Self::OneOf(_) => "one-of",
            Self::Creates(_) => "creates",
            Self::Computer => "computer",
            Self::InPlace => "in-place",
            Self::Asks => "asks",
            Self::Nothing => "nothing",
            Self::Unknown => "unknown",
        }
    }

    /// The mailboxes that it names.
    #[must_use]
    pub fn mailboxes(&self) -> &[MailboxName] {
        match self {
            Self::Mailbox(name) => std::slice::from_ref(name),
            Self::OneOf(names) => names,
            _ => &[],
        }
    }

    /// The names that it may make.
    #[must_use]
    pub fn creates(&self) -> &[String] {
        match self {
            Self::Creates(names) => names,
            _ => &[],
        }
    }

    /// In words: `it uses "Sent"`.
    #[must_use]
    pub fn said(&self) -> Phrase {
        let mailboxes = || {
            Phrase::or(
                self.mailboxes()
                    .iter()
                    .map(|name| text::quoted(name.text())),
            )
        };
        match self {
            Self::Mailbox(_) | Self::OneOf(_) => text::it_uses(mailboxes()),
            Self::Creates(names) => text::it_makes(Phrase::or(names.iter().map(text::quoted))),
            Self::Computer => text::it_keeps_on_computer(),
            Self::InPlace => text::it_leaves_in_place(),
            Self::Asks => text::it_asks(),
            Self::Nothing => text::it_uses_none(),
            Self::Unknown => text::undocumented_use(),
        }
    }

    /// Where on the server its mail may end up, by decoded name; nowhere that can be named if empty.
    #[must_use]
    pub fn places(&self) -> BTreeSet<&str> {
        let there = self.mailboxes().iter().map(MailboxName::text);
        there
            .chain(self.creates().iter().map(String::as_str))
            .collect()
    }
}

/// What a client will do about one role, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleForecast {
    /// What it will do.
    pub does: Use,
    /// Where that is unknown: all that it comes to, whatever nobody documented; empty where not even that is known.
    pub possible: Vec<Use>,
    /// When it makes a mailbox, if it does.
    pub when: Option<When>,
    /// Why, as a fragment: "the server marks it \Sent".
    pub because: Phrase,
    /// How well this is known: as well as the weakest statement that it rests on.
    pub confidence: Confidence,
    /// Where those statements come from.
    pub sources: Vec<String>,
    /// Whether the user can choose another mailbox.
    pub can_reassign: Tristate,
    /// Where the user does.
    pub reassign: Option<String>,
}

impl RoleForecast {
    /// Whether the mailbox of this decoded name is among what it may use or make, where that is unknown.
    fn may_use(&self, name: &str) -> bool {
        let mut possible = self.possible.iter();
        possible.len() == 0 || possible.any(|one| one.places().contains(name))
    }
}

/// What one client, in one language, will do with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The client's id, `outlook-2016`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The version that the statements are about.
    pub version: String,
    /// BCP 47 tag of its user interface, where one was said.
    pub language: Option<String>,
    /// When it looks which mailbox has which role.
    pub looks: Looks,
    /// Its choice for each role that it has.
    pub cells: BTreeMap<Role, RoleForecast>,
}

/// The clients that most people have: what is said of those that nobody stated is said of these, in this order.
pub const COMMON: [&str; 7] = [
    "thunderbird",
    "outlook-365",
    "apple-mail",
    "ios",
    "roundcube",
    "thunderbird-android",
    "sogo",
];

impl Forecast {
    /// Where it stands among the clients that most people have; none where it is not one of them.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        COMMON.iter().position(|id| *id == self.id)
    }

    /// As `--client` takes it: `outlook-2016:fr`.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.language {
            Some(language) => format!("{}:{language}", self.id),
            None => self.id.clone(),
        }
    }
}

/// As people say it: `Outlook 2016 (fr)`.
impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.language {
            Some(language) => write!(f, "{} ({language})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Clients in a row, `Thunderbird and SOGo`; beyond three the rest is counted.
#[must_use]
pub fn named(clients: &[&Forecast]) -> Phrase {
    const SHOWN: usize = 3;
    let shown = clients.iter().take(SHOWN);
    let mut parts: Vec<Phrase> = shown.map(|client| Phrase::from(*client)).collect();
    if let Some(more) = clients.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        parts.push(text::more(more as u64));
    }
    Phrase::and(parts)
}

/// How well clients find one mailbox for its role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finders {
    /// Two points for each client that uses it, one for each of which that cannot be told.
    points: usize,
    /// The same, of stated clients that nobody can set to another mailbox.
    unsettable: usize,
    /// The clients that use it.
    named: Phrase,
    count: usize,
    /// The clients that may use it.
    may: Phrase,
    may_count: usize,
}

impl Finders {
    /// The better mailbox has the higher rank: clients that cannot be told otherwise go first.
    #[must_use]
    pub fn rank(&self) -> (usize, usize) {
        (self.unsettable, self.points)
    }

    /// As a reason to keep one of several: `Thunderbird and Roundcube use it once it is the only one`.
    #[must_use]
    pub fn because_alone(&self) -> Phrase {
        match self.count {
            0 => text::clients_may_find_it(),
            1 => text::uses_it_alone(&self.named),
            _ => text::use_it_alone(&self.named),
        }
    }

    /// As a reason: `Outlook 2016 (fr) and Thunderbird find it`.
    #[must_use]
    pub fn because(&self) -> Phrase {
        match self.count {
            0 => match self.may_count {
                0 => text::clients_may_find_it(),
                1 => text::one_may_find_it(&self.may),
                _ => text::may_find_it(&self.may),
            },
            1 => text::finds_it(&self.named),
            _ => text::find_it(&self.named),
        }
    }
}

/// Whether several clients file one role's mail in one mailbox.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// All that can be told of do.
    Agree,
    /// They may: for at least one of them, it depends on what a listing does not tell.
    MayDisagree,
    /// They do not.
    Disagree,
}

/// What the clients of an account will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecasts {
    /// Whether the user said which clients are in use; else these are all that are known.
    pub stated: bool,
    /// One for each client.
    pub clients: Vec<Forecast>,
}

impl Forecasts {
    /// What each client that has this role does about it.
    pub fn of(&self, role: Role) -> impl Iterator<Item = (&Forecast, &RoleForecast)> {
        self.clients
            .iter()
            .filter_map(move |client| Some((client, client.cells.get(&role)?)))
    }

    /// The clients whose choice counts, each with its choice: all that were stated; else those that most people have and of
    /// which it is firmly known.
    pub fn counted(&self, role: Role) -> impl Iterator<Item = (&Forecast, &RoleForecast)> {
        let counts = |client: &Forecast, cell: &RoleForecast| {
            self.stated || client.rank().is_some() && cell.confidence.is_firm()
        };
        let mut counted: Vec<(&Forecast, &RoleForecast)> = self
            .of(role)
            .filter(|(client, cell)| counts(client, cell))
            .collect();
        if !self.stated {
            counted.sort_unstable_by_key(|(client, _)| client.rank());
        }
        counted.into_iter()
    }

    /// Which clients use the mailbox of this decoded name, or would make it.
    #[must_use]
    pub fn finders(&self, role: Role, name: &str) -> Finders {
        let mut finders = Finders::default();
        let (mut users, mut may) = (Vec::new(), Vec::new());
        for (client, cell) in self.counted(role) {
            let places = cell.does.places();
            let points = match cell.does {
                Use::Unknown => usize::from(cell.may_use(name)),
                _ if places.contains(name) => 1 + usize::from(places.len() == 1),
                _ => 0,
            };
            finders.points += points;
            if self.stated && cell.can_reassign != Tristate::Yes {
                finders.unsettable += points;
            }
            match points {
                0 => {}
                1 => may.push(client),
                _ => users.push(client),
            }
        }
        (finders.named, finders.count) = (named(&users), users.len());
        (finders.may, finders.may_count) = (named(&may), may.len());
        finders
    }

    /// How well the clients meet in the best of the places that they use or make by themselves.
    #[must_use]
    pub fn largest_meeting(&self, role: Role) -> Finders {
        let places: BTreeSet<&str> = self
            .of(role)
            .flat_map(|(_, cell)| cell.does.places())
            .collect();
        let meetings = places.into_iter().map(|place| self.finders(role, place));
        meetings.max_by_key(Finders::rank).unwrap_or_default()
    }

    /// Whether the clients meet in one mailbox for this role. Those that keep mail elsewhere or of which nothing is
    /// known are left out.
    #[must_use]
    pub fn agreement(&self, role: Role) -> Agreement {
        let places = || {
            let all = self.of(role).map(|(_, cell)| cell.does.places());
            all.filter(|places| !places.is_empty())
        };
        let sure: BTreeSet<&str> = places()
            .filter(|places| places.len() == 1)
            .flatten()
            .collect();
        if sure.len() > 1 {
            return Agreement::Disagree;
        }
        let every: BTreeSet<&str> = places().flatten().collect();
        let is_shared = |place: &&str| places().all(|places| places.contains(*place));
        match every.len() {
            0 | 1 => Agreement::Agree,
            _ if every.iter().any(is_shared) => Agreement::MayDisagree,
            _ => Agreement::Disagree,
        }
    }
}

/// A client that something may be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClient {
    /// The client's id, `outlook-2016`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The version that the statements are about.
    pub version: String,
    /// How well most of it is known.
    pub confidence: Confidence,
    /// The languages in which its names are on record, where they differ by language.
    pub languages: Vec<String>,
}
