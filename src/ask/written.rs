//! An answer as JSON, its rows written one by one: there can be very many.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

/// The rows of an answer, to be written one by one: there can be very many.
pub(crate) struct Rows(Box<Writing>);

/// Writes rows, with something between them.
type Writing = dyn Fn(&mut dyn Write, Between) -> io::Result<()>;

/// What stands between rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Commas,
    /// After the last one, too.
    LineEnds,
}

impl Rows {
    pub(crate) fn of<R: Serialize + 'static>(rows: Vec<R>) -> Self {
        Self(Box::new(move |out, between| {
            // A row is many small pieces, which are put together before they are handed on.
            let mut written = Vec::new();
            for (place, row) in rows.iter().enumerate() {
                written.clear();
                if between == Between::Commas && place > 0 {
                    written.push(b',');
                }
                serde_json::to_writer(&mut written, row)?;
                if between == Between::LineEnds {
                    written.push(b'\n');
                }
                out.write_all(&written)?;
            }
            Ok(())
        }))
    }

    /// The rows as JSON Lines.
    pub(crate) fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write(out, Between::LineEnds)
    }

    fn write(&self, out: &mut dyn Write, between: Between) -> io::Result<()> {
        self.0(out, between)
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rows")
    }
}

/// The one JSON object of an answer. Where the rows are apart, they take the place of its `results`.
pub(crate) fn write_json(
    out: &mut dyn Write,
    envelope: &Value,
    rows: Option<&Rows>,
) -> io::Result<()> {
    let (Some(rows), Value::Object(object)) = (rows, envelope) else {
        return writeln!(out, "{envelope}");
    };
    for (place, (name, value)) in object.iter().enumerate() {
        let before = if place == 0 { "{" } else { "," };
        write!(out, "{before}{}:", Value::String(name.clone()))?;
        if name == "results" {
            out.write_all(b"[")?;
            rows.write(out, Between::Commas)?;
            out.write_all(b"]")?;
        } else {
            write!(out, "{value}")?;
        }
    }
    out.write_all(b"}\n")
}
