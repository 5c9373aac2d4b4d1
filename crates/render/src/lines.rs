//! Words cut, shrunk and broken to the room there is: nothing on a page overflows.

use unicode_bidi::BidiClass;

use crate::text::{Shaped, Weight, shape};

/// Text cut to a width, with an ellipsis where something is cut.
pub(crate) fn fitted(words: &str, size: f64, weight: Weight, width: f64) -> Shaped {
    let whole = shape(words, size, weight);
    if whole.width <= width {
        return whole;
    }
    let letters: Vec<char> = words.chars().collect();
    let (mut low, mut high) = (0, letters.len());
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        let cut: String = letters[..middle].iter().chain(['…'].iter()).collect();
        if shape(&cut, size, weight).width <= width { low = middle } else { high = middle }
    }
    shape(&letters[..low].iter().chain(['…'].iter()).collect::<String>(), size, weight)
}

/// A bold name, set smaller where it is a little too long for a width, and cut where it is much too long.
pub(crate) fn shrunk(name: &str, size: f64, width: f64) -> Shaped {
    let whole = shape(name, size, Weight::Bold);
    let smaller = size * (width / whole.width).clamp(0.72, 1.0);
    fitted(name, smaller * 0.999, Weight::Bold, width)
}

/// Words set smaller where they are a little too long for a width, and cut where they are much too long.
pub(crate) fn narrowed(words: &str, size: f64, width: f64) -> Shaped {
    let whole = shape(words, size, Weight::Regular);
    let smaller = size * (width / whole.width).clamp(0.78, 1.0);
    fitted(words, smaller * 0.999, Weight::Regular, width)
}

/// Words in lines of at most a width; a longer word has a line of its own and is cut. A number stays with the word behind it, and words with a
/// no-break blank between them stay together.
pub(crate) fn wrapped(words: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in unbroken(words) {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|line| shape(line, size, Weight::Regular).width <= width) {
            Some(longer) => *lines.last_mut().expect("a longer line had one before") = longer,
            None => lines.push(word),
        }
    }
    lines
}

/// What a line is not broken within: words, and numbers with what they count.
fn unbroken(words: &str) -> Vec<String> {
    let is_number = |word: &str| word.chars().all(|letter| letter.is_ascii_digit());
    let mut units: Vec<String> = Vec::new();
    let mut ends_in_number = false;
    for word in words.split(|letter: char| letter.is_whitespace() && letter != '\u{A0}').filter(|word| !word.is_empty()) {
        match units.last_mut().filter(|_| ends_in_number) {
            Some(last) => *last = format!("{last} {word}"),
            None => units.push(word.to_owned()),
        }
        ends_in_number = is_number(word);
    }
    units
}

/// A name in two lines as equal as its words allow; none for a single word.
///
/// Letters are counted and not measured: near enough, and names of several words are short.
pub(crate) fn halved(name: &str) -> Option<[String; 2]> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let length = |words: &[&str]| words.iter().map(|word| word.chars().count() + 1).sum::<usize>();
    let at = (1..words.len()).min_by_key(|&at| length(&words[..at]).max(length(&words[at..])))?;
    Some([words[..at].join(" "), words[at..].join(" ")])
}

/// A name within a sentence: one that is written from the right is set apart, so that it does not turn what follows it.
pub(crate) fn isolated(name: &str) -> String {
    if is_leftward(name) { format!("\u{2068}{name}\u{2069}") } else { name.to_owned() }
}

/// A line of a sentence that runs to the right whatever name it begins with.
pub(crate) fn rightward(line: &str) -> String {
    if is_leftward(line) { format!("\u{200E}{line}") } else { line.to_owned() }
}

fn is_leftward(text: &str) -> bool {
    text.chars().any(|letter| matches!(unicode_bidi::bidi_class(letter), BidiClass::R | BidiClass::AL))
}

/// A name of at most 40 letters: a longer one would cover the map.
pub(crate) fn shortened(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_wrapped_to_its_width() {
        assert!(fitted(&"long ".repeat(100), 10.0, Weight::Bold, 100.0).width <= 100.0);
        assert!(wrapped("one two three four", 10.0, 40.0).len() > 1);
        assert_eq!(wrapped("", 10.0, 40.0), Vec::<String>::new());
    }

    #[test]
    fn a_number_stays_with_what_it_counts() {
        assert_eq!(unbroken("within 3 km. At 22 places"), ["within", "3 km.", "At", "22 places"]);
        assert_eq!(unbroken("A\u{A0}2, B\u{A0}20."), ["A\u{A0}2,", "B\u{A0}20."]);
        assert_eq!(wrapped("the reach is 3 km", 10.0, shape("the reach is 3", 10.0, Weight::Regular).width).last().unwrap(), "3 km");
    }

    #[test]
    fn a_name_is_halved_where_its_longer_line_is_shortest() {
        let halves = |name: &str| halved(name).map(|halves| halves.join("/"));
        assert_eq!(halves("Governor's compound, police headquarters").as_deref(), Some("Governor's compound,/police headquarters"));
        assert_eq!([halves("Kunduz"), halves("")], [None, None]);
        assert_eq!(halves("دروازه خان آباد").as_deref(), Some("دروازه/خان آباد"));
    }

    #[test]
    fn a_name_of_many_letters_ends_in_an_ellipsis() {
        assert_eq!([shortened("Kunduz"), shortened(&"n".repeat(60))], ["Kunduz".to_owned(), "n".repeat(39) + "…"]);
    }
}
