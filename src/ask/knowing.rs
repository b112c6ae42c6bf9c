//! What counts in a question: what was known, and what was public.

/// The words of a question about what was known and what was public.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knowing {
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    pub(crate) known: Option<String>,
    /// Only what was public by the end of a day.
    pub(crate) public: Option<String>,
}

impl Knowing {
    /// Whether all that is recorded and public counts.
    pub(crate) fn is_everything(&self) -> bool {
        self.known.is_none() && self.public.is_none()
    }
}
