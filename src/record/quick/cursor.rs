//! A place in a JSON text, moved on field by field.
//!
//! Each reader of a field gives nothing where the text is not in the usual form, `Some(None)` where
//! the field is not there, and else its value.

#![allow(clippy::option_option, reason = "given up, or absent, or there")]

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::super::{MOST_LIST_ITEMS, Reference, is_key, is_measure_id, is_word};
use crate::time::Window;

/// A place in a JSON text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// Whether no field of the object at hand was read yet.
    first: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, first: true }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Moves past some bytes, if they come next.
    fn takes(&mut self, bytes: &[u8]) -> bool {
        let there = self.rest().starts_with(bytes);
        self.at += if there { bytes.len() } else { 0 };
        there
    }

    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        self.takes(bytes).then_some(())
    }

    // Objects and lists

    pub(super) fn open(&mut self) -> Option<()> {
        self.first = true;
        self.take(b"{")
    }

    pub(super) fn close(&mut self) -> Option<()> {
        self.first = false;
        self.take(b"}")
    }

    /// An object of these fields.
    #[inline]
    pub(super) fn object<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.open()?;
        let value = read(self)?;
        self.close()?;
        Some(value)
    }

    /// Moves past the name of a field, if that comes next.
    #[inline]
    fn has(&mut self, name: &'static str) -> bool {
        let rest = self.rest();
        let comma = usize::from(!self.first);
        let (before, name) = (&b",\""[1 - comma..], name.as_bytes());
        let length = before.len() + name.len() + 2;
        let there = rest.len() > length
            && rest.starts_with(before)
            && rest[before.len()..].starts_with(name)
            && rest[before.len() + name.len()..].starts_with(b"\":");
        if there {
            self.at += length;
            self.first = false;
        }
        there
    }

    /// A field that `read` understands.
    #[inline]
    pub(super) fn part<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.has(name) { read(self).map(Some) } else { Some(None) }
    }

    /// A list of what `read` understands; absent is empty.
    #[inline]
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut list = Vec::new();
        if !self.has(name) {
            return Some(list);
        }
        self.take(b"[")?;
        loop {
            list.push(read(self)?);
            if !self.takes(b",") {
                break;
            }
        }
        self.take(b"]")?;
        (list.len() <= MOST_LIST_ITEMS).then_some(list)
    }

    // Texts

    /// A string as it is.
    fn string(&mut self) -> Option<Cow<'t, str>> {
        self.take(b"\"")?;
        let start = self.at;
        self.at += plain_bytes(self.rest());
        if self.takes(b"\"") {
            return self.text.get(start..self.at - 1).map(Cow::Borrowed);
        }
        self.escaped(start).map(Cow::Owned)
    }

    /// The string that begins at `start`, with the escapes it has from here on. Those by number are
    /// rare and left to the strict reader.
    fn escaped(&mut self, start: usize) -> Option<String> {
        let mut string = self.text.get(start..self.at)?.to_owned();
        while !self.takes(b"\"") {
            let [b'\\', sign, ..] = self.rest() else { return None };
            string.push(match sign {
                b'"' | b'\\' | b'/' => char::from(*sign),
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                _ => return None,
            });
            self.at += 2;
            let more = plain_bytes(self.rest());
            string.push_str(self.text.get(self.at..self.at + more)?);
            self.at += more;
        }
        Some(string)
    }

    /// A text that is not empty, as it is.
    #[inline]
    pub(super) fn raw(&mut self, name: &'static str) -> Option<Option<Cow<'t, str>>> {
        self.part(name, |cursor| cursor.string().filter(|text| !text.is_empty()))
    }

    /// A text of a certain form.
    #[inline]
    fn formed(&mut self, name: &'static str, is_form: fn(&str) -> bool) -> Option<Option<String>> {
        match self.raw(name)? {
            None => Some(None),
            Some(text) => is_form(&text).then(|| Some(text.into_owned())),
        }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<Option<String>> {
        Some(self.raw(name)?.map(Cow::into_owned))
    }

    pub(super) fn word(&mut self, name: &'static str) -> Option<Option<String>> {
        self.formed(name, is_word)
    }

    pub(super) fn measure(&mut self, name: &'static str) -> Option<Option<String>> {
        self.formed(name, is_measure_id)
    }

    pub(super) fn key(&mut self, name: &'static str) -> Option<Option<String>> {
        self.formed(name, is_key)
    }

    /// A field that tells null from absent.
    pub(super) fn nullable_text(&mut self, name: &'static str) -> Option<Option<Option<String>>> {
        self.part(name, |cursor| {
            if cursor.takes(b"null") {
                return Some(None);
            }
            cursor.string().filter(|text| !text.is_empty()).map(|text| Some(text.into_owned()))
        })
    }

    pub(super) fn window(&mut self, name: &'static str) -> Option<Option<Window>> {
        match self.raw(name)? {
            None => Some(None),
            Some(text) => text.parse().ok().map(Some),
        }
    }

    pub(super) fn reference(&mut self, name: &'static str) -> Option<Option<Reference>> {
        match self.raw(name)? {
            None => Some(None),
            Some(text) => Reference::parse(&text).map(Some),
        }
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.list(name, |cursor| {
            cursor.string().filter(|text| !text.is_empty()).map(Cow::into_owned)
        })
    }

    pub(super) fn references(&mut self, name: &'static str) -> Option<Vec<Reference>> {
        self.list(name, |cursor| Reference::parse(&cursor.string()?))
    }

    // Other values

    /// A whole number that is not below zero.
    pub(super) fn number(&mut self, name: &'static str) -> Option<Option<u64>> {
        self.part(name, Self::digits)
    }

    /// Digits as JSON has them: no zero before others.
    fn digits(&mut self) -> Option<u64> {
        let rest = self.rest();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = self.text.get(self.at..self.at + count)?;
        self.at += count;
        let whole = !self.rest().first().is_some_and(|next| b".eE".contains(next));
        let plain = whole && (count == 1 || !digits.starts_with('0'));
        digits.parse().ok().filter(|_| plain)
    }

    /// A text, a whole number, true, false or null.
    pub(super) fn plain(&mut self) -> Option<Value> {
        match self.rest().first()? {
            b'"' => self.string().map(|text| Value::String(text.into_owned())),
            b't' => self.take(b"true").map(|()| Value::Bool(true)),
            b'f' => self.take(b"false").map(|()| Value::Bool(false)),
            b'n' => self.take(b"null").map(|()| Value::Null),
            b'-' => {
                self.at += 1;
                let size = i64::try_from(self.digits()?).ok().filter(|size| *size > 0)?;
                Some(Value::from(-size))
            }
            b'0'..=b'9' => self.digits().map(Value::from),
            _ => None,
        }
    }

    /// An object of plain values; absent is empty.
    pub(super) fn flat(&mut self, name: &'static str) -> Option<Map<String, Value>> {
        let mut map = Map::new();
        if !self.has(name) {
            return Some(map);
        }
        self.take(b"{")?;
        loop {
            let key = self.string()?.into_owned();
            self.take(b":")?;
            let value = self.plain()?;
            if map.insert(key, value).is_some() {
                return None;
            }
            if !self.takes(b",") {
                break;
            }
        }
        self.take(b"}")?;
        Some(map)
    }

    /// The same with names that attributes can have.
    pub(super) fn attributes(&mut self, name: &'static str) -> Option<Map<String, Value>> {
        self.flat(name).filter(|map| map.keys().all(|key| is_key(key)))
    }
}

/// How many bytes there are before the next that a string does not hold as it is: its end, an
/// escape, a control character.
fn plain_bytes(bytes: &[u8]) -> usize {
    let end = memchr::memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    let is_control = |byte: &u8| *byte < b' ';
    // Without a way out in the middle the processor looks at many bytes at once.
    if bytes[..end].iter().fold(false, |any, byte| any | is_control(byte)) {
        return bytes.iter().position(is_control).unwrap_or(end);
    }
    end
}
