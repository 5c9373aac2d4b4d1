//! The contact sheet: one page of HTML that needs nothing but the pictures beside it.

use std::fmt::Write as _;
use std::path::Path;

use crate::pictures::{Part, Picture};

/// The sheet of some pictures by subject and heading. All text is escaped.
pub(crate) fn html(subjects: &[(&str, Vec<Part>)], folder: &Path) -> String {
    let mut html = HEAD.to_owned();
    for (subject, parts) in subjects {
        let _ = writeln!(html, "<h1>{}</h1>", escaped(subject));
        for (heading, pictures) in parts {
            let figures: String = pictures.iter().map(|picture| figure(subject, picture, folder)).collect();
            let _ = writeln!(html, "<h2>{}</h2>\n<div>\n{figures}</div>", escaped(heading));
        }
    }
    html + "</body>\n</html>\n"
}

/// A picture 400 pixels wide that opens at full size, and below it the command that made it.
fn figure(subject: &str, picture: &Picture, folder: &Path) -> String {
    let (title, file) = (escaped(&picture.title), escaped(&picture.file));
    // Browsers show a page of PDF in a frame of its own, and no other way; it has a name where they do not.
    let shown = if Path::new(&picture.file).extension().is_some_and(|extension| extension == "pdf") {
        let side = if picture.is_across() { "across" } else { "upright" };
        let page = "#toolbar=0&amp;navpanes=0&amp;view=Fit";
        format!("<object class=\"{side}\" data=\"{file}{page}\" type=\"application/pdf\">{file}</object>")
    } else {
        format!("<img src=\"{file}\" width=\"400\" loading=\"lazy\" alt=\"{}: {title}\">", escaped(subject))
    };
    format!(
        "<figure>\n<a href=\"{file}\">{shown}</a>\n<figcaption><a href=\"{file}\">{title}</a><br>\n<code>{}</code></figcaption>\n</figure>\n",
        in_words(&picture.command(folder))
    )
}

impl Picture {
    /// Whether its page is wider than tall.
    fn is_across(&self) -> bool {
        let size = self.arguments.iter().skip_while(|word| *word != "--size").nth(1);
        size.is_some_and(|size| size.ends_with("-landscape") || size.contains('x'))
    }

    /// The command as it is typed in the root of the repository, for a file in a folder.
    pub(crate) fn command(&self, folder: &Path) -> String {
        let path = folder.join(&self.file).display().to_string();
        let words = self.arguments.iter().map(String::as_str).chain(["-o", &path]).map(quoted).collect::<Vec<_>>();
        format!("marchland {}", words.join(" "))
    }
}

/// A command whose lines break between its words, not at the dashes in them.
fn in_words(command: &str) -> String {
    command.split(' ').map(|word| format!("<span>{}</span>", escaped(word))).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./,:=".contains(letter));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Text as HTML has it, between tags and within quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>marchland: gallery</title>
<style>
body { margin: 2rem; font: 16px/1.4 sans-serif; color: #22262b; background: #fff; }
div { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
figure { margin: 0; width: 400px; }
img, object { box-sizing: border-box; border: 1px solid #c9cdd2; height: auto; }
object { width: 400px; }
.across { aspect-ratio: 297 / 210; }
.upright { aspect-ratio: 210 / 297; }
figcaption { margin-top: .4rem; }
code { font-size: 13px; color: #5a6470; }
code span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
a { color: inherit; }
</style>
</head>
<body>
"#;
