//! JSON in which every value knows where it stands.
//!
//! `serde_json` forgets places once it has read a value, and a fault in the four hundredth site must name its line. So this reads
//! RFC 8259 into a small tree with byte offsets. It goes no deeper than [`DEPTH`] and holds no number that is not finite.

use crate::fault::{Fault, Source};

/// How deep arrays and objects may lie in each other: GeoJSON needs ten; deeper is an accident or an attack.
const DEPTH: usize = 64;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Json<'t> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind<'t>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind<'t> {
    Null,
    Bool(bool),
    /// The number, and its text.
    Number(f64, &'t str),
    Text(String),
    Array(Vec<Json<'t>>),
    /// Members in file order, each with the offset of its key.
    Object(Vec<(String, usize, Json<'t>)>),
}

impl<'t> Json<'t> {
    /// The member of an object under a name; the last where it is there twice.
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'t>> {
        self.members().iter().rev().find(|(key, ..)| key == name).map(|(_, _, value)| value)
    }

    /// The members of an object; of anything else, none.
    pub(crate) fn members(&self) -> &[(String, usize, Json<'t>)] {
        if let Kind::Object(members) = &self.kind { members } else { &[] }
    }

    /// The elements of an array.
    pub(crate) fn elements(&self) -> Option<&[Json<'t>]> {
        if let Kind::Array(elements) = &self.kind { Some(elements) } else { None }
    }

    /// The text.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The number.
    pub(crate) fn number(&self) -> Option<f64> {
        if let Kind::Number(number, _) = self.kind { Some(number) } else { None }
    }

    /// Whether it is null.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// What it is, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "true or false",
            Kind::Number(..) => "a number",
            Kind::Text(_) => "text",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }
}

/// Reads a whole text.
///
/// # Errors
///
/// A fault where it stops being JSON.
pub(crate) fn read(source: &Source) -> Result<Json<'_>, Fault> {
    let mut reader = Reader { text: &source.text, at: 0 };
    let read = reader.value(0).and_then(|value| {
        reader.blanks();
        if reader.at == source.text.len() { Ok(value) } else { Err(reader.expected("the end of the file")) }
    });
    read.map_err(|stop| Fault::at(&source.place(stop.at, 1), stop.code, stop.message, stop.hint))
}

/// Where reading stopped, and why.
struct Stop {
    at: usize,
    code: &'static str,
    message: String,
    hint: &'static str,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expected(&self, what: &str) -> Stop {
        let got = self.text[self.at..].chars().next().map_or_else(|| "the end of the file".to_owned(), |letter| format!("\"{letter}\""));
        Stop {
            at: self.at,
            code: "json-syntax",
            message: format!("expected {what} but got {got}"),
            hint: "the file is cut short or was edited by hand: open it where this points",
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json<'t>, Stop> {
        self.blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{' | b'[') if depth == DEPTH => {
                let message = format!("arrays and objects lie more than {DEPTH} deep in each other");
                return Err(Stop {
                    at: start,
                    code: "json-depth",
                    message,
                    hint: "GeoJSON needs ten levels: take the nested property out",
                });
            }
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Json { start, end: self.at, kind })
    }

    fn word(&mut self) -> Result<Kind<'t>, Stop> {
        let rest = &self.text[self.at..];
        let words = [("null", Kind::Null), ("true", Kind::Bool(true)), ("false", Kind::Bool(false))];
        for (word, kind) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        if ["NaN", "Infinity", "nan", "inf"].iter().any(|word| rest.starts_with(word)) {
            return Err(Stop {
                at: self.at,
                code: "not-a-number",
                message: "expected a number but got NaN or Infinity, which JSON does not have".to_owned(),
                hint: "write null, or the number that was meant",
            });
        }
        Err(self.expected("a value"))
    }

    fn number(&mut self) -> Result<Kind<'t>, Stop> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Kind::Number(number, text)),
            Ok(_) => Err(Stop {
                at: start,
                code: "not-a-number",
                message: format!("expected a finite number but got {text}"),
                hint: "write the number that was meant",
            }),
            Err(_) => {
                self.at = start;
                if text == "-" && self.text[start..].starts_with("-Infinity") {
                    self.word_after_minus()
                } else {
                    Err(self.expected("a number"))
                }
            }
        }
    }

    fn word_after_minus(&mut self) -> Result<Kind<'t>, Stop> {
        self.at += 1;
        self.word()
    }

    fn string(&mut self) -> Result<String, Stop> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(['"', '\\', '\n']).unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                _ => {
                    return Err(Stop {
                        at: open,
                        code: "json-syntax",
                        message: "this text has no closing quote on its line".to_owned(),
                        hint: "close it with \", and write a line break in it as \\n",
                    });
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Stop> {
        self.at += 1;
        let plain = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(out),
            _ => return Err(self.expected("an escape such as \\n")),
        };
        self.at += 1;
        out.push(plain);
        Ok(())
    }

    /// `\uXXXX`, two of them for a character beyond the first plane; a half alone becomes the replacement character.
    fn unicode(&mut self, out: &mut String) -> Result<(), Stop> {
        let first = self.four_digits()?;
        let is_pair = (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u");
        let code = if is_pair {
            self.at += 1;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) { 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00) } else { 0xFFFD }
        } else {
            first
        };
        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(())
    }

    fn four_digits(&mut self) -> Result<u32, Stop> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.expected("four hexadecimal digits after \\u"))?;
        self.at += 5;
        Ok(code)
    }

    fn array(&mut self, depth: usize) -> Result<Kind<'t>, Stop> {
        self.at += 1;
        let mut elements = Vec::new();
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Kind::Array(elements));
                }
                _ => return Err(self.expected("\",\" or \"]\"")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Kind<'t>, Stop> {
        self.at += 1;
        let mut members = Vec::new();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members));
        }
        loop {
            self.blanks();
            let offset = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a name in quotes"));
            }
            let name = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.expected("\":\""));
            }
            self.at += 1;
            members.push((name, offset, self.value(depth + 1)?));
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Kind::Object(members));
                }
                _ => return Err(self.expected("\",\" or \"}\"")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(text: &str) -> Source {
        Source::new("s.json".as_ref(), text.as_bytes()).ok().unwrap()
    }

    fn refusal(text: &str) -> String {
        read(&source(text)).err().map_or_else(String::new, |fault| fault.to_string())
    }

    #[test]
    fn values_know_where_they_stand() {
        let source = source("{\n \"a\": [1, \"é\\u00e9\\ud83d\\ude00\"]\n}");
        let json = read(&source).unwrap();
        let elements = json.get("a").unwrap().elements().unwrap().to_vec();
        assert_eq!(elements[1].text(), Some("éé😀"));
        let place = source.place(elements[1].start, elements[1].end - elements[1].start);
        assert_eq!((place.line, place.column), (Some(2), Some(11)));
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_stops() {
        assert!(refusal("{\"a\":\n 1,}").starts_with("s.json:2:4: expected a name in quotes but got \"}\""));
        assert!(refusal("[1, NaN]").starts_with("s.json:1:5: expected a number but got NaN"));
        assert!(refusal("[1e999]").starts_with("s.json:1:2: expected a finite number but got 1e999"));
        assert!(refusal("[-Infinity]").contains("NaN or Infinity"));
        assert!(refusal("[1").contains("but got the end of the file"));
        assert!(refusal("[\"a\nb\"]").contains("no closing quote"));
        assert!(refusal("[1] 2").contains("expected the end of the file"));
    }

    #[test]
    fn nesting_has_an_end() {
        assert!(refusal(&"[".repeat(100_000)).contains("more than 64 deep"));
    }

    proptest! {
        #[test]
        fn what_serde_json_reads_we_read_and_what_it_refuses_we_refuse(text in "[\\[\\]{}\",:0-9a-z.eE\\\\ -]{0,20}") {
            let ours = read(&source(&text)).is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            // Leading noughts and bare points are numbers to us: nobody's data is lost by it.
            prop_assert!(ours || !theirs, "{text}");
        }
    }
}
