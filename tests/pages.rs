//! The pages (`ledger serve`): the same answers as the command line's, to people who look and to
//! programs that ask; whole without JavaScript, and with it; and closed to everybody who should not
//! ask.

mod attacks;
mod crawl;
mod document;
mod ending;
mod needs_chromium;
mod openapi;
mod pinned;
mod server;
mod strange;
mod token;
mod twins;
pub mod wire;
mod writing;
