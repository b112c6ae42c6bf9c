//! A view that is made from record 1.
//!
//! Nobody sees it before it is whole, so what later entries may change is kept in memory until the
//! end, and every table is filled in its own order.

use std::path::Path;

use super::cluster::Clusters;
use super::follow::take;
use super::naming::{Gathered, Gathering};
use super::place::Place;
use super::step::Step;
use super::{View, ViewError, schema};
use crate::files::Witness;

/// A view in the making, beside the one there may be.
pub struct Making {
    view: View,
    place: Place,
    names: Gathered,
    clusters: Clusters,
}

impl Making {
    /// Begins a new, empty view. Only who holds the ledger's lock may do so.
    pub fn begin(directory: &Path, header: &[u8]) -> Result<Self, ViewError> {
        let place = Place::after_newest(directory)?;
        let connection = place.open_scratch()?;
        schema::create(&connection, header)?;
        connection.execute_batch("BEGIN")?;
        let view = View::of(connection, header, None)?;
        Ok(Self { view, place, names: Gathered::default(), clusters: Clusters::default() })
    }

    /// The number of the last record in it.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.view.position()
    }

    /// Takes in entries; each must follow the one before. After an error it is of no use.
    pub fn take(&mut self, steps: &[Step]) -> Result<(), ViewError> {
        let View { connection, tip, .. } = &mut self.view;
        let mut names = Gathering { connection, gathered: &mut self.names };
        take(connection, tip, &mut names, &mut self.clusters, steps)?;
        self.names.make_room(connection, tip)
    }

    /// Puts the view in its place, durably, and removes those before it, as well as those of other
    /// layouts. `before` may still add to it.
    pub fn finish(
        self,
        before: impl FnOnce(&mut View) -> Result<(), ViewError>,
    ) -> Result<(), ViewError> {
        let Self { mut view, place, names, clusters } = self;
        names.write(&view.connection, &mut view.tip)?;
        clusters.write(&view.connection)?;
        view.tip.write(&view.connection)?;
        view.commit()?;
        before(&mut view)?;
        view.commit()?;
        place.publish(view.connection)?;
        Witness::open(place.witness())?.0.tell(view.tip.position())?;
        place.clear_others();
        Ok(())
    }
}
