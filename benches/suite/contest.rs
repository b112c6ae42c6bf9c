//! Several contestants in turn, each round one run of each, so that what else the machine does
//! falls on all of them alike.

use std::process::Command;
use std::time::{Duration, Instant};

use super::process::{self, Memory, Run};
use super::results::Measured;

/// No fewer rounds, unless one alone takes very long.
const LEAST_ROUNDS: usize = 3;
const MOST_ROUNDS: usize = 201;
/// One round of this much is enough.
const LONG: Duration = Duration::from_secs(90);

/// One way of doing the work.
pub struct Contestant<'a> {
    /// Whose.
    pub name: String,
    /// The process of a round; what it makes ready before is not timed.
    pub command: Box<dyn Fn(usize) -> Command + 'a>,
    /// Whether it takes so long that it is not run to warm up, nor again to see its memory.
    pub is_long: bool,
}

impl<'a> Contestant<'a> {
    /// A contestant that is warmed up, timed, and then run again to see its memory.
    pub fn new(name: &str, command: impl Fn(usize) -> Command + 'a) -> Self {
        Self { name: name.to_owned(), command: Box::new(command), is_long: false }
    }

    /// One whose memory is seen while it is timed.
    pub fn long(name: &str, command: impl Fn(usize) -> Command + 'a) -> Self {
        Self { is_long: true, ..Self::new(name, command) }
    }
}

/// The medians of every contestant, in their order.
pub fn contest(budget: Duration, contestants: &[Contestant<'_>]) -> Vec<Measured> {
    for contestant in contestants.iter().filter(|contestant| !contestant.is_long) {
        process::timed(&mut (contestant.command)(0));
    }
    let mut runs = vec![Vec::new(); contestants.len()];
    let begin = Instant::now();
    for round in 0..MOST_ROUNDS {
        for (contestant, runs) in contestants.iter().zip(&mut runs) {
            let run = if contestant.is_long { process::watched } else { process::timed };
            runs.push(run(&mut (contestant.command)(round)));
        }
        let least = if round + 1 < LEAST_ROUNDS { LONG } else { Duration::ZERO };
        if begin.elapsed() >= budget.max(least) {
            break;
        }
    }
    let both = contestants.iter().zip(runs);
    both.map(|(contestant, runs)| measured(contestant, &runs)).collect()
}

fn measured(contestant: &Contestant<'_>, runs: &[Run]) -> Measured {
    let memory = if contestant.is_long {
        runs.iter().map(|run| run.memory).fold(Memory::default(), Memory::or)
    } else {
        seen(contestant)
    };
    Measured::of(&contestant.name, runs, memory)
}

/// The most memory of some of its processes.
fn seen(contestant: &Contestant<'_>) -> Memory {
    let begin = Instant::now();
    let mut most = Memory::default();
    for round in 0..LEAST_ROUNDS {
        most = most.or(process::watched(&mut (contestant.command)(round)).memory);
        if begin.elapsed() > Duration::from_secs(10) {
            break;
        }
    }
    most
}
