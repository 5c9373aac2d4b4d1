//! A fault in a file: where it stands, what was expected, and how to mend it.

use std::cell::OnceCell;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The dataset cannot be used.
    Error,
    /// It can, but something looks wrong.
    Warning,
}

impl Severity {
    /// The word messages use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place in a file; line and column count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, below the folder as the user named it.
    pub file: PathBuf,
    /// Its line; none for a fault of the whole file.
    pub line: Option<usize>,
    /// The column in the line.
    pub column: Option<usize>,
    /// How many characters it covers, at least one.
    pub length: usize,
    /// The source line, or of a very long one the part round the place.
    pub excerpt: Option<String>,
    /// The column at which the excerpt begins: 1 unless it is a part of the line.
    pub excerpt_column: usize,
}

impl Place {
    /// The whole of a file.
    #[must_use]
    pub fn whole(file: &Path) -> Self {
        Self { file: file.to_owned(), line: None, column: None, length: 1, excerpt: None, excerpt_column: 1 }
    }
}

/// Something wrong in a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable name of the kind of fault, for `check --explain`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file, below the folder as the user named it.
    pub file: PathBuf,
    /// Its line, from 1; none for a fault of the whole file.
    pub line: Option<usize>,
    /// The column in the line, in characters from 1.
    pub column: Option<usize>,
    /// How many characters are at fault.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// The way out; empty where the message says it.
    pub hint: String,
    /// The source line, or of a very long one the part round the fault.
    pub excerpt: Option<String>,
    /// The column at which the excerpt begins: 1 unless it is a part of the line.
    pub excerpt_column: usize,
}

impl Fault {
    /// An error at a place.
    #[must_use]
    pub fn at(place: &Place, code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            file: place.file.clone(),
            line: place.line,
            column: place.column,
            length: place.length,
            message: message.into(),
            hint: hint.into(),
            excerpt: place.excerpt.clone(),
            excerpt_column: place.excerpt_column,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning_at(place: &Place, code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::at(place, code, message, hint) }
    }

    /// The fault as a compiler shows it: the message, the place, the source line with a caret, the hint.
    ///
    /// ```
    /// use marchland_formats::{Fault, Place};
    /// let line = Some("r1,pd-2,red".to_owned());
    /// let place = Place { line: Some(2), column: Some(4), length: 4, excerpt: line, ..Place::whole("reports.csv".as_ref()) };
    /// let fault = Fault::at(&place, "unknown-id", "no site \"pd-2\"", "did you mean \"pd2\"?");
    /// assert!(fault.snippet().contains("2 | r1,pd-2,red\n  |    ^^^^\n"));
    /// ```
    #[must_use]
    pub fn snippet(&self) -> String {
        let mut text = format!("{}[{}]: {}\n --> {}\n", self.severity.word(), self.code, visible(&self.message), self.position());
        if let (Some(line), Some(excerpt)) = (self.line, &self.excerpt) {
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            let (shown, before, length) = window(excerpt, self.column.unwrap_or(1).saturating_sub(self.excerpt_column), self.length);
            let _ = write!(text, "{number} | {shown}\n{margin} | {}{}\n", " ".repeat(before), "^".repeat(length));
        }
        if !self.hint.is_empty() {
            let _ = writeln!(text, "  = help: {}", visible(&self.hint));
        }
        text
    }

    fn position(&self) -> String {
        let numbers = [self.line, self.column].into_iter().map_while(|number| number.map(|number| format!(":{number}")));
        format!("{}{}", self.file.display(), numbers.collect::<String>())
    }
}

impl fmt::Display for Fault {
    /// `data/kunduz/reports.csv:14:3: no site "pd-2"; did you mean "pd2"?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position(), visible(&self.message))?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "; {}", visible(&self.hint)) }
    }
}

/// Text in which control characters show themselves, so that a message stays one line; so do the marks that turn the direction
/// of what follows them, which could make a line read as another.
fn visible(text: &str) -> String {
    text.chars().flat_map(|letter| if is_hidden(letter) { letter.escape_default().collect::<Vec<_>>() } else { vec![letter] }).collect()
}

fn is_hidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters of a line that are shown round a fault (chosen: a terminal's width).
const SHOWN: usize = 100;

/// The part of a line round the fault that `skipped` characters precede, with the cells before it and the length of its underline.
fn window(line: &str, skipped: usize, length: usize) -> (String, usize, usize) {
    let letters: Vec<char> = line.chars().map(|letter| if is_hidden(letter) { ' ' } else { letter }).collect();
    let at = skipped.min(letters.len());
    let start = if letters.len() <= SHOWN { 0 } else { at.saturating_sub(SHOWN / 2) };
    let end = (start + SHOWN).min(letters.len());
    let (lead, trail) = (if start > 0 { "…" } else { "" }, if end < letters.len() { "…" } else { "" });
    let shown: String = letters[start..end].iter().collect();
    let before = lead.chars().count() + letters[start..at.max(start)].iter().map(|&letter| cells(letter)).sum::<usize>();
    let under: usize = letters[at..(at + length).min(end.max(at))].iter().map(|&letter| cells(letter)).sum();
    (format!("{lead}{shown}{trail}"), before, under.max(1))
}

/// Bytes of a line that are kept before and after the beginning of a place (chosen: more than a terminal shows; a file may be one
/// line of megabytes, and every fault of it keeps an excerpt).
pub(crate) const KEPT: (usize, usize) = (400, 800);

/// Cells of a terminal that a character takes: two for East Asian wide ones, none for combining marks (the blocks that matter).
fn cells(letter: char) -> usize {
    match u32::from(letter) {
        0x300..=0x36F | 0x610..=0x61A | 0x64B..=0x65F | 0x200B..=0x200F => 0,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0x1F300..=0x1FAFF => 2,
        _ => 1,
    }
}

/// Some bytes of a file: a place before anybody asks for its line, which costs a look at the line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// Text of a file, whole or a piece of it, and where its lines begin.
pub(crate) struct Source {
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    origin: Origin,
    lines: OnceCell<Vec<usize>>,
}

/// Where a piece of text begins in its file.
#[derive(Clone, Copy, Default)]
struct Origin {
    byte: usize,
    /// Lines that end before it.
    lines: usize,
    /// Characters of its first line that stand before it.
    characters: usize,
}

impl Source {
    /// A file of which nothing has been read.
    pub(crate) fn empty(file: &Path) -> Self {
        Self { file: file.to_owned(), text: String::new(), origin: Origin::default(), lines: OnceCell::new() }
    }

    /// Reads bytes as UTF-8, without a byte order mark.
    ///
    /// # Errors
    ///
    /// A fault at the first byte that is none, or is NUL.
    #[cfg(test)]
    pub(crate) fn new(file: &Path, bytes: &[u8]) -> Result<Self, Fault> {
        let mut source = Self::empty(file);
        let taken = source.append(bytes)?;
        source.end(&bytes[taken..])?;
        Ok(source)
    }

    /// Adds the file's next bytes to the text, and returns how many were taken: all but a last character that is cut short.
    ///
    /// # Errors
    ///
    /// A fault at the first byte that is not UTF-8, or is NUL.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        self.lines = OnceCell::new();
        let is_first = self.origin.byte == 0 && self.text.is_empty();
        let sound = if is_first { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) } else { bytes };
        let (valid, bad) = match std::str::from_utf8(sound) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = std::str::from_utf8(&sound[..error.valid_up_to()]).unwrap_or_default();
                (valid, error.error_len().map(|_| sound[valid.len()]))
            }
        };
        let nul = valid.find('\0');
        if is_first && (nul.is_some() || bad.is_some()) && looks_like_utf_16(sound) {
            return Err(self.refused("not-utf8", "expected UTF-8 but got UTF-16".to_owned()));
        }
        self.text.push_str(&valid[..nul.unwrap_or(valid.len())]);
        match (nul, bad) {
            (Some(_), _) => Err(self.refused("nul-byte", "expected text but got a NUL byte".to_owned())),
            (None, Some(byte)) => Err(self.not_utf8(byte)),
            (None, None) => Ok(bytes.len() - sound.len() + valid.len()),
        }
    }

    /// Ends the file with the bytes that are left of a last character.
    ///
    /// # Errors
    ///
    /// A fault where there are any.
    pub(crate) fn end(&mut self, left: &[u8]) -> Result<(), Fault> {
        left.first().map_or(Ok(()), |&byte| Err(self.not_utf8(byte)))
    }

    fn not_utf8(&self, byte: u8) -> Fault {
        self.refused("not-utf8", format!("expected UTF-8 but got the byte 0x{byte:02x}"))
    }

    /// The fault of a byte behind the text.
    fn refused(&self, code: &'static str, message: String) -> Fault {
        Fault::at(&self.place(self.text.len(), 1), code, message, "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")
    }

    /// Lets go of the text before an offset, but for what a place there shows of its line, and returns how many bytes went.
    pub(crate) fn forget(&mut self, before: usize) -> usize {
        let end = floor(&self.text, before.saturating_sub(KEPT.0));
        let gone = &self.text[..end];
        self.origin.characters = match gone.rfind('\n') {
            Some(at) => gone[at + 1..].chars().count(),
            None => self.origin.characters + gone.chars().count(),
        };
        self.origin.lines += line_ends(gone.as_bytes());
        self.origin.byte += end;
        self.text.drain(..end);
        self.lines = OnceCell::new();
        end
    }

    /// Some bytes of the text, as they stand in the file.
    pub(crate) fn span(&self, start: usize, length: usize) -> Span {
        Span { start: self.origin.byte + start, length }
    }

    /// The place of a span of the file that lies in the text.
    pub(crate) fn at(&self, span: Span) -> Place {
        self.place(span.start.saturating_sub(self.origin.byte), span.length)
    }

    /// The place of some bytes of the text.
    pub(crate) fn place(&self, offset: usize, length: usize) -> Place {
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect()
        });
        let offset = floor(&self.text, offset);
        let line = lines.partition_point(|&start| start <= offset).max(1);
        let start = lines[line - 1];
        let end = lines.get(line).map_or(self.text.len(), |next| next - 1);
        let first = if offset - start > KEPT.0 { floor(&self.text, offset - KEPT.0) } else { start };
        let last = floor(&self.text, end.min(offset + KEPT.1));
        let excerpt = self.text[first..last.max(first)].split(['\n', '\r']).next().unwrap_or_default();
        let covered = &self.text[offset..floor(&self.text, offset.saturating_add(length))];
        let column = |at: usize| self.text[start..at].chars().count() + if line == 1 { self.origin.characters } else { 0 } + 1;
        Place {
            file: self.file.clone(),
            line: Some(self.origin.lines + line),
            column: Some(column(offset)),
            excerpt_column: column(first),
            length: covered.split(['\n', '\r']).next().unwrap_or_default().chars().count().max(1),
            excerpt: Some(excerpt.to_owned()),
        }
    }
}

/// How many lines end in some bytes, counted in blocks that a processor adds up side by side.
fn line_ends(bytes: &[u8]) -> usize {
    let in_block = |block: &[u8]| block.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>();
    bytes.chunks(usize::from(u8::MAX)).map(|block| usize::from(in_block(block))).sum()
}

/// The last character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// A byte order mark of UTF-16, or every other byte of the beginning nought.
fn looks_like_utf_16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || (bytes.len() >= 4 && bytes[1] == 0 && bytes[3] == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_latin_1_are_named_with_their_place() {
        let fault = Source::new("a.csv".as_ref(), b"actor,name\nred,R\xE9d\n").err().unwrap();
        assert_eq!(fault.to_string().split(';').next().unwrap(), "a.csv:2:6: expected UTF-8 but got the byte 0xe9");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(Source::new("a.csv".as_ref(), b"\xEF\xBB\xBFactor").ok().unwrap().text, "actor");
        assert_eq!(Source::new("a.csv".as_ref(), b"a\0c\0").err().unwrap().message, "expected UTF-8 but got UTF-16");
    }

    #[test]
    fn the_caret_stands_under_wide_letters_and_in_long_lines() {
        let place = |excerpt: &str, column| Place {
            file: "f".into(),
            line: Some(1),
            column: Some(column),
            length: 1,
            excerpt: Some(excerpt.into()),
            excerpt_column: 1,
        };
        let snippet = Fault::at(&place("日本x", 3), "c", "m", "").snippet();
        assert!(snippet.contains("1 | 日本x\n  |     ^\n"), "{snippet}");
        let snippet = Fault::at(&place(&"a".repeat(1000), 500), "c", "m", "").snippet();
        assert!(snippet.lines().all(|line| line.chars().count() < 120), "{snippet}");
    }

    #[test]
    fn of_a_line_of_a_megabyte_only_the_part_round_the_fault_is_kept() {
        let source = Source::new("f".as_ref(), format!("{}BAD{}\n", "é".repeat(500_000), "b".repeat(500_000)).as_bytes()).ok().unwrap();
        let place = source.place(1_000_000, 3);
        assert_eq!((place.column, place.length, place.excerpt_column), (Some(500_001), 3, 499_801));
        assert!(place.excerpt.as_ref().unwrap().len() <= 1200);
        let snippet = Fault::at(&place, "c", "m", "").snippet();
        let (shown, caret) = (snippet.lines().nth(2).unwrap(), snippet.lines().nth(3).unwrap());
        assert_eq!(shown.chars().skip(caret.find('^').unwrap()).take(3).collect::<String>(), "BAD", "{snippet}");
    }

    #[test]
    fn a_piece_of_a_file_tells_the_places_that_the_whole_file_tells() {
        let text = format!("é\n{}BAD{}\nlast\n", "é,".repeat(1_000), "b".repeat(2_000));
        let (whole, mut piece) = (Source::new("f".as_ref(), text.as_bytes()).ok().unwrap(), Source::empty("f".as_ref()));
        let bad = text.find("BAD").unwrap();
        let mut taken = piece.append(&text.as_bytes()[..bad - 2]).ok().unwrap();
        assert_eq!(taken, bad - 3, "half an é waits for the rest");
        let gone = piece.forget(bad - 6);
        taken += piece.append(&text.as_bytes()[taken..]).ok().unwrap();
        assert_eq!((gone > 1_000, taken), (true, text.len()));
        for (at, length) in [(bad, 3), (bad - 6, 1), (text.len() - 5, 4)] {
            assert_eq!(piece.place(at - gone, length), whole.place(at, length));
            assert_eq!(piece.at(piece.span(at - gone, length)), whole.place(at, length));
        }
    }

    #[test]
    fn a_line_break_in_a_message_does_not_break_the_line() {
        assert_eq!(Fault::at(&Place::whole(Path::new("f")), "c", "a\nb", "").to_string(), "f: a\\nb");
        assert_eq!(Fault::at(&Place::whole(Path::new("f")), "c", "a\u{202e}b", "").to_string(), "f: a\\u{202e}b");
    }
}
