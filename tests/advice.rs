//! What administrators and users are told to do: for the right server, in both languages, and no line does more than
//! was meant, whatever a mailbox is called.

use std::{collections::BTreeMap, process::Command};

use proptest::prelude::*;
use rolecall::{
    advice::{
        Kept, Steps,
        client::{folder_uri, steps},
        server::by_administrator,
    },
    language::{Language, Phrase},
    model::{
        client::COMMON,
        finding::Code,
        listing::{Listing, Server},
        mutf7,
        plan::Manual,
        role::Role,
    },
};

use crate::imagined::{self, name};

/// An account whose names begin with a prefix that ends in its delimiter, or with none.
fn account(software: Option<&str>, capabilities: &[&str], prefix: &str) -> Listing {
    let delimiter = prefix.chars().last().unwrap_or('/');
    let mut listing = imagined::account();
    listing.account.user = "alice@example.com".into();
    listing.account.url = "imaps://alice@example.com@imap.example.com".into();
    listing.server = Server {
        software: software.map(str::to_owned),
        greeting: None,
        capabilities: capabilities.iter().map(|&one| one.to_owned()).collect(),
    };
    listing.personal = imagined::namespace(prefix, delimiter);
    listing
}

fn kept(role: Role, text: &str, needs_mark: bool) -> Kept {
    Kept {
        role,
        name: name(text),
        needs_mark,
    }
}

fn told(listing: &Listing, kept: &[Kept]) -> Vec<Manual> {
    by_administrator(listing, kept, true)
}

/// The only entry's lines to paste.
fn snippet(listing: &Listing, kept: &[Kept]) -> Option<String> {
    let told = told(listing, kept);
    assert!(told.len() < 2, "{told:?}");
    Some(told.into_iter().next()?.snippet?.into())
}

fn steps_for(client: &str, listing: &Listing, names: &[(Role, &str)]) -> Steps {
    steps_where(client, listing, names, false)
}

fn steps_where(client: &str, listing: &Listing, names: &[(Role, &str)], is_tidy: bool) -> Steps {
    let forecasts = imagined::clients(&[client]).predict(listing);
    let kept = names.iter().map(|(role, text)| (*role, name(text)));
    steps(&forecasts.clients[0], listing, &kept.collect(), is_tidy)
}

#[test]
fn where_each_role_has_one_mailbox_nobody_is_told_to_apply_a_plan_first() {
    let listing = account(Some("Dovecot"), &["SPECIAL-USE"], "");
    let names = [(Role::Sent, "Sent"), (Role::Archive, "Archive")];
    for client in COMMON {
        for step in steps_where(client, &listing, &names, true).steps {
            assert!(
                !step.what.english().contains("the plan"),
                "{client}: {step:?}"
            );
        }
    }
    let outlook = steps_where("outlook-365", &listing, &names, true).steps;
    assert!(
        outlook[0]
            .what
            .english()
            .contains("Only if it shows others")
    );
    // Nobody documented what it takes for the archive, so it is not promised.
    let promised = &outlook.last().unwrap().choices;
    assert!(
        promised
            .iter()
            .all(|choice| !choice.english().contains("Archive")),
        "{promised:?}"
    );
}

#[test]
fn the_locale_s_language_is_taken_where_it_is_ours() {
    for (locale, language) in [
        ("fr_FR.UTF-8", Language::French),
        ("fr", Language::French),
        ("fr-CA", Language::French),
        ("fur_IT", Language::English),
        ("C", Language::English),
        ("", Language::English),
    ] {
        assert_eq!(Language::of_locale(locale), language, "{locale}");
    }
}

#[test]
fn dovecot_is_told_all_marks_in_one_block_without_the_prefix() {
    let names = [
        kept(Role::Sent, "INBOX.Courrier envoyé", true),
        kept(Role::Drafts, "INBOX.Drafts", false),
        kept(Role::Trash, "INBOX.Corbeille", true),
    ];
    let listing = account(Some("Dovecot"), &["SPECIAL-USE"], "INBOX.");
    let told = told(&listing, &names);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].code, Code::BindsNewName);
    let french = Language::French;
    assert_eq!(
        told[0].message.say(french),
        "seul l'administrateur du serveur peut marquer « INBOX.Courrier envoyé » comme \\Sent, « INBOX.Corbeille » comme \\Trash"
    );
    assert_eq!(
        told[0].snippet.as_ref().unwrap().say(french),
        r#"# dans /etc/dovecot/conf.d/15-mailboxes.conf, puis : doveadm reload
# mailcow : dans data/conf/dovecot/extra.conf, redémarrer dovecot-mailcow
# iRedMail : seulement les mailbox, dans le namespace de dovecot.conf
# vaut pour tous : si un compte a deux dossiers marqués, lancer rolecall
namespace inbox {
  mailbox "Courrier envoyé" {
    special_use = \Sent
  }
  mailbox "Corbeille" {
    special_use = \Trash
  }
}"#
    );
}

#[test]
fn cyrus_is_told_in_cyradm_s_words_and_the_octets_of_the_wire() {
    let listing = account(Some("Cyrus IMAP 3.6.1"), &["SPECIAL-USE"], "INBOX.");
    let marks = [kept(Role::Sent, "INBOX.Envoyés", true)];
    let told = told(&listing, &marks);
    assert_eq!(
        told[0].message,
        "only the server's administrator can mark \"INBOX.Envoyés\" as \\Sent: in cyradm, started with --authz and this user's name,"
    );
    assert_eq!(
        told[0].snippet.as_ref().unwrap(),
        &"setmetadata \"INBOX.Envoy&AOk-s\" specialuse \"\\\\Sent\""
    );
}

#[test]
fn courier_is_told_its_trash_unless_that_is_trash_already() {
    let listing = account(None, &["ACL2=UNION"], "INBOX.");
    let other = snippet(
        &listing,
        &[kept(Role::Trash, "INBOX.Éléments supprimés", false)],
    );
    assert_eq!(
        other.as_deref(),
        Some(
            "# in /etc/courier/imapd, for all accounts; then restart courier-imap\nIMAP_TRASHFOLDERNAME='Éléments supprimés'\nIMAP_EMPTYTRASH='Éléments supprimés':7"
        )
    );
    let usual = [kept(Role::Trash, "INBOX.Trash", false)];
    assert_eq!(told(&listing, &usual), []);
}

#[test]
fn a_shell_that_reads_courier_s_lines_gets_the_name() {
    let listing = account(None, &["ACL2=UNION"], "INBOX.");
    for text in [
        "it's $(reboot) `x` \\ \"y\"",
        "#1 ; exit 3",
        "Éléments supprimés",
    ] {
        let trash = [kept(Role::Trash, &format!("INBOX.{text}"), false)];
        let mut script = snippet(&listing, &trash).unwrap();
        script.push_str("\nprintf '%s|%s' \"$IMAP_TRASHFOLDERNAME\" \"$IMAP_EMPTYTRASH\"");
        let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
        let read = String::from_utf8(output.stdout).unwrap();
        assert_eq!(read, format!("{text}|{text}:7"));
    }
}

#[test]
fn comments_fit_a_terminal_of_80_columns_in_every_language() {
    let accounts = [
        account(Some("Dovecot"), &[], ""),
        account(Some("Courier"), &[], ""),
        account(Some("Microsoft.Exchange"), &[], ""),
    ];
    let trash = [
        kept(Role::Trash, "Corbeille", true),
        kept(Role::Sent, "a\nb", true),
    ];
    for (listing, language) in accounts
        .iter()
        .flat_map(|one| Language::EVERY.map(|to| (one, to)))
    {
        let told = told(listing, &trash).into_iter();
        for text in told.filter_map(|one| one.snippet) {
            let comments = text
                .say(language)
                .lines()
                .filter(|line| line.starts_with('#'));
            let long: Vec<&str> = comments.filter(|line| line.chars().count() > 76).collect();
            assert!(long.is_empty(), "{long:?}");
        }
    }
}

#[test]
fn exchange_is_told_to_name_its_mailboxes_only_where_a_plan_makes_room() {
    let mut listing = account(Some("Microsoft.Exchange.Imap4.Imap4Server 15.20"), &[], "");
    listing.account.user = "o'brien@example.com".to_owned();
    let sent = [kept(Role::Sent, "Sent Items", false)];
    assert_eq!(
        snippet(&listing, &sent).unwrap().lines().last(),
        Some(
            "Set-MailboxRegionalConfiguration -Identity 'o''brien@example.com' -LocalizeDefaultFolderName"
        )
    );
    let told = told(&listing, &sent);
    assert_eq!(told[0].code, Code::NamedByAdministrator);
    assert!(
        told[0]
            .message
            .say(Language::French)
            .starts_with("une fois ce plan appliqué")
    );
    assert_eq!(by_administrator(&listing, &sent, false), []);
}

#[test]
fn a_server_that_does_not_say_what_it_is_gets_the_sentence_alone() {
    let listing = account(Some("Zimbra"), &["SPECIAL-USE"], "");
    let marks = [kept(Role::Sent, "Envoyés", true)];
    let told = told(&listing, &marks);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].snippet, None);
}

#[test]
fn thunderbird_gets_the_preferences_that_its_source_reads() {
    let names = [
        (Role::Sent, "Courrier envoyé"),
        (Role::Drafts, "Brouillons"),
        (Role::Trash, "Éléments supprimés"),
        (Role::Junk, "Junk"),
        (Role::Archive, "Archive"),
        (Role::Templates, "Modèles"),
    ];
    let told = steps_for("thunderbird", &account(None, &[], ""), &names);
    assert_eq!(
        told.snippet.as_deref().unwrap(),
        r#"user_pref("mail.identity.id1.fcc_folder", "imap://alice%40example.com@imap.example.com/Courrier envoy&AOk-");
user_pref("mail.identity.id1.fcc_folder_picker_mode", "1");
user_pref("mail.identity.id1.draft_folder", "imap://alice%40example.com@imap.example.com/Brouillons");
user_pref("mail.identity.id1.drafts_folder_picker_mode", "1");
user_pref("mail.server.server1.trash_folder_name", "Éléments supprimés");
user_pref("mail.server.server1.spamActionTargetFolder", "imap://alice%40example.com@imap.example.com/Junk");
user_pref("mail.server.server1.moveTargetMode", 1);
user_pref("mail.server.server1.moveOnSpam", true);
user_pref("mail.identity.id1.archive_folder", "imap://alice%40example.com@imap.example.com/Archive");
user_pref("mail.identity.id1.archives_folder_picker_mode", "1");
user_pref("mail.identity.id1.stationery_folder", "imap://alice%40example.com@imap.example.com/Mod&AOg-les");
user_pref("mail.identity.id1.tmpl_folder_picker_mode", "1");"#
    );
    let choices: Vec<&Phrase> = told.steps.iter().flat_map(|step| &step.choices).collect();
    assert_eq!(choices.len(), 6, "{choices:?}");
}

#[test]
fn thunderbird_s_paths_have_slashes_whatever_the_server_s_delimiter() {
    let listing = account(None, &[], "INBOX.");
    for (text, path) in [
        ("INBOX.Sent", "INBOX/Sent"),
        ("inbox.Dossiers.Envoyés", "INBOX/Dossiers/Envoy&AOk-s"),
        ("INBOX.a/b", "INBOX/a%2Fb"),
    ] {
        let uri = folder_uri(&listing, &name(text)).unwrap();
        assert_eq!(
            uri,
            format!("imap://alice%40example.com@imap.example.com/{path}")
        );
    }
    let trash = [(Role::Trash, "INBOX.Éléments supprimés")];
    let told = steps_for("thunderbird", &listing, &trash);
    assert_eq!(
        told.snippet.as_deref(),
        Some("user_pref(\"mail.server.server1.trash_folder_name\", \"INBOX/Éléments supprimés\");")
    );
    assert_eq!(told.steps.len(), 2, "only the menu that concerns the trash");
}

#[test]
fn geary_gets_the_lines_of_its_file_level_by_level() {
    let names = [
        (Role::Sent, "INBOX.Envoyés; lus"),
        (Role::Trash, "INBOX. Corbeille\\"),
        (Role::Templates, "INBOX.Modèles"),
    ];
    let told = steps_for("geary:fr", &account(None, &[], "INBOX."), &names);
    assert_eq!(
        told.snippet.as_deref(),
        Some("sent_folder=INBOX;Envoyés\\; lus;\ntrash_folder=INBOX;\\sCorbeille\\\\;")
    );
    let told = steps_for(
        "geary:fr",
        &account(None, &[], ""),
        &[(Role::Sent, "Sent\u{202e}txt")],
    );
    assert_eq!(told.snippet, None);
}

#[test]
fn outlook_that_looks_once_is_set_up_again_and_2010_has_its_tabs() {
    let listing = account(None, &[], "");
    let names = [(Role::Sent, "Envoyés"), (Role::Drafts, "Brouillons")];
    let told = steps_for("outlook-2016:fr", &listing, &names);
    assert_eq!(told.client, "Outlook 2016 (fr)");
    assert_eq!(told.steps.len(), 3);
    assert!(
        told.steps[1]
            .what
            .say(Language::French)
            .contains("puis Supprimer"),
        "{told:?}"
    );
    let choices = told.steps[2].choices.iter();
    let choices: Vec<&str> = choices.map(|one| one.say(Language::French)).collect();
    assert_eq!(
        choices,
        ["messages envoyés : Envoyés", "brouillons : Brouillons"]
    );
    let older = steps_for("outlook-2010", &listing, &names);
    assert_eq!(older.steps[0].choices, ["sent mail: Envoyés"]);
}

#[test]
fn every_known_client_is_told_something_in_both_languages() {
    let listing = account(None, &[], "");
    let names = [(Role::Sent, "Envoyés"), (Role::Trash, "Corbeille")];
    let profiles = imagined::PROFILES.iter();
    for id in profiles.clone().map(|profile| profile.id.as_str()) {
        let told = steps_for(id, &listing, &names);
        assert!(!told.steps.is_empty(), "{id}");
        for step in &told.steps {
            let [english, french] = Language::EVERY.map(|language| step.what.say(language));
            assert_ne!(english, french, "{id}");
        }
        let none = steps_for(id, &listing, &[]);
        assert!(
            none.steps[0].what.english().starts_with("No mailbox"),
            "{id}"
        );
    }
    for id in COMMON {
        assert!(profiles.clone().any(|profile| profile.id == id), "{id}");
    }
}

/// Names that try to get out of wherever they are put.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
        "[\"'`$(){};\\\\\n\r\t# \u{2018}-\u{201f}%*?!&|<>a-c/.]{0,24}",
        Just("x\"\n}\nprotocols = none\n#".to_owned()),
        Just("'; Remove-Mailbox alice; '".to_owned()),
        Just("$(reboot) `reboot` \\".to_owned()),
        Just("\"); pref(\"x\", \"".to_owned()),
        Just("x".repeat(100_000)),
    ]
}

/// What stands in double quotes where a backslash keeps the next character; none if the quotes end before the end.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut plain = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => plain.push(letters.next()?),
            other => plain.push(other),
        }
    }
    Some(plain)
}

proptest! {
    #[test]
    fn no_name_gets_out_of_dovecot_s_block(hostile in hostile()) {
        let listing = account(Some("Dovecot"), &[], "");
        let all = [kept(Role::Sent, &hostile, true), kept(Role::Junk, "Junk", true)];
        let text = snippet(&listing, &all).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("# ")).collect();
        let junk = ["  mailbox \"Junk\" {", "    special_use = \\Junk", "  }", "}"];
        prop_assert_eq!(lines[0], "namespace inbox {");
        prop_assert_eq!(&lines[lines.len() - 4..], &junk);
        prop_assert!(text.len() < 3_000);
        if lines.len() == 5 {
            let comments = text.lines().filter(|line| line.starts_with("# left out"));
            prop_assert_eq!(comments.count(), 1);
        } else {
            prop_assert_eq!(lines.len(), 8);
            let quoted = lines[1].strip_prefix("  mailbox ").unwrap().strip_suffix(" {").unwrap();
            prop_assert_eq!(unquoted(quoted), Some(hostile));
            prop_assert_eq!(&lines[2..4], &["    special_use = \\Sent", "  }"]);
        }
    }

    #[test]
    fn no_name_gets_out_of_cyradm_s_line(hostile in hostile()) {
        let listing = account(Some("Cyrus"), &[], "");
        if let Some(line) = snippet(&listing, &[kept(Role::Sent, &hostile, true)]) {
            let argument = line.strip_prefix("setmetadata ").unwrap();
            let argument = argument.strip_suffix(" specialuse \"\\\\Sent\"").unwrap();
            let wire = String::from_utf8(mutf7::encode(&hostile)).unwrap();
            prop_assert_eq!(unquoted(argument), Some(wire));
            prop_assert_eq!(line.lines().count(), 1);
        }
    }

    #[test]
    fn no_name_gets_out_of_courier_s_file(hostile in hostile()) {
        let listing = account(Some("Courier"), &[], "");
        if let Some(text) = snippet(&listing, &[kept(Role::Trash, &hostile, false)]) {
            let lines: Vec<&str> = text.lines().skip(1).collect();
            prop_assert_eq!(lines.len(), 2);
            let named = shell_words::split(lines[0]).unwrap();
            prop_assert_eq!(named, [format!("IMAP_TRASHFOLDERNAME={hostile}")]);
            let emptied = shell_words::split(lines[1]).unwrap();
            prop_assert_eq!(emptied, [format!("IMAP_EMPTYTRASH={hostile}:7")]);
        }
    }

    #[test]
    fn no_user_gets_out_of_exchange_s_command(hostile in hostile()) {
        let mut listing = account(Some("Microsoft.Exchange"), &[], "");
        listing.account.user.clone_from(&hostile);
        if let Some(text) = snippet(&listing, &[]) {
            let lines: Vec<&str> = text.lines().collect();
            prop_assert_eq!(lines.len(), 3);
            let user = lines[2].strip_prefix("Set-MailboxRegionalConfiguration -Identity '").unwrap();
            let user = user.strip_suffix("' -LocalizeDefaultFolderName").unwrap();
            // PowerShell takes all of these for a single quote, and two of them for one that is meant.
            let is_quote = |letter: &char| matches!(letter, '\'' | '\u{2018}'..='\u{201b}');
            let mut plain = String::new();
            let mut letters = user.chars();
            while let Some(letter) = letters.next() {
                plain.push(letter);
                if is_quote(&letter) {
                    prop_assert!(letters.next().is_some_and(|next| is_quote(&next)));
                }
            }
            prop_assert_eq!(plain, hostile);
        }
    }

    #[test]
    fn no_name_gets_out_of_geary_s_line(hostile in hostile()) {
        let told = steps_for("geary:fr", &account(None, &[], ""), &[(Role::Sent, &hostile)]);
        for line in told.snippet.iter().flat_map(|text| text.split('\n')) {
            let list = line.strip_prefix("sent_folder=").unwrap();
            let mut words = vec![String::new()];
            let mut letters = list.chars();
            while let Some(letter) = letters.next() {
                match letter {
                    ';' => words.push(String::new()),
                    '\\' => words.last_mut().unwrap().push(match letters.next().unwrap() {
                        's' => ' ',
                        other => other,
                    }),
                    other => words.last_mut().unwrap().push(other),
                }
            }
            prop_assert_eq!(words.pop().unwrap(), "");
            prop_assert_eq!(words.join("/"), hostile.clone());
        }
    }

    #[test]
    fn no_name_gets_out_of_thunderbird_s_preferences(hostile in hostile(), user in hostile()) {
        let mut listing = account(None, &[], "");
        listing.account.user = user;
        let names = [(Role::Sent, hostile.as_str()), (Role::Trash, hostile.as_str())];
        let told = steps_for("thunderbird", &listing, &names);
        let wire = String::from_utf8(mutf7::encode(&hostile)).unwrap();
        for line in told.snippet.iter().flat_map(|text| text.lines()) {
            let inside = line.strip_prefix("user_pref(").unwrap().strip_suffix(");").unwrap();
            let (key, value) = inside.split_once(", ").unwrap();
            let value = unquoted(value).unwrap();
            match unquoted(key).unwrap().rsplit('.').next().unwrap() {
                "fcc_folder" => {
                    let rest = value.strip_prefix("imap://").unwrap();
                    let (user, path) = rest.split_once("@imap.example.com/").unwrap();
                    prop_assert!(!user.contains(['/', '@', ':', '"', '\\']));
                    prop_assert!(path == wire || wire.to_ascii_uppercase().starts_with("INBOX"));
                }
                "trash_folder_name" => {
                    prop_assert!(value == hostile || hostile.to_ascii_uppercase().starts_with("INBOX"));
                }
                "fcc_folder_picker_mode" => prop_assert_eq!(value, "1"),
                other => prop_assert!(false, "{other}"),
            }
        }
    }
}

#[test]
fn a_name_that_cannot_be_written_is_left_to_the_list() {
    let listing = account(None, &[], "");
    let names = [(Role::Sent, "Sent\u{202e}txt")];
    let told = steps_for("thunderbird", &listing, &names);
    let choices: BTreeMap<usize, &Vec<Phrase>> = told
        .steps
        .iter()
        .map(|step| &step.choices)
        .enumerate()
        .collect();
    assert_eq!(
        choices[&0],
        &[
            "sent mail: the kept mailbox has no name that can be written here; choose it from the list."
        ]
    );
}
