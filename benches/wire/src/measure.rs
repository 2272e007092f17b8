//! One run of one client, and the table of many.

use std::{fmt::Write as _, time::Duration};

use crate::{
    gauge::{Job, Used},
    proxy::{Proxy, Tally},
    server::Server,
};

/// What one run of a client cost.
#[derive(Debug, Clone)]
pub struct Measure {
    pub used: Used,
    /// Seconds of processor time of all the server's processes.
    pub server: f64,
    pub tally: Tally,
}

/// Runs a client's process through a proxy.
pub fn measure(server: &Server, proxy: &Proxy, job: &Job) -> Measure {
    let before = server.cpu();
    let used = job.run();
    let tally = proxy.take();
    let after = settled(server);
    Measure {
        used,
        server: after.saturating_sub(before).as_secs_f64(),
        tally,
    }
}

/// The server's processor time once it does not rise any more: a process may still close what its user had open.
fn settled(server: &Server) -> Duration {
    let mut cpu = server.cpu();
    for _ in 0..50 {
        std::thread::sleep(Duration::from_millis(20));
        let now = server.cpu();
        if now == cpu {
            break;
        }
        cpu = now;
    }
    cpu
}

/// The runs of each client, in the order of the table; the first is what the others are compared with.
#[derive(Default)]
pub struct Rounds {
    clients: Vec<(String, Vec<Measure>)>,
}

/// Median, least and most.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

fn spread(of: &[Measure], figure: impl Fn(&Measure) -> f64) -> Spread {
    let mut figures: Vec<f64> = of.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    let at = |place: usize| figures.get(place).copied().unwrap_or_default();
    let middle = figures.len() / 2;
    let median = if figures.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.wrapping_sub(1)), at(middle))
    };
    Spread {
        median,
        least: at(0),
        most: at(figures.len().wrapping_sub(1)),
    }
}

impl Rounds {
    pub fn of<'a>(clients: impl Iterator<Item = &'a str>) -> Self {
        Self {
            clients: clients.map(|name| (name.to_owned(), vec![])).collect(),
        }
    }

    pub fn add(&mut self, client: &str, one: Measure) {
        let row = self.clients.iter_mut().find(|(name, _)| name == client);
        row.unwrap().1.push(one);
    }

    /// The commands of each flight of each client's first run.
    pub fn flights(&self) -> String {
        let mut text = String::new();
        for (name, measures) in &self.clients {
            writeln!(text, "{name}, each flight after the login:").unwrap();
            let said = measures.iter().take(1).flat_map(|one| &one.tally.said);
            for (number, said) in (1..).zip(said) {
                let said = said.trim_end().replace("\r\n", "\n      ");
                writeln!(text, "{number:>4}  {said}").unwrap();
            }
        }
        text
    }

    /// One line for each run: the work, the client, and every figure.
    pub fn lines(&self, work: &str) -> String {
        let mut text = String::new();
        for (name, measures) in &self.clients {
            for one in measures {
                let Measure {
                    used,
                    server,
                    tally,
                } = one;
                writeln!(
                    text,
                    "{work}\t{name}\t{}\t{}\t{}\t{}\t{:.4}\t{server:.2}\t{:.4}\t{:.1}\t{}\t{}",
                    tally.flights,
                    tally.setup,
                    tally.connections,
                    tally.commands,
                    used.seconds,
                    used.cpu,
                    used.peak,
                    tally.up,
                    tally.down,
                )
                .unwrap();
            }
        }
        text
    }

    /// Medians, least and most, and each median as a multiple of the first client's.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{:<18}{:>8}{:>7}{:>7}{:>10}  {:<26}{:>7}  {:<24}{:>7}{:>11}{:>10}{:>9}{:>10}\n",
            "",
            "flights",
            "setup",
            "conns",
            "commands",
            "seconds (least–most)",
            "×",
            "server CPU s",
            "×",
            "own CPU s",
            "peak MiB",
            "KiB up",
            "KiB down"
        );
        let Some((_, reference)) = self.clients.first() else {
            return text;
        };
        for (name, measures) in &self.clients {
            let median = |figure: fn(&Measure) -> f64| spread(measures, figure).median;
            let shown = |figure: fn(&Measure) -> f64| {
                let Spread {
                    median,
                    least,
                    most,
                } = spread(measures, figure);
                let times = median / spread(reference, figure).median;
                let times = if times.is_finite() {
                    format!("{times:.2}")
                } else {
                    "–".to_owned()
                };
                (format!("{median:.3} ({least:.3}–{most:.3})"), times)
            };
            let (seconds, slower) = shown(|one| one.used.seconds);
            let (server, dearer) = shown(|one| one.server);
            writeln!(
                text,
                "{name:<18}{:>8}{:>7}{:>7}{:>10}  {seconds:<26}{slower:>7}  {server:<24}{dearer:>7}{:>11.3}{:>10.1}{:>9.1}{:>10.1}",
                median(|one| f64::from(one.tally.flights)),
                median(|one| f64::from(one.tally.setup)),
                median(|one| f64::from(one.tally.connections)),
                median(|one| f64::from(one.tally.commands)),
                median(|one| one.used.cpu),
                median(|one| one.used.peak),
                median(|one| kib(one.tally.up)),
                median(|one| kib(one.tally.down)),
            )
            .unwrap();
        }
        text
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
fn kib(octets: u64) -> f64 {
    octets as f64 / 1_024.0
}
