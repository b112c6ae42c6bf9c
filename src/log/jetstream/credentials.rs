//! Who connects. Secrets come from files or variables and are never shown.

use std::fmt;
use std::path::PathBuf;

/// Who connects to a cluster, and how it is known. Nothing of it is ever shown.
#[derive(Clone, Default)]
pub struct Credentials {
    /// A user and their password.
    pub user: Option<(String, String)>,
    /// A token.
    pub token: Option<String>,
    /// The text of a credentials file (a JWT and the seed of its key).
    pub creds: Option<String>,
    /// The certificate of the authority that the servers' certificates are held against; that of
    /// the system where none is said.
    pub ca: Option<PathBuf>,
    /// The client's own certificate and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}
