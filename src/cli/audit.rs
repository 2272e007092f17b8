//! `rolecall audit`: look, judge, tell. Nothing is changed.

use std::sync::Arc;

use super::{
    account::{Judge, Reach, waiting_names},
    args::{Audit, Format},
    crew::{Crew, Told, Verb},
    failure::{Failure, Status},
    fix::state_dir,
    many,
    output::look,
    ports::World,
};
use crate::{
    apply::StateDir,
    config::accounts::Entry,
    model::finding::Finding,
    report::{
        json::{self, AuditVersion},
        table,
        text::counted,
    },
};

pub async fn run(options: Audit) -> Result<Status, Failure> {
    let judge = Judge::new(&options.judging, &[])?;
    let entries = many::gather(&options.accounts, &options.many, &options.connecting)?;
    let reach = Reach::new(&options.connecting)?;
    reach.warn(&entries);
    let mut crew = Crew::new("audit", entries, &options.many, &options.shared)?;
    crew.listen();
    let everyone = crew.everyone();
    let verb = Arc::new(Auditing {
        home: StateDir::existing(state_dir(&options.shared)?),
        options,
        judge,
        reach,
    });
    crew.go(&verb, everyone).await;
    crew.finish()
}

struct Auditing {
    /// Where runs leave word of what they have set aside; none where none has run.
    home: Option<StateDir>,
    options: Audit,
    judge: Judge,
    reach: Reach,
}

impl Verb for Auditing {
    async fn turn(&self, entry: &Entry, world: World, told: &mut Told) -> Result<(), Failure> {
        let mut judge = self.judge.of(entry);
        if let Some(home) = &self.home {
            let log = home.account_log(&entry.account.id)?;
            judge = judge.with_waiting(&waiting_names(&log));
        }
        let judged = judge.examine(&self.reach, entry);
        let mut judged = world.unless_stopped(judged).await?;
        judge.add_meetings(&mut judged);
        let (listing, roll, findings) = (&judged.listing, &judged.roll, &judged.findings);
        let text = match self.options.shared.format {
            Format::Table => table::audit(listing, roll, findings, look(&self.options.shared)),
            Format::Json => json::audit_line(listing, roll, findings, self.version()) + "\n",
        };
        let least = self.options.fail_on.severity();
        let counts = |finding: &Finding| least.is_some_and(|least| finding.severity >= least);
        let is_found = findings.iter().any(counts);
        *told = Told {
            text,
            brief: brief(findings),
            status: if is_found {
                Status::Found
            } else {
                Status::Done
            },
            codes: findings.iter().map(|finding| finding.code.word()).collect(),
            ..Told::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::audit_error(&entry.account.id.url, &failure.as_error(), self.version())
    }
}

impl Auditing {
    fn version(&self) -> AuditVersion {
        match self.options.schema_version {
            1 => AuditVersion::One,
            _ => AuditVersion::Two,
        }
    }
}

fn brief(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "nothing to mend".to_owned();
    }
    let number = counted(findings.len() as u64, "finding", "findings");
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.word()).collect();
    codes.dedup();
    format!("{number}: {}", codes.join(", "))
}
