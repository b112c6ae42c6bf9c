//! One ledger, and the answers about it.

use std::path::PathBuf;
use std::sync::Mutex;

use super::address::{Address, Form, Route};
use super::kept::{Kept, Point};
use super::reply::Reply;
use super::writing::Writing;
use super::{answer, openapi, page};
use crate::ask::{Asker, Complaint, Exit, Item};
use crate::ledger::{Ledger, Opening};
use crate::proof::quoted;
use crate::time::{Clock, Instant, SystemClock};
use crate::view::ViewError;

/// One ledger to be looked at.
pub struct Site {
    /// The ledger's directory.
    pub directory: PathBuf,
    /// How it is opened.
    pub opening: Opening,
    /// The name by which commands call it; none where they find it by themselves.
    pub name: Option<PathBuf>,
    /// What stands for the present instant; the machine's clock where there is none.
    pub now: Option<Instant>,
    /// What is said where a view had to be rebuilt.
    pub told: fn(&str),
    /// Held while a view is rebuilt: one is enough.
    pub mending: Mutex<()>,
    /// What can be written to; none where the ledger is only read.
    pub writing: Option<Writing>,
    /// What was answered already.
    pub kept: Kept,
}

impl Asker for Site {
    fn now(&self) -> Instant {
        self.now.unwrap_or_else(|| SystemClock.now())
    }

    fn open(&self) -> Result<Ledger, Complaint> {
        let ledger = Ledger::read(&self.directory, &self.opening)?;
        if let Some(wrong) = ledger.mended() {
            (self.told)(wrong);
        }
        Ok(ledger)
    }

    fn mend(&self, wrong: &ViewError) -> Result<Ledger, Complaint> {
        let _alone = self.mending.lock();
        // Somebody may have mended it meanwhile: then it can be opened and is whole.
        (self.told)(&wrong.to_string());
        match &self.writing {
            Some(writing) => writing.queue.mend()?,
            None => drop(Ledger::rebuild(&self.directory, &self.opening)?),
        }
        self.open()
    }

    fn command(&self, words: &str) -> String {
        match &self.name {
            Some(path) => format!("ledger -f {} {words}", quoted(&path.to_string_lossy())),
            None => format!("ledger {words}"),
        }
    }
}

impl Site {
    /// What goes back for a path with its query, as `/state?at=2020-01-01`; what is wrong, too.
    #[must_use]
    pub fn reply(&self, target: &str) -> Reply {
        let point = self.point().filter(|_| is_lasting(target));
        if let Some(reply) = point.as_ref().and_then(|point| self.kept.find(point, target)) {
            return reply;
        }
        let reply = self.try_reply(target);
        let reply = reply.unwrap_or_else(|complaint| page::wrong(self, target, &complaint));
        if let Some(point) = point {
            self.kept.keep(point, target, &reply);
        }
        reply
    }

    /// The same, with what is wrong apart.
    pub(crate) fn try_reply(&self, target: &str) -> Result<Reply, Complaint> {
        self.answer(&Address::read(target)?)
    }

    /// How the ledger is now; none where that cannot be told.
    pub(super) fn point(&self) -> Option<Point> {
        Point::of(&self.directory, self.today())
    }

    fn answer(&self, address: &Address) -> Result<Reply, Complaint> {
        match (&address.route, address.form) {
            (Route::Style, _) => Ok(Reply::part("text/css; charset=utf-8", page::STYLE.as_str())),
            (Route::Module, _) => Ok(Reply::part("text/javascript; charset=utf-8", page::MODULE)),
            (Route::Icon, _) => Ok(Reply::part("image/svg+xml", page::ICON)),
            (Route::Robots, _) => Ok(Reply::part("text/plain; charset=utf-8", ROBOTS)),
            (Route::OpenApi, _) => Ok(openapi::reply()),
            (Route::Records, _) => Err(sent_here()),
            (_, Form::Html) => page::draw(self, address).map(|page| Reply::html(&page)),
            (_, form) => answer::answer(self, address, form),
        }
    }
}

/// Every day and every point of knowledge is a page: robots would walk for ever.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// Whether an answer stays the same until the day or the ledger is another one. One that looks at the
/// files of the ledger does not, one with an id of its own, and one that names an instant (which has a
/// colon), since that may be about to pass.
fn is_lasting(target: &str) -> bool {
    let target = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
    !["/about", "/append"].iter().any(|path| target.starts_with(path)) && !target.contains(':')
}

/// Where records are sent nothing is to be read.
fn sent_here() -> Complaint {
    let message = "records are sent here, by POST, to a server that was started with `--write`";
    Complaint::new(Exit::Usage, Item::new("usage", message).help("help serve"))
}
