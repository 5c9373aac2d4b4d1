//! Flags that several verbs take, in groups that act together.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use marchland_core::printable;
use marchland_render::Scale;
use marchland_render::palette::Palette;

/// By which rule, and knowing what.
#[derive(Args, Clone, Debug)]
pub(crate) struct Weighing {
    /// Use only what had been said by then: a date (its end) or an RFC 3339 instant
    #[arg(long, value_name = "K")]
    pub(crate) as_of: Option<String>,

    /// Weigh the reports by this rule, not by the dataset's
    #[arg(long, value_name = "NAME")]
    pub(crate) rule: Option<String>,

    /// Let no report speak of the time before it: the forward pass of the rule alone
    #[arg(long)]
    pub(crate) online: bool,
}

/// For which moment.
#[derive(Args, Clone, Debug)]
pub(crate) struct Moment {
    /// The moment: a date (23:59:59 of that local day), an RFC 3339 instant, `first` or `last`
    #[arg(long, value_name = "T", default_value = "last")]
    pub(crate) at: String,

    /// How the reports are weighed.
    #[command(flatten)]
    pub(crate) weighing: Weighing,
}

/// In which words the answer is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Wording {
    /// Labels in this language, where the dataset has them (an ISO 639 code)
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,

    /// Print the answer as JSON; of what goes into files, what was written
    #[arg(long)]
    pub(crate) json: bool,
}

/// What one moment of a dataset is asked, and in which words it answers.
#[derive(Args, Clone, Debug)]
pub(crate) struct Question {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: PathBuf,

    #[command(flatten)]
    pub(crate) moment: Moment,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

/// Where the answer goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Destination {
    /// Write to this file, `-` for standard output, or with a trailing `/` the whole set into this folder
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Format, where the file's extension does not say it
    #[arg(short, long, value_name = "F")]
    pub(crate) format: Option<String>,

    /// Replace files that exist
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// What is read, how it is weighed, and where the answer goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Run {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: PathBuf,

    #[command(flatten)]
    pub(crate) weighing: Weighing,

    #[command(flatten)]
    pub(crate) destination: Destination,
}

/// How coarse borders are.
#[derive(Args, Clone, Debug)]
pub(crate) struct Borders {
    /// Leave out the corners of borders that depart by less than this, such as 500m; neighbours stay neighbours
    #[arg(long, value_name = "DISTANCE")]
    pub(crate) simplify: Option<String>,
}

/// For which moments of a span.
#[derive(Args, Clone, Debug)]
pub(crate) struct Steps {
    /// Moments in this span: `A/B`, `..` for an open end, the day B included
    #[arg(long, value_name = "A/B")]
    pub(crate) during: Option<String>,

    /// One in each such step, an ISO 8601 duration: P1D is a day, P1M a month, PT6H six hours; of days the close of each counts
    #[arg(long, value_name = "P1D")]
    pub(crate) every: Option<String>,

    /// One at each change of any state
    #[arg(long, conflicts_with = "every")]
    pub(crate) on_change: bool,
}

/// What all pictures take: maps and charts.
#[derive(Args, Clone, Debug)]
pub(crate) struct Picture {
    /// Size of the picture: pixels such as 1600x1200, or paper: a5, a4, a3, upright or such as a4-landscape [default: 1600x1200, lower where several maps or a timeline need less; of an animation 1000x750]
    #[arg(long, value_name = "SIZE")]
    pub(crate) size: Option<String>,

    /// Pixels of an inch on paper [default: 300 for paper, else 96]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) dpi: Option<u32>,

    /// Title of the picture; otherwise the dataset's
    #[arg(long, value_name = "TEXT", value_parser = StringValueParser::new().map(printable))]
    pub(crate) title: Option<String>,

    /// Colours of actors, in their order, in place of the dataset's own
    #[arg(long, value_name = "NAME", value_parser = palettes())]
    pub(crate) palette: Option<Palette>,

    /// Leave out the legend: what is drawn takes its room
    #[arg(long)]
    pub(crate) no_legend: bool,
}

/// How a map is laid out.
#[derive(Args, Clone, Debug)]
pub(crate) struct Map {
    #[command(flatten)]
    pub(crate) picture: Picture,

    /// Projection of the picture: `EPSG:` and a number; otherwise the dataset's
    #[arg(long, value_name = "CODE")]
    pub(crate) crs: Option<String>,

    /// Scale on paper, such as 1:25000, round the middle of what would be shown; otherwise as large as the page allows
    #[arg(long, value_name = "1:N")]
    pub(crate) scale: Option<Scale>,

    /// Draw an arrow where someone was said to move towards a place in the three days before, from the nearest place of theirs
    #[arg(long)]
    pub(crate) arrows: bool,

    /// Whether a small map at the foot of the legend shows what lies outside the frame
    #[arg(long, value_enum, default_value_t = Overview::Auto)]
    pub(crate) inset: Overview,

    /// Draw lines of round degrees or minutes, with their labels at the edge of the map
    #[arg(long)]
    pub(crate) graticule: bool,

    /// Leave out the names of places and areas
    #[arg(long)]
    pub(crate) no_labels: bool,
}

/// What maps that share a page, or a legend through time, cannot be: it is read so that the refusal can say what to do.
#[derive(Args, Clone, Debug)]
pub(crate) struct WholePage {
    /// Not of this verb
    #[arg(long, hide = true)]
    pub(crate) frame_only: bool,
}

/// Reads the word of a palette.
fn palettes() -> impl TypedValueParser<Value = Palette> {
    let words = PossibleValuesParser::new(Palette::ALL.map(Palette::word));
    words.map(|word| Palette::from_word(&word).expect("only the words of palettes are possible"))
}

/// Whether a small map shows what lies outside the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Overview {
    /// Where the map shows a part.
    Auto,
    /// Never.
    None,
}
