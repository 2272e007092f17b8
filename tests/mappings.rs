//! Guards of the locale table: what every edit of `mappings/` must preserve.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use rolecall::{
    language::Language,
    mapping::{Exactness, Mapping, Table, file, fold},
    model::role::Role,
};
use unicode_normalization::UnicodeNormalization as _;

fn tables() -> Vec<Table> {
    file::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/locales")).unwrap()
}

fn roles(mapping: &Mapping, name: &str) -> BTreeSet<Role> {
    mapping
        .lookup(name)
        .into_iter()
        .map(|found| found.role)
        .collect()
}

#[test]
fn every_file_is_compiled_in_and_named_after_its_locale() {
    let tables = tables();
    assert_eq!(tables.len(), Mapping::built_in().tables().count());
    for table in tables {
        let stem = Path::new(&table.file)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(stem, table.locale);
    }
}

#[test]
fn every_entry_is_stored_as_typed_and_has_a_source() {
    for table in tables() {
        for row in &table.rows {
            let place = format!("{}:{}: {}", table.file, row.line, row.name);
            assert!(
                row.source
                    .as_ref()
                    .is_some_and(|source| !source.trim().is_empty()),
                "{place}: no source"
            );
            let sources = row.source.iter().flat_map(|source| source.split("; "));
            assert!(sources.count() <= 4, "{place}: four sources are enough");
            assert!(row.name.nfc().eq(row.name.chars()), "{place}: not composed");
            assert_eq!(row.name.trim(), row.name, "{place}: spaces around");
            assert!(
                !row.name.starts_with('['),
                "{place}: Gmail's level is matched by place"
            );
        }
    }
}

/// Where a language's own word is the English one, which stands in en.yaml alone.
const SAME_IN_ENGLISH: [(&str, Role); 2] = [("fo", Role::Sent), ("ie", Role::Archive)];

#[test]
fn a_hundred_languages_have_four_of_the_five_roles_that_are_merged() {
    let tables = tables();
    let languages: BTreeSet<_> = tables
        .iter()
        .map(|table| table.locale.split('-').next().unwrap().to_owned())
        .collect();
    println!("{} files, {} languages", tables.len(), languages.len());
    assert!(languages.len() >= 100, "{}", languages.len());
    for table in tables {
        let borrowed = SAME_IN_ENGLISH
            .iter()
            .filter(|(locale, _)| *locale == table.locale)
            .map(|(_, role)| role);
        let roles: BTreeSet<_> = table
            .rows
            .iter()
            .flat_map(|row| &row.roles)
            .chain(borrowed)
            .filter(|role| role.can_merge())
            .collect();
        assert!(roles.len() >= 4, "{}: {roles:?}", table.file);
    }
}

#[test]
fn names_are_sorted_within_a_role() {
    for table in tables() {
        for pair in table
            .rows
            .windows(2)
            .filter(|pair| pair[0].roles == pair[1].roles)
        {
            let keys = [fold::exact(&pair[0].name), fold::exact(&pair[1].name)];
            assert!(
                keys[0] < keys[1],
                "{}:{}: {} comes first",
                table.file,
                pair[1].line,
                pair[1].name
            );
        }
    }
}

#[test]
fn roles_stand_in_the_order_of_reports_and_ambiguous_names_last() {
    for table in tables() {
        let order: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                (
                    row.roles.len() > 1,
                    (row.roles.len() == 1).then(|| row.roles[0]),
                )
            })
            .collect();
        assert!(order.is_sorted(), "{}", table.file);
    }
}

/// Names that mean one thing in one language and another in another: the account's language settles them.
const DIFFER_BY_LANGUAGE: [(&str, &[(&str, Role)]); 1] = [(
    // "Waste": what is thrown away in Hindi (Roundcube, WildDuck), what nobody asked for in Nepali (AOSP Email).
    "रद्दी",
    &[("hi", Role::Trash), ("ne", Role::Junk)],
)];

#[test]
fn names_that_differ_by_language_are_found_with_every_role() {
    let mapping = Mapping::built_in();
    for (name, expected) in DIFFER_BY_LANGUAGE {
        let found = mapping.lookup(name);
        let found: Vec<_> = found
            .iter()
            .map(|found| (found.locale, found.role))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn no_name_has_two_roles_unless_a_file_says_so() {
    let mut said: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    let mut found: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    for row in tables().iter().flat_map(|table| &table.rows) {
        let book = if row.roles.len() > 1 {
            &mut said
        } else {
            &mut found
        };
        book.entry(fold::exact(&row.name))
            .or_default()
            .extend(&row.roles);
    }
    for (name, roles) in found {
        let allowed = said.get(&name).is_some_and(|said| roles.is_subset(said));
        let differs = DIFFER_BY_LANGUAGE.iter().any(|(known, _)| *known == name);
        assert!(
            roles.len() == 1 || allowed || differs,
            "{name} is {roles:?}"
        );
    }
}

#[test]
fn dropping_accents_makes_no_two_roles_meet() {
    let mut bare: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    let mut skeleton = bare.clone();
    for row in tables()
        .iter()
        .flat_map(|table| &table.rows)
        .filter(|row| row.roles.len() == 1)
        .filter(|row| {
            DIFFER_BY_LANGUAGE
                .iter()
                .all(|(known, _)| *known != row.name)
        })
    {
        bare.entry(fold::bare(&row.name))
            .or_default()
            .extend(&row.roles);
        skeleton
            .entry(fold::skeleton(&row.name))
            .or_default()
            .extend(&row.roles);
    }
    let mapping = Mapping::built_in();
    for (name, roles) in bare.into_iter().chain(skeleton) {
        // The ambiguous names are the two-role ones that are declared.
        let declared = mapping
            .lookup(&name)
            .iter()
            .all(|found| found.exactness == Exactness::Exact);
        assert!(
            roles.len() == 1 || declared && self::roles(&mapping, &name).len() > 1,
            "{name}: {roles:?}"
        );
    }
}

#[test]
fn every_unicode_form_and_case_of_a_name_resolves_alike() {
    let mapping = Mapping::built_in();
    for row in tables().iter().flat_map(|table| &table.rows) {
        let expected = mapping.lookup(&row.name);
        assert!(
            expected
                .iter()
                .all(|found| found.exactness == Exactness::Exact),
            "{}",
            row.name
        );
        for role in &row.roles {
            assert!(
                expected.iter().any(|found| found.role == *role),
                "{}: {role}",
                row.name
            );
        }
        for form in [
            row.name.nfc().collect::<String>(),
            row.name.nfd().collect(),
            row.name.nfkc().collect(),
            row.name.nfkd().collect(),
            capitals(&row.name),
            row.name.to_lowercase(),
            row.name.replace(' ', "\u{a0}"),
            row.name.replace('\'', "\u{2019}"),
            format!(" {}\u{200e}", row.name),
            full_width(&row.name),
        ] {
            assert_eq!(mapping.lookup(&form), expected, "{form:?}");
        }
    }
}

/// In capitals, the dotless i apart: its capital is everybody else's `I`.
fn capitals(name: &str) -> String {
    let pieces: Vec<_> = name.split('ı').map(str::to_uppercase).collect();
    pieces.join("ı")
}

/// With ASCII as East Asian keyboards type it.
fn full_width(name: &str) -> String {
    let wide = |letter: char| match letter {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap(),
        _ => letter,
    };
    name.chars().map(wide).collect()
}

#[test]
fn letters_that_lose_something_on_the_way_are_found() {
    let mapping = Mapping::built_in();
    for (name, role, exactness) in [
        ("ｺﾞﾐ箱", Role::Trash, Exactness::Exact),
        ("ｱｰｶｲﾌﾞ", Role::Archive, Exactness::Exact),
        ("テンフ\u{309a}レート", Role::Templates, Exactness::Exact),
        ("Anfonwyd\u{a0}", Role::Sent, Exactness::Exact),
        ("پیشنویسها", Role::Drafts, Exactness::Exact),
        ("TULLANTI", Role::Trash, Exactness::Bare),
        ("Odeslana posta", Role::Sent, Exactness::Bare),
        ("Wyslane", Role::Sent, Exactness::Bare),
        ("Gonderilmis Ogeler", Role::Sent, Exactness::Bare),
        ("Απεσταλμενα", Role::Sent, Exactness::Bare),
    ] {
        let found = mapping.lookup(name);
        assert!(!found.is_empty(), "{name}");
        for one in found {
            assert_eq!((one.role, one.exactness), (role, exactness), "{name}");
        }
    }
}

#[test]
fn names_that_peers_miss_or_get_wrong_are_right() {
    let mapping = Mapping::built_in();
    for (name, role) in [
        ("Courrier envoyé", Role::Sent),
        ("Objets envoyés", Role::Sent),
        ("Envoyé", Role::Sent),
        ("Correo enviado", Role::Sent),
        ("Sent-Mail", Role::Sent),
        ("SentBox", Role::Sent),
        ("Brouillon", Role::Drafts),
        ("DraftBox", Role::Drafts),
        ("Borradores", Role::Drafts),
        ("Draft", Role::Drafts),
        ("Messages supprimés", Role::Trash),
        ("Papierkorb", Role::Trash),
        ("Cestino", Role::Trash),
        ("Spamverdacht", Role::Junk),
        ("Unerwünscht", Role::Junk),
        ("Courriers indésirables", Role::Junk),
        ("unsolbox", Role::Junk),
        ("Bulk Mail", Role::Junk),
        ("Archives", Role::Archive),
        ("All Mail", Role::All),
        ("Outbox", Role::Outbox),
        ("Koš", Role::Trash),
        ("Wszystkie", Role::All),
        ("보낼 편지함", Role::Outbox),
        ("보낸 편지함", Role::Sent),
        ("已发送", Role::Sent),
        ("已删除", Role::Trash),
        ("Lähetetyt", Role::Sent),
    ] {
        assert_eq!(roles(&mapping, name), BTreeSet::from([role]), "{name}");
    }
    for (name, two) in [
        ("Lixo", [Role::Trash, Role::Junk]),
        ("Basura", [Role::Trash, Role::Junk]),
        ("Importante", [Role::Flagged, Role::Important]),
        ("Smeće", [Role::Trash, Role::Junk]),
        ("Sampah", [Role::Trash, Role::Junk]),
        ("垃圾", [Role::Trash, Role::Junk]),
        ("垃圾箱", [Role::Trash, Role::Junk]),
        ("Skräp", [Role::Trash, Role::Junk]),
        ("Bandeja de salida", [Role::Sent, Role::Outbox]),
        ("Boîte d'envoi", [Role::Sent, Role::Outbox]),
        ("Postausgang", [Role::Sent, Role::Outbox]),
        ("Исходящие", [Role::Sent, Role::Outbox]),
        ("Posta in uscita", [Role::Sent, Role::Outbox]),
        ("Skrzynka nadawcza", [Role::Sent, Role::Outbox]),
        ("Вихідні", [Role::Sent, Role::Outbox]),
        ("Poslana pošta", [Role::Sent, Role::Outbox]),
        ("Адпраўленыя", [Role::Sent, Role::Outbox]),
        ("דואר יוצא", [Role::Sent, Role::Outbox]),
        ("Šablony", [Role::Drafts, Role::Templates]),
    ] {
        assert_eq!(roles(&mapping, name), BTreeSet::from(two), "{name}");
    }
}

#[test]
fn what_means_something_at_one_provider_means_it_there_only() {
    let mapping = Mapping::built_in();
    for (host, name, role) in [
        ("imap.laposte.net", "OUTBOX", Role::Sent),
        ("imap.aol.com", "Saved", Role::Archive),
        ("imap.mail.yahoo.com", "Bulk", Role::Junk),
        ("imap.orange.fr", "SF_JUNK", Role::Junk),
    ] {
        let role_at = |host| mapping.at_provider(host, name).map(|(role, _)| role);
        assert_eq!(role_at(host), Some(role), "{name}");
        assert_eq!(role_at("imap.example.com"), None, "{name}");
        assert!(
            !roles(&mapping, name).contains(&role),
            "{name}: needs no rule"
        );
    }
}

#[test]
fn what_only_contains_a_known_word_is_unknown() {
    let mapping = Mapping::built_in();
    for name in [
        "Sent to clients",
        "Presentations",
        "Sentinel",
        "Archive 2023",
        "Sent-aug-2005",
        "Binder",
        "Junkyard",
        "Bintang",
        "Conceal",
        "NO-SPAM",
        "My Drafts",
        "Trash items",
        "Sent/2019",
        "Archivos",
        "Arquivos",
        "Todos",
        "Saved",
        "NIL",
    ] {
        assert_eq!(mapping.lookup(name), [], "{name}");
    }
}

#[test]
fn folders_that_people_have_are_no_ones_special_mailboxes() {
    let mapping = Mapping::built_in();
    for name in [
        "Présentations",
        "Archives 2019",
        "Archives/2019",
        "Factures envoyées",
        "Envoyés clients",
        "En attente",
        "Archiv 2023",
        "Gesendete Rechnungen",
        "Eingangsrechnungen",
        "Müllabfuhr",
        "Wartet",
        "Facturas enviadas",
        "Papeles",
        "Archivo 2020",
        "Pendientes",
        "Modelo 303",
        "Bestanden",
        "Verzonden facturen",
        "Uitgesteld",
        "Fatture",
        "Archiviazione",
        "Cestini",
        "Enviar",
        "Enviar itens",
        "Recibos",
        "Modelo",
        "Faktury wysłane",
        "Kosze",
        "Ważne faktury",
        "Odpady",
        "Koše 2020",
        "Faktúry",
        "Отчёты",
        "Счета отправленные",
        "Рассылки",
        "Массовые рассылки",
        "Рахунки",
        "Документи",
        "Skräpkammare",
        "Fakturor",
        "Laskut",
        "Lähetykset",
        "Arved",
        "Számlák",
        "Tömeges levelek",
        "Belgeler",
        "Gönderi",
        "Τιμολόγια",
        "Αρχεία",
        "Facturi",
        "Arxius",
        "請求書",
        "送信先",
        "文件",
        "发票",
        "垃圾分类",
        "群发邮件",
        "病毒文件夹",
        "發送",
        "청구서",
        "보관하기",
        "الفواتير",
        "חשבוניות",
        "فاکتورها",
        "कार्यालय",
        "ใบแจ้งหนี้",
        "Hóa đơn",
        "Tagihan",
        "Basuraan",
    ] {
        assert_eq!(mapping.lookup(name), [], "{name}");
    }
}

#[test]
fn what_other_programs_carry_by_mistake_stays_out() {
    let mapping = Mapping::built_in();
    for name in [
        // Verbs.
        "Archivovať",
        "Arkivoje",
        "Artxibatu",
        "Archyvuoti",
        "Архивирай",
        "Arquivar",
        "Pošalji",
        "Verwijderen",
        "send e-post",
        // Buttons.
        "Segnala come spam",
        "Merkitse roskapostiksi",
        "Cuir dhan sgudal",
        // Misspelt, cut, misread.
        "Entw?rfe",
        "a]receber",
        "a]enviar",
        "A receber",
        "gesendete&apy-",
        "Gel&APY-schte Elemente",
        "TTrash",
        "目も",
        "[imap]/кор",
        "yдалённые",
        "Prügikast\u{fffd}",
        "PrÃŒgikast",
        "Надісл.",
        "Dateneintrag",
        "Coșul de guni",
        // Another role's word: the junk of this list is "all mail".
        "Całość poczty",
    ] {
        assert_eq!(mapping.lookup(name), [], "{name}");
    }
}

/// The words are those of the reader of the version in Cargo.lock.
#[test]
fn what_the_reader_of_yaml_often_finds_is_said_in_french() {
    for (yaml, told) in [
        ("- a", "des clés avec leurs valeurs sont attendues ici"),
        (
            "locale: fr\nroles:\n  sent: x\n",
            "une liste est attendue ici",
        ),
        ("locale: [fr]\n", "un texte est attendu ici"),
        (
            "locale: fr\nroles:\n  sent:\n    - name: X\n      weak: maybe\n",
            "true ou false est attendu ici",
        ),
        ("roles: {}\n", "il manque la clé « locale »"),
        ("locale: \"fr\n", "un guillemet n'est pas fermé"),
        (
            "locale: fr\n\troles: x\n",
            "une tabulation n'est pas un retrait en YAML",
        ),
        ("", "le fichier s'arrête trop tôt"),
        (
            "locale: *x\n",
            "le lecteur de fichiers dit en anglais : alias references unknown anchor",
        ),
    ] {
        let faults = file::parse("table.yaml", yaml).unwrap_err();
        assert_eq!(faults[0].message.say(Language::French), told, "{yaml}");
    }
}
