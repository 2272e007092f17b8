//! The picture: the folders of before on the left, each flowing into the folder that its messages go to, on the right.
//!
//! In: what is put together. Out: SVG. A flow is as wide as the square root of its messages, so that 10 000 beside 2 stays
//! legible; all that it shows stands in the table below it too, and no colour says anything that a word does not.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::{
    changes::{Flow, Gathering},
    words::{number, purpose, say},
};
use crate::{
    language::{Language, text},
    report::wrap::elide,
};

/// The most folders of before that are drawn one by one for a folder that stays; the rest is one flow.
const FLOWS: usize = 8;
/// The most folders that stay; more are in the table only.
const GATHERINGS: usize = 12;
/// The columns of the names on both sides.
const NAME_COLUMNS: usize = 25;

const WIDTH: f64 = 760.0;
/// Where the bars of before end, and where those of after begin.
const LEFT: f64 = 300.0;
const RIGHT: f64 = 470.0;
/// The least and the greatest height of a flow, and the pixels of one message.
const LEAST: f64 = 20.0;
const GREATEST: f64 = 110.0;
const ONE: f64 = 9.3;
/// The room between two flows, and between two folders that stay.
const GAP: f64 = 6.0;
const WIDE_GAP: f64 = 26.0;
/// The room that the words of a folder that stays take.
const WORDS: f64 = 34.0;

/// One flow as it is drawn.
struct Band {
    name: String,
    messages: Option<u64>,
    flows: bool,
    top: f64,
    height: f64,
}

/// Draws what is put together; none where there is nothing to draw.
pub(super) fn picture(all: &[Gathering], is_planned: bool, language: Language) -> Option<Markup> {
    let drawn = all.get(..GATHERINGS.min(all.len()))?;
    if drawn.is_empty() {
        return None;
    }
    let most = drawn.iter().flat_map(|one| &one.flows);
    let most = most.filter_map(|flow| flow.messages).max().unwrap_or(1);
    let scale = ONE.min(GREATEST / root(most.max(1)));
    let mut top = 34.0;
    let mut parts = Vec::new();
    for gathering in drawn {
        let bands = bands(gathering, scale, &mut top, language);
        parts.push(group(gathering, &bands, scale, language));
        top += WIDE_GAP - GAP;
    }
    let (title, told) = (text::picture_title(), text::picture_says());
    let class = if is_planned { "planned" } else { "made" };
    Some(html! {
        div class="picture" {
            svg viewBox=(format!("0 0 {WIDTH} {top:.0}")) role="img" aria-label=(say(&title, language)) {
                title { (say(title, language)) }
                desc { (say(told, language)) }
                text class="h" x=(LEFT) y="16" text-anchor="end" { (say(text::before(), language)) }
                text class="h" x=(RIGHT) y="16" { (say(text::after(), language)) }
                g class=(class) { @for part in parts { (part) } }
            }
        }
    })
}

/// The flows of one folder that stays, below each other; those that are too many are one.
fn bands(gathering: &Gathering, scale: f64, top: &mut f64, language: Language) -> Vec<Band> {
    let mut bands = Vec::new();
    for flows in [true, false] {
        let all: Vec<&Flow> = gathering
            .flows
            .iter()
            .filter(|flow| flow.flows() == flows)
            .collect();
        let is_much = all.len() > FLOWS + 1;
        let single = if is_much { FLOWS } else { all.len() };
        let (single, rest) = all.split_at(single);
        let mut named: Vec<(String, Option<u64>)> = single
            .iter()
            .map(|flow| (flow.name.clone(), flow.drawn()))
            .collect();
        if !rest.is_empty() {
            let others = text::and_others(text::other_folders(rest.len() as u64));
            let messages = rest.iter().map(|flow| flow.drawn()).sum();
            named.push((say(others, language), messages));
        }
        for (name, messages) in named {
            let height = if flows {
                (scale * root(messages.unwrap_or_default())).max(LEAST)
            } else {
                LEAST
            };
            bands.push(Band {
                name,
                messages,
                flows,
                top: *top,
                height,
            });
            *top += height + GAP;
        }
    }
    bands
}

/// One folder that stays, with the flows into it.
fn group(gathering: &Gathering, bands: &[Band], scale: f64, language: Language) -> Markup {
    let colour = format!("role {}", gathering.role.map_or("", |role| role.word()));
    let flowing = || bands.iter().filter(|band| band.flows);
    let sum: f64 = flowing().map(|band| band.height).sum();
    let first = flowing().next().map_or(0.0, |band| band.top);
    let last = flowing()
        .next_back()
        .map_or(0.0, |band| band.top + band.height);
    let wanted = (scale * root(gathering.after.unwrap_or_default())).max(WORDS);
    let height = if sum > 0.0 {
        wanted.min(sum.max(WORDS))
    } else {
        WORDS
    };
    let begin = first + (last - first - height) / 2.0;
    let mut right = begin;
    let paths: Vec<(String, &Band)> = flowing()
        .map(|band| {
            let share = height * band.height / sum;
            let path = ribbon(band, right, share);
            right += share;
            (path, band)
        })
        .collect();
    let middle = begin + height / 2.0;
    let kept = text::in_folder(elide(&gathering.name, NAME_COLUMNS));
    html! {
        @for (path, band) in &paths {
            path class=(format!("flow {colour}")) d=(path) {}
            rect class=(colour) x=(LEFT - 8.0) y=(px(band.top)) width="8" height=(px(band.height)) {}
        }
        @if !paths.is_empty() {
            rect class=(colour) x=(RIGHT) y=(px(begin)) width="10" height=(px(height)) {}
            text class="purpose" x="490" y=(px(middle - 2.0)) {
                (say(purpose(gathering.role), language)) " "
                tspan class="n" { (number(gathering.after, language)) }
            }
            text class="small" x="490" y=(px(middle + 15.0)) { (say(kept, language)) }
        }
        @for band in bands {
            @let line = px(band.top + band.height / 2.0 + 5.0);
            text class="n" x="284" y=(line) text-anchor="end" { (number(band.messages, language)) }
            @let name = elide(&band.name, NAME_COLUMNS);
            text x="214" y=(line) text-anchor="end" textLength=[squeezed(&name)] lengthAdjust="spacingAndGlyphs" { (name) }
            @if !band.flows {
                rect class="left" x=(LEFT - 8.0) y=(px(band.top)) width="8" height=(px(band.height)) {}
                text class="small" x=(LEFT + 10.0) y=(line) { (say(text::left_in_place(), language)) }
            }
        }
    }
}

/// The length that a name is squeezed into where its letters may be too wide for the room there is.
fn squeezed(name: &str) -> Option<&'static str> {
    let widths = name.chars().map(|letter| match letter {
        'W' | 'M' | '@' | '%' => 14,
        'A'..='Z' => 10,
        _ if letter.is_ascii() => 8,
        _ => 13,
    });
    (widths.sum::<usize>() > 210).then_some("206")
}

/// A band that bends from the left to the right.
fn ribbon(band: &Band, right: f64, share: f64) -> String {
    let (top, bottom) = (band.top, band.top + band.height);
    let middle = f64::midpoint(LEFT, RIGHT);
    let mut path = String::new();
    let _ = write!(
        path,
        "M{LEFT} {top:.1}C{middle} {top:.1} {middle} {right:.1} {RIGHT} {right:.1}V{end:.1}C{middle} {end:.1} {middle} {bottom:.1} {LEFT} {bottom:.1}Z",
        end = right + share
    );
    path
}

/// A length with a tenth of a pixel.
fn px(length: f64) -> String {
    format!("{length:.1}")
}

/// The square root of a number of messages.
fn root(messages: u64) -> f64 {
    f64::from(u32::try_from(messages).unwrap_or(u32::MAX)).sqrt()
}
