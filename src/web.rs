//! The pages: the ledger for people who would rather look than read, and its answers for programs
//! that would rather ask a server.
//!
//! Every page is rendered here, from the same answers that the command line prints, and works
//! without JavaScript; one module only enhances. What a page shows a program gets in another form of
//! the same address: `/state.json`, `/state.csv`. Nothing is written unless the server was started
//! to write.
//!
//! | member | does |
//! |---|---|
//! | `address` | what is asked for: the path, its form, its parameters; and addresses of pages |
//! | `site` | one ledger and how it is opened; answers an address |
//! | `answer` | the answers in the forms for programs |
//! | `kept` | what was answered already |
//! | `page` | the pages, a file each |
//! | `copy` | the pages as files, for one state of knowledge |
//! | `reply` | what goes back, with what browsers are told besides |
//! | `guard` | who may ask |
//! | `receive`, `writing` | what is sent to be recorded |
//! | `server` | sockets, limits, the log of what was asked, the end |
//! | `notice`, `client` | how commands on this machine record through a server |
//! | `openapi` | what programs can ask for, described |

mod address;
mod answer;
mod client;
mod copy;
mod guard;
mod kept;
mod notice;
mod openapi;
mod page;
mod receive;
mod reply;
mod server;
mod site;
mod writing;

pub(crate) use client::Client;
pub use kept::Kept;
pub use reply::Reply;
pub use server::{Limits, Serving, WebError, serve};
pub use site::Site;
pub use writing::Writing;
