//! CSV, Markdown and HTML: what leaves the terminal, so that every reader of it makes something of its signs.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall::{
    model::receipt::{Balance, Proof, Proven},
    report::{
        csv::{self, CsvTable},
        html::{self, Audited, Need, OverviewRow},
        markdown,
    },
};
use sha2::{Digest as _, Sha256};

#[path = "browser.rs"]
mod browser;

use super::*;

const EN: Language = Language::English;
const FR: Language = Language::French;

/// Names that want to be markup, formulas, links and mentions.
fn scheming() -> Judged {
    let names = [
        "<img src=http://127.0.0.1:1/beacon onerror=alert(1)>",
        "\"><script>alert(1)</script>",
        "</style><style>*{display:none}</style>",
        "&lt;b&gt; &amp; ' \"",
        "=HYPERLINK(\"http://127.0.0.1:1/beacon\")",
        "+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|x",
        "a|b`c``d",
        "[x](javascript:alert(1)) ![y](http://127.0.0.1:1/beacon)",
        "@everyone #1 www.example.com",
        "\u{1b}[31m\u{202e}gpj\u{200b}",
        "مرسل Sent 已发送邮件",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    ];
    let mut mailboxes = vec![mailbox("INBOX", "", 5), mailbox("Sent", "\\Sent", 3)];
    mailboxes.extend(names.map(|name| mailbox(name, "\\Sent", 2)));
    judged(mailboxes)
}

/// An account with very many mailboxes, of which two hundred play one role.
fn vast() -> Judged {
    let mut mailboxes = vec![mailbox("INBOX", "", 1), mailbox("Sent", "\\Sent", 3)];
    mailboxes
        .extend((0..200).map(|at| mailbox(&format!("Gesendete Objekte {at:03}"), "\\Sent", at)));
    mailboxes.extend((0..1_800).map(|at| mailbox(&format!("Projects/{at:04}"), "", at)));
    judged(mailboxes)
}

fn audited_page(scene: &Judged, language: Language) -> String {
    let plan = plan_of(scene, |_| ());
    let audited = Audited {
        listing: &scene.listing,
        roll: &scene.roll,
        findings: &scene.findings,
        plan: &plan,
        steps: &[],
    };
    html::audit(&audited, language)
}

/// A run that has done all it was to do.
fn done(plan: &Plan) -> Receipt {
    let mut receipt = receipt_of(plan, true);
    receipt.balances = plan
        .listing
        .mailboxes
        .iter()
        .map(|seen| {
            let stood = seen.messages.unwrap_or_default();
            let sum = |of: &dyn Fn(&Step) -> bool| -> u64 {
                let steps = plan.steps.iter().filter(|step| of(step));
                steps.filter_map(|step| step.messages).sum()
            };
            let moved_in = sum(&|step| {
                step.action == Action::Merge && step.target.as_ref() == Some(&seen.mailbox)
            });
            let moved_out = sum(&|step| {
                step.action == Action::Merge && step.source.as_ref() == Some(&seen.mailbox)
            });
            Balance {
                step: 1,
                mailbox: seen.mailbox.clone(),
                stood,
                moved_in,
                moved_out,
                others_in: 0,
                purged: 0,
                unexplained: 0,
                stands: (moved_out != stood).then_some(stood + moved_in - moved_out),
                uids: UidSet::default(),
                renumbered: None,
            }
        })
        .collect();
    for (step, end) in plan.steps.iter().zip(&mut receipt.steps) {
        end.outcome = Outcome::Applied;
        end.message = None;
        if step.action == Action::Merge {
            end.moved = step.messages;
            end.source_after = Some(if step.remove {
                SourceAfter::Removed
            } else {
                SourceAfter::Left
            });
            end.proven = Some(Proven {
                by: Proof::Facts,
                octets: 1,
                dates_changed: 0,
                flags_lost: Vec::new(),
                flags_gained: Vec::new(),
            });
        }
    }
    receipt
}

/// Every kind of page there is, in both languages, of accounts of all sorts.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for (language, tag) in [(EN, "en"), (FR, "fr")] {
        let whole =
            |article: &str| html::document("alice", article, Some("Agence <Exemple>"), language);
        for (called, scene) in [
            ("messy", messy()),
            ("tidy", tidy()),
            ("scheming", scheming()),
            ("hostile", hostile()),
        ] {
            let plan = plan_of(&scene, |_| ());
            let all = [
                ("audit", audited_page(&scene, language)),
                ("plan", html::plan(&plan, language)),
                (
                    "done",
                    html::receipt(&plan, &done(&plan), "2026-11-24T10:02:00Z", language),
                ),
                (
                    "partly",
                    html::receipt(
                        &plan,
                        &receipt_of(&plan, false),
                        "2026-11-24T10:02:00Z",
                        language,
                    ),
                ),
                (
                    "clients",
                    html::clients("imaps://a@b", &forecasts(&scene, &[]), language),
                ),
            ];
            pages.extend(
                all.map(|(kind, article)| (format!("{kind}-{called}-{tag}"), whole(&article))),
            );
        }
        let failure = html::failure(
            "imaps://a@b",
            "cannot <log> in",
            Some("try \"again\""),
            language,
        );
        pages.push((format!("failure-{tag}"), whole(&failure)));
        pages.push((
            format!("overview-{tag}"),
            html::overview(rows(), None, language),
        ));
    }
    pages
}

fn rows() -> Vec<OverviewRow> {
    let row = |need, called: &str| OverviewRow {
        need,
        called: called.to_owned(),
        file: (need != Need::NoTurn).then(|| format!("accounts/{called}.html")),
        brief: "2 findings: role-split, <b>".to_owned(),
    };
    vec![
        row(Need::Done, "a"),
        row(Need::ToDo, "z"),
        row(Need::ToDo, "b"),
        row(Need::NoTurn, "c"),
        row(Need::Failed, "d"),
        row(Need::Unfinished, "e"),
    ]
}

/// A tag of a page: its name and the names of its attributes; a closing tag begins with a slash.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

/// Reads a page's tags and text, as strictly as our own pages are written: every attribute in quotes or without a value.
fn read(page: &str) -> (Vec<Tag>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let mut inside = String::new();
        let mut quoted = false;
        let mut length = 0;
        for letter in after.chars() {
            length += letter.len_utf8();
            match letter {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                _ => {}
            }
            inside.push(letter);
        }
        rest = &after[length..];
        let (name, attributes) = inside.split_once(' ').unwrap_or((&inside, ""));
        let mut parts = attributes.split('"');
        let mut known = Vec::new();
        while let (Some(head), Some(value)) = (parts.next(), parts.next()) {
            let mut names = head.split([' ', '=']).filter(|name| !name.is_empty());
            let last = names.next_back().unwrap_or_default();
            known.push((last.to_owned(), value.to_owned()));
            known.extend(names.map(|name| (name.to_owned(), String::new())));
        }
        tags.push(Tag {
            name: name.to_owned(),
            attributes: known,
        });
        if name == "style" {
            rest = rest.split_once("</style>").unwrap().1;
            tags.push(Tag {
                name: "/style".to_owned(),
                attributes: Vec::new(),
            });
        }
    }
    text.push_str(rest);
    (tags, text)
}

#[test]
fn a_page_is_well_formed_and_has_nothing_in_it_that_runs_or_fetches() {
    const ELEMENTS: [&str; 46] = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "footer", "article",
        "h1", "h2", "h3", "p", "strong", "b", "bdi", "ul", "ol", "li", "div", "svg", "desc",
        "text", "tspan", "g", "path", "rect", "table", "caption", "thead", "tbody", "tr", "th",
        "td", "details", "summary", "code", "pre", "a", "em", "span", "header", "section", "nav",
        "br",
    ];
    const VOID: [&str; 2] = ["!DOCTYPE", "meta"];
    for (name, page) in pages() {
        let (tags, text) = read(&page);
        assert!(!text.contains(['<', '>']), "{name}");
        let mut open: Vec<&str> = Vec::new();
        for tag in &tags {
            if let Some(closed) = tag.name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "{name}");
                continue;
            }
            assert!(
                ELEMENTS.contains(&tag.name.as_str()),
                "{name}: <{}>",
                tag.name
            );
            if !VOID.contains(&tag.name.as_str()) {
                open.push(&tag.name);
            }
            for (attribute, value) in &tag.attributes {
                let is_harmless =
                    !attribute.starts_with("on") && attribute != "style" && attribute != "src";
                assert!(is_harmless, "{name}: {attribute}");
                assert!(
                    attribute != "href" || value.starts_with("accounts/"),
                    "{name}: {value}"
                );
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
        let hidden = |letter: char| {
            rolecall::report::text::is_hidden(letter) && !"\n\u{a0}\u{202f}".contains(letter)
        };
        assert!(!page.contains(hidden), "{name}");
    }
}

#[test]
fn a_page_allows_its_own_style_and_nothing_else() {
    for (name, page) in pages() {
        let style = page.split_once("<style>").unwrap().1;
        let style = style.split_once("</style>").unwrap().0;
        let digest = STANDARD.encode(Sha256::digest(style));
        let policy = format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">"
        );
        assert!(page.contains(&policy), "{name}");
        assert!(
            !style.contains("url(") && !style.contains("@import"),
            "{name}"
        );
    }
}

#[test]
fn names_are_shown_as_they_are_and_are_no_markup() {
    let page = audited_page(&scheming(), EN);
    for shown in [
        "&lt;img src=http://127.0.0.1:1/beacon onerror=alert(1)&gt;",
        "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;/style&gt;&lt;style&gt;*{display:none}&lt;/style&gt;",
        "&amp;lt;b&amp;gt; &amp;amp;",
        "\\u{1b}[31m\\u{202e}gpj\\u{200b}",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn a_page_says_its_language_and_is_laid_out_for_those_who_hear_it() {
    for (name, page) in pages() {
        let (tags, _) = read(&page);
        let count = |wanted: &str| tags.iter().filter(|tag| tag.name == wanted).count();
        let language = name.rsplit('-').next().unwrap();
        assert!(
            page.contains(&format!("<html lang=\"{language}\">")),
            "{name}"
        );
        assert_eq!((count("main"), count("h1")), (1, 1), "{name}");
        for tag in tags.iter().filter(|tag| tag.name == "th") {
            assert!(
                tag.attributes.iter().any(|(name, _)| name == "scope"),
                "{name}"
            );
        }
        for tag in tags.iter().filter(|tag| tag.name == "svg") {
            let has = |wanted: &str| {
                tag.attributes
                    .iter()
                    .any(|(name, value)| name == wanted && !value.is_empty())
            };
            assert!(has("role") && has("aria-label"), "{name}");
        }
        assert_eq!(count("svg"), count("desc"), "{name}");
    }
}

/// The words of an article before its technical details, without markup.
fn plain_words(article: &str) -> String {
    let before = article.split("<details>").next().unwrap();
    let mut text = String::new();
    let mut is_tag = false;
    for letter in before.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

#[test]
fn whoever_s_mail_it_is_reads_no_word_of_the_trade() {
    let plan = plan_of(&messy(), |_| ());
    for language in [EN, FR] {
        for article in [
            audited_page(&messy(), language),
            audited_page(&tidy(), language),
            html::plan(&plan, language),
            html::receipt(&plan, &done(&plan), "2026-11-24T10:02:00Z", language),
        ] {
            let text = plain_words(&article);
            for word in [
                "UID",
                "--",
                "role",
                "rôle",
                "client",
                "rolecall",
                "\\Sent",
                "special-use",
                "subscri",
                "IMAP",
            ] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }
}

#[test]
fn rules_that_sort_mail_are_told_in_words_of_whoever_s_mail_it_is() {
    let mut scene = messy();
    let mut here = scene.findings[0].clone();
    here.code = Code::FilterFilesHere;
    here.mailboxes = vec![scene.listing.mailboxes[1].name.clone()];
    let mut more = here.clone();
    more.code = Code::FilterWouldBreak;
    scene.findings.extend([here, more]);
    let text = plain_words(&audited_page(&scene, FR));
    assert!(text.contains("Vos règles de tri"), "{text}");
    assert!(
        text.contains("Une règle range du courrier dans «"),
        "{text}"
    );
    assert!(
        text.contains("Vos règles transfèrent aussi du courrier"),
        "{text}"
    );
    assert!(
        !plain_words(&audited_page(&tidy(), FR)).contains("règle"),
        "none was found"
    );
}

#[test]
fn every_number_of_the_picture_is_in_the_table_too() {
    let article = audited_page(&messy(), EN);
    assert!(
        article.contains("12,040") && article.contains("<svg"),
        "{article}"
    );
    let plan = plan_of(&messy(), |_| ());
    let article = html::receipt(&plan, &done(&plan), "2026-11-24T10:02:00Z", FR);
    let (picture, rest) = article.split_once("</svg>").unwrap();
    let table = rest.split("<table>").nth(1).unwrap();
    for number in ["812", "12\u{202f}856"] {
        assert!(picture.contains(number), "{number} is not in {picture}");
        assert!(table.contains(number), "{number} is not in {table}");
    }
    assert!(article.contains("aucun message n’a été perdu"), "{article}");
    assert!(
        article.contains("24 novembre 2026, 10\u{a0}h\u{a0}02 (UTC)"),
        "{article}"
    );
}

#[test]
fn a_run_that_was_cut_short_is_not_said_to_be_done() {
    let plan = plan_of(&messy(), |_| ());
    for language in [EN, FR] {
        let article = html::receipt(&plan, &receipt_of(&plan, false), "", language);
        for untrue in [
            text::all_done(),
            text::one_folder_remains(),
            text::give_this_number(),
        ] {
            assert!(!article.contains(untrue.say(language)), "{article}");
        }
        let title = text::title_partly_in_order();
        let title = format!("<h1>{}</h1>", title.say(language));
        assert!(article.contains(&title), "{article}");
    }
}

/// The title of an article, and the sentences of its verdict.
fn title_and_verdict(article: &str) -> (&str, &str) {
    let between = |open: &str, close: &str| {
        let (_, rest) = article.split_once(open).unwrap();
        rest.split_once(close).unwrap().0
    };
    (
        between("<h1>", "</h1>"),
        between("<p class=\"verdict ", "</p>"),
    )
}

/// An account with one folder too many.
fn split(role: &str, name: &str) -> Judged {
    let mut mailboxes = tidy().listing.mailboxes.to_vec();
    mailboxes.retain(|mailbox| mailbox.name.text() != role);
    mailboxes.push(mailbox(role, &format!("\\{role}"), 3));
    mailboxes.push(mailbox(name, "", 5));
    judged(mailboxes)
}

#[test]
fn after_a_run_the_mail_is_in_order_only_if_nothing_is_left() {
    let sent = split("Sent", "Sent Items");
    let plan = plan_of(&sent, |_| {});
    let end = |plan: &Plan, receipt: &Receipt| {
        Language::EVERY.map(|language| html::receipt(plan, receipt, "", language))
    };
    let [english, french] = end(&plan, &done(&plan));
    assert_eq!(title_and_verdict(&english).0, "Your mail is in order");
    assert_eq!(title_and_verdict(&french).0, "Votre messagerie est rangée");
    assert!(english.contains("One folder for each purpose remains."));

    let mut trash = sent.listing.mailboxes.to_vec();
    trash.push(mailbox("Corbeille", "", 3));
    let trash = plan_of(&judged(trash), |_| {});
    let part = plan_of(&sent, |policy| policy.only = Some([Role::Sent].into()));
    let empty = plan_of(&sent, |policy| policy.only_empty = true);
    let mut told = plan.clone();
    let manual = |code| Manual {
        code,
        role: None,
        message: "x".into(),
        snippet: None,
    };
    told.manual = vec![manual(Code::ClientToBeTold)];
    let mut by_hand = plan.clone();
    by_hand.manual = vec![manual(Code::BindsNewName)];
    let ended = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = done(&plan);
        change(&mut receipt);
        receipt
    };
    let back = ended(&|receipt| receipt.steps[0].source_after = Some(SourceAfter::CameBack));
    let out = ended(&|receipt| receipt.steps[0].outcome = Outcome::Skipped);
    let later = ended(&|receipt| receipt.waits = Some("2026-12-01T00:00:00Z".to_owned()));
    for (plan, receipt, says, dit) in [
        (
            &trash,
            done(&trash),
            "Left as it is unless you ask: Trash.",
            "Laissé tel quel, sauf si vous le demandez\u{a0}: Corbeille.",
        ),
        (
            &part,
            done(&part),
            "This was about a part of your folders only.",
            "Il ne s’agissait que d’une partie de vos dossiers.",
        ),
        (
            &empty,
            done(&empty),
            "This was about a part of your folders only.",
            "Il ne s’agissait que d’une partie de vos dossiers.",
        ),
        (
            &told,
            done(&told),
            "The rest is for you to do: see below.",
            "Le reste est à faire de votre côté\u{a0}: voir plus bas.",
        ),
        (
            &by_hand,
            done(&by_hand),
            "Left for those who look after your mail: 1 thing,",
            "par qui s’occupe de votre messagerie\u{a0}: 1 chose,",
        ),
        (
            &plan,
            back,
            "Still there: 1 folder.",
            "Toujours là\u{a0}: 1 dossier.",
        ),
        (
            &plan,
            out,
            "Left for those who look after your mail: 1 thing,",
            "par qui s’occupe de votre messagerie\u{a0}: 1 chose,",
        ),
        (
            &plan,
            later,
            "The emptied folders are removed later.",
            "Les dossiers vidés seront supprimés plus tard.",
        ),
    ] {
        let [english, french] = end(plan, &receipt);
        for (article, title, left) in [
            (&english, "Your mail is partly in order", says),
            (&french, "Votre messagerie est rangée en partie", dit),
        ] {
            let (called, verdict) = title_and_verdict(article);
            assert_eq!(called, title, "{verdict}");
            assert!(
                verdict.starts_with("partly") && verdict.contains(left),
                "{left} is not in {verdict}"
            );
        }
        assert!(!english.contains("One folder for each purpose remains."));
    }
}

#[test]
fn a_plan_for_a_part_of_the_account_says_nothing_of_all_of_it() {
    let part = |policy: &mut Policy| policy.only = Some([Role::Sent].into());
    let plan = plan_of(&tidy(), part);
    assert!(plan.is_empty(), "{plan:?}");
    let page = html::plan(&plan, EN);
    let (title, verdict) = title_and_verdict(&page);
    assert_eq!(title, "Your mail is partly in order");
    assert!(
        verdict.ends_with("This was about a part of your folders only."),
        "{verdict}"
    );
}

#[test]
fn an_account_whose_programs_are_to_be_set_is_not_in_order_yet() {
    let scene = tidy();
    let (plan, forecasts) = (plan_of(&scene, |_| ()), forecasts(&scene, &ONBOARDED));
    let kept = BTreeMap::from([(Role::Sent, scene.listing.mailboxes[2].name.clone())]);
    let clients = forecasts.clients.iter();
    let steps: Vec<_> = clients
        .map(|client| rolecall::advice::client::steps(client, &scene.listing, &kept, true))
        .collect();
    let page = |steps| {
        let audited = Audited {
            listing: &scene.listing,
            roll: &scene.roll,
            findings: &scene.findings,
            plan: &plan,
            steps,
        };
        html::audit(&audited, EN)
    };
    let to_set = page(&steps);
    let (title, verdict) = title_and_verdict(&to_set);
    assert_eq!(title, "Your mail is partly in order");
    assert!(verdict.contains("The rest is for you to do"), "{verdict}");
    assert_eq!(title_and_verdict(&page(&[])).0, "Your mail is in order");
}

#[test]
fn what_an_emptied_folder_holds_is_what_was_seen_in_it_at_the_end() {
    let plan = plan_of(&messy(), |_| {});
    let name = "Courrier envoyé";
    let said = |change: &dyn Fn(&mut Receipt), language: Language| {
        let mut receipt = done(&plan);
        change(&mut receipt);
        let page = html::receipt(&plan, &receipt, "", language);
        let (_, rest) = page.split_once(&format!("<li><bdi>{name}</bdi>")).unwrap();
        rest.split("</li>").next().unwrap().to_owned()
    };
    let stands = |messages: u64| {
        move |receipt: &mut Receipt| {
            let mut balances = receipt.balances.iter_mut();
            let one = balances.find(|one| one.mailbox.text() == name).unwrap();
            one.stands = Some(messages);
        }
    };
    let [english, french] = Language::EVERY;
    assert_eq!(said(&stands(0), english), ": stays, empty.");
    assert_eq!(said(&stands(1), english), ": stays with 1 message.");
    assert_eq!(said(&stands(4), french), "\u{a0}: reste avec 4 messages.");
    let nobody_knows = |receipt: &mut Receipt| receipt.balances.clear();
    assert_eq!(said(&nobody_knows, english), ": stays where it is.");
}

#[test]
fn several_folders_that_stay_are_told_of_in_their_number() {
    let plan = plan_of(&messy(), |_| {});
    let mut receipt = done(&plan);
    for end in &mut receipt.steps {
        end.outcome = Outcome::Refused;
        end.moved = None;
        end.source_after = Some(SourceAfter::Left);
    }
    let [english, french] =
        Language::EVERY.map(|language| html::receipt(&plan, &receipt, "", language));
    let one = "<bdi>Brouillons</bdi> (1 message) – ";
    assert!(
        english.contains(&format!("{one}stays where it is.")),
        "{english}"
    );
    assert!(
        french.contains(&format!("{one}reste en place.")),
        "{french}"
    );
    assert!(
        english.contains("messages) – stay where they are."),
        "{english}"
    );
    assert!(french.contains("messages) – restent en place."), "{french}");
}

#[test]
fn a_plan_without_a_step_is_in_order_only_if_nothing_waits() {
    let title = |scene: &Judged, language: Language| {
        let plan = plan_of(scene, |_| {});
        assert!(plan.is_empty(), "{plan:?}");
        let page = html::plan(&plan, language);
        let (_, title) = page.split_once("<h1>").unwrap();
        title.split("</h1>").next().unwrap().to_owned()
    };
    assert_eq!(title(&tidy(), Language::English), "Your mail is in order");
    let mut waiting = tidy().listing.mailboxes.to_vec();
    waiting.push(mailbox("Corbeille", "", 3));
    let waiting = judged(waiting);
    assert_eq!(
        title(&waiting, Language::English),
        "Your mail is partly in order"
    );
    assert_eq!(
        title(&waiting, Language::French),
        "Votre messagerie est rangée en partie"
    );
}

#[test]
fn an_account_of_two_thousand_mailboxes_fits_a_page_that_can_be_mailed() {
    let article = audited_page(&vast(), EN);
    assert!(
        article.contains("and 192 others"),
        "the picture counts what it does not draw"
    );
    let page = html::document("vast", &article, None, EN);
    assert!(page.len() <= 1_000_000, "{} octets", page.len());
}

#[test]
fn of_many_accounts_those_that_need_somebody_come_first() {
    let page = html::overview(rows(), None, EN);
    let called = |page: &str| -> String {
        let names = page.split("<bdi>").skip(1);
        names.map(|part| part.chars().next().unwrap()).collect()
    };
    assert_eq!(called(&page), "debzca");
    assert!(page.contains("<a href=\"accounts/d.html\">"), "{page}");
    assert!(
        !page.contains("href=\"accounts/c.html\""),
        "it had no turn and has no page"
    );
}

#[test]
fn no_cell_of_a_table_runs_in_a_spreadsheet() {
    let scene = scheming();
    for language in [EN, FR] {
        let head = CsvTable::Audit.head(language);
        let rows = csv::audit(&scene.listing, &scene.roll, &scene.findings, language);
        let delimiter = if language == EN { "\",\"" } else { "\";\"" };
        let columns = head
            .trim_start_matches('\u{feff}')
            .matches(delimiter)
            .count();
        for line in (head.clone() + &rows).lines() {
            let line = line.trim_start_matches('\u{feff}');
            let cells: Vec<&str> = line
                .get(1..line.len() - 1)
                .unwrap()
                .split(delimiter)
                .collect();
            assert_eq!(cells.len(), columns + 1, "{line}");
            for cell in cells {
                assert!(
                    !cell.trim_start().starts_with(['=', '+', '-', '@']),
                    "{line}"
                );
                assert!(!cell.contains(char::is_control), "{line}");
            }
        }
        let error = CsvTable::Audit.error("imaps://a@b", "=cannot", language);
        assert_eq!(error.matches(delimiter).count(), columns);
        assert!(error.contains("'=cannot"), "{error}");
    }
}

#[test]
fn a_name_in_markdown_is_no_link_mention_picture_or_cell() {
    let scene = scheming();
    let plan = plan_of(&scene, |_| ());
    for page in [
        markdown::audit(&scene.listing, &scene.roll, &scene.findings, EN),
        markdown::plan(&plan, EN),
        markdown::receipt(&plan, &receipt_of(&plan, true), EN),
        markdown::clients("imaps://a@b", &forecasts(&scene, &[]), EN),
    ] {
        let mut widths = BTreeSet::new();
        for line in page.lines() {
            let bare = without_code(line);
            for sign in ["<img", "<script", "](", "@everyone", "www.", "http:"] {
                assert!(!bare.contains(sign), "{sign} in {line}\n{bare}");
            }
            if line.starts_with('|') {
                widths.insert(bare.matches('|').count());
            } else {
                assert!(widths.len() <= 1, "{widths:?} cells\n{page}");
                widths.clear();
            }
        }
    }
}

/// A line without what stands in code, as a reader of Markdown takes it out first.
fn without_code(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let ticks_at = |at: usize| {
        letters[at..]
            .iter()
            .take_while(|letter| **letter == '`')
            .count()
    };
    let (mut bare, mut at) = (String::new(), 0);
    while at < letters.len() {
        let length = ticks_at(at);
        if length == 0 {
            // What stands behind a backslash is only itself.
            let is_escaped = letters[at] == '\\';
            bare.push(if is_escaped { '\\' } else { letters[at] });
            at += 1 + usize::from(is_escaped);
            continue;
        }
        let mut end = at + length;
        while end < letters.len() && ticks_at(end) != length {
            end += ticks_at(end).max(1);
        }
        at = if end < letters.len() {
            end + length
        } else {
            at + length
        };
    }
    bare
}

#[test]
fn what_leaves_the_terminal_is_as_it_was() {
    let scene = messy();
    let plan = plan_of(&scene, |_| ());
    let receipt = receipt_of(&plan, true);
    let csv_of = |table: CsvTable, language, rows: String| table.head(language) + &rows;
    for (file, text) in [
        (
            "audit.md",
            markdown::audit(&scene.listing, &scene.roll, &scene.findings, EN),
        ),
        ("plan.md", markdown::plan(&plan, EN)),
        ("plan-fr.md", markdown::plan(&plan, FR)),
        (
            "plan-scheming.md",
            markdown::plan(&plan_of(&scheming(), |_| ()), EN),
        ),
        ("receipt.md", markdown::receipt(&plan, &receipt, EN)),
        ("runs.md", markdown::runs(&past(), EN)),
        (
            "audit.csv",
            csv_of(
                CsvTable::Audit,
                EN,
                csv::audit(&scene.listing, &scene.roll, &scene.findings, EN),
            ),
        ),
        (
            "plan-fr.csv",
            csv_of(CsvTable::Steps, FR, csv::plan(&plan, FR)),
        ),
        (
            "receipt.csv",
            csv_of(CsvTable::Steps, EN, csv::receipt(&plan, &receipt, EN)),
        ),
        (
            "runs.csv",
            csv_of(CsvTable::Runs, EN, csv::runs(&past(), EN)),
        ),
        (
            "clients.csv",
            csv_of(
                CsvTable::Clients,
                EN,
                csv::clients("imaps://a@b", &forecasts(&scene, &ONBOARDED), EN),
            ),
        ),
        ("audit.html", audited_page(&scene, EN)),
        (
            "receipt-fr.html",
            html::receipt(&plan, &done(&plan), "2026-11-24T10:02:00Z", FR),
        ),
    ] {
        same_as_file(&format!("tests/golden/{file}"), &text);
    }
}
