//! Nothing that is anybody's gets into a trace, whatever a server says.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::prelude::*;
use tokio::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream,
};

use super::{Trace, TraceNames, names::Names, render::Render};
use crate::{
    imap::{
        Credential, Endpoint, Login, Mode, OneByOne, Security, Session, Tags, command::Command,
        connect_over,
    },
    model::{listing::AccountId, mailbox::MailboxName, uid::UidSet},
    secret::Secret,
    store::{Access, Act, Depth, Store as _},
};

const PASSWORD: &str = "hunter2-Xyzzy";

/// A file in memory.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn trace(names: TraceNames) -> (Sink, Trace) {
    let sink = Sink::default();
    let trace = Trace::new(Box::new(sink.clone()), names, "2026-01-01T00:00:00Z").unwrap();
    (sink, trace)
}

/// Plays a server: greets, then answers each command by what stands for its verb, `{tag}` replaced.
async fn serve(stream: DuplexStream, greeting: &'static str, answers: Vec<(&'static str, String)>) {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    writer.write_all(greeting.as_bytes()).await.unwrap();
    let mut tag = String::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        let Some((given, command)) = text.split_once(' ') else {
            continue;
        };
        given.clone_into(&mut tag);
        if let Some(length) = command
            .strip_suffix('}')
            .and_then(|rest| rest.rsplit_once('{'))
        {
            writer.write_all(b"+ go on, Secretia\r\n").await.unwrap();
            let mut literal = vec![0; length.1.parse::<usize>().unwrap() + 2];
            reader.read_exact(&mut literal).await.unwrap();
        }
        if command.split(' ').count() == 2 && command.starts_with("AUTHENTICATE") {
            writer.write_all(b"+ U2VjcmV0aWE=\r\n").await.unwrap();
            line.clear();
            reader.read_until(b'\n', &mut line).await.unwrap();
        }
        let answer = answers.iter().find(|(verb, _)| command.starts_with(verb));
        let answer = answer.map_or("{tag} OK done\r\n", |(_, answer)| answer.as_str());
        let answer = answer.replace("{tag}", &tag);
        writer.write_all(answer.as_bytes()).await.unwrap();
    }
}

async fn session(
    trace: &Trace,
    greeting: &'static str,
    answers: Vec<(&'static str, String)>,
) -> Option<Session> {
    let (client, server) = tokio::io::duplex(1 << 20);
    tokio::spawn(serve(server, greeting, answers));
    let endpoint = Endpoint {
        host: "mail.Whereville.example".to_owned(),
        port: 993,
        security: Security::Plaintext,
        trust: Arc::default(),
        timeout: Duration::from_secs(60),
        one_by_one: OneByOne::default(),
        tags: Tags::FromOne,
        trace: Some(trace.clone()),
    };
    let login = Login {
        user: "Alicia".to_owned(),
        admin: None,
        credential: Credential::Password(Secret::new(PASSWORD.to_owned())),
    };
    let account = AccountId::example("Alicia");
    connect_over(client, &endpoint, &login, account).await.ok()
}

/// What a mailbox and its mail look like on a server that repeats all it hears.
fn answers() -> Vec<(&'static str, String)> {
    [of_mailboxes(), of_messages()].concat()
}

fn lines(lines: &[&str]) -> String {
    lines.join("\r\n") + "\r\n"
}

fn of_mailboxes() -> Vec<(&'static str, String)> {
    vec![
        (
            "AUTHENTICATE",
            lines(&["{tag} OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS XSECRETIA] hello Alicia"]),
        ),
        (
            "LIST",
            lines(&[
                "* LIST (\\HasNoChildren \\Sent \\Secretia) \"/\" Personalia/Divorcia",
                "* LIST () \"/\" {10}\r\nPersonalia",
                "* LIST () \"/\" Blanks in Namenia",
                "* LIST () \"/\" INBOX",
                "{tag} OK LIST completed",
            ]),
        ),
        (
            "LSUB",
            lines(&["* LSUB () \"/\" \"Personalia/Divorcia\"", "{tag} OK done"]),
        ),
        (
            "STATUS",
            lines(&[
                "* STATUS \"Personalia/Divorcia\" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 MAILBOXID (Identia))",
                "{tag} OK STATUS of Personalia/Divorcia completed",
            ]),
        ),
        (
            "SELECT",
            lines(&[
                "* FLAGS (\\Seen \\Secretia $Forwarded Keywordia)",
                "* OK [PERMANENTFLAGS (\\Seen Keywordia \\*)] for Alicia",
                "* OK [UIDVALIDITY 7] valid",
                "* OK [REFERRAL imap://Alicia@mail.whereville.example/Personalia] look",
                "* 3 EXISTS",
                "{tag} OK [READ-WRITE] Personalia selected",
            ]),
        ),
    ]
}

fn of_messages() -> Vec<(&'static str, String)> {
    vec![
        (
            "UID SEARCH",
            lines(&["* SEARCH 1 2 3 Secretia", "* SEARCH 1 2", "{tag} OK done"]),
        ),
        (
            "UID FETCH",
            lines(&[
                "* 1 FETCH (UID 1 FLAGS (\\Seen Keywordia) INTERNALDATE \"17-Jul-2024 02:44:25 +0100\" RFC822.SIZE 70 EMAILID (Identia) ENVELOPE (\"x\" \"Subjectia\" ((\"Alicia\" NIL \"a\" \"b\"))) BODY[HEADER.FIELDS (MESSAGE-ID)] {31}\r\nMessage-ID: <Identia@a.exa>\r\n\r\n)",
                "* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"Secretia\" RFC822.SIZE 70 X-GM-LABELS (\"Personalia\") BODY[] \"Bodytext\")",
                "{tag} OK done",
            ]),
        ),
        (
            "UID MOVE",
            lines(&[
                "* OK [COPYUID 7 1:2 11:12] Moved to Personalia",
                "* VANISHED 1:2",
                "* ACL Personalia Alicia lrswipkxtea Robertia r",
                "* NAMESPACE ((\"\" \"/\")) ((\"Otheria/\" \"/\")) NIL",
                "* QUOTAROOT Personalia \"user/Alicia\"",
                "* ESEARCH (TAG \"R0004\") UID ALL 1:3",
                "* CAPABILITY IMAP4rev1 AUTH=PLAIN XSECRETIA AUTH=Secretia",
                "* ID (\"name\" \"Dovecot\" \"host\" \"mail.Whereville\" \"version\" \"2.3.19\")",
                "* Personalia is a word",
                "* (((Secretia",
                "{tag} OK [Secretia hunter2-Xyzzy] aHVudGVyMi1YeXp6eQ== hunter2-Xyzzy",
            ]),
        ),
    ]
}

/// Everything that is anybody's in these scenes, in lower case. The base64 of a password has no fixed end.
const ANYBODYS: &[&str] = &[
    "alicia",
    "robertia",
    "whereville",
    "personalia",
    "divorcia",
    "namenia",
    "otheria",
    "keywordia",
    "identia",
];
const SECRETS: &[&str] = &[
    "hunter2",
    "xyzzy",
    "ahvudgvy",
    "gh1bnrlcji",
    "bahvudgvymi",
    "secretia",
    "subjectia",
    "bodytext",
];

const GREETING: &str =
    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Dovecot ready, Alicia at mail.Whereville.example.\r\n";

async fn traced(names: TraceNames) -> String {
    let (sink, trace) = trace(names);
    let mut session = session(&trace, GREETING, answers()).await.unwrap();
    let wire = |text: &str| MailboxName::new(text.as_bytes().to_vec(), text.to_owned());
    let (from, to) = (wire("Personalia/Divorcia"), wire("Personalia/Divorcia-é"));
    session.listing(String::new()).await.unwrap();
    session.set_mode(Mode::ReadWrite);
    session.open(&from, Access::ReadWrite).await.unwrap();
    let uids = UidSet::new(vec![1, 2]);
    let _ = session.since(1).await;
    session.messages(&uids, Depth::Content).await.unwrap();
    let flags = vec!["Keywordia".to_owned(), "\\Seen".to_owned()];
    let act = Act::AddFlags {
        of: from.clone(),
        uids: uids.clone(),
        flags,
    };
    session.perform(&act, &[]).await.unwrap();
    session
        .perform(&Act::Move { from, uids, to }, &[])
        .await
        .unwrap();
    session.logout().await;
    sink.text()
}

fn leaks<'w>(text: &str, words: &[&'w str]) -> Vec<&'w str> {
    let lower = text.to_lowercase();
    words
        .iter()
        .copied()
        .filter(|word| lower.contains(word))
        .collect()
}

#[tokio::test]
async fn a_trace_holds_nothing_that_is_anybodys() {
    let text = traced(TraceNames::Hidden).await;
    assert_eq!(leaks(&text, ANYBODYS), [""; 0], "{text}");
    assert_eq!(leaks(&text, SECRETS), [""; 0], "{text}");
    // And it says what was done, the same name by the same token.
    for line in [
        "> R0001 AUTHENTICATE PLAIN …",
        "- ServerTraits { product: Some(Dovecot)",
        "< * LIST (\\HasNoChildren \\Sent \\~4) \"/\" \"~5/~6\"",
        "< * LIST () \"/\" \"~5\"",
        "> R0007 STATUS \"~5/~6\" (MESSAGES UIDNEXT UIDVALIDITY)",
        "< * STATUS \"~5/~6\" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 MAILBOXID (~",
        "< * OK [UIDVALIDITY 7] valid",
        "< * FLAGS (\\Seen \\~4 $Forwarded ~9)",
        "> R0014 UID FETCH 1:4294967295 (UID)",
        "INTERNALDATE \"17-Jul-2024 02:44:25 +0100\" RFC822.SIZE 70 EMAILID (~8)",
        "BODY[HEADER.FIELDS (MESSAGE-ID)] …(31 octets))",
        "UID MOVE 1:2 \"~5/~",
        "< * OK [COPYUID 7 1:2 11:12] …(",
        "< * VANISHED 1:2",
        "< * ACL \"~5\" ~2 \"aeiklprstwx\" ~11 \"r\"",
        "< * ESEARCH (TAG \"R0004\") UID ALL 1:3",
        "< * CAPABILITY IMAP4rev1 AUTH=PLAIN ~3 ~",
        "\"name\" \"Dovecot\"",
        "\"version\" \"2.3.19\"",
        "LOGOUT",
    ] {
        assert!(text.contains(line), "no {line} in\n{text}");
    }
}

#[tokio::test]
async fn names_are_shown_where_the_user_allows_it_and_secrets_never() {
    let text = traced(TraceNames::Shown).await;
    assert_eq!(leaks(&text, SECRETS), [""; 0], "{text}");
    for name in [
        "\"Personalia/Divorcia\"",
        "Keywordia",
        "user Alicia",
        "mail.whereville.example",
        "Robertia",
    ] {
        assert!(text.contains(name), "no {name} in\n{text}");
    }
    assert!(!text.contains("Identia"), "{text}");
}

#[tokio::test]
async fn a_login_shows_its_mechanism_and_a_refusal_no_word_of_it() {
    for (greeting, shown) in [
        ("* OK [CAPABILITY IMAP4rev1] hi\r\n", "> R0001 LOGIN …"),
        (
            "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n",
            "> R0001 AUTHENTICATE PLAIN …",
        ),
    ] {
        let (sink, trace) = trace(TraceNames::Shown);
        let refusal = |verb| {
            (
                verb,
                format!(
                    "{{tag}} NO [AUTHENTICATIONFAILED {PASSWORD}] LOGIN Alicia {PASSWORD} AEFsaWNpYQBodW50ZXIyLVh5enp5\r\n"
                ),
            )
        };
        let refused = session(
            &trace,
            greeting,
            vec![refusal("LOGIN"), refusal("AUTHENTICATE")],
        )
        .await;
        assert!(refused.is_none());
        let text = sink.text();
        assert!(text.contains(shown), "{text}");
        assert!(
            text.contains("< R0001 NO [AUTHENTICATIONFAILED …(3 octets)]"),
            "{text}"
        );
        assert_eq!(
            leaks(&text, &["hunter2", "xyzzy", "aefsawnp"]),
            [""; 0],
            "{text}"
        );
    }
}

#[tokio::test]
async fn sessions_of_one_trace_have_numbers_and_share_their_tokens() {
    let (sink, trace) = trace(TraceNames::Hidden);
    for _ in 0..2 {
        let mut session = session(&trace, GREETING, answers()).await.unwrap();
        session.listing(String::new()).await.unwrap();
        session.logout().await;
    }
    let text = sink.text();
    let of = |number: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(number));
        let parts = lines.map(|line| line.split_once(['-', '<', '>']).unwrap().1.to_owned());
        // The first line has the time since the trace began.
        parts.skip(1).collect()
    };
    assert!(of("1 ").len() > 10);
    assert_eq!(of("1 "), of("2 "), "{text}");
}

/// Takes the first line, and fails then.
struct Broken(bool);

impl Write for Broken {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0 = octets.ends_with(b"\n");
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_sink_that_fails_at_once_is_an_error_and_one_that_fails_later_ends_nothing_but_the_trace()
{
    let begin = |broken| Trace::new(Box::new(Broken(broken)), TraceNames::Hidden, "now");
    assert!(begin(true).is_err());
    let trace = begin(false).unwrap();
    let mut session = session(&trace, GREETING, answers()).await.unwrap();
    assert_eq!(
        session
            .listing(String::new())
            .await
            .unwrap()
            .mailboxes
            .len(),
        4
    );
}

fn rendered(response: &[u8]) -> String {
    let mut delimiter = Some(b'/');
    Render::new(&mut Names::new(false), &mut delimiter).response(response)
}

#[test]
fn a_line_is_never_longer_than_its_limit() {
    let numbers: Vec<String> = (1..200_000).map(|number| number.to_string()).collect();
    let names = "(a b) ".repeat(100_000);
    for response in [
        format!("* SEARCH {}\r\n", numbers.join(" ")),
        format!("* CAPABILITY {}\r\n", numbers.join(" ")),
        format!("* FLAGS ({})\r\n", numbers.join(" ")),
        format!("* X ({names})\r\n"),
        format!("* STATUS {} (MESSAGES 1)\r\n", "x/".repeat(100_000)),
    ] {
        let line = rendered(response.as_bytes());
        assert!(line.len() < 2_100, "{} octets", line.len());
    }
    assert!(rendered(b"* SEARCH 1 2 3\r\n").ends_with("1 2 3"));
}

#[test]
fn what_counts_nothing_shows_no_number_and_what_is_a_name_no_word() {
    for (response, shown) in [
        // Only behind keys that tell of software.
        (
            "* ID (\"remote-host\" \"203.0.113.7\" \"user\" \"1001\" \"version\" \"2.3.19\")",
            "* ID (…(11 octets) …(11 octets) …(4 octets) …(4 octets) \"version\" \"2.3.19\")",
        ),
        (
            "* ID (\"Name\" \"10.0.0.5\" \"name\" \"Dovecot 2\" \"host\" \"version\")",
            "* ID (\"Name\" …(8 octets) \"name\" \"Dovecot 2\" …(4 octets) …(7 octets))",
        ),
        // Only behind codes that count.
        (
            "R0001 NO [AUTHENTICATIONFAILED 20481977] no",
            "R0001 NO [AUTHENTICATIONFAILED …(8 octets)] no",
        ),
        (
            "* OK [NEWNAME 2023 2024] ok",
            "* OK [NEWNAME …(9 octets)] ok",
        ),
        ("* NO [20481977] no", "* NO […(8 octets)] no"),
        ("* NO [R0612345678] no", "* NO […(11 octets)] no"),
        (
            "* OK [COPYUID 7 1:2 11:12] ok",
            "* OK [COPYUID 7 1:2 11:12] ok",
        ),
        (
            "* OK [HIGHESTMODSEQ 715194045007] ok",
            "* OK [HIGHESTMODSEQ 715194045007] ok",
        ),
        ("* OK [MAILBOXID (2023)] ok", "* OK [MAILBOXID (~1)] ok"),
        // Only where a number has its place.
        ("* 20481977 is wrong", "* …(17 octets)"),
        ("* 3 EXISTS", "* 3 EXISTS"),
        ("* LOGIN alice 20481977", "* LOGIN …(14 octets)"),
        (
            "* STATUS a (MESSAGES 3 SIZE 4 TEXT 20481977)",
            "* STATUS \"~1\" (MESSAGES 3 SIZE 4 TEXT …(8 octets))",
        ),
        (
            "* METADATA a (/private/text \"R0612345678\" /private/text 2023)",
            "* METADATA \"~1\" (/private/text …(11 octets) /private/text …(4 octets))",
        ),
        (
            "* METADATA a (/private/specialuse \"\\\\Junk\")",
            "* METADATA \"~1\" (/private/specialuse \"\\Junk\")",
        ),
        (
            "* ESEARCH (TAG \"R0612\") UID ALL 1:3",
            "* ESEARCH (TAG \"R0612\") UID ALL 1:3",
        ),
        (
            "* 1 FETCH (X-GM-LABELS (\\Inbox Private 2023) MODSEQ (715194045007))",
            "* 1 FETCH (X-GM-LABELS (~1 ~2 ~3) MODSEQ (715194045007))",
        ),
        (
            "* LIST () \"/\" a (OLDNAME (Junk))",
            "* LIST () \"/\" \"~1\" (OLDNAME \"~2\")",
        ),
        (
            "* CAPABILITY AUTH=20481977 APPENDLIMIT=9",
            "* CAPABILITY ~1 APPENDLIMIT=9",
        ),
        // One line, whatever a literal holds.
        (
            "* 1 FETCH (INTERNALDATE {26}\r\n17-Jul-2024\n02:44:25\n+0100)",
            "* 1 FETCH (INTERNALDATE \"17-Jul-2024 02:44:25 +0100\")",
        ),
    ] {
        assert_eq!(rendered(format!("{response}\r\n").as_bytes()), shown);
    }
}

#[test]
fn what_a_server_repeats_in_an_unknown_code_is_not_kept() {
    let (mut names, mut delimiter) = (Names::new(false), None);
    for code in [PASSWORD, &format!("ALERT {PASSWORD}")] {
        let response = format!("R0001 NO [{code}] no\r\n");
        Render::new(&mut names, &mut delimiter).response(response.as_bytes());
    }
    // The first word that gets a token is this one.
    assert_eq!(names.token(b"x"), "~1");
}

#[test]
fn a_command_shows_its_own_words_and_numbers_and_no_name_or_keyword() {
    let named = |words: &str, name: &str| Command::new(words).string(name.as_bytes()).unwrap();
    for (command, shown) in [
        (
            Command::new("UID STORE 1:2 +FLAGS.SILENT (\\Seen 0612345678 $Forwarded)"),
            "UID STORE 1:2 +FLAGS.SILENT (\\Seen ~1 $Forwarded)",
        ),
        (
            Command::new("UID SEARCH RETURN (ALL) KEYWORD 0612345678"),
            "UID SEARCH RETURN (ALL) KEYWORD ~1",
        ),
        (
            Command::new("UID SEARCH SINCE 1-Feb-2024"),
            "UID SEARCH SINCE 1-Feb-2024",
        ),
        (
            Command::new("UID SEARCH ALL X-GM-MSGID 1278455344230334865"),
            "UID SEARCH ALL X-GM-MSGID ~1",
        ),
        (
            Command::new("UID FETCH 1:* (UID BODY.PEEK[]<0.9>)"),
            "UID FETCH 1:* (UID BODY.PEEK[]<0.9>)",
        ),
        (
            Command::new("FETCH 7:* (UID BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.9>)"),
            "FETCH 7:* (UID BODY.PEEK[HEADER.FIELDS (FROM TO) ]<0.9>)",
        ),
        (named("CREATE", "Junk"), "CREATE \"~1\""),
        (named("UID MOVE 1:2", "nonjunk"), "UID MOVE 1:2 \"~1\""),
        (
            named("CREATE", "Forwarded").words("(USE (\\Junk))"),
            "CREATE \"~1\" (USE (\\Junk))",
        ),
        (
            named("STATUS", "FLAGS").words("(MESSAGES)"),
            "STATUS \"~1\" (MESSAGES)",
        ),
        (
            named("SETMETADATA", "Junk").words("(/private/specialuse \"\\\\Junk\")"),
            "SETMETADATA \"~1\" (/private/specialuse \"\\Junk\")",
        ),
    ] {
        let mut delimiter = Some(b'/');
        let line = Render::new(&mut Names::new(false), &mut delimiter).command("R0001", &command);
        assert_eq!(line, format!("R0001 {shown}"));
    }
}

/// Responses with a word in every place where a server could put one.
const HOSTILE: &[&str] = &[
    "* {} x",
    "{} OK x",
    "* OK {}",
    "* OK [{}] x",
    "* OK [{} 1] x",
    "* NO [UIDNEXT {}] x",
    "* OK [NEWNAME {} {}] x",
    "* LIST (\\{} {}) \"{}\" {}",
    "* LIST (\\Sent) \"/\" \"{}/{}\" (\"CHILDINFO\" (\"{}\"))",
    "* LIST {} {} {}",
    "* STATUS {} (MESSAGES {} {} 3)",
    "* STATUS {} {} (MESSAGES 3)",
    "* FLAGS ({} \\{})",
    "* CAPABILITY {} AUTH={} {}=1",
    "* SEARCH 1 {} (MODSEQ {})",
    "* ESEARCH (TAG \"{}\") UID ALL {}",
    "* 1 FETCH (UID {} {} 3 FLAGS ({}))",
    "* 1 FETCH (BODY[{}] \"{}\" INTERNALDATE \"{}\" X-MAILBOX {})",
    "* 1 FETCH (BODY[HEADER.FIELDS ({})] {})",
    "* 1 FETCH {}",
    "* {} FETCH (UID 1)",
    "* ACL {} {} {}",
    "* MYRIGHTS {} {}",
    "* LISTRIGHTS a b {} {}",
    "* QUOTAROOT {} {}",
    "* NAMESPACE ((\"{}\" \"{}\")) {} NIL",
    "* ID (\"{}\" \"{}\" \"version\" \"{}\")",
    "* ENABLED {}",
    "* VANISHED {}",
    "* METADATA {} (/private/{} \"{}\")",
    "+ {}",
    "* BYE {} {}",
    "* XLIST () NIL {}",
    "* LSUB () \".\" {}.{}",
    "{}",
    "* 1 {}",
    "* 12{} EXISTS",
    "* THREAD ({})",
    "* OK [BADCHARSET ({})] {}",
    "* OK [MAILBOXID ({})] ok",
];

proptest! {
    #[test]
    fn no_word_of_a_hostile_server_is_shown(
        secret in "[b-df-hj-km-np-z]{7,12}[0-9]{0,3}", template in proptest::sample::select(HOSTILE), is_upper: bool,
    ) {
        let word = if is_upper { secret.to_uppercase() } else { secret.clone() };
        let line = rendered(format!("{}\r\n", template.replace("{}", &word)).as_bytes());
        prop_assert!(!line.to_lowercase().contains(&secret), "{}", line);
    }

    #[test]
    fn whatever_octets_come_the_trace_has_one_line_of_plain_characters(
        octets in proptest::collection::vec(any::<u8>(), 0..200), template in proptest::sample::select(HOSTILE), are_shown: bool,
    ) {
        let (head, tail) = template.split_once("{}").unwrap();
        let response = [head.as_bytes(), &octets, tail.as_bytes(), b"\r\n"].concat();
        let mut delimiter = None;
        let line = Render::new(&mut Names::new(are_shown), &mut delimiter).response(&response);
        prop_assert!(line.chars().all(|letter| letter == '…' || matches!(letter, ' '..='~')), "{:?}", line);
    }

    #[test]
    fn no_name_in_a_command_is_shown(name in "[b-df-hj-km-np-z]{7,12}é?") {
        let named = |words: &str| Command::new(words).string(name.as_bytes()).unwrap();
        let commands = [
            named("STATUS").words("(MESSAGES)"),
            named("RENAME").string(name.as_bytes()).unwrap(),
            named("LIST \"\""),
            named("UID MOVE 1:3"),
            named("SETACL").words("-anyone ip"),
            Command::login("x", &name).unwrap(),
            Command::authenticate("PLAIN", name.as_bytes(), true, b""),
            Command::authenticate(&name, b"", false, name.as_bytes()),
        ];
        for command in commands {
            let mut delimiter = Some(b'/');
            let line = Render::new(&mut Names::new(false), &mut delimiter).command("R0001", &command);
            prop_assert!(!line.contains(&name), "{}", line);
        }
    }
}
