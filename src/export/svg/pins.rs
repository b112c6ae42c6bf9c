//! Pins: what happened, by the number of its record, above the day of its effect.

use super::ink::{Ink, width};
use super::{NAMES, Picture, Target, WIDTH};
use crate::answer::{Lane, Moment};
use crate::record::Modality;
use crate::time::Day;

/// How far a pin may stand from its day before it joins its neighbour.
const FARTHEST: f64 = 20.0;

/// One pin, for one record or for several that are too close to each other.
pub(super) struct Pin<'m> {
    moments: Vec<&'m Moment>,
    /// The day of the first.
    day: f64,
    left: f64,
    wide: f64,
}

impl<'m> Pin<'m> {
    fn of(moments: Vec<&'m Moment>, day: f64, free: f64) -> Self {
        let mut pin = Self { moments, day, left: 0.0, wide: 0.0 };
        pin.wide = (width(&pin.word(), 10.0) + 9.0).max(18.0);
        pin.left = (day - pin.wide / 2.0).max(free).min(WIDTH - 4.0 - pin.wide);
        pin
    }

    fn right(&self) -> f64 {
        self.left + self.wide
    }

    fn word(&self) -> String {
        match self.moments.as_slice() {
            [one] => one.record.to_string(),
            several => format!("×{}", several.len()),
        }
    }

    /// All that is pinned, in full.
    fn words(&self) -> String {
        let one = |moment: &&Moment| {
            let date = moment.effective.as_ref().map_or("no date given", |date| &*date.text);
            let expected = if moment.modality == Modality::Expected { " (expected)" } else { "" };
            format!("@{} {}{expected}, {date}", moment.record, moment.act)
        };
        let all: Vec<String> = self.moments.iter().map(one).collect();
        let title = self.moments.first().map_or("", |moment| &*moment.title);
        match all.len() {
            1 => format!("{title}: {}", all.concat()),
            count => format!("{title}: {count} records: {}", all.join("; ")),
        }
    }

    fn is_expected(&self) -> bool {
        self.moments.iter().all(|moment| moment.modality == Modality::Expected)
    }
}

/// The pins of a lane, from left to right, none over another.
pub(super) fn placed<'m>(picture: &Picture<'m>, lane: &Lane) -> Vec<Pin<'m>> {
    let on = |moment: &&Moment| {
        let whole = moment.measure == lane.measure;
        whole && moment.planned.is_none() && !moment.retracted && !moment.denied
    };
    let moments = picture.moments.iter().filter(on);
    let mut dated: Vec<(f64, &Moment)> =
        moments.filter_map(|moment| Some((place(picture, moment)?, moment))).collect();
    dated.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut pins: Vec<Pin<'m>> = Vec::new();
    for (day, moment) in dated {
        let free = pins.last().map_or(NAMES - 9.0, |pin| pin.right() + 3.0);
        let pin = Pin::of(vec![moment], day, free);
        let away = pin.left + pin.wide / 2.0 - day;
        match pins.pop() {
            Some(mut last) if away.abs() > FARTHEST || pin.left < free => {
                let free = pins.last().map_or(NAMES - 9.0, |pin| pin.right() + 3.0);
                last.moments.push(moment);
                pins.push(Pin::of(last.moments, last.day, free));
            }
            last => pins.extend(last.into_iter().chain([pin])),
        }
    }
    pins
}

/// Where a moment is pinned: the middle of its days, if one of them is drawn.
fn place(picture: &Picture<'_>, moment: &Moment) -> Option<f64> {
    let effective = moment.effective.as_ref()?;
    let first = effective.earliest.or(effective.latest)?;
    let last = effective.latest.or(effective.earliest)?;
    let drawn = |day: Day| picture.from <= day && day <= picture.to;
    let (first, last) = match (drawn(first), drawn(last)) {
        (true, true) => (first, last),
        (true, false) => (first, picture.to),
        (false, true) => (picture.from, last),
        (false, false) => return None,
    };
    Some(f64::midpoint(
        picture.x(first),
        if first == last { picture.x(first) } else { picture.end(last) },
    ))
}

/// The lines down from pins to their days; what is drawn over their ends covers these.
pub(super) fn leaders(ink: &mut Ink, pins: &[Pin<'_>], band: f64) {
    for pin in pins {
        let above = pin.day.clamp(pin.left + 3.0, pin.right() - 3.0);
        ink.line("l-leader", (pin.day, band + 8.0), (pin.day, band));
        ink.line("l-leader", (pin.day, band), (above, band - 6.0));
    }
}

pub(super) fn draw(picture: &Picture<'_>, ink: &mut Ink, pins: &[Pin<'_>], band: f64) {
    for pin in pins {
        let href = picture.link.zip(pin.moments.first());
        let href = href.map(|(link, first)| link(Target::Record(first.record)));
        ink.open_link(href, "l-pinned");
        ink.title(&pin.words());
        let middle = pin.left + pin.wide / 2.0;
        let class = if pin.is_expected() { "l-pin-expected" } else { "l-pin" };
        ink.rect(class, (pin.left, band - 24.0), (pin.wide, 18.0), 9.0);
        ink.text("l-pin-word", (middle, band - 11.5), &pin.word());
        ink.close_link(picture.link.is_some());
    }
}
