//! `rolecall audit`: looks at accounts, judges them, and shows what was found. Nothing is changed.

use super::{
    addresses::AddressBook,
    args::{Audit, FailOn, Format},
    attempt::{AccountResult, Verb},
    clock::now,
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    judging::Judge,
    run_context::RunContext,
    runner::Runner,
    since::EarlierAudit,
    state_dir,
    terminal::look,
};
use crate::{
    advice,
    config::accounts::Entry,
    judge::Judged,
    language::{Language, Phrase, text},
    model::{finding::Finding, plan::Plan},
    planner::Policy,
    report::{
        csv,
        html::{self, Audited},
        json::{self, AuditVersion},
        markdown, table,
    },
};

pub async fn run(options: Audit) -> Result<ExitStatus, Failure> {
    let state = state_dir::existing(&options.shared)?;
    let judge = Judge::new(&options.judging, &[], state, true)?;
    let language = look(&options.shared).language;
    let addresses = AddressBook::new(&options.lookup, &options.connecting, language);
    let (named, many) = (&options.accounts, &options.many);
    let gathered = gather::gather(named, many, &options.connecting, &addresses).await?;
    let Some(entries) = gathered else {
        return Ok(ExitStatus::Found);
    };
    let earlier = earlier(&options)?;
    let connector = Connector::to(&entries, &options.connecting)?;
    let mut runner = Runner::new("audit", entries, &options.many, &options.shared)?;
    runner.write_metrics(options.metrics.as_deref())?;
    runner.summary().split = Some(0);
    runner.summary().news = options.since.is_some().then_some(0);
    let auditing = Auditing {
        options,
        judge,
        connector,
        earlier,
    };
    runner.go_to_end(auditing).await
}

/// The audit to compare with, where one is named.
fn earlier(options: &Audit) -> Result<Option<EarlierAudit>, Failure> {
    if options.fail_on == FailOn::New && options.since.is_none() {
        return Err(Failure::config(text::cannot(text::tell_what_is_new())).hint(text::try_since()));
    }
    options.since.as_deref().map(EarlierAudit::read).transpose()
}

struct Auditing {
    options: Audit,
    judge: Judge,
    connector: Connector,
    earlier: Option<EarlierAudit>,
}

impl Verb for Auditing {
    async fn attempt(
        &self,
        entry: &Entry,
        context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        let judge = self.judge.for_account(entry)?;
        let looking = judge.examine_with_filters(&self.connector, entry, !self.options.no_filters);
        let mut judged = context.unless_stopped(looking).await?;
        judge.add_meetings(&mut judged);
        let (listing, roll, findings) = (&judged.listing, &judged.roll, &judged.findings);
        let earlier = self.earlier.as_ref();
        let news = earlier.map(|earlier| earlier.news(listing, findings));
        let text = match self.options.shared.format {
            Format::Table => {
                let look = look(&self.options.shared);
                let news = news.as_ref().map(|news| table::news(findings, news, look));
                let plan = plan(&judge, &judged);
                table::audit(listing, roll, findings, &plan, look) + &news.unwrap_or_default()
            }
            Format::Json => {
                let (filters, version, news) = (&judged.filters, self.version(), news.as_ref());
                json::audit_line_since(listing, roll, findings, filters, version, news) + "\n"
            }
            Format::Csv => csv::audit(listing, roll, findings, self.language()),
            Format::Markdown => markdown::audit(listing, roll, findings, self.language()),
            Format::Html => self.page(&judge, &judged)?,
        };
        let least = self.options.fail_on.severity();
        let counts = |finding: &Finding| least.is_some_and(|least| finding.severity >= least);
        let new = news.map_or(0, |news| {
            news.is_new.iter().filter(|is_new| **is_new).count()
        });
        let is_new = self.options.fail_on == FailOn::New && new > 0;
        let is_found = is_new || findings.iter().any(counts);
        *result = AccountResult {
            text,
            brief: brief(findings),
            status: if is_found {
                ExitStatus::Found
            } else {
                ExitStatus::Done
            },
            news: new as u64,
            codes: findings.iter().map(|finding| finding.code.word()).collect(),
            ..AccountResult::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::audit_error(&entry.account.id.url, &failure.as_error(), self.version())
    }
}

impl Auditing {
    fn language(&self) -> Language {
        look(&self.options.shared).language
    }

    /// The page for whoever's mail it is: with what `fix` would do, and what the users of the stated clients have to set.
    fn page(&self, judge: &Judge, judged: &Judged) -> Result<String, Failure> {
        let plan = plan(judge, judged);
        let steps = if self.options.judging.client.is_empty() {
            Vec::new()
        } else {
            let kept = judge.kept(judged, false)?;
            let clients = judge.clients().predict(&judged.listing).clients;
            let clients = clients.iter();
            clients
                .map(|client| {
                    advice::client::steps(client, &judged.listing, &kept, plan.is_empty())
                })
                .collect()
        };
        let audited = Audited {
            listing: &judged.listing,
            roll: &judged.roll,
            findings: &judged.findings,
            plan: &plan,
            steps: &steps,
        };
        Ok(html::audit(&audited, self.language()))
    }

    fn version(&self) -> AuditVersion {
        match self.options.schema_version {
            1 => AuditVersion::One,
            _ => AuditVersion::Two,
        }
    }
}

/// What `fix` without further options would do.
fn plan(judge: &Judge, judged: &Judged) -> Plan {
    let policy = Policy {
        made: now(),
        ..Policy::default()
    };
    judge.plan(judged, &policy)
}

fn brief(findings: &[Finding]) -> Phrase {
    if findings.is_empty() {
        return text::nothing_to_mend();
    }
    let number = text::findings(findings.len() as u64);
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.word()).collect();
    codes.dedup();
    text::findings_are(number, codes.join(", "))
}
