//! Which pictures there are: of each dataset every layout, palette, language and kind of page.

/// A dataset, and moments of it that are worth a picture.
pub(crate) struct Subject {
    /// Its folder, which is also what its pictures' names begin with.
    pub(crate) dataset: &'static str,
    /// What the sheet calls it.
    pub(crate) title: &'static str,
    /// A moment at which much is different from place to place.
    at: &'static str,
    /// The days before and after much changed.
    sides: [&'static str; 2],
    /// Days for small multiples.
    dates: &'static str,
    /// A day, and another on which more was known of it.
    known: [&'static str; 2],
    /// A span worth an animation and a chart, day by day.
    during: &'static str,
    /// A scale for paper at which much of it is shown.
    scale: &'static str,
    /// Sites whose course is worth a chart of its own.
    sites: [&'static str; 2],
}

/// The datasets of this repository.
pub(crate) const SUBJECTS: [Subject; 2] = [
    Subject {
        dataset: "kunduz",
        title: "Kunduz, 2015 to 2021",
        at: "2016-10-03",
        sides: ["2015-09-27", "2015-09-29"],
        dates: "2015-09-27,2015-09-29,2015-10-03,2015-10-13",
        known: ["2016-10-03", "2016-10-13"],
        during: "2016-10-01/2016-10-31",
        scale: "1:25000",
        sites: ["KDZ-NDS", "KDZ-PHQ"],
    },
    Subject {
        dataset: "afghanistan-2021",
        title: "Afghanistan, August 2021",
        at: "2021-08-13",
        sides: ["2021-08-05", "2021-08-15"],
        dates: "2021-08-05,2021-08-10,2021-08-16",
        known: ["2021-08-12", "2021-08-16"],
        during: "2021-08-05/2021-08-17",
        scale: "1:8000000",
        sites: ["kabul", "kunduz"],
    },
];

/// A picture, and the command that makes it.
pub(crate) struct Picture {
    /// What it is, in a few words.
    pub(crate) title: String,
    /// The name of its file.
    pub(crate) file: String,
    /// What stands behind `marchland`, but for `-o` and the file.
    pub(crate) arguments: Vec<String>,
}

/// Pictures under a heading.
pub(crate) type Part = (&'static str, Vec<Picture>);

/// The pictures of a dataset: every flag that changes a picture is on one of them.
pub(crate) fn of(subject: &Subject) -> Vec<Part> {
    vec![
        ("One moment", one_moment(subject)),
        ("Pages", pages(subject)),
        ("Palettes", palettes(subject)),
        ("Two moments and more", several_moments(subject)),
        ("Animations", animations(subject)),
        ("Charts", charts(subject)),
    ]
}

impl Subject {
    fn picture(&self, title: &str, file: &str, verb: &str, arguments: &[&str]) -> Picture {
        let folder = format!("data/{}", self.dataset);
        let arguments = [&[verb, &folder], arguments].concat();
        Picture {
            title: title.to_owned(),
            file: format!("{}-{file}", self.dataset),
            arguments: arguments.into_iter().map(str::to_owned).collect(),
        }
    }

    fn snapshot(&self, title: &str, file: &str, arguments: &[&str]) -> Picture {
        self.picture(title, file, "snapshot", &[&["--at", self.at], arguments].concat())
    }

    fn compare(&self, title: &str, file: &str, arguments: &[&str]) -> Picture {
        let [before, after] = self.sides;
        self.picture(title, file, "compare", &[&["--before", before, "--after", after], arguments].concat())
    }
}

fn one_moment(of: &Subject) -> Vec<Picture> {
    vec![
        of.snapshot("The map, as it is made without further words", "map.png", &[]),
        of.snapshot("As drawing", "map.svg", &[]),
        of.snapshot("As known that day", "as-known.png", &["--as-of", of.at]),
        of.snapshot("By the last word", "latest.png", &["--rule", "latest"]),
        of.snapshot("Names in Dari", "dari.png", &["--lang", "fa"]),
        of.snapshot("With arrows", "arrows.png", &["--arrows"]),
        of.snapshot("Without the overview", "no-inset.png", &["--inset", "none"]),
        of.snapshot("With lines of latitude and longitude", "graticule.png", &["--graticule"]),
        of.snapshot("Without names", "no-labels.png", &["--no-labels"]),
        of.snapshot("Without the legend", "no-legend.png", &["--no-legend"]),
        of.snapshot("The bare map, with its world file", "frame-only.png", &["--frame-only"]),
        of.snapshot("On another plane", "mercator.png", &["--crs", "EPSG:3857"]),
        of.snapshot("With a title of its own", "title.png", &["--title", "Who held what, as far as anyone can say"]),
    ]
}

fn pages(of: &Subject) -> Vec<Picture> {
    vec![
        of.snapshot("A4, upright", "a4.pdf", &["--size", "a4"]),
        of.snapshot("A4, across", "a4-landscape.pdf", &["--size", "a4-landscape"]),
        of.snapshot("A4, across, at a scale", "a4-scale.pdf", &["--size", "a4-landscape", "--scale", of.scale]),
        of.snapshot("A3, across", "a3-landscape.pdf", &["--size", "a3-landscape"]),
        of.snapshot("A5 in pixels", "a5.png", &["--size", "a5", "--dpi", "150"]),
        of.snapshot("For a screen", "1920x1080.png", &["--size", "1920x1080"]),
        of.snapshot("A square", "1080x1080.png", &["--size", "1080x1080"]),
        of.snapshot("Small", "800x600.png", &["--size", "800x600"]),
        of.snapshot("Very small", "400x300.png", &["--size", "400x300"]),
    ]
}

fn palettes(of: &Subject) -> Vec<Picture> {
    let picture = |palette: &str| of.snapshot(palette, &format!("{palette}.png"), &["--palette", palette, "--size", "1000x750"]);
    ["okabe-ito", "tol-highcontrast", "tol-muted", "mono"].map(picture).into()
}

fn several_moments(of: &Subject) -> Vec<Picture> {
    let [day, later] = of.known;
    vec![
        of.compare("Beside each other", "side.png", &["--layout", "side"]),
        of.compare("Above each other", "stack.png", &["--layout", "stack", "--size", "1200x1600"]),
        of.compare("What changed", "diff.png", &["--layout", "diff"]),
        of.compare("In turn", "blink.gif", &["--layout", "blink", "--size", "1000x750"]),
        of.compare("As drawing", "side.svg", &["--layout", "side"]),
        of.compare("On paper", "side.pdf", &["--layout", "side", "--size", "a4-landscape"]),
        of.picture("Small multiples", "multiples.png", "compare", &["--dates", of.dates]),
        of.picture("Small multiples, two beside each other", "multiples-2.png", "compare", &["--dates", of.dates, "--cols", "2"]),
        of.picture("Two rules", "rules.png", "compare", &["--at", of.at, "--rule-before", "latest", "--rule-after", "bayes"]),
        of.picture("What was known", "known.png", "compare", &["--at", day, "--as-of-before", day, "--as-of-after", later]),
        of.picture(
            "What knowing more changed",
            "known-diff.png",
            "compare",
            &["--at", day, "--as-of-before", day, "--as-of-after", later, "--layout", "diff"],
        ),
    ]
}

fn animations(of: &Subject) -> Vec<Picture> {
    let animate = |title: &str, file: &str, steps: &[&str]| {
        of.picture(title, file, "animate", &[&["--during", of.during, "--size", "800x600"], steps].concat())
    };
    vec![
        animate("Day by day, as GIF", "days.gif", &["--every", "P1D"]),
        animate("At every change, as animated PNG", "changes.png", &["--on-change"]),
        animate("Day by day, as WebP", "days.webp", &["--every", "P1D"]),
    ]
}

fn charts(of: &Subject) -> Vec<Picture> {
    let chart = |title: &str, file: &str, verb: &str, further: &[&str]| {
        of.picture(title, file, verb, &[&["--during", of.during, "--size", "1200x750"], further].concat())
    };
    vec![
        chart("Ground through time, stacked", "areas.svg", "series", &[]),
        chart("Ground through time, as lines", "lines.png", "series", &["--layout", "lines"]),
        chart("States of each place", "timeline.svg", "timeline", &[]),
        chart("States of two places", "two-places.png", "timeline", &["--site", of.sites[0], "--site", of.sites[1]]),
        chart("States of each place, on paper", "timeline.pdf", "timeline", &[]),
    ]
}
