//! What each client does, in the accounts that decide it: every case is a fact of `mappings/clients.yaml` or of the
//! papers and threads that it names.

use std::{collections::BTreeSet, sync::Arc};

use crate::imagined::PROFILES;
use rolecall::{
    clients::{choose, parse, profile::Provenance},
    judge::Criteria,
    model::{
        client::{Agreement, Confidence, Forecasts, RoleForecast, Use},
        finding::{Code, Finding, Severity},
        imagined::Imagined,
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        role::Role,
    },
};

use crate::imagined;

/// An account in one line: `Sent \Sent; Courrier envoyé; Trash \Trash -` (`-` is not subscribed).
fn account(mailboxes: &str) -> Listing {
    let told = mailboxes.split("; ").filter(|one| !one.is_empty());
    let told = std::iter::once("INBOX").chain(told);
    Listing {
        foreign: imagined::namespace("Shared/", '/'),
        mailboxes: told.map(imagined::told).collect(),
        ..imagined::account()
    }
}

fn offering(mut listing: Listing, capability: &str) -> Listing {
    listing.server.capabilities.insert(capability.to_owned());
    listing
}

/// The same account where all names begin with `INBOX.`.
fn prefixed(mailboxes: &str) -> Listing {
    let mut listing = account(mailboxes);
    listing.personal = imagined::namespace("INBOX.", '.');
    let all = std::mem::take(&mut listing.mailboxes).into_iter();
    let dotted = all.map(|mailbox| Mailbox {
        delimiter: Some('.'),
        ..mailbox
    });
    listing.mailboxes = dotted.collect();
    listing
}

#[test]
fn an_account_that_is_only_imagined_is_foretold_as_one_that_was_listed_so() {
    let listed = account("Sent \\Sent; Sent Items; Envoyés -; Mail/Sent; Trash; Corbeille \\Trash");
    let clients = imagined::clients(&[]);
    let mark = |mailbox: &mut Mailbox| {
        mailbox.subscribed = Some(true);
        mailbox.attributes = ["\\Sent".to_owned()].into();
    };
    for (role, kept) in [
        (Role::Sent, "Sent Items"),
        (Role::Sent, "Envoyés"),
        (Role::Sent, "Mail/Sent"),
        (Role::Trash, "Corbeille"),
    ] {
        let (kept, gone) = (imagined::name(kept), imagined::name("Sent"));
        let mut instead = listed.mailboxes.find(kept.wire()).unwrap().clone();
        mark(&mut instead);
        let change = Imagined {
            gone: [&gone].into(),
            instead,
        };
        let mut changed = listed.clone();
        changed.mailboxes.retain(|mailbox| mailbox.name != gone);
        changed.mailboxes.change(&kept, mark);
        let of_role = |forecasts: &Forecasts| -> Vec<RoleForecast> {
            forecasts.of(role).map(|(_, cell)| cell.clone()).collect()
        };
        let told = clients.predict_each(&listed, &[(role, change)]);
        let [told] = told.as_slice() else {
            panic!("one change, {} forecasts", told.len());
        };
        assert_eq!(
            of_role(told),
            of_role(&clients.predict(&changed)),
            "{kept:?}"
        );
        assert_ne!(
            of_role(told),
            of_role(&clients.predict(&listed)),
            "{kept:?}"
        );
    }
}

fn forecasts(listing: &Listing, clients: &[&str]) -> Forecasts {
    imagined::clients(clients).predict(listing)
}

fn cell(listing: &Listing, client: &str, role: Role) -> RoleForecast {
    let forecast = forecasts(listing, &[client]).clients.pop().unwrap();
    forecast.cells.get(&role).unwrap().clone()
}

/// In short: `Sent`, `Sent|Sent Items` (one of them), `+Sent` (makes it), or a word.
fn short(does: &Use) -> String {
    match does {
        Use::Mailbox(_) | Use::OneOf(_) => {
            let names: Vec<&str> = does.mailboxes().iter().map(MailboxName::text).collect();
            names.join("|")
        }
        Use::Creates(names) => format!("+{}", names.join("|+")),
        other => other.word().to_owned(),
    }
}

fn does(listing: &Listing, client: &str, role: Role) -> String {
    short(&cell(listing, client, role).does)
}

/// Each: client, mailboxes, what it does about sent mail.
fn for_sent(cases: &[(&str, &str, &str)]) {
    for (client, mailboxes, expected) in cases {
        let done = does(&account(mailboxes), client, Role::Sent);
        assert_eq!(done, *expected, "{client} in an account with {mailboxes:?}");
    }
}

// ------------------------------------------------------------------------------------------------- the file

#[test]
fn the_clients_are_sorted_and_each_statement_has_a_source() {
    let ids: Vec<&String> = PROFILES.iter().map(|profile| &profile.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for profile in PROFILES.iter() {
        let id = &profile.id;
        let knows = |said: &Provenance, known: bool, what: &str| {
            let is_sourced = !said.source.is_empty() && said.confidence > Confidence::Unknown;
            assert!(!known || is_sourced, "{id}: {what}");
        };
        assert!(
            !profile.name.is_empty() && !profile.version.is_empty() && !profile.roles.is_empty()
        );
        knows(&profile.sees.said, profile.sees.which.is_some(), "sees");
        for (role, about) in &profile.roles {
            knows(&about.finds.said, about.finds.ways.is_some(), role.word());
            knows(&about.misses.said, about.misses.does.is_some(), role.word());
            let keeps = &about.keeps;
            knows(&keeps.said, keeps.ways.is_some(), role.word());
            assert!(
                keeps.gone.is_none() || keeps.ways.is_some(),
                "{id} {role}: what it does when its mailbox is gone, but not how it finds one"
            );
        }
    }
}

#[test]
fn every_client_that_people_were_seen_to_have_is_there() {
    for id in [
        "outlook-2010",
        "outlook-2013",
        "outlook-2016",
        "outlook-2019",
        "outlook-365",
        "thunderbird",
        "thunderbird-android",
        "apple-mail",
        "ios",
        "roundcube",
        "snappymail",
        "nextcloud",
        "sogo",
        "evolution",
        "geary",
        "kmail",
        "k9-2016",
        "neomutt",
        "fairemail",
        "claws-mail",
        "sylpheed",
        "alpine",
        "aerc",
        "mailspring",
        "delta-chat",
        "meli",
        "himalaya",
        "wino-mail",
        "bluemail",
    ] {
        assert!(PROFILES.iter().any(|profile| profile.id == id), "{id}");
    }
}

#[test]
fn names_are_composed_and_each_language_that_a_client_has_holds_at_least_one() {
    use unicode_normalization::UnicodeNormalization as _;
    for profile in PROFILES.iter() {
        for about in profile.roles.values() {
            for (language, names) in &about.names.by_language {
                assert!(!names.is_empty(), "{} {language}", profile.id);
                for name in names {
                    assert!(name.nfc().eq(name.chars()), "{} {name}", profile.id);
                    assert_eq!(name.trim(), name);
                }
            }
        }
    }
}

#[test]
fn a_table_that_is_named_is_there_and_knows_the_role() {
    let text = include_str!("../mappings/clients.yaml");
    for profile in PROFILES.iter() {
        for (role, about) in &profile.roles {
            let is_named = about.names.said.is_some();
            assert!(
                !is_named || !about.names.by_language.is_empty(),
                "{} {role}",
                profile.id
            );
        }
    }
    let named = text.matches("{table: ").count() + text.matches("table: outlook\n").count();
    let resolved = PROFILES.iter().flat_map(|profile| profile.roles.values());
    let resolved = resolved.filter(|about| about.names.said.is_some()).count();
    assert_eq!(
        resolved, named,
        "one of them names a table that is not there"
    );
}

#[test]
fn a_misspelt_word_in_the_file_is_an_error() {
    let good =
        "clients:\n  - {id: a, name: A, version: '1', finds: {ways: [names]}, roles: {sent: {}}}\n";
    assert_eq!(parse(good).unwrap().len(), 1);
    for (from, to) in [
        ("names]", "nmes]"),
        ("finds", "find"),
        ("sent", "snet"),
        ("version", "vrsion"),
    ] {
        assert!(parse(&good.replace(from, to)).is_err(), "{to}");
    }
}

// ------------------------------------------------------------------------------------------------- choosing

#[test]
fn an_unknown_client_brings_the_nearest_ids() {
    let error = choose(&PROFILES, "outlok-2016:fr", None).unwrap_err();
    assert_eq!(error.nearest[0], "outlook-2016");
    let error = choose(&PROFILES, "outlook", None).unwrap_err();
    assert!(
        error.nearest.contains(&"outlook-2013".to_owned()),
        "{error:?}"
    );
    assert!(
        choose(&PROFILES, "xyzzyplugh", None)
            .unwrap_err()
            .nearest
            .is_empty()
    );
    assert!(choose(&PROFILES, "Thunderbird", None).is_ok());
}

#[test]
fn a_language_is_met_by_its_tag_its_language_or_its_only_region() {
    let made = |client: &str| does(&account(""), client, Role::Trash);
    assert_eq!(made("geary:fr"), "+Corbeille");
    assert_eq!(made("geary:fr-CA"), "+Corbeille");
    assert_eq!(made("geary:pt-BR"), "+Lixeira");
    assert_eq!(made("geary:pt-PT"), "+Lixo");
    assert_eq!(made("geary:pt"), "unknown", "two regions");
    assert_eq!(made("geary:eo"), "unknown", "not on record");
}

// ------------------------------------------------------------------------------------------------- Thunderbird

#[test]
fn thunderbird_keeps_its_own_name_whatever_the_server_marks() {
    // CheckSpecialFolder: if the folder of the pref exists, it stays.
    for_sent(&[
        ("thunderbird", "Sent; Sent Items \\Sent", "Sent"),
        ("thunderbird", "Sent Items \\Sent", "Sent Items"),
        ("thunderbird", "Courrier envoyé", "+Sent"),
        ("thunderbird:fr", "Envoyés", "+Sent"),
        ("thunderbird", "sent; Sent Items \\Sent", "Sent Items"),
        ("thunderbird", "sent", "sent"),
        ("thunderbird", "A \\Sent; B \\Sent", "A|B"),
    ]);
}

#[test]
fn thunderbird_does_not_see_what_is_not_subscribed_but_takes_its_own_name() {
    // using_subscription is true; OnEnsureExistsFolder lists the name before it makes it.
    for_sent(&[
        ("thunderbird", "Sent Items \\Sent -", "+Sent"),
        ("thunderbird", "Sent -; Sent Items \\Sent -", "Sent"),
        ("thunderbird", "Sent -; Sent Items \\Sent", "Sent Items"),
    ]);
    let told = cell(&account("Sent Items \\Sent -"), "thunderbird", Role::Sent);
    assert_eq!(
        told.because,
        "it does not see \"Sent Items\", which is not subscribed; it finds none and makes one at first use"
    );
}

#[test]
fn thunderbird_takes_a_marked_trash_before_its_own_name_and_makes_one_at_discovery() {
    // DiscoveryDone: without a pref, the special-use trash is chosen and the others lose the flag.
    let trash = |mailboxes: &str| cell(&account(mailboxes), "thunderbird", Role::Trash);
    assert_eq!(short(&trash("Trash; Bin \\Trash").does), "Bin");
    assert_eq!(short(&trash("trash").does), "trash", "ignoring case");
    let made = trash("Corbeille");
    assert_eq!(short(&made.does), "+Trash");
    assert_eq!(
        made.because,
        "it finds none and makes one when it lists the mailboxes"
    );
    assert_eq!(made.confidence, Confidence::SourceVerified);
}

#[test]
fn thunderbird_looks_at_the_top_and_makes_names_in_the_personal_namespace() {
    // GetMsgFolderFromURI: as it is, with the namespace's prefix, then both in any case.
    let sent = |mailboxes: &str| does(&prefixed(mailboxes), "thunderbird", Role::Sent);
    assert_eq!(sent("INBOX.sent"), "INBOX.sent");
    assert_eq!(sent("INBOX.Sent; INBOX.Envoyés \\Sent"), "INBOX.Envoyés");
    assert_eq!(sent(""), "+INBOX.Sent");
    assert_eq!(
        does(&prefixed(""), "thunderbird", Role::Trash),
        "+INBOX.Trash"
    );
}

#[test]
fn thunderbird_has_an_archive_name_of_its_own() {
    let archive = |listing: &Listing| does(listing, "thunderbird", Role::Archive);
    // As tests/realclients saw 153.7 do: without one it files on the computer, not on the server.
    assert_eq!(archive(&account("Archive")), "computer");
    assert_eq!(archive(&account("archives")), "archives");
    assert_eq!(archive(&account("Archives; Old \\Archive")), "Old");
    assert_eq!(archive(&account("All \\All")), "All");
    assert_eq!(archive(&prefixed("")), "computer");
}

// ------------------------------------------------------------------------------------------------- Android

#[test]
fn thunderbird_for_android_reads_marks_only_and_asks_where_there_are_none() {
    // Older versions did not store sent mail then, without a word (thunderbird-android#6685).
    for_sent(&[
        ("thunderbird-android", "Sent", "asks"),
        ("thunderbird-android", "Envoyés \\Sent -", "Envoyés"),
        ("thunderbird-android", "A \\Sent; B \\Sent", "A|B"),
    ]);
    let archive = |mailboxes| does(&account(mailboxes), "thunderbird-android", Role::Archive);
    assert_eq!(archive("All \\All"), "All");
    assert_eq!(archive("All \\All; Old \\Archive"), "Old");
}

#[test]
fn k9_of_2016_made_french_names() {
    // thunderbird-android#1036
    for_sent(&[
        ("k9-2016:fr", "", "+Envoyés"),
        ("k9-2016:fr", "Sent \\Sent", "Sent"),
        ("k9-2016:de", "", "unknown"),
    ]);
}

// ------------------------------------------------------------------------------------------------- Outlook

#[test]
fn outlook_sees_subscribed_mailboxes_only() {
    // forpsi a4180, case 2: "Outlook ignored Sent" was "Sent was not subscribed".
    for_sent(&[
        ("outlook-2016:nl", "Sent \\Sent", "Sent"),
        ("outlook-2016:nl", "Sent \\Sent -", "+Verzonden items"),
        (
            "outlook-2016:nl",
            "Sent \\Sent -; Verzonden items",
            "Verzonden items",
        ),
        (
            "outlook-2016:nl",
            "Sent \\Sent -; Verzonden items -",
            "unknown",
        ),
    ]);
}

#[test]
fn outlook_of_2010_knows_names_only_and_later_ones_know_marks() {
    // DavidePrincipi/testdoc#71; dovecot cmd-list.c; mailcow#2010.
    for_sent(&[
        ("outlook-2010:nl", "Sent \\Sent", "+Verzonden items"),
        ("outlook-2013:nl", "Sent \\Sent", "Sent"),
        ("outlook-365:nl", "Sent \\Sent", "Sent"),
        (
            "outlook-2010:de",
            "Sent",
            "+Gesendete Elemente|+Gesendete Objekte",
        ),
        ("outlook-2013:de", "Sent", "+Gesendete Elemente"),
    ]);
    assert_eq!(does(&account(""), "outlook-2010", Role::Drafts), "unknown");
    assert_eq!(does(&account(""), "outlook-2013", Role::Archive), "nothing");
}

#[test]
fn which_french_name_outlook_uses_is_open() {
    for_sent(&[
        ("outlook-2016:fr", "", "+Courrier envoyé|+Éléments envoyés"),
        ("outlook-2016:fr", "Courrier envoyé", "unknown"),
        (
            "outlook-2016:fr",
            "Courrier envoyé; Éléments envoyés",
            "Éléments envoyés|Courrier envoyé",
        ),
        (
            "outlook-2016:fr",
            "Courrier envoyé; Éléments envoyés; Sent \\Sent",
            "Sent",
        ),
    ]);
    let told = cell(&account("Courrier envoyé"), "outlook-2016:fr", Role::Sent);
    assert_eq!(
        told.because,
        "it uses \"Courrier envoyé\" or it makes \"Éléments envoyés\"; not documented: which of its possible names it uses"
    );
    assert_eq!(told.confidence, Confidence::Unknown);
}

#[test]
fn outlook_2019_makes_drafts_of_its_language_though_one_is_marked() {
    // hmailserver#534, one tester, Dutch.
    let listing = account("Drafts \\Drafts; Sent \\Sent");
    assert_eq!(
        does(&listing, "outlook-2019:nl", Role::Drafts),
        "+Concepten"
    );
    assert_eq!(does(&listing, "outlook-2019:nl", Role::Sent), "Sent");
    assert_eq!(does(&listing, "outlook-365:nl", Role::Drafts), "Drafts");
}

#[test]
fn without_a_language_a_name_that_matters_is_unknown_and_a_mark_is_not() {
    let told = cell(&account("Sent"), "outlook-2016", Role::Sent);
    assert_eq!(told.does, Use::Unknown);
    assert!(
        told.because
            .english()
            .contains("say outlook-2016:LANGUAGE (known: de, en, "),
        "{:?}",
        told.because
    );
    for_sent(&[("outlook-2016", "Sent \\Sent", "Sent")]);
}

#[test]
fn where_outlook_makes_names_on_a_server_with_a_prefix_is_open() {
    let told = cell(&prefixed(""), "outlook-2016:nl", Role::Sent);
    assert_eq!(short(&told.does), "+INBOX.Verzonden items|+Verzonden items");
    assert_eq!(
        told.because,
        "it finds none and makes one when the account is set up; not documented: where it looks on a server whose names begin with a prefix"
    );
}

// ------------------------------------------------------------------------------------------------- Apple

#[test]
fn apple_obeys_marks_and_else_makes_its_own_two_names() {
    // mox#66 trace; mail-in-a-box#573; nextcloud/mail#372 shows INBOX.Sent Messages.
    for_sent(&[
        ("apple-mail", "Sent \\Sent", "Sent"),
        ("apple-mail", "Sent", "+Sent Messages"),
        ("ios", "Sent \\Sent", "Sent"),
        ("ios", "Sent", "+Sent Messages"),
    ]);
    assert_eq!(
        does(&prefixed(""), "apple-mail", Role::Trash),
        "+INBOX.Deleted Messages"
    );
}

#[test]
fn ios_falls_back_to_sent_messages_while_that_exists() {
    // openradar 45000887
    for_sent(&[("ios", "Sent \\Sent; Sent Messages", "Sent Messages")]);
}

#[test]
fn whether_apple_mail_needs_a_subscription_is_unknown() {
    let told = cell(&account("Sent \\Sent -"), "apple-mail", Role::Sent);
    assert_eq!(told.does, Use::Unknown);
    assert_eq!(
        told.because,
        "it uses \"Sent\" or it makes \"Sent Messages\"; not documented: whether it sees mailboxes that are not subscribed"
    );
}

// ------------------------------------------------------------------------------------------------- webmail

#[test]
fn roundcube_needs_the_capability_and_else_uses_its_configured_name() {
    let marked = "Envoyés \\Sent; Sent";
    assert_eq!(does(&account(marked), "roundcube", Role::Sent), "Sent");
    let with = offering(account(marked), "SPECIAL-USE");
    assert_eq!(does(&with, "roundcube", Role::Sent), "Envoyés");
    // rcmail_sendmail.php makes the folder when it saves; subscribes it where it is there.
    assert_eq!(does(&account(""), "roundcube", Role::Sent), "+Sent");
    assert_eq!(does(&account("Sent -"), "roundcube", Role::Sent), "Sent");
    // rcmail.php fix_namespace_settings puts the prefix before the configured names (tests/realclients saw it).
    let prefixed = prefixed("INBOX.Sent");
    assert_eq!(does(&prefixed, "roundcube", Role::Sent), "INBOX.Sent");
    // SOGo 5.8 ignores the namespace, and no server makes a mailbox outside of all.
    let drafts = cell(&prefixed, "sogo", Role::Drafts);
    assert_eq!(short(&drafts.does), "nothing");
    assert!(
        drafts
            .because
            .english()
            .contains("refuse outside of \"INBOX.\""),
        "{:?}",
        drafts.because
    );
    // Horde adds it, looks for its own name alone and marks in place what is deleted (tests/realclients saw it).
    for (role, use_of_it) in [
        (Role::Sent, "INBOX.Sent"),
        (Role::Drafts, "+INBOX.Drafts"),
        (Role::Trash, "in-place"),
    ] {
        assert_eq!(does(&prefixed, "horde-imp", role), use_of_it);
    }
    let marked = account("Envoyés \\Sent");
    assert_eq!(does(&marked, "horde-imp", Role::Sent), "+Sent");
    assert_eq!(does(&account(""), "roundcube", Role::Trash), "+Trash");
}

#[test]
fn roundcube_nextcloud_and_evolution_take_personal_mailboxes_only() {
    // roundcubemail#9781, nextcloud/mail#10900, camel-imapx-store.c.
    let listing = offering(
        account("Shared/Sent \\Sent; Sent Items \\Sent"),
        "SPECIAL-USE",
    );
    for client in ["roundcube", "nextcloud", "evolution:en"] {
        assert_eq!(does(&listing, client, Role::Sent), "Sent Items", "{client}");
    }
    assert_eq!(
        does(&listing, "snappymail", Role::Sent),
        "Sent Items|Shared/Sent"
    );
}

#[test]
fn nextcloud_takes_marks_and_english_names_alike_up_to_one_level_down() {
    for_sent(&[
        ("nextcloud", "Envoyés \\Sent", "Envoyés"),
        ("nextcloud", "Sent Items", "Sent Items"),
        ("nextcloud", "Envoyés \\Sent; SENT", "Envoyés|SENT"),
        ("nextcloud", "Clients/Sent", "Clients/Sent"),
        ("nextcloud", "Clients/2019/Sent", "nothing"),
        ("nextcloud", "Envoyés", "nothing"),
    ]);
    assert_eq!(
        does(&prefixed("INBOX.Sent"), "nextcloud", Role::Sent),
        "INBOX.Sent"
    );
    assert_eq!(
        [account("Sent"), prefixed("INBOX.Sent")].map(|account| does(
            &account,
            "nextcloud",
            Role::Drafts
        )),
        ["+Drafts", "nothing"],
        "it is made at the top, where a server with a prefix refuses it"
    );
    // FolderMapper knows "deleted messages" and not "deleted items".
    assert_eq!(
        does(&account("Deleted Items"), "nextcloud", Role::Trash),
        "nothing"
    );
}

#[test]
fn snappymail_asks_and_sogo_knows_only_its_configured_names() {
    for_sent(&[
        ("snappymail", "Sent", "asks"),
        ("snappymail", "Sent \\Sent", "Sent"),
        ("sogo", "Sent Items \\Sent", "+Sent"),
        ("sogo", "Sent Items \\Sent; Sent", "Sent"),
        ("cypht", "A \\Sent; B \\Sent", "nothing"),
    ]);
    assert_eq!(
        cell(&account(""), "sogo", Role::Sent).confidence,
        Confidence::Reported
    );
}

#[test]
fn cypht_takes_the_first_marked_mailbox_for_sent_where_it_reads_marks() {
    let marked = offering(account("A \\Sent; B \\Sent"), "SPECIAL-USE");
    assert_eq!(does(&marked, "cypht", Role::Sent), "A|B");
    let because = cell(&marked, "cypht", Role::Sent).because;
    assert!(because.english().contains("first"), "{because:?}");
}

#[test]
fn claws_makes_its_mailboxes_when_it_first_connects_and_sees_subscribed_ones_only() {
    for_sent(&[
        ("claws-mail", "", "+Sent"),
        ("claws-mail", "Sent", "Sent"),
        ("claws-mail", "Sent Items \\Sent", "+Sent"),
        ("delta-chat", "Sent", "nothing"),
        ("meli", "SENT", "SENT"),
        ("aerc", "Sent", "Sent"),
        ("aerc", "Sent Items \\Sent", "nothing"),
        ("alpine", "Sent", "asks"),
        ("sylpheed", "Sent Items \\Sent", "nothing"),
        ("wino-mail", "Sent", "unknown"),
    ]);
    assert_eq!(does(&account(""), "claws-mail", Role::Outbox), "+Queue");
}

#[test]
fn evolution_leaves_deleted_mail_and_junk_in_place_and_takes_the_first_by_name() {
    for (role, expected) in [
        (Role::Trash, "in-place"),
        (Role::Junk, "in-place"),
        (Role::Archive, "nothing"),
    ] {
        assert_eq!(does(&account(""), "evolution:fr", role), expected, "{role}");
    }
    for_sent(&[("evolution:fr", "B \\Sent; A \\Sent", "A")]);
}

// ------------------------------------------------------------------------------------------------- Linux

#[test]
fn evolution_looks_for_names_of_its_language_then_english_at_the_top_and_below_inbox() {
    for_sent(&[
        ("evolution:fr", "Envoyé; Sent", "Envoyé"),
        ("evolution:fr", "Éléments envoyés; Sent", "Éléments envoyés"),
        // Displayed names are compared, and INBOX is shown translated.
        ("evolution:fr", "INBOX/Messages envoyés; Sent", "Sent"),
        ("evolution:en", "INBOX/Sent", "INBOX/Sent"),
        ("evolution:fr", "Sent", "Sent"),
        ("evolution:fr", "Envoyés", "computer"),
        (
            "evolution:fr",
            "E\u{301}le\u{301}ments envoye\u{301}s",
            "E\u{301}le\u{301}ments envoye\u{301}s",
        ),
        ("evolution:de", "Envoyé; sent items", "sent items"),
        ("evolution:fr", "Envoyé; Sent Items \\Sent", "Sent Items"),
    ]);
    assert_eq!(
        does(&prefixed("INBOX.Sent"), "evolution:fr", Role::Sent),
        "computer"
    );
    assert_eq!(
        does(&prefixed("INBOX.Sent"), "evolution:en-GB", Role::Sent),
        "INBOX.Sent"
    );
}

#[test]
fn evolution_leaves_gmails_sent_mail_alone() {
    // imapx_initial_setup_sync: "Skip changing Sent folder for GMail".
    let gmail = offering(
        account("[Gmail]/Sent Mail \\Sent; [Gmail]/Trash \\Trash"),
        "X-GM-EXT-1",
    );
    assert_eq!(does(&gmail, "evolution:en", Role::Sent), "nothing");
    assert_eq!(does(&gmail, "evolution:en", Role::Trash), "[Gmail]/Trash");
}

#[test]
fn geary_makes_localized_names_in_the_personal_namespace() {
    // geary po/fr.po: Envoyés, Brouillons, Corbeille, Pourriel.
    let made = |role| does(&prefixed(""), "geary:fr", role);
    assert_eq!(made(Role::Sent), "+INBOX.Envoyés");
    assert_eq!(made(Role::Drafts), "+INBOX.Brouillons");
    assert_eq!(made(Role::Trash), "+INBOX.Corbeille");
    assert_eq!(made(Role::Junk), "+INBOX.Pourriel");
    for_sent(&[
        // It never looks for Outlook's name in its user's language (seen with 43.0).
        ("geary:fr", "Éléments envoyés", "+Envoyés"),
        ("geary:fr", "Sent; Sent Items", "Sent Items"),
        ("geary:fr", "Courrier envoyé", "+Envoyés"),
        ("geary:de", "Envoyés", "+Gesendet"),
        ("geary", "Courrier envoyé", "unknown"),
        ("geary", "Courrier envoyé \\Sent", "Courrier envoyé"),
    ]);
}

#[test]
fn kmail_and_neomutt_keep_mail_on_the_computer_until_told() {
    for_sent(&[
        ("kmail", "Sent \\Sent", "computer"),
        ("neomutt", "Sent \\Sent", "computer"),
    ]);
    assert_eq!(
        does(&account("Trash \\Trash"), "neomutt", Role::Trash),
        "nothing"
    );
}

#[test]
fn of_whom_nothing_is_documented_nothing_is_said() {
    for client in [
        "outlook-new",
        "outlook-mac",
        "outlook-mobile",
        "gmail-app",
        "samsung-email",
    ] {
        let told = cell(&account("Sent \\Sent"), client, Role::Sent);
        assert_eq!(told.does, Use::Unknown, "{client}");
        assert_eq!(told.because, "how it finds its mailbox is not documented");
        assert!(told.sources.is_empty());
    }
}

// ------------------------------------------------------------------------------------------------- together

#[test]
fn clients_agree_differ_or_may_differ() {
    let agreement = |mailboxes: &str, clients: &[&str]| {
        forecasts(&account(mailboxes), clients).agreement(Role::Sent)
    };
    let both = ["thunderbird", "roundcube"];
    assert_eq!(agreement("Sent \\Sent", &both), Agreement::Agree);
    assert_eq!(agreement("Sent Items \\Sent", &both), Agreement::Disagree);
    assert_eq!(
        agreement(
            "A \\Sent; B \\Sent",
            &["thunderbird", "thunderbird-android"]
        ),
        Agreement::MayDisagree
    );
    assert_eq!(
        agreement("Sent \\Sent", &["thunderbird", "kmail"]),
        Agreement::Agree
    );
    assert_eq!(
        agreement("Courrier envoyé", &["thunderbird", "geary:fr"]),
        Agreement::Disagree
    );
}

fn found(listing: &Listing, clients: &[&str]) -> Vec<Finding> {
    let criteria = Criteria {
        clients: Arc::new(imagined::clients(clients)),
        ..imagined::criteria()
    };
    let found = criteria.judge(listing.clone()).unwrap().findings;
    let about_clients = [Code::ClientsDisagree, Code::ClientWillCreate];
    found
        .into_iter()
        .filter(|one| about_clients.contains(&one.code))
        .collect()
}

/// No client is named: every client is asked about.
const EVERYONE: &[&str] = &[];

const TIDY: &str = "Drafts \\Drafts; Trash \\Trash; Junk \\Junk; Archives \\Archive";

#[test]
fn audit_warns_of_stated_clients_and_only_mentions_the_others() {
    let listing = account(&format!("{TIDY}; Courrier envoyé"));
    let stated = found(&listing, &["thunderbird", "geary:fr"]);
    assert_eq!(stated.len(), 1, "{stated:#?}");
    assert_eq!(stated[0].code, Code::ClientWillCreate);
    assert_eq!(stated[0].severity, Severity::Warning);
    assert_eq!(
        stated[0].message,
        "not every client finds \"Courrier envoyé\" for sent: Geary (fr) makes \"Envoyés\", Thunderbird makes \"Sent\""
    );
    let others = found(&listing, EVERYONE);
    assert_eq!(others.len(), 1, "{others:#?}");
    assert_eq!(others[0].severity, Severity::Info);
    assert_eq!(
        others[0].message,
        "not every client finds \"Courrier envoyé\" for sent: Thunderbird and Roundcube make \"Sent\""
    );
}

#[test]
fn audit_tells_of_clients_that_use_different_mailboxes_once_a_role() {
    let listing = offering(
        account(&format!("{TIDY}; Sent; Sent Items \\Sent")),
        "SPECIAL-USE",
    );
    let clients = ["thunderbird", "roundcube", "ios", "sogo"];
    let told = found(&listing, &clients);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].code, Code::ClientsDisagree);
    assert_eq!(told[0].severity, Severity::Warning);
    assert_eq!(
        told[0].message,
        "clients use different mailboxes for sent: \"Sent\" by Thunderbird and SOGo, \"Sent Items\" by Roundcube and iOS Mail"
    );
    // What is split is merged first; then it is time to speak of clients that nobody stated.
    assert!(found(&listing, EVERYONE).is_empty());
}

#[test]
fn a_tidy_account_has_nothing_to_say_about_clients() {
    let listing = offering(account(&format!("{TIDY}; Sent \\Sent")), "SPECIAL-USE");
    let told = found(&listing, EVERYONE);
    assert!(told.is_empty(), "{told:#?}");
}

// ------------------------------------------------------------------------------------------------- clients in use

/// What clients in use do: each client, the role, the mailboxes before and after, and what it does then.
fn in_use(cases: &[(&str, Role, &str, &str, &str)]) {
    for (client, role, before, after, expected) in cases {
        let told = imagined::clients(&[client]).stay(&account(before), &account(after));
        let cell = &told.clients[0].cells[role];
        let case = format!("{client}, {role}: {before:?}, then {after:?}");
        assert_eq!(
            short(&cell.does),
            *expected,
            "{case}: {}",
            cell.because.english()
        );
        assert_eq!(
            cell.confidence == Confidence::Unknown,
            *expected == "unknown",
            "{case}"
        );
    }
}

#[test]
fn a_geary_in_use_follows_marks_and_else_makes_again_what_it_noted() {
    const GEARY: &str = "geary:fr";
    in_use(&[
        (GEARY, Role::Sent, "Sent; Sent Items", "Sent", "+Sent Items"),
        (
            GEARY,
            Role::Sent,
            "Sent; Sent Items",
            "Sent; Sent Items",
            "Sent Items",
        ),
        (
            GEARY,
            Role::Sent,
            "Sent; Sent Items",
            "Sent \\Sent; Sent Items",
            "Sent",
        ),
        (GEARY, Role::Sent, "Envoyés \\Sent; Sent", "Sent", "Sent"),
        (GEARY, Role::Junk, "Sent", "Sent; Junk", "Junk"),
    ]);
}

#[test]
fn a_thunderbird_in_use_keeps_what_is_there_then_follows_marks_then_makes_it_again() {
    const BIRD: &str = "thunderbird";
    in_use(&[
        (
            BIRD,
            Role::Sent,
            "Envoyés \\Sent",
            "Envoyés; Sent \\Sent",
            "Envoyés",
        ),
        (
            BIRD,
            Role::Sent,
            "Envoyés \\Sent",
            "Gesendet \\Sent; Sent",
            "Gesendet",
        ),
        (BIRD, Role::Sent, "Envoyés \\Sent", "Sent", "+Envoyés"),
        (
            BIRD,
            Role::Sent,
            "Envoyés \\Sent",
            "Envoyés \\Sent -",
            "+Envoyés",
        ),
        (BIRD, Role::Trash, "Trash", "Corbeille \\Trash", "Corbeille"),
        (BIRD, Role::Drafts, "", "Brouillons \\Drafts", "Brouillons"),
    ]);
}

#[test]
fn a_thunderbird_that_archived_on_the_computer_stays_there() {
    in_use(&[
        (
            "thunderbird",
            Role::Archive,
            "",
            "Archive \\Archive",
            "computer",
        ),
        (
            "thunderbird",
            Role::Archive,
            "Archive \\Archive",
            "Archive \\Archive",
            "Archive",
        ),
    ]);
}

#[test]
fn some_clients_in_use_look_anew_every_time_or_once_their_mailbox_is_gone() {
    in_use(&[
        (
            "nextcloud",
            Role::Sent,
            "sentmail",
            "sentmail; Sent \\Sent",
            "sentmail",
        ),
        ("nextcloud", Role::Sent, "sentmail", "Sent \\Sent", "Sent"),
        (
            "thunderbird-android",
            Role::Sent,
            "Sent \\Sent",
            "Sent; Gesendet \\Sent",
            "Gesendet",
        ),
        ("sogo", Role::Sent, "Sent", "Envoyés", "+Sent"),
    ]);
}

#[test]
fn a_client_that_only_keeps_what_it_has_does_not_find_another() {
    in_use(&[
        (
            "evolution:fr",
            Role::Sent,
            "Envoyé",
            "Envoyé; Sent \\Sent",
            "Envoyé",
        ),
        (
            "evolution:fr",
            Role::Sent,
            "Envoyé",
            "Sent \\Sent",
            "computer",
        ),
        (
            "evolution:fr",
            Role::Drafts,
            "Brouillons",
            "Drafts \\Drafts",
            "unknown",
        ),
        (
            "evolution:fr",
            Role::Archive,
            "",
            "Archive \\Archive",
            "nothing",
        ),
        (
            "snappymail",
            Role::Sent,
            "Envoyés \\Sent",
            "Sent \\Sent",
            "asks",
        ),
        ("snappymail", Role::Sent, "", "Sent \\Sent", "Sent"),
        (
            "outlook-2016:fr",
            Role::Trash,
            "Éléments supprimés",
            "Trash \\Trash",
            "unknown",
        ),
    ]);
}

#[test]
fn where_nobody_documented_what_it_keeps_only_what_comes_of_both_is_known() {
    in_use(&[
        (
            "apple-mail",
            Role::Sent,
            "Sent \\Sent; Envoyés",
            "Sent \\Sent",
            "Sent",
        ),
        (
            "ios",
            Role::Sent,
            "Sent Messages; Sent \\Sent",
            "Sent \\Sent",
            "unknown",
        ),
        ("apple-mail", Role::Sent, "", "Sent \\Sent", "Sent"),
        ("kmail", Role::Sent, "Sent", "Sent \\Sent", "computer"),
    ]);
}

#[test]
fn which_of_several_marked_ones_a_client_had_matters_only_where_it_still_may_have_it() {
    const TWO: &str = "Sent \\Sent; Sent Items \\Sent";
    in_use(&[
        (
            "thunderbird",
            Role::Sent,
            TWO,
            "Sent Items \\Sent",
            "Sent Items",
        ),
        ("nextcloud", Role::Sent, TWO, TWO, "Sent|Sent Items"),
        (
            "snappymail",
            Role::Sent,
            TWO,
            "Sent Items \\Sent",
            "unknown",
        ),
    ]);
}
