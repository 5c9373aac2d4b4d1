//! JSON in which every value knows where it stands.
//!
//! `serde_json` forgets places once it has read a value, and a fault in the four hundredth site must name its line. So this reads
//! RFC 8259 in one walk over the bytes onto a tape, which is filled again for each feature of a file: reading allocates nothing by
//! itself, and texts are borrowed unless they hold an escape. It goes no deeper than [`DEPTH`] and takes no number that is not finite.
//!
//! Numbers of up to 15 digits with a power of ten up to 22 are one exact division (Clinger 1990, "How to read floating point numbers
//! accurately", the fast case); all others are left to the standard library.

use super::tape::{Extent, Kind, Node};

/// How deep arrays and objects may lie in each other: GeoJSON needs ten; deeper is an accident or an attack.
const DEPTH: usize = 64;

/// Where reading stopped, and why.
pub(crate) struct Stop {
    pub(crate) at: usize,
    /// How far was looked at: more text behind it may change the answer.
    pub(crate) seen: usize,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: &'static str,
}

/// A walk over a text that fills a tape.
pub(crate) struct Parser<'t, 'n> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
    pub(crate) nodes: &'n mut Vec<Node>,
}

impl Parser<'_, '_> {
    /// The byte that comes next.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips blanks and line breaks.
    pub(crate) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The stop at a byte that is not what it should be.
    pub(crate) fn expected(&self, what: &str) -> Stop {
        let got = self.text[self.at..].chars().next().map_or_else(|| "the end of the file".to_owned(), |letter| format!("\"{letter}\""));
        self.stop(
            "json-syntax",
            format!("expected {what} but got {got}"),
            "the file is cut short or was edited by hand: open it where this points",
        )
    }

    fn stop(&self, code: &'static str, message: String, hint: &'static str) -> Stop {
        Stop { at: self.at, seen: self.at, code, message, hint }
    }

    /// Reads one value, `depth` levels below the top, onto the tape.
    pub(crate) fn value(&mut self, depth: usize) -> Result<(), Stop> {
        self.blanks();
        match self.peek() {
            Some(b'{' | b'[') if depth == DEPTH => {
                let message = format!("arrays and objects lie more than {DEPTH} deep in each other");
                Err(self.stop("json-depth", message, "GeoJSON needs ten levels: take the nested property out"))
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn push(&mut self, start: usize, kind: Kind) {
        self.nodes.push(Node { start, kind });
    }

    fn word(&mut self) -> Result<(), Stop> {
        let rest = &self.text[self.at..];
        let words = [("null", Kind::Null), ("true", Kind::Bool(true)), ("false", Kind::Bool(false))];
        for (word, kind) in words {
            if rest.starts_with(word) {
                self.push(self.at, kind);
                self.at += word.len();
                return Ok(());
            }
        }
        if ["NaN", "Infinity", "nan", "inf"].iter().any(|word| rest.starts_with(word)) {
            let message = "expected a number but got NaN or Infinity, which JSON does not have".to_owned();
            return Err(self.stop("not-a-number", message, "write null, or the number that was meant"));
        }
        Err(self.expected("a value"))
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.at;
        if let Some((number, length)) = short_number(&self.text.as_bytes()[start..]) {
            self.push(start, Kind::Number(number));
            self.at += length;
            return Ok(());
        }
        let length = number_length(&self.text.as_bytes()[start..]);
        let text = &self.text[start..start + length];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.push(start, Kind::Number(number));
                self.at += length;
                Ok(())
            }
            Ok(_) => {
                let stop = self.stop("not-a-number", format!("expected a finite number but got {text}"), "write the number that was meant");
                Err(Stop { seen: start + length, ..stop })
            }
            Err(_) if text == "-" && self.text[start..].starts_with("-Infinity") => {
                self.at += 1;
                self.word()
            }
            Err(_) => Err(Stop { seen: start + length, ..self.expected("a number") }),
        }
    }

    /// Reads a text in quotes onto the tape.
    pub(crate) fn string(&mut self) -> Result<(), Stop> {
        let open = self.at;
        let mut is_plain = true;
        self.at += 1;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    self.push(open, if is_plain { Kind::Plain(self.at) } else { Kind::Escaped(self.at) });
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.escape()?;
                    is_plain = false;
                }
                _ => {
                    let hint = "close it with \", and write a line break in it as \\n";
                    let stop = self.stop("json-syntax", "this text has no closing quote on its line".to_owned(), hint);
                    return Err(Stop { at: open, ..stop });
                }
            }
        }
    }

    /// Reads an escape from its backslash on.
    pub(crate) fn escape(&mut self) -> Result<char, Stop> {
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
            Some(b'u') => return self.unicode(),
            _ => return Err(self.expected("an escape such as \\n")),
        };
        self.at += 1;
        Ok(plain)
    }

    /// `\uXXXX`, two of them for a character beyond the first plane; a half alone becomes the replacement character.
    fn unicode(&mut self) -> Result<char, Stop> {
        let first = self.four_digits()?;
        let is_pair = (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u");
        let code = if is_pair {
            self.at += 1;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) { 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00) } else { 0xFFFD }
        } else {
            first
        };
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u32, Stop> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.expected("four hexadecimal digits after \\u"))?;
        self.at += 5;
        Ok(code)
    }

    fn array(&mut self, depth: usize) -> Result<(), Stop> {
        let own = self.open();
        let mut is_ended = self.is_empty(b']');
        while !is_ended {
            self.value(depth + 1)?;
            is_ended = self.is_last(b']')?;
        }
        self.close(own, Kind::Array);
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), Stop> {
        let own = self.open();
        let mut is_ended = self.is_empty(b'}');
        while !is_ended {
            self.name()?;
            self.value(depth + 1)?;
            is_ended = self.is_last(b'}')?;
        }
        self.close(own, Kind::Object);
        Ok(())
    }

    /// Takes an opening bracket, or a comma; what it opens is said by [`Parser::close`] with the node returned.
    pub(crate) fn open(&mut self) -> usize {
        self.push(self.at, Kind::Null);
        self.at += 1;
        self.nodes.len() - 1
    }

    /// Says what a node was that ends here.
    pub(crate) fn close(&mut self, own: usize, kind: fn(Extent) -> Kind) {
        let length = u32::try_from(self.at - self.nodes[own].start).unwrap_or(u32::MAX);
        self.nodes[own].kind = kind(Extent { after: self.nodes.len() as u32, length });
    }

    /// Takes the closing bracket where it follows at once.
    pub(crate) fn is_empty(&mut self, bracket: u8) -> bool {
        self.blanks();
        let is_empty = self.peek() == Some(bracket);
        self.at += usize::from(is_empty);
        is_empty
    }

    /// Takes what follows an element: the closing bracket, or the comma before the next.
    pub(crate) fn is_last(&mut self, bracket: u8) -> Result<bool, Stop> {
        self.blanks();
        match self.peek() {
            Some(b',') => self.at += 1,
            Some(byte) if byte == bracket => {
                self.at += 1;
                return Ok(true);
            }
            _ => return Err(self.expected(&format!("\",\" or \"{}\"", char::from(bracket)))),
        }
        Ok(false)
    }

    /// Reads the name of a member and the colon behind it.
    pub(crate) fn name(&mut self) -> Result<(), Stop> {
        self.blanks();
        if self.peek() != Some(b'"') {
            return Err(self.expected("a name in quotes"));
        }
        self.string()?;
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(self.expected("\":\""));
        }
        self.at += 1;
        Ok(())
    }
}

/// A number that is one exact division, and its length: up to 15 digits, no exponent. None where it is another or none.
fn short_number(bytes: &[u8]) -> Option<(f64, usize)> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let is_negative = bytes.first() == Some(&b'-');
    let start = usize::from(is_negative);
    let (mut whole, mut at) = (0_u64, start);
    let digit = |at: usize| bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10);
    while let Some(digit) = digit(at).filter(|_| at < start + 16) {
        whole = whole * 10 + u64::from(digit);
        at += 1;
    }
    let point = at;
    if at > start && bytes.get(at) == Some(&b'.') {
        at += 1;
        while let Some(digit) = digit(at).filter(|_| at < start + 17) {
            whole = whole * 10 + u64::from(digit);
            at += 1;
        }
    }
    let decimals = (at - point).saturating_sub(1);
    let digits = point - start + decimals;
    if !(1..=15).contains(&digits) || matches!(bytes.get(at), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
        return None;
    }
    let number = whole as f64 / POWERS[decimals];
    Some((if is_negative { -number } else { number }, at))
}

/// The bytes at the beginning of which a number may consist.
pub(crate) fn number_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tape::Json;
    use super::*;

    /// The tape of a whole text.
    fn read(text: &str) -> Result<Vec<Node>, Stop> {
        let mut nodes = Vec::new();
        let mut parser = Parser { text, at: 0, nodes: &mut nodes };
        parser.value(0)?;
        parser.blanks();
        if parser.at < text.len() { Err(parser.expected("the end of the file")) } else { Ok(nodes) }
    }

    fn refusal(text: &str) -> String {
        read(text).err().map_or_else(String::new, |stop| format!("{}: {}", stop.at, stop.message))
    }

    /// The same value as `serde_json` has it.
    fn plain(json: Json<'_>) -> serde_json::Value {
        match json.kind() {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(flag) => flag.into(),
            Kind::Number(number) => format!("{number:.9e}").into(),
            Kind::Plain(_) | Kind::Escaped(_) => json.text().unwrap().into(),
            Kind::Array(_) => json.elements().unwrap().map(plain).collect(),
            Kind::Object(_) => json.members().map(|(name, value)| (name.text().unwrap().into_owned(), plain(value))).collect(),
        }
    }

    /// Its numbers to ten digits, of which `serde_json` is sure.
    fn floats(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Number(number) => format!("{:.9e}", number.as_f64().unwrap()).into(),
            serde_json::Value::Array(all) => all.into_iter().map(floats).collect(),
            serde_json::Value::Object(all) => all.into_iter().map(|(name, value)| (name, floats(value))).collect(),
            other => other,
        }
    }

    #[test]
    fn values_know_where_they_stand_and_how_they_are_written() {
        let text = "{\n \"a\": [1, \"é\\u00e9\\ud83d\\ude00\", {\"b]\": [-1.50]}]\n}";
        let nodes = read(text).ok().unwrap();
        let elements: Vec<_> = Json::first(text, &nodes).get("a").unwrap().elements().unwrap().collect();
        assert_eq!(elements[1].text().unwrap(), "éé😀");
        assert_eq!(elements[1].start(), text.find("\"é").unwrap());
        assert_eq!(elements[2].raw(), "{\"b]\": [-1.50]}");
        assert_eq!(elements[2].get("b]").unwrap().elements().unwrap().next().unwrap().raw(), "-1.50");
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_stops() {
        assert_eq!(refusal("{\"a\":\n 1,}"), "9: expected a name in quotes but got \"}\"");
        assert!(refusal("[1, NaN]").starts_with("4: expected a number but got NaN"));
        assert!(refusal("[1e999]").starts_with("1: expected a finite number but got 1e999"));
        assert!(refusal("[-Infinity]").contains("NaN or Infinity"));
        assert!(refusal("[1").contains("but got the end of the file"));
        assert!(refusal("[\"a\nb\"]").contains("no closing quote"));
        assert!(refusal("[1] 2").contains("expected the end of the file"));
    }

    #[test]
    fn nesting_has_an_end() {
        assert!(refusal(&"[".repeat(100_000)).contains("more than 64 deep"));
    }

    #[test]
    fn of_a_name_given_twice_the_last_counts() {
        let text = "{\"a\": 1, \"b\": [2], \"a\": 3}";
        let nodes = read(text).ok().unwrap();
        assert_eq!(Json::first(text, &nodes).get("a").unwrap().number(), Some(3.0));
    }

    proptest! {
        #[test]
        fn what_serde_json_reads_we_read_and_what_it_refuses_we_refuse(text in "[\\[\\]{}\",:0-9a-z.eE\\\\ -]{0,20}") {
            let ours = read(&text);
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // Leading noughts and bare points are numbers to us: nobody's data is lost by it.
            prop_assert!(ours.is_ok() || theirs.is_err(), "{text}");
            if let (Ok(nodes), Ok(theirs)) = (ours, theirs) {
                prop_assert_eq!(plain(Json::first(&text, &nodes)), floats(theirs));
            }
        }

        #[test]
        fn numbers_are_read_to_the_last_bit(text in "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?") {
            let nodes = read(&text).ok().unwrap();
            let number = Json::first(&text, &nodes).number().unwrap();
            prop_assert_eq!(number.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{}", text);
        }

        #[test]
        fn texts_are_read_as_serde_json_reads_them(text in "\\PC{0,12}") {
            let written = serde_json::to_string(&text).unwrap();
            let nodes = read(&written).ok().unwrap();
            prop_assert_eq!(Json::first(&written, &nodes).text().unwrap(), text.as_str());
            prop_assert_eq!(Json::first(&written, &nodes).raw(), written.as_str());
        }
    }
}
