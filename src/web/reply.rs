//! What goes back: a status, a body, and what a browser is told besides.

use serde_json::json;

use crate::ask::{Complaint, Exit};
use crate::export::safe;

/// What a browser may do with a page: use the style and the module of this server, show its
/// pictures, send its forms; nothing else, and nothing of others.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// What every answer tells a browser. Other servers are told nothing of where a link stood; our own
/// forms must say where they are from, which a browser leaves out under `no-referrer`.
pub(super) const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "interest-cohort=(), geolocation=(), camera=(), microphone=()"),
];

/// What goes back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The type of the body.
    pub kind: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// How long a browser may keep it, in the words of `Cache-Control`.
    pub(super) cache: &'static str,
    /// The name to save it under, where it is a file rather than a page.
    pub(super) file: Option<String>,
    /// Where to go on.
    pub(super) location: Option<String>,
}

/// What may be other at the next look.
const FRESH: &str = "no-cache";
/// What comes with the program.
const FIXED: &str = "public, max-age=3600";

impl Reply {
    /// A page for people. Characters in it that are none of HTML, or turn the writing direction of
    /// what follows, are written out.
    pub(super) fn html(body: &str) -> Self {
        let lines: Vec<_> = body.split('\n').map(safe).collect();
        Self::of("text/html; charset=utf-8", lines.join("\n"))
    }

    /// An answer for programs.
    pub(super) fn of(kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, kind, body: body.into(), cache: FRESH, file: None, location: None }
    }

    /// A part of the program: a style, the module.
    pub(super) fn part(kind: &'static str, body: &str) -> Self {
        Self { cache: FIXED, ..Self::of(kind, body) }
    }

    /// The same as a file to be saved.
    pub(super) fn saved_as(self, name: impl Into<String>) -> Self {
        Self { file: Some(name.into()), ..self }
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// What was sent is done: on to another page.
    pub(super) fn on_to(address: String) -> Self {
        let reply = Self::of("text/plain; charset=utf-8", format!("on to {address}\n"));
        Self { location: Some(address), ..reply }.with_status(303)
    }

    /// What is wrong, for programs.
    pub(super) fn complaint(complaint: &Complaint) -> Self {
        let body = format!("{}\n", complaint.to_json());
        Self::of("application/json", body).with_status(status(complaint))
    }

    /// An answer that could not be given in time, or was too much at once.
    pub(super) fn refused(status: u16, code: &str, message: &str) -> Self {
        let help: [&str; 0] = [];
        let error = json!({"code": code, "message": message, "help": help, "at": null});
        let body = format!("{}\n", json!({"ok": false, "error": error}));
        Self::of("application/json", body).with_status(status)
    }
}

/// The HTTP status of what is wrong.
pub(super) fn status(complaint: &Complaint) -> u16 {
    match complaint.exit {
        Exit::Usage => 400,
        Exit::Missing => 404,
        Exit::Refused => 422,
        Exit::Unusable => 503,
        Exit::Integrity => 500,
    }
}
