//! Plots of cost against messages, mailboxes, round-trip time and accounts, as SVG.
//!
//! In: the lines that `--save` wrote. Out: one file a plot. A cost that grows as fast as what it is drawn against is a straight
//! line; on the plots with two logarithmic axes, one that rises by one decade a decade.

use std::{collections::BTreeMap, fs, path::Path};

use plotters::prelude::*;

use crate::measure::median;

/// One line of the file: the work, its size, the round-trip time in milliseconds, the client, its cost.
struct Run {
    work: String,
    size: u32,
    round_trip: u32,
    client: String,
    seconds: f64,
    /// Seconds of processor time, of the server and the client together.
    cpu: f64,
}

/// What is drawn against what.
struct Picture {
    file: &'static str,
    title: &'static str,
    across: &'static str,
    /// What it costs, which does not depend on how busy the machine is where it can be so.
    up: (&'static str, fn(&Run) -> f64),
    /// Both axes.
    is_logarithmic: bool,
    /// Where a run stands across, if it belongs into this picture.
    place: fn(&Run) -> Option<u32>,
}

const PICTURES: [Picture; 4] = [
    Picture {
        file: "merge-messages.svg",
        title: "Merging nine mailboxes at a round trip of 0 ms",
        across: "messages",
        up: ("processor seconds, server and client", |run| run.cpu),
        is_logarithmic: true,
        place: |run| (run.work == "merge" && run.round_trip == 0).then_some(run.size),
    },
    Picture {
        file: "merge-round-trip.svg",
        title: "Merging 1 000 messages of nine mailboxes",
        across: "round-trip time in milliseconds",
        up: ("seconds", |run| run.seconds),
        is_logarithmic: false,
        place: |run| (run.work == "merge" && run.size == 1_000).then_some(run.round_trip),
    },
    Picture {
        file: "audit-mailboxes.svg",
        title: "Auditing an account at a round trip of 0 ms",
        across: "mailboxes",
        up: ("processor seconds, server and client", |run| run.cpu),
        is_logarithmic: true,
        place: |run| (run.work == "audit" && run.round_trip == 0).then_some(run.size),
    },
    Picture {
        file: "fleet-accounts.svg",
        title: "Merging in many accounts over 8 connections at a round trip of 0 ms",
        across: "accounts of 450 messages",
        up: ("processor seconds, server and client", |run| run.cpu),
        is_logarithmic: false,
        place: |run| (run.work == "fleet over 8" && run.round_trip == 0).then_some(run.size),
    },
];

/// A client's name, and its medians from left to right.
type Lines = Vec<(String, Vec<(f64, f64)>)>;

pub fn draw(file: &Path, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let text = fs::read_to_string(file).unwrap();
    let runs: Vec<Run> = text.lines().filter_map(run).collect();
    for picture in &PICTURES {
        let lines = lines(&runs, picture);
        if lines.iter().any(|(_, points)| points.len() > 1) {
            draw_one(picture, &lines, &folder.join(picture.file));
        }
    }
}

/// Reads a line; none that has no size in numbers.
fn run(line: &str) -> Option<Run> {
    let cells: Vec<&str> = line.split('\t').collect();
    let number = |at: usize| cells.get(at)?.parse().ok();
    let cost = |at: usize| cells.get(at)?.parse::<f64>().ok();
    Some(Run {
        work: (*cells.first()?).to_owned(),
        size: number(1)?,
        round_trip: number(2)?,
        client: (*cells.get(3)?).to_owned(),
        seconds: cost(8)?,
        cpu: cost(9)? + cost(10)?,
    })
}

fn lines(runs: &[Run], picture: &Picture) -> Lines {
    let mut clients: Vec<(&str, BTreeMap<u32, Vec<f64>>)> = Vec::new();
    for run in runs {
        let Some(across) = (picture.place)(run) else {
            continue;
        };
        let at = clients.iter().position(|(name, _)| *name == run.client);
        let at = at.unwrap_or_else(|| {
            clients.push((&run.client, BTreeMap::new()));
            clients.len() - 1
        });
        clients[at]
            .1
            .entry(across)
            .or_default()
            .push((picture.up.1)(run));
    }
    let lines = clients.into_iter().map(|(name, points)| {
        let points = points.into_iter();
        let points = points.map(|(across, mut costs)| (f64::from(across), median(&mut costs)));
        (name.to_owned(), points.collect())
    });
    lines.collect()
}

fn draw_one(picture: &Picture, lines: &Lines, path: &Path) {
    let points = || lines.iter().flat_map(|(_, points)| points);
    let least = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
    let across = (least(|point| point.0), most(|point| point.0));
    let up = (least(|point| point.1), most(|point| point.1) * 1.1);
    let area = SVGBackend::new(path, (760, 460)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let mut chart = ChartBuilder::on(&area);
    chart
        .caption(picture.title, ("sans-serif", 18))
        .margin(12)
        .margin_right(36)
        .x_label_area_size(40)
        .y_label_area_size(60);
    // The two kinds of axes are two types.
    macro_rules! draw_on {
        ($across:expr, $up:expr) => {{
            let mut chart = chart.build_cartesian_2d($across, $up).unwrap();
            let mut mesh = chart.configure_mesh();
            mesh.x_desc(picture.across)
                .y_desc(picture.up.0)
                .x_label_formatter(&f64::to_string)
                .y_label_formatter(&f64::to_string)
                .light_line_style(BLACK.mix(0.05))
                .draw()
                .unwrap();
            for (number, (name, points)) in lines.iter().enumerate() {
                let is_ours = name.starts_with("rolecall");
                let colour = if is_ours {
                    BLACK.mix(if name.ends_with("settle 2") { 0.5 } else { 1.0 })
                } else {
                    Palette99::pick(number).to_rgba()
                };
                let line =
                    LineSeries::new(points.iter().copied(), colour.stroke_width(2)).point_size(3);
                let drawn = chart.draw_series(line).unwrap().label(name.as_str());
                drawn.legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2))
                });
            }
            let mut labels = chart.configure_series_labels();
            labels
                .position(SeriesLabelPosition::UpperLeft)
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK.mix(0.3));
            labels.draw().unwrap();
        }};
    }
    if picture.is_logarithmic {
        draw_on!((across.0..across.1).log_scale(), (up.0..up.1).log_scale());
    } else {
        draw_on!(0.0..across.1, 0.0..up.1);
    }
    area.present().unwrap();
}
