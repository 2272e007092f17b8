//! Lists of accounts as servers, panels and imapsync write them: each form is told by its content, and no password is kept.

use std::fmt::Write as _;

use rolecall::config::import::{ImportHost, LeftOut, ListForm, read};

fn host() -> ImportHost {
    ImportHost::parse("imap.example.com").unwrap()
}

/// The form, the URLs, and what was left out; or the faults.
fn told(text: &str, form: Option<ListForm>, host: Option<&ImportHost>) -> String {
    let mut told = String::new();
    match read(text, form, host) {
        Ok(list) => {
            write!(told, "{:?}", list.form).unwrap();
            for account in list.accounts {
                write!(told, " {}", account.written()).unwrap();
            }
            for (why, count) in list.left_out {
                let why = match why {
                    LeftOut::Alias => "alias",
                    LeftOut::Disabled => "disabled",
                    LeftOut::NoMailbox => "no mailbox",
                    LeftOut::Twice => "twice",
                };
                write!(told, ", {count} {why}").unwrap();
            }
        }
        Err(faults) => {
            for fault in faults {
                let message = fault.message.english();
                writeln!(told, "{}:{}: {message}", fault.line, fault.column).unwrap();
            }
        }
    }
    told
}

/// The same of a list whose form is told by its content, with the users short: `alice` for alice@example.com's URL.
fn imported(text: &str) -> String {
    let told = told(text, None, Some(&host()));
    told.replace("imaps://", "")
        .replace("@example.com@imap.example.com", "")
}

#[test]
fn a_user_a_line_is_what_doveadm_prints() {
    let text = "\u{feff}# all of them\r\nalice@example.com\r\n\r\nbob@example.com\r\nalice@example.com\r\n";
    assert_eq!(imported(text), "Users alice bob, 1 twice");
    let told = told(
        "alice\nbob smith\na:b\n",
        Some(ListForm::Users),
        Some(&host()),
    );
    assert!(told.starts_with("2:1: more than a user's name"), "{told}");
    assert!(told.contains("\n3:1: more than a user's name"), "{told}");
    assert_eq!(imported("username\nalice@example.com\n"), "Table alice");
    assert_eq!(
        imported("mail\nalice@example.com\n"),
        "Users mail@imap.example.com alice"
    );
}

#[test]
fn what_stands_behind_a_user_may_be_a_password_and_is_never_a_part_of_its_name() {
    for list in [
        "alice@example.com;secret\n",
        "alice@example.com,secret\n",
        "alice@example.com|secret\n",
        "alice@example.com\tsecret\n",
        "alice@example.com;secret Alice\n",
        "bob\nalice;secret\n",
    ] {
        let told = imported(list);
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn a_password_that_shifts_what_stands_behind_it_is_a_fault_and_never_a_user() {
    for list in [
        "alice@example.com,secret:3\nbob@example.com,other:4\n",
        "password;email\np;secret;alice@example.com\n",
        "email,password,active\nalice,secret,1,1\n",
        "email;password;active\nalice@example.com;\"secret;1\nbob@example.com;pw2;1\n",
        "host1;alice;p;secret;host2;alice;pw2\n",
        "alice secret@example.com\n",
    ] {
        let told = imported(list);
        assert!(told.starts_with(char::is_numeric), "{list}: {told}");
        assert!(!told.contains("secret"), "{list}: {told}");
    }
    let told = imported("h1;test;user;h2;test;user\nh1;bob;secret;h2;bob;secret\n");
    assert!(
        told.starts_with("Imapsync ") && !told.contains("secret"),
        "{told}"
    );
    let told = imported("alice@example.com\tpw\nbob\tpw2\n");
    assert_eq!(told, "Addresses alice, 1 no mailbox");
}

#[test]
fn a_passwd_file_gives_users_and_none_of_its_hashes() {
    let text = "# virtual users\n\
        alice@example.com:{SHA512-CRYPT}$6$hunter2/x,y;z:5000:5000::/var/vmail/alice::userdb_quota_rule=*:storage=1G\n\
        bob@example.com:{PLAIN}hunter2 with blanks::::::\n\
        carol@example.com:{CRYPT}x:5000:5000::/home::nologin=y userdb_mail=x\n\
        dave@example.com:!locked:5000:5000::/home:/bin/false\n\
        root:x:0:0:root:/root:/bin/bash\n\
        erin@example.com:secret\n";
    assert_eq!(
        imported(text),
        "PasswdFile alice bob erin, 2 disabled, 1 no mailbox"
    );
    let list = read(text, None, Some(&host())).unwrap();
    assert!(list.has_secrets && !format!("{list:?}").contains("hunter2"));
}

#[test]
fn mailcow_says_who_may_log_in() {
    let text = r#"[
  {"username":"alice@example.com","active":1,"active_int":1,"name":"A","attributes":{"imap_access":"1"}},
  {"username":"bob@example.com","active":"1","attributes":[]},
  {"username":"carol@example.com","active":0,"attributes":{"imap_access":"1"}},
  {"username":"dave@example.com","active":2},
  {"username":"erin@example.com","active":1,"attributes":{"imap_access":"0"}},
  {"address":"info@example.com","goto":"alice@example.com","active":1}
]"#;
    assert_eq!(imported(text), "Mailcow alice bob, 1 alias, 3 disabled");
    let told = told("[\n {\"name\":\"hunter2\"},\n  7]", None, Some(&host()));
    assert_eq!(
        told,
        "2:2: the entry has no username\n3:3: the entry has no username\n"
    );
    let told = imported("[{\"username\":\"hunter2\",]}\n");
    assert!(
        told.starts_with("1:") && !told.contains("hunter2"),
        "{told}"
    );
}

#[test]
fn modoboa_exports_accounts_with_all_that_hands_mail_on() {
    let text = "domain;example.com;10;0;True\r\n\
        account;admin;{SHA256-CRYPT}$5$hunter2;;;True;SuperAdmins;;0\r\n\
        account;alice@example.com;{SHA256-CRYPT}$5$hunter2;Alice;\"A;B\";True;SimpleUsers;alice@example.com;0\r\n\
        account;bob@example.com;x;;;False;SimpleUsers;bob@example.com;0\r\n\
        alias;info@example.com;True;alice@example.com\r\n\
        forward;out@example.com;True;else@example.net\r\n";
    assert_eq!(
        imported(text),
        "Modoboa alice, 2 alias, 1 disabled, 2 no mailbox"
    );
    let told = told(
        "account;alice\nmystery;hunter2;x;y\n",
        Some(ListForm::Modoboa),
        Some(&host()),
    );
    assert!(
        told.starts_with("1:1: the line has fewer than 7 cells\n2:1: a row begins with"),
        "{told}"
    );
    assert!(!told.contains("hunter2"));
}

#[test]
fn a_table_with_a_head_is_read_as_mysql_and_spreadsheets_write_it() {
    let text = "email\tlogin\tpassword\tdisableimap\tname\n\
        alice@example.com\talice@example.com\t$6$hunter2\tn\tAlice \"A\"\n\
        bob@example.com\tbob@example.com\tx\ty\tBob\n";
    assert_eq!(imported(text), "Table alice, 1 disabled");
    let text = "\"mailuser_id\";\"email\";\"active\"\r\n\"1\";\"alice@example.com\";\"y\"\r\n\"2\";\"bob@example.com\";\"n\"\r\n";
    assert_eq!(imported(text), "Table alice, 1 disabled");
    let text = "username,goto\nalice@example.com,\ninfo@example.com,alice@example.com\n";
    assert_eq!(imported(text), "Table alice, 1 alias");
    let told = told("a,b\nhunter2,x\n", Some(ListForm::Table), Some(&host()));
    assert!(told.starts_with("1:1: no column names the user"), "{told}");
    let told = imported("email,login\nalice@example.com,\n");
    assert_eq!(told, "2:1: the user's name is missing\n");
}

#[test]
fn a_table_for_people_has_an_address_a_line() {
    let text = "Mail name    Mailbox\nmail  alice@example.com  true\nmail\tbob@example.com\n";
    assert_eq!(imported(text), "Addresses alice bob");
    // Users and passwords may be parted by a blank, and a password may hold an @.
    let told = imported("alice p@ssw0rd\nbob p@ss.w!rd\n");
    assert!(
        told.starts_with("1:7: a word with an @ stands here that is no address"),
        "{told}"
    );
    assert!(told.contains("\n2:5: ") && !told.contains("w0rd"), "{told}");
    let told = imported("Mail name\nmail a@example.com b@example.com\n");
    assert!(
        told.starts_with("2:6: two addresses stand on one line"),
        "{told}"
    );
}

#[test]
fn cpanel_is_read_in_json_and_in_yaml() {
    let json = r#"{"apiversion":3,"func":"list_pops","module":"Email","result":{"data":[
      {"email":"alice@example.com","login":"alice@example.com","suspended_incoming":0,"suspended_login":0},
      {"email":"bob@example.com","login":"bob@example.com","suspended_incoming":0,"suspended_login":1},
      {"email":"cpuser","login":"Main Account","suspended_incoming":0,"suspended_login":0}],
      "errors":null,"messages":null,"metadata":{"transformed":1},"status":1,"warnings":null}}"#;
    assert_eq!(
        imported(json),
        "Cpanel alice cpuser@imap.example.com, 1 disabled"
    );
    let yaml = "--- \napiversion: 3\nfunc: list_pops\nmodule: Email\nresult: \n  data: \n    - \n      email: alice@example.com\n      login: alice@example.com\n      suspended_incoming: 0\n      suspended_login: 0\n  errors: ~\n  status: 1\n";
    assert_eq!(imported(yaml), "Cpanel alice");
    let told = imported(r#"{"result":{"data":null,"errors":["no such user"],"status":0}}"#);
    assert!(
        told.starts_with("1:1: the list is an answer that tells of a failure"),
        "{told}"
    );
}

#[test]
fn of_imapsyncs_list_the_accounts_that_mail_was_copied_to_are_taken() {
    let text = "# source and target\n\
        old.example.net;alice;hunter2;imap.example.com;alice@example.com;hunter2\"x;;\n\
        old.example.net;bob;hunter2;imap://mail.example.org:1143;bob;hunter2;--automap --subfolder2 foo;\n\n";
    let list = told(text, None, None);
    assert_eq!(
        list,
        "Imapsync imaps://alice@example.com@imap.example.com imap://bob@mail.example.org:1143"
    );
    assert_eq!(imported(text), "Imapsync alice bob@imap.example.com");
    let nowhere = told(
        "old;alice;hunter2;;alice;hunter2;\n",
        Some(ListForm::Imapsync),
        None,
    );
    assert_eq!(
        nowhere,
        "1:19: the name of the host is missing; --host names the IMAP server of all users\n"
    );
    let faults = told(
        "old;alice;hunter2;im ap;alice;hunter2;\nold;bob;hunter2;new;;hunter2;;\na;b;c\n",
        Some(ListForm::Imapsync),
        None,
    );
    assert_eq!(
        faults,
        "1:19: the name of the host cannot be used\n2:17: the user's name is missing\n3:1: the line has fewer than 6 cells\n"
    );
}

#[test]
fn what_names_no_account_or_no_host_is_refused() {
    assert_eq!(
        imported("\n# nothing\n"),
        "1:1: the form of this list is not known; --from names it\n"
    );
    assert_eq!(imported("[]"), "1:1: the list names no account\n");
    let told = told("alice\nbob\n", None, None);
    assert_eq!(
        told,
        "1:1: the list names no host; --host names the IMAP server of its users\n"
    );
    for host in [
        "",
        "a b",
        "pop3://h",
        "imaps://mallory@h",
        "h:0",
        "h/x",
        "[::1",
    ] {
        assert!(ImportHost::parse(host).is_err(), "{host}");
    }
}

#[test]
fn what_strangers_wrote_ends_in_accounts_or_faults_and_in_no_panic() {
    let deep = "[".repeat(100_000);
    let wide = "a;".repeat(100_000);
    let aliases =
        "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nresult: {data: [*c,*c]}\n";
    let control = "alice\u{1b}[2J@example.com\nbob\u{202e}@example.com\n\u{0}\n";
    for text in [
        &deep, &wide, aliases, control, "\"", ";", ":", "\t", "{", "---", "account;",
    ] {
        for form in std::iter::once(None).chain(ListForm::EVERY.map(Some)) {
            let told = told(text, form, Some(&host()));
            assert!(!told.contains('\u{1b}') && told.len() < 10_000, "{told}");
        }
    }
}
