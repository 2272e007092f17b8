//! The embedded server's crowd: every healthy account is audited once, every other is told of once, and memory is flat.

#[path = "../../tests/support/crowd.rs"]
mod support;

use rolecall::demo::{
    Persona,
    crowd::{Crowd, PASSWORD},
};

use crate::{Desk, gauge::Gauge, lines};

pub fn run(count: u32) {
    let server = tokio::runtime::Runtime::new().unwrap();
    let crowd = server.block_on(Crowd::start(Persona::dovecot())).unwrap();
    let desk = Desk::new(&support::accounts(crowd.port(), count));
    println!(
        "{count} accounts of the embedded server's crowd\n{}",
        Gauge::head()
    );
    let command = desk.rolecall("audit --timeout 2", "audit.jsonl", PASSWORD);
    let gauge = Gauge::of(command);
    println!("{}", gauge.row("audit", count));
    print!("{}", desk.said());
    let tally = support::check(count, lines(&desk.path("audit.jsonl")));
    println!("status {}, each account once: {tally:?}", gauge.status);
    let tenths = gauge.tenths();
    let shown: Vec<String> = tenths.iter().map(|mib| format!("{mib:.1}")).collect();
    println!(
        "MiB resident on average in each tenth of the time: {}",
        shown.join(" ")
    );
    if let (Some(first), Some(last)) = (tenths.first(), tenths.last()) {
        println!(
            "the last tenth is {:+.1} % from the first",
            (last / first - 1.0) * 100.0
        );
    }
}
