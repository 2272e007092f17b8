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

/// The median, which is the middle one or between the two in the middle.
pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    let at = |place: usize| figures.get(place).copied().unwrap_or(f64::NAN);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.wrapping_sub(1)), at(middle))
    }
}

fn spread(of: &[Measure], figure: impl Fn(&Measure) -> f64) -> Spread {
    let mut figures: Vec<f64> = of.iter().map(figure).collect();
    Spread {
        median: median(&mut figures),
        least: figures.iter().copied().fold(f64::INFINITY, f64::min),
        most: figures.iter().copied().fold(f64::NEG_INFINITY, f64::max),
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
            let each = measures.iter().take(1).flat_map(|one| &one.tally.each);
            for (number, flight) in (1..).zip(each) {
                let said = flight.said.trim_end().replace("\r\n", "\n      ");
                let took = flight.took.as_secs_f64() * 1000.0;
                writeln!(text, "{number:>4}  {said}\n      # {took:.1} ms").unwrap();
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

    /// A table in Markdown: medians, least and most, and each median as a multiple of the first client's.
    pub fn table(&self) -> String {
        const HEAD: [&str; 13] = [
            "",
            "flights",
            "setup",
            "connections",
            "commands",
            "seconds (least–most)",
            "×",
            "server CPU s (least–most)",
            "×",
            "own CPU s",
            "MiB",
            "KiB up",
            "KiB down",
        ];
        let mut rows = vec![HEAD.map(str::to_owned)];
        for (name, measures) in &self.clients {
            let median = |figure: fn(&Measure) -> f64| spread(measures, figure).median;
            let shown = |figure: fn(&Measure) -> f64| {
                let Spread {
                    median,
                    least,
                    most,
                } = spread(measures, figure);
                format!("{median:.3} ({least:.3}–{most:.3})")
            };
            let times = |figure: fn(&Measure) -> f64| {
                let reference = self
                    .clients
                    .first()
                    .map_or(&[][..], |(_, measures)| measures);
                let times = median(figure) / spread(reference, figure).median;
                if times.is_finite() {
                    format!("{times:.2}")
                } else {
                    "–".to_owned()
                }
            };
            let (seconds, server) = (|one: &Measure| one.used.seconds, |one: &Measure| one.server);
            rows.push([
                name.clone(),
                median(|one| f64::from(one.tally.flights)).to_string(),
                median(|one| f64::from(one.tally.setup)).to_string(),
                median(|one| f64::from(one.tally.connections)).to_string(),
                median(|one| f64::from(one.tally.commands)).to_string(),
                shown(seconds),
                times(seconds),
                shown(server),
                times(server),
                format!("{:.3}", median(|one| one.used.cpu)),
                format!("{:.1}", median(|one| one.used.peak)),
                format!("{:.1}", median(|one| kib(one.tally.up))),
                format!("{:.1}", median(|one| kib(one.tally.down))),
            ]);
        }
        markdown(&rows)
    }
}

/// Rows as a table in Markdown that can be read as it is.
fn markdown<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..N)
        .map(|column| width(column).unwrap_or(0).max(2))
        .collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            write!(text, "| {cell:<width$} ").unwrap();
        }
        text += "|\n";
        if at == 0 {
            for width in &widths {
                write!(text, "|-{:-<width$}-", "").unwrap();
            }
            text += "|\n";
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
fn kib(octets: u64) -> f64 {
    octets as f64 / 1_024.0
}
