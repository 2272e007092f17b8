//! What is special about the server that an account is at: the one place that knows products by name.
//!
//! In: a [`Server`] (capabilities, greeting, ID) and the host it was reached at. Out: [`ServerTraits`], typed facts that the
//! rest of the program asks for. Never: a product's name asked for elsewhere, but by [`crate::advice`], which writes lines
//! for one product's configuration.
//!
//! Everything known of single servers is an entry of `QUIRKS`: how the server is recognised, which trait follows, and
//! where that was seen. What a server announces or does is a better sign than its name, so most entries ask for a
//! capability. To add a quirk, add one entry here and one example to the test below, which fails for an entry without one.
//!
//! What a capability says by itself, as its RFC has it, is no quirk: that is [`Server::can`] and its neighbours.

use super::{name_encoding::NameEncoding, server::Server};

/// A server product that something is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the product's name")]
pub enum Product {
    Dovecot,
    Cyrus,
    Courier,
    Exchange,
    Gmail,
}

/// What is special about one server. The default is a server of which nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact, independent of the others"
)]
pub struct ServerTraits {
    /// Which product it is, where it says so. Only advice to its administrator may depend on this.
    pub product: Option<Product>,
    /// Mailboxes are labels: a message is stored once, and is in a mailbox once, however many show it.
    pub has_labels: bool,
    /// What FETCH and SEARCH call a message's own id; none where messages have none.
    pub message_id_item: Option<&'static str>,
    /// A user's setting can hide the server's own mailboxes from IMAP.
    pub hides_own_mailboxes: bool,
    /// A mailbox that is marked for a role is the server's own: it comes back, or cannot be removed.
    pub owns_marked_mailboxes: bool,
    /// The provider, as `mappings/providers.yaml` calls it, that may have made the mailboxes, though nothing but the
    /// server's kind hints at it.
    pub likely_provider: Option<&'static str>,
    /// The server's administrator can mark a mailbox for a role (RFC 6154) where clients cannot.
    pub administrator_can_mark: bool,
    /// It is known to show every message of a mailbox, so that a round number of them hides none.
    pub shows_all_messages: bool,
    /// Some mailboxes may be views (searches) of others, and FETCH tells by X-MAILBOX where a message really is.
    pub has_views: bool,
    /// Two mailboxes of one namespace never have the same UIDVALIDITY.
    pub has_distinct_uid_validities: bool,
    /// SASL PLAIN's authorization identity is honoured or refused, never ignored (RFC 4616 §2).
    pub honours_authorization_identity: bool,
    /// UID SEARCH takes the numbers in its argument for UIDs. Where that is not sure, FETCH says which UIDs there are.
    pub searches_by_uid: bool,
    /// How it takes names that are not ASCII in filter scripts.
    pub names_in_filters: NameEncoding,
}

/// A sign by which a server is recognised.
#[derive(Debug, Clone, Copy)]
enum Sign {
    /// It offers this capability.
    Offers(&'static str),
    /// It does not offer this capability.
    Lacks(&'static str),
    /// Its capabilities are all among these, mechanisms for logging in aside, and it does not say what it is.
    OffersOnly(&'static [&'static str]),
    /// Its greeting or its ID (RFC 2971) has these words, in any case.
    Says(&'static str),
    /// Its greeting has these words, in any case. A proxy greets by itself, whatever server is behind it.
    Greets(&'static str),
    /// The name of its host ends so.
    HostEnds(&'static str),
    /// It has been recognised as this product.
    Is(Product),
}

/// One thing known of some server.
struct Quirk {
    /// Any of these is enough.
    signs: &'static [Sign],
    /// Sets the trait that follows.
    set: fn(&mut ServerTraits),
    /// Where it was seen.
    #[allow(dead_code, reason = "for readers; a test demands it of each entry")]
    seen: &'static str,
}

/// How products are recognised. The first one that fits counts.
const PRODUCTS: [(Product, &[Sign]); 5] = [
    (Product::Gmail, &[Sign::Offers("X-GM-EXT-1")]),
    (Product::Dovecot, &[Sign::Says("dovecot")]),
    (Product::Cyrus, &[Sign::Says("cyrus")]),
    (
        Product::Exchange,
        &[
            Sign::Says("microsoft exchange"),
            Sign::Says("microsoft.exchange"),
            Sign::HostEnds(".office365.com"),
        ],
    ),
    // Courier has no ID.
    (
        Product::Courier,
        &[Sign::Says("courier"), Sign::Offers("ACL2=UNION")],
    ),
];

/// All that Exchange offers, mechanisms for logging in aside: a server that offers more is another one.
const EXCHANGE_CAPABILITIES: [&str; 16] = [
    "IMAP4",
    "IMAP4REV1",
    "LOGINDISABLED",
    "STARTTLS",
    "SASL-IR",
    "UIDPLUS",
    "MOVE",
    "ID",
    "UNSELECT",
    "CHILDREN",
    "IDLE",
    "NAMESPACE",
    "LITERAL+",
    "CLIENTACCESSRULES",
    "CLIENTNETWORKPRESENCELOCATION",
    "BACKENDAUTHENTICATE",
];

/// Everything that is known. Entries are tried in this order, so a later one replaces what an earlier one has set.
const QUIRKS: [Quirk; 12] = [
    Quirk {
        signs: &[Sign::Offers("X-GM-EXT-1")],
        set: |traits| traits.has_labels = true,
        seen: "Gmail's IMAP extensions: a label is shown as a mailbox",
    },
    Quirk {
        signs: &[Sign::Offers("OBJECTID")],
        set: |traits| traits.message_id_item = Some("EMAILID"),
        seen: "RFC 8474 §5",
    },
    Quirk {
        // Where a server has both, this one is asked for, as it always was.
        signs: &[Sign::Offers("X-GM-EXT-1")],
        set: |traits| traits.message_id_item = Some("X-GM-MSGID"),
        seen: "Gmail's IMAP extensions",
    },
    Quirk {
        signs: &[Sign::Is(Product::Gmail)],
        set: |traits| traits.hides_own_mailboxes = true,
        seen: "Gmail's settings, Labels, \"Show in IMAP\"",
    },
    Quirk {
        // Exchange and Zoho mark their own mailboxes without offering SPECIAL-USE, and keep them.
        signs: &[Sign::Is(Product::Gmail), Sign::Lacks("SPECIAL-USE")],
        set: |traits| traits.owns_marked_mailboxes = true,
        seen: "Gmail, Exchange, Zoho",
    },
    Quirk {
        signs: &[
            Sign::Is(Product::Exchange),
            Sign::OffersOnly(&EXCHANGE_CAPABILITIES),
        ],
        set: |traits| traits.likely_provider = Some("Exchange"),
        seen: "Exchange 2010 to 365, also behind proxies that hide its greeting",
    },
    Quirk {
        signs: &[Sign::Is(Product::Dovecot), Sign::Is(Product::Cyrus)],
        set: |traits| traits.administrator_can_mark = true,
        seen: "Dovecot 2.1 to 2.4 (special_use), Cyrus 3.6 (cyradm's setmetadata)",
    },
    Quirk {
        // Its administrator may have changed that (`sieve_utf8fileinto`).
        signs: &[Sign::Is(Product::Cyrus)],
        set: |traits| traits.names_in_filters = NameEncoding::Mutf7,
        seen: "Cyrus 3.6 to 3.12",
    },
    Quirk {
        // Providers put limits into servers of their own.
        signs: &[
            Sign::Is(Product::Dovecot),
            Sign::Is(Product::Cyrus),
            Sign::Is(Product::Courier),
        ],
        set: |traits| traits.shows_all_messages = true,
        seen: "Dovecot 2.3 and 2.4, Cyrus 3.6, Courier 5",
    },
    Quirk {
        signs: &[Sign::Is(Product::Dovecot)],
        set: |traits| {
            traits.has_views = true;
            traits.has_distinct_uid_validities = true;
        },
        seen: "Dovecot 2.3: its virtual plugin; its mailboxes' UIDVALIDITYs come from one counter a namespace",
    },
    Quirk {
        signs: &[
            Sign::Greets("dovecot"),
            Sign::Greets("cyrus imap"),
            Sign::Greets("zimbra"),
            Sign::Greets("microsoft exchange"),
            Sign::Greets("stalwart"),
        ],
        set: |traits| traits.honours_authorization_identity = true,
        seen: "RFC 4616 §2 demands it, but GNU mailutils 3.15 and nginx's mail proxy let an administrator in and forget for whom",
    },
    Quirk {
        signs: &[Sign::Offers("ESEARCH")],
        set: |traits| traits.searches_by_uid = true,
        seen: "GNU mailutils 3.15, without ESEARCH, takes the numbers of UID SEARCH UID for sequence numbers",
    },
];

/// Whence a mailbox named like one of Gmail's labels (`\Starred`) comes: a program has copied the account.
pub const COPIED_LABEL: &str = "Gmail's label, copied";

impl ServerTraits {
    /// The traits of a server that was reached at this host.
    #[must_use]
    pub fn of(server: &Server, host: &str) -> Self {
        Observed::of(server, host).traits(&QUIRKS)
    }
}

/// Whether a word is part of a product's name, in any case.
#[must_use]
pub fn is_product_word(word: &str) -> bool {
    let products = PRODUCTS.iter().flat_map(|(_, signs)| *signs);
    let signs = products.chain(QUIRKS.iter().flat_map(|quirk| quirk.signs));
    let names = signs.filter_map(|sign| match sign {
        Sign::Says(name) | Sign::Greets(name) => Some(name),
        _ => None,
    });
    let mut words = names.flat_map(|name| name.split([' ', '.']));
    words.any(|known| known.eq_ignore_ascii_case(word))
}

/// What a server has shown of itself.
struct Observed<'s> {
    server: &'s Server,
    /// Greeting and ID, in lower case.
    words: String,
    /// In lower case.
    greeting: String,
    /// In lower case.
    host: String,
    product: Option<Product>,
}

impl<'s> Observed<'s> {
    fn of(server: &'s Server, host: &str) -> Self {
        let greeting = server.greeting.as_deref().unwrap_or_default();
        let unnamed = Self {
            server,
            words: server.words().to_ascii_lowercase(),
            greeting: greeting.to_ascii_lowercase(),
            host: host.to_ascii_lowercase(),
            product: None,
        };
        let mut products = PRODUCTS.iter();
        let product = products.find(|(_, signs)| unnamed.shows_any(signs));
        Self {
            product: product.map(|(product, _)| *product),
            ..unnamed
        }
    }

    /// What follows from those of the quirks whose signs it shows.
    fn traits<'q>(&self, quirks: impl IntoIterator<Item = &'q Quirk>) -> ServerTraits {
        let mut traits = ServerTraits {
            product: self.product,
            ..ServerTraits::default()
        };
        for quirk in quirks {
            if self.shows_any(quirk.signs) {
                (quirk.set)(&mut traits);
            }
        }
        traits
    }

    fn shows_any(&self, signs: &[Sign]) -> bool {
        signs.iter().any(|sign| self.shows(*sign))
    }

    fn shows(&self, sign: Sign) -> bool {
        match sign {
            Sign::Offers(capability) => self.server.can(capability),
            Sign::Lacks(capability) => !self.server.can(capability),
            Sign::OffersOnly(capabilities) => {
                let is_known =
                    |one: &String| one.starts_with("AUTH=") || capabilities.contains(&one.as_str());
                self.product.is_none() && self.server.capabilities.iter().all(is_known)
            }
            Sign::Says(words) => self.words.contains(words),
            Sign::Greets(words) => self.greeting.contains(words),
            Sign::HostEnds(end) => self.host.ends_with(end),
            Sign::Is(product) => self.product == Some(product),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(greeting: &str, id: &str, capabilities: &str) -> Server {
        Server {
            software: (!id.is_empty()).then(|| id.to_owned()),
            greeting: Some(greeting.to_owned()),
            capabilities: capabilities.split(' ').map(str::to_owned).collect(),
        }
    }

    /// A server as it presents itself, and the traits that it must have.
    struct Example {
        server: Server,
        host: &'static str,
        traits: ServerTraits,
    }

    /// A server that offers what any does nowadays, and says nothing of itself.
    fn nothing_known() -> ServerTraits {
        ServerTraits {
            searches_by_uid: true,
            ..ServerTraits::default()
        }
    }

    const MODERN: &str = "IMAP4REV1 ESEARCH SPECIAL-USE MOVE UIDPLUS";

    #[expect(clippy::too_many_lines, reason = "one example a server")]
    fn examples() -> Vec<Example> {
        let example = |greeting, id, capabilities, traits| Example {
            server: server(greeting, id, capabilities),
            host: "imap.example.com",
            traits,
        };
        let dovecot = ServerTraits {
            product: Some(Product::Dovecot),
            administrator_can_mark: true,
            shows_all_messages: true,
            has_views: true,
            has_distinct_uid_validities: true,
            ..nothing_known()
        };
        let exchange = ServerTraits {
            product: Some(Product::Exchange),
            likely_provider: Some("Exchange"),
            owns_marked_mailboxes: true,
            ..ServerTraits::default()
        };
        vec![
            example("IMAP ready", "", MODERN, nothing_known()),
            example(
                "Dovecot ready.",
                "",
                MODERN,
                ServerTraits {
                    honours_authorization_identity: true,
                    ..dovecot
                },
            ),
            // A proxy greets by itself: what it does with an authorization identity is not known.
            example("ready", "Dovecot 2.3.19", MODERN, dovecot),
            example(
                "mail.example.com Cyrus IMAP 3.6.1 server ready",
                "",
                &format!("{MODERN} OBJECTID"),
                ServerTraits {
                    names_in_filters: NameEncoding::Mutf7,
                    product: Some(Product::Cyrus),
                    administrator_can_mark: true,
                    shows_all_messages: true,
                    honours_authorization_identity: true,
                    message_id_item: Some("EMAILID"),
                    ..nothing_known()
                },
            ),
            example(
                "Courier-IMAP ready.",
                "",
                "IMAP4REV1 UIDPLUS ACL2=UNION",
                ServerTraits {
                    product: Some(Product::Courier),
                    shows_all_messages: true,
                    owns_marked_mailboxes: true,
                    ..ServerTraits::default()
                },
            ),
            example(
                "ready",
                "",
                "IMAP4REV1 ACL2=UNION",
                ServerTraits {
                    product: Some(Product::Courier),
                    shows_all_messages: true,
                    owns_marked_mailboxes: true,
                    ..ServerTraits::default()
                },
            ),
            example(
                "Gimap ready",
                "GImap",
                &format!("{MODERN} X-GM-EXT-1 OBJECTID"),
                ServerTraits {
                    product: Some(Product::Gmail),
                    has_labels: true,
                    message_id_item: Some("X-GM-MSGID"),
                    hides_own_mailboxes: true,
                    owns_marked_mailboxes: true,
                    ..nothing_known()
                },
            ),
            example(
                "The Microsoft Exchange IMAP4 service is ready.",
                "",
                "IMAP4REV1 AUTH=PLAIN MOVE",
                ServerTraits {
                    honours_authorization_identity: true,
                    ..exchange
                },
            ),
            example(
                "ready",
                "Microsoft.Exchange.Imap4.Imap4Server 15.0",
                "X",
                exchange,
            ),
            Example {
                server: server("ready", "", "IMAP4REV1"),
                host: "Outlook.Office365.com",
                traits: exchange,
            },
            // It does not say that it is Exchange, and offers nothing that Exchange does not.
            example(
                "ready",
                "",
                "IMAP4REV1 AUTH=PLAIN",
                ServerTraits {
                    product: None,
                    ..exchange
                },
            ),
            example(
                "Zimbra IMAP4rev1 server ready",
                "Zimbra",
                MODERN,
                ServerTraits {
                    honours_authorization_identity: true,
                    ..nothing_known()
                },
            ),
            example(
                "Stalwart IMAP4rev2 at your service",
                "",
                "IMAP4REV2 ESEARCH",
                ServerTraits {
                    honours_authorization_identity: true,
                    ..nothing_known()
                },
            ),
            example(
                "GNU Mailutils ready",
                "GNU Mailutils 3.15",
                "IMAP4REV1 SPECIAL-USE ID X",
                ServerTraits::default(),
            ),
        ]
    }

    #[test]
    fn servers_have_the_traits_that_they_show() {
        for Example {
            server,
            host,
            traits,
        } in examples()
        {
            assert_eq!(ServerTraits::of(&server, host), traits, "{server:?}");
        }
    }

    #[test]
    fn every_quirk_says_where_it_was_seen_and_is_missed_by_an_example() {
        for (index, quirk) in QUIRKS.iter().enumerate() {
            assert!(!quirk.seen.is_empty());
            let others = || {
                let others = QUIRKS.iter().enumerate();
                others.filter_map(|(other, quirk)| (other != index).then_some(quirk))
            };
            let is_missed = examples().iter().any(|example| {
                let seen = Observed::of(&example.server, example.host);
                seen.traits(others()) != example.traits
            });
            assert!(is_missed, "no example misses entry {index}: {}", quirk.seen);
        }
    }

    #[test]
    fn every_sign_is_shown_by_an_example() {
        let signs = || {
            let products = PRODUCTS.iter().flat_map(|(_, signs)| *signs);
            products.chain(QUIRKS.iter().flat_map(|quirk| quirk.signs))
        };
        let examples = examples();
        for sign in signs() {
            let mut examples = examples.iter();
            let shows = |one: &Example| Observed::of(&one.server, one.host).shows(*sign);
            assert!(examples.any(shows), "no example shows {sign:?}");
        }
    }
}
