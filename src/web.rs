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
//! | `page` | the pages, a file each |
//! | `copy` | the pages as files, for one state of knowledge |
//! | `reply` | what goes back, with what browsers are told besides |
//! | `guard` | who may ask |
//! | `server` | sockets, limits, the log of what was asked, the end |
//! | `openapi` | what programs can ask for, described |

mod address;
mod answer;
mod copy;
mod guard;
mod openapi;
mod page;
mod reply;
mod server;
mod site;

pub use reply::Reply;
pub use server::{Limits, Serving, WebError, serve};
pub use site::Site;
