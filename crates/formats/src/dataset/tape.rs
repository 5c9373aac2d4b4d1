//! The tape that JSON is read onto: one list of nodes in the order of the file, in which an array or object says where the node after it
//! stands; and the values on it, each with its place.

use std::borrow::Cow;

use super::json::{Parser, number_length};

/// One value of a tape, or the name of an object's member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) start: usize,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    /// Text without escapes, that ends before this byte with its closing quote.
    Plain(usize),
    /// Text with escapes, that ends before this byte with its closing quote.
    Escaped(usize),
    /// Its elements follow.
    Array(Extent),
    /// Name and value of its members follow by turns.
    Object(Extent),
}

/// How far an array or object goes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extent {
    /// The node behind all that is in it.
    pub(crate) after: u32,
    /// Bytes of its text; of more than four thousand millions, so many.
    pub(crate) length: u32,
}

/// A value of a tape, with the text it was read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'t> {
    text: &'t str,
    nodes: &'t [Node],
    at: usize,
}

impl<'t> Json<'t> {
    /// The first value of a tape.
    pub(crate) fn first(text: &'t str, nodes: &'t [Node]) -> Self {
        Self { text, nodes, at: 0 }
    }

    /// The value of a tape at a node.
    pub(crate) fn at(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// What it is.
    pub(crate) fn kind(self) -> Kind {
        self.nodes[self.at].kind
    }

    /// The byte of the text at which it begins.
    pub(crate) fn start(self) -> usize {
        self.nodes[self.at].start
    }

    /// The member of an object under a name; the last where it is there twice.
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        self.members().filter(|(key, _)| key.is_text(name)).last().map(|(_, value)| value)
    }

    /// The members under some names, in one walk; of those that are there twice, the last.
    pub(crate) fn get_all<const N: usize>(self, names: [&str; N]) -> [Option<Self>; N] {
        let mut found = [None; N];
        for (key, value) in self.members() {
            if let Some(at) = names.iter().position(|name| key.is_text(name)) {
                found[at] = Some(value);
            }
        }
        found
    }

    /// The members of an object, each with its name; of anything else, none.
    pub(crate) fn members(self) -> impl Iterator<Item = (Self, Self)> {
        let after = if let Kind::Object(extent) = self.kind() { extent.after as usize } else { 0 };
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            (at < after).then(|| {
                let value = Self { at: at + 1, ..self };
                let name = Self { at, ..self };
                at = value.after();
                (name, value)
            })
        })
    }

    /// The elements of an array.
    pub(crate) fn elements(self) -> Option<impl Iterator<Item = Self>> {
        let Kind::Array(extent) = self.kind() else { return None };
        let (mut at, after) = (self.at + 1, extent.after as usize);
        Some(std::iter::from_fn(move || {
            (at < after).then(|| {
                let element = Self { at, ..self };
                at = element.after();
                element
            })
        }))
    }

    /// The node that follows the value and all in it.
    fn after(self) -> usize {
        if let Kind::Array(extent) | Kind::Object(extent) = self.kind() { extent.after as usize } else { self.at + 1 }
    }

    /// The text.
    pub(crate) fn text(self) -> Option<Cow<'t, str>> {
        match self.kind() {
            Kind::Plain(end) => Some(Cow::Borrowed(&self.text[self.start() + 1..end])),
            Kind::Escaped(end) => Some(Cow::Owned(unescaped(&self.text[self.start() + 1..end]))),
            _ => None,
        }
    }

    /// Whether it is this text.
    pub(crate) fn is_text(self, text: &str) -> bool {
        match self.kind() {
            Kind::Plain(end) => &self.text.as_bytes()[self.start() + 1..end] == text.as_bytes(),
            _ => self.text().is_some_and(|own| own == text),
        }
    }

    /// The number.
    pub(crate) fn number(self) -> Option<f64> {
        if let Kind::Number(number) = self.kind() { Some(number) } else { None }
    }

    /// Whether it is null.
    pub(crate) fn is_null(self) -> bool {
        matches!(self.kind(), Kind::Null)
    }

    /// What it is, for messages.
    pub(crate) fn what(self) -> &'static str {
        match self.kind() {
            Kind::Null => "null",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Plain(_) | Kind::Escaped(_) => "text",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }

    /// The bytes of its text.
    pub(crate) fn length(self) -> usize {
        match self.kind() {
            Kind::Null | Kind::Bool(true) => 4,
            Kind::Bool(false) => 5,
            Kind::Number(_) => number_length(&self.text.as_bytes()[self.start()..]),
            Kind::Plain(end) | Kind::Escaped(end) => end + 1 - self.start(),
            Kind::Array(extent) | Kind::Object(extent) => extent.length as usize,
        }
    }

    /// The value as it is written.
    pub(crate) fn raw(self) -> &'t str {
        self.text.get(self.start()..self.start() + self.length()).unwrap_or_default()
    }
}

/// The text that sound escapes stand for.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parser = Parser { text, at: 0, nodes: &mut Vec::new() };
    while parser.at < text.len() {
        let rest = &text[parser.at..];
        let plain = rest.find('\\').unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        parser.at += plain;
        if parser.at < text.len() {
            out.extend(parser.escape());
        }
    }
    out
}
