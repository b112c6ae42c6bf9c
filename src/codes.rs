//! Codes that others gave out and the whole field uses: who takes part, and what is traded.
//!
//! A record keeps what was written. What it means is read from it when somebody asks, so that a
//! party is found by its code and by each of its names.

mod item;
mod party;

pub use item::{HS_EDITIONS, HsCode, WrongCode, hs_code, is_item_under};
pub use party::{Meant, Party, is_same_party, party_by_code, party_code, party_named};
