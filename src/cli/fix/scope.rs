//! What decides what `fix` plans, so that `--continue` leaves out only what the very same decisions have done.
//!
//! In: the options, the user's own tables, reviewed plans, what the accounts file says. Out: the [`Scope`] of the command,
//! and that of each account about which something is said. It does not depend on how options are spelt or ordered, nor on
//! options that decide only how results are shown or how fast accounts are gone through.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Serialize;

use super::plans::ReviewedPlans;
use crate::{
    cli::{
        args::{Fix, Judging, Many},
        ledger::{AccountScopes, Scope},
    },
    config::accounts::{Entry, Said},
    mapping::{Table, TableRow},
    model::role::Role,
};

/// The decisions of a command, in a form that is the same for all ways to type them.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
struct Decisions<'a> {
    accounts_file: Option<Vec<u8>>,
    /// Whether reviewed plans are applied; which one is for each account is part of the account's scope.
    is_reviewed: bool,
    target: BTreeMap<Role, &'a str>,
    make_target: bool,
    only: BTreeSet<Role>,
    include: BTreeSet<Role>,
    keep_sources: bool,
    /// Seconds; none where emptied mailboxes are removed at once.
    grace: Option<u64>,
    skip_step: BTreeSet<u32>,
    with_children: bool,
    move_deleted: bool,
    allow_keyword_loss: bool,
    repair_names: bool,
    repair_filters: bool,
    despite_filters: bool,
    remove_without_uidplus: bool,
    only_empty: bool,
    judging: JudgingDecisions<'a>,
}

/// The decisions about roles.
#[derive(Serialize)]
struct JudgingDecisions<'a> {
    /// Of two roles for one mailbox the later one holds.
    role: BTreeMap<&'a str, Option<Role>>,
    /// The content of each table, in order: of two entries for one name that of the later table holds.
    mappings: Vec<Vec<TableDecisions<'a>>>,
    /// Each client with its language.
    client: BTreeSet<(String, Option<String>)>,
    locale: Languages,
    sample: Option<u32>,
}

/// The languages of an account's users. The first one is that of clients for which none is named.
#[derive(Serialize, PartialEq, Default)]
struct Languages {
    first: Option<String>,
    all: BTreeSet<String>,
}

/// A table of names: its language and its names in order.
#[derive(Serialize)]
struct TableDecisions<'a> {
    locale: &'a str,
    rows: Vec<RowDecisions<'a>>,
}

/// A name and what it is used for.
#[derive(Serialize)]
struct RowDecisions<'a> {
    name: &'a str,
    roles: &'a [Role],
    created: bool,
    weak: bool,
}

/// What is decided about one account beyond the command.
#[derive(Serialize, PartialEq, Default)]
struct AccountDecisions<'a> {
    role: BTreeMap<&'a str, Option<Role>>,
    target: BTreeMap<Role, &'a str>,
    locale: Languages,
    /// The digest of the reviewed plan.
    plan: Option<&'a str>,
}

/// The scope of a command.
pub fn of_command(options: &Fix, tables: &[Vec<Table>]) -> Scope {
    Scope::of(&Decisions::of(options, tables))
}

/// The scopes of the accounts about which the accounts file or a reviewed plan says something.
pub fn of_accounts(entries: &[Entry], plans: Option<&ReviewedPlans>) -> AccountScopes {
    let scopes = entries.iter().filter_map(|entry| {
        let decisions = AccountDecisions::of(entry, plans);
        (decisions != AccountDecisions::default())
            .then(|| (entry.account.id.key(), Scope::of(&decisions)))
    });
    scopes.collect()
}

impl<'a> Decisions<'a> {
    /// Every option is named here, so that a new one does not compile before somebody has said whether it decides.
    fn of(options: &'a Fix, tables: &'a [Vec<Table>]) -> Self {
        let Fix {
            // Which accounts are dealt with, and whether they are changed now, does not decide what is planned for one.
            accounts: _,
            dry_run: _,
            save_plan: _,
            yes: _,
            plan,
            target,
            make_target,
            only,
            include,
            keep_sources,
            remove: _,
            grace: _,
            skip_step,
            with_children,
            move_deleted,
            allow_keyword_loss,
            repair_names,
            // Whether filters are read changes what is said of a plan, and nothing of what it does.
            no_filters: _,
            repair_filters,
            despite_filters,
            remove_without_uidplus,
            // How closely a merge is watched does not decide what is merged.
            verify: _,
            settle: _,
            only_empty,
            judging,
            many: Many { file, how: _ },
            // How far a command goes does not decide what it does on the way.
            fuses: _,
            // How an account is found and reached neither, nor what is written about it.
            lookup: _,
            connecting: _,
            metrics: _,
            shared: _,
        } = options;
        Self {
            accounts_file: file.as_deref().map(place),
            is_reviewed: plan.is_some(),
            target: named(target.iter()),
            make_target: *make_target,
            only: only.iter().copied().collect(),
            include: include.iter().copied().collect(),
            keep_sources: *keep_sources,
            grace: options.grace().map(|grace| grace.as_secs()),
            skip_step: skip_step.iter().copied().collect(),
            with_children: *with_children,
            move_deleted: *move_deleted,
            allow_keyword_loss: *allow_keyword_loss,
            repair_names: *repair_names,
            repair_filters: *repair_filters,
            despite_filters: *despite_filters,
            remove_without_uidplus: *remove_without_uidplus,
            only_empty: *only_empty,
            judging: JudgingDecisions::of(judging, tables),
        }
    }
}

/// Where a file is, however its path is typed.
fn place(file: &Path) -> Vec<u8> {
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    file.into_os_string().into_encoded_bytes()
}

impl<'a> JudgingDecisions<'a> {
    fn of(judging: &'a Judging, tables: &'a [Vec<Table>]) -> Self {
        let Judging {
            role,
            // What is in them decides, and not where they are.
            mappings: _,
            client,
            locale,
            sample: _,
            no_sample: _,
        } = judging;
        let mappings = tables.iter();
        let mappings = mappings.map(|tables| tables.iter().map(TableDecisions::of).collect());
        let client = client.iter().map(|typed| match typed.split_once(':') {
            Some((id, language)) if !language.is_empty() => {
                (id.to_lowercase(), Some(language.to_lowercase()))
            }
            Some((id, _)) => (id.to_lowercase(), None),
            None => (typed.to_lowercase(), None),
        });
        Self {
            role: roles(role),
            mappings: mappings.collect(),
            client: client.collect(),
            locale: Languages::of(locale),
            sample: judging.sample_size(),
        }
    }
}

impl Languages {
    fn of(tags: &[String]) -> Self {
        Self {
            first: tags.first().map(|tag| tag.to_lowercase()),
            all: tags.iter().map(|tag| tag.to_lowercase()).collect(),
        }
    }
}

impl<'a> TableDecisions<'a> {
    fn of(table: &'a Table) -> Self {
        let Table {
            file: _,
            locale,
            rows,
        } = table;
        let rows = rows.iter().map(|row| {
            let TableRow {
                name,
                roles,
                // Who gives a name is shown and decides nothing.
                source: _,
                created,
                weak,
                line: _,
            } = row;
            RowDecisions {
                name,
                roles,
                created: *created,
                weak: *weak,
            }
        });
        Self {
            locale,
            rows: rows.collect(),
        }
    }
}

impl<'a> AccountDecisions<'a> {
    fn of(entry: &'a Entry, plans: Option<&'a ReviewedPlans>) -> Self {
        let Said {
            // Who logs in does not decide what is planned.
            login_as: _,
            master_separator: _,
            filters: _,
            locales,
            roles: said_roles,
            targets,
        } = &*entry.said;
        Self {
            role: roles(said_roles),
            // Of two for one role the first one holds.
            target: named(targets.iter().rev()),
            locale: Languages::of(locales),
            plan: plans.and_then(|plans| plans.digest(&entry.account.id)),
        }
    }
}

/// The role of each mailbox; of two for one mailbox the later one holds.
fn roles(typed: &[(String, Option<Role>)]) -> BTreeMap<&str, Option<Role>> {
    let roles = typed.iter().map(|(name, role)| (name.as_str(), *role));
    roles.collect()
}

/// The mailbox of each role; of two for one role the later one holds.
fn named<'a>(typed: impl Iterator<Item = &'a (Role, String)>) -> BTreeMap<Role, &'a str> {
    typed.map(|(role, name)| (*role, name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser as _;

    use super::*;
    use crate::{
        cli::{
            args::{Cli, Command},
            judging::tables,
        },
        config::{account::Account, accounts},
    };

    /// The scope of `rolecall fix` with these options.
    fn scope(words: &str) -> Scope {
        let typed = format!("rolecall fix {words}");
        let words = shell_words::split(&typed).unwrap();
        match Cli::try_parse_from(words).unwrap().command {
            Command::Fix(options) => {
                of_command(&options, &tables(&options.judging.mappings).unwrap())
            }
            other => panic!("{other:?}"),
        }
    }

    fn write_table(path: &Path, name: &str) {
        let text = format!("locale: fr\nroles:\n  sent:\n    - name: {name}\n");
        fs::write(path, text).unwrap();
    }

    #[test]
    fn every_option_that_decides_what_is_planned_changes_the_scope() {
        let folder = tempfile::tempdir().unwrap();
        let table = folder.path().join("names.yaml");
        write_table(&table, "Quittances");
        let mappings = format!("--mappings {}", table.display());
        let mut known = vec![(String::new(), scope("--accounts a.csv"))];
        for words in [
            "--plan plans",
            "--target sent=Sent",
            "--target sent=Envois",
            "--target sent=Sent --make-target",
            "--only sent",
            "--only sent,drafts",
            "--include trash",
            "--include junk",
            "--keep-sources",
            "--remove later",
            "--remove later --grace 7d",
            "--skip-step 2",
            "--with-children",
            "--move-deleted",
            "--allow-keyword-loss",
            "--repair-names",
            "--remove-without-uidplus",
            "--only-empty",
            "--role Courrier=sent",
            "--role Courrier=none",
            "--role sent=sent",
            "--client ios",
            "--client ios:fr",
            "--locale fr",
            "--locale de",
            "--locale fr --locale de",
            "--locale de --locale fr",
            "--sample 10",
            "--no-sample",
            &mappings,
        ] {
            let scope = scope(&format!("--accounts a.csv {words}"));
            let same = known.iter().find(|(_, known)| *known == scope);
            assert!(same.is_none(), "{words} is the same as {same:?}");
            known.push((words.to_owned(), scope));
        }
        let other_file = scope("--accounts b.csv");
        assert!(known.iter().all(|(_, known)| *known != other_file));
    }

    #[test]
    fn an_option_that_decides_nothing_about_plans_leaves_the_scope_as_it_is() {
        let base = scope("--accounts a.csv");
        for words in [
            "alice bob",
            "--yes",
            "--dry-run",
            "--save-plan plans",
            "--continue",
            "--yes --canary 3",
            "--max-moves 9",
            "--max-accounts-failed 3",
            "--stop-on unknown",
            "--jobs 1",
            "--per-host 1",
            "--shard 1/4",
            "--report-dir reports",
            "--allow-inline-passwords",
            "--verify full",
            "--settle 9",
            "--remove now",
            "--remove now --grace 7d",
            "--sample 50",
            "--format json",
            "--output results",
            "--color never",
            "--verbose",
            "--quiet",
            "--no-progress",
            "--lang fr",
            "--state-dir state",
            "--timeout 9",
            "--plaintext",
            "--login-as admin --master-separator '*'",
        ] {
            assert_eq!(scope(&format!("--accounts a.csv {words}")), base, "{words}");
        }
    }

    #[test]
    fn neither_the_order_nor_the_spelling_of_options_changes_the_scope() {
        for (one, other) in [
            ("--only sent,drafts", "--only drafts --only sent"),
            ("--include trash,junk", "--include junk,trash"),
            ("--skip-step 1 --skip-step 2", "--skip-step 2 --skip-step 1"),
            (
                "--role A=sent --role B=none",
                "--role B=none --role A=junk --role A=sent",
            ),
            (
                "--target sent=A --target drafts=B",
                "--target drafts=B --target sent=A",
            ),
            (
                "--client ios --client geary:FR",
                "--client Geary:fr --client ios",
            ),
            ("--locale pt-BR", "--locale pt-br"),
            ("--remove later", "--remove later --grace 1440m"),
            ("--only sent --yes", "-y --only sent -q"),
        ] {
            let [one_scope, other_scope] =
                [one, other].map(|words| scope(&format!("--accounts a.csv {words}")));
            assert_eq!(one_scope, other_scope, "{one} | {other}");
        }
        let folder = std::env::current_dir().unwrap();
        let whole = folder.join("Cargo.toml");
        let whole = scope(&format!("--accounts {}", whole.display()));
        assert_eq!(scope("--accounts ./src/../Cargo.toml"), whole);
    }

    #[test]
    fn the_content_of_a_table_of_names_decides_and_its_place_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one.yaml", "other.yaml"].map(|name| folder.path().join(name));
        write_table(&one, "Quittances");
        fs::copy(&one, &other).unwrap();
        let of = |path: &Path| scope(&format!("--accounts a.csv --mappings {}", path.display()));
        let before = of(&one);
        assert_eq!(of(&other), before);
        write_table(&one, "Factures");
        assert_ne!(of(&one), before);
    }

    #[test]
    fn what_the_accounts_file_decides_for_an_account_is_part_of_its_own_scope() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let read = |line: &str| {
            fs::write(&path, format!("account;name;role;target;locale\n{line}\n")).unwrap();
            let entries = accounts::read(&path, accounts::Inline::Refused).unwrap();
            let key = entries[0].account.id.key();
            of_accounts(&entries, None).remove(&key)
        };
        assert_eq!(read("imaps://a@h;;;;"), None);
        // Nothing but its name is said, which decides nothing.
        assert_eq!(read("imaps://a@h;alice;;;"), None);
        let mut known = Vec::new();
        for line in [
            "imaps://a@h;;Courrier=sent;;",
            "imaps://a@h;;Courrier=none;;",
            "imaps://a@h;;;sent=Courrier;",
            "imaps://a@h;;;;fr",
        ] {
            let scope = read(line).unwrap();
            assert!(!known.contains(&scope), "{line}");
            known.push(scope);
        }
        let alone = Entry::of(Account::parse("imaps://a@h").unwrap());
        assert!(of_accounts(&[alone], None).is_empty());
    }
}
