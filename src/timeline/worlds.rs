//! Worlds with what they remember; those that have become the same are one.

use std::mem;

use indexmap::IndexMap;

use super::sweep::{Memory, World};

/// So many are compared one by one: mostly there is only one.
const FEW: usize = 8;

/// Worlds, no two of them the same, in the order in which they came.
#[derive(Clone)]
pub(super) enum Worlds {
    Few(Vec<(World, Memory)>),
    Many(IndexMap<World, Memory>),
}

impl Default for Worlds {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Worlds {
    pub(super) fn of(world: World, memory: Memory) -> Self {
        Self::Few(vec![(world, memory)])
    }

    /// Adds a world; where it is there, what it remembers is joined with what that does.
    pub(super) fn add(&mut self, world: World, memory: Memory) {
        let known = match self {
            Self::Few(list) => {
                list.iter_mut().find(|(known, _)| *known == world).map(|(_, own)| own)
            }
            Self::Many(map) => map.get_mut(&world),
        };
        match known {
            Some(own) => own.merge(&memory),
            None => self.add_new(world, memory),
        }
    }

    fn add_new(&mut self, world: World, memory: Memory) {
        match self {
            Self::Few(list) if list.len() < FEW => list.push((world, memory)),
            Self::Few(list) => {
                let all = mem::take(list).into_iter().chain([(world, memory)]);
                *self = Self::Many(all.collect());
            }
            Self::Many(map) => drop(map.insert(world, memory)),
        }
    }

    /// The only one there is.
    pub(super) fn only(&mut self) -> Option<(&mut World, &mut Memory)> {
        match self {
            Self::Few(list) => match list.as_mut_slice() {
                [(world, memory)] => Some((world, memory)),
                _ => None,
            },
            Self::Many(_) => None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Few(list) => list.is_empty(),
            Self::Many(map) => map.is_empty(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&World, &Memory)> {
        let (few, many) = match self {
            Self::Few(list) => (Some(list), None),
            Self::Many(map) => (None, Some(map)),
        };
        let few = few.into_iter().flatten().map(|(world, memory)| (world, memory));
        few.chain(many.into_iter().flatten())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &World> {
        self.iter().map(|(world, _)| world)
    }

    pub(super) fn memories_mut(&mut self) -> impl Iterator<Item = &mut Memory> {
        let (few, many) = match self {
            Self::Few(list) => (Some(list), None),
            Self::Many(map) => (None, Some(map)),
        };
        let few = few.into_iter().flatten().map(|(_, memory)| memory);
        few.chain(many.into_iter().flat_map(IndexMap::values_mut))
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&World) -> bool) {
        match self {
            Self::Few(list) => list.retain(|(world, _)| keep(world)),
            Self::Many(map) => map.retain(|world, _| keep(world)),
        }
    }

    /// Takes all of them out.
    pub(super) fn take(&mut self) -> Vec<(World, Memory)> {
        match mem::take(self) {
            Self::Few(list) => list,
            Self::Many(map) => map.into_iter().collect(),
        }
    }
}
