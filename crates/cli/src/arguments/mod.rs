//! What a user types, as it was typed.
//!
//! Nothing is looked up or computed here: a value that needs the dataset (a site, a moment in its zone) stays text until the
//! verb resolves it. What several verbs take alike stands in `groups`.

mod groups;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use groups::{Borders, Destination, Map, Moment, Overview, Picture, Question, Run, Steps, Weighing, WholePage, Wording};

/// Maps control of territory: who held which ground, when, how surely, and on whose word.
#[derive(Debug, Parser)]
#[command(name = "marchland", version, propagate_version = true, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The question.
    #[command(subcommand)]
    pub(crate) verb: Verb,

    /// How much is said beside the answer.
    #[command(flatten)]
    pub(crate) manner: Manner,
}

const EXAMPLES: &str = "Examples:
  marchland snapshot data/kunduz --at 2016-10-03 -o out/
  marchland at data/kunduz --site KDZ-NDS --at 2016-10-03 --as-of 2016-10-03
  marchland explain data/kunduz --site KDZ-NDS --at 2016-10-03
  marchland new my-dataset";

/// Where in a help text the flags of every verb stand: after its own.
const LAST: usize = 1_000;

/// How much is said beside the answer, and in what colours.
#[derive(Args, Clone, Debug)]
pub(crate) struct Manner {
    /// Say nothing but errors
    #[arg(short, long, global = true, display_order = LAST, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say what is done, on standard error
    #[arg(short, long, global = true, display_order = LAST)]
    pub(crate) verbose: bool,

    /// Colour in messages; `NO_COLOR` is honoured
    #[arg(long, global = true, display_order = LAST, value_name = "WHEN", value_enum, default_value_t = Colouring::Auto)]
    pub(crate) color: Colouring,

    /// How far a long run is, on standard error: in place on a terminal, or in lines
    #[arg(long, global = true, display_order = LAST, value_name = "HOW", value_enum, default_value_t = Progress::Auto)]
    pub(crate) progress: Progress,
}

/// How the progress of a long run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// On a terminal, in place.
    Auto,
    /// A line now and then.
    Plain,
    /// Not at all.
    Off,
}

/// When messages are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colouring {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Each verb is a question a user asks.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Scaffold a small dataset that passes `check`
    New(New),
    /// Is every file sound? Every fault with its place, a code and a hint
    Check(Check),
    /// What is in it: counts, time span, extent, actors, gaps
    Info(Info),
    /// Who held this, how sure, since when
    At(At),
    /// Why: every report about a site, for and against, with its weight
    Explain(Explain),
    /// The map of one moment, as GeoJSON, pictures and words; or of many moments
    Snapshot(Snapshot),
    /// What changed between two moments, rules or states of knowledge: maps side by side, ground, a table
    Compare(Compare),
    /// The maps of many moments as one animation
    Animate(Animate),
    /// All states as intervals, one row a state; or as a chart, one row a site
    Timeline(Timeline),
    /// Who took what from whom, when, on whose word
    Changes(Changes),
    /// Area, sites and population of each actor through time, as a table or a chart
    Series(Series),
    /// Who held the ground at each of many places and times
    Locate(Locate),
    /// The index of places and times as one file, to be memory-mapped
    Index(Index),
    /// Make a dataset of other people's files
    Import(Import),
    /// Completions for a shell, on standard output
    Completions(Completions),
    /// The manual page, on standard output
    Man,
}

#[derive(Args, Debug)]
pub(crate) struct New {
    /// Folder to make
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Folder of the dataset
    #[arg(value_name = "DATASET", required_unless_present = "explain")]
    pub(crate) dataset: Option<PathBuf>,

    /// Look for what is implausible too: ground that polygons share, and gaps between them
    #[arg(long)]
    pub(crate) lint: bool,

    /// Print the faults as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Tell what a code means and how to mend it
    #[arg(long, value_name = "CODE", conflicts_with_all = ["dataset", "json", "lint"])]
    pub(crate) explain: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Info {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: PathBuf,

    /// Only the gaps: sites with no report, sites lost and never checked again
    #[arg(long)]
    pub(crate) gaps: bool,

    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[group(id = "place", required = true, multiple = false, args = ["site", "point", "nearest", "bbox", "within", "along"])]
pub(crate) struct At {
    /// A site, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,

    /// A point, by longitude and latitude in degrees
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    pub(crate) point: Option<String>,

    /// The sites nearest to a point, the nearest first
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    pub(crate) nearest: Option<String>,

    /// How many of the nearest
    #[arg(long, value_name = "N", default_value_t = 5, requires = "nearest", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) count: u32,

    /// Every cell and site that lies, in part at least, in a box; across the antimeridian W is greater than E
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub(crate) bbox: Option<String>,

    /// Every cell and site that lies, in part at least, in the polygons of a GeoJSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) within: Option<PathBuf>,

    /// The stretches of the lines of a GeoJSON file, such as a road, with their kilometres
    #[arg(long, value_name = "FILE")]
    pub(crate) along: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) question: Question,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A site, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) site: String,

    #[command(flatten)]
    pub(crate) question: Question,
}

#[derive(Args, Debug)]
pub(crate) struct Snapshot {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: PathBuf,

    #[command(flatten)]
    pub(crate) moment: Moment,

    #[command(flatten)]
    pub(crate) steps: Steps,

    #[command(flatten)]
    pub(crate) destination: Destination,

    /// Which layer a single GeoJSON, CSV or QML file holds [default: territory]; of many moments, the only layer written
    #[arg(long, value_enum)]
    pub(crate) layer: Option<LayerName>,

    #[command(flatten)]
    pub(crate) borders: Borders,

    #[command(flatten)]
    pub(crate) map: Map,

    /// Draw the map alone, edge to edge, and beside a PNG the files by which a GIS places it: a world file and an .aux.xml
    #[arg(long)]
    pub(crate) frame_only: bool,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

#[derive(Args, Debug)]
pub(crate) struct Compare {
    /// The first moment: a date (23:59:59 of that local day), an RFC 3339 instant, `first` or `last`
    #[arg(long, value_name = "T", required_unless_present_any = ["dates", "at"], requires = "after")]
    pub(crate) before: Option<String>,

    /// The second moment
    #[arg(long, value_name = "T", requires = "before")]
    pub(crate) after: Option<String>,

    /// The one moment of both, where two rules or two states of knowledge are compared
    #[arg(long, value_name = "T", conflicts_with_all = ["before", "after", "dates"])]
    pub(crate) at: Option<String>,

    /// Moments in order, parted by commas: a map of each on one page
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', conflicts_with_all = ["before", "after", "layout"])]
    pub(crate) dates: Vec<String>,

    /// Maps beside each other; otherwise as many as let them come out largest
    #[arg(long, value_name = "N", requires = "dates", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) cols: Option<u16>,

    /// How the two maps stand on the page [default: side where the page is wider than tall, else stack]
    #[arg(long, value_enum)]
    pub(crate) layout: Option<Layout>,

    /// The rule of the first map
    #[arg(long, value_name = "NAME", conflicts_with = "dates")]
    pub(crate) rule_before: Option<String>,

    /// The rule of the second map
    #[arg(long, value_name = "NAME", conflicts_with = "dates")]
    pub(crate) rule_after: Option<String>,

    /// What had been said by when counts on the first map
    #[arg(long, value_name = "K", conflicts_with = "dates")]
    pub(crate) as_of_before: Option<String>,

    /// What had been said by when counts on the second map
    #[arg(long, value_name = "K", conflicts_with = "dates")]
    pub(crate) as_of_after: Option<String>,

    #[command(flatten)]
    pub(crate) run: Run,

    #[command(flatten)]
    pub(crate) borders: Borders,

    #[command(flatten)]
    pub(crate) map: Map,

    #[command(flatten)]
    pub(crate) whole: WholePage,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

/// How two maps stand on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// Beside each other.
    Side,
    /// One above the other.
    Stack,
    /// One map, of what is different alone.
    Diff,
    /// One after the other in one place, again and again: a GIF, an animated PNG or WebP.
    Blink,
}

#[derive(Args, Debug)]
pub(crate) struct Animate {
    #[command(flatten)]
    pub(crate) steps: Steps,

    #[command(flatten)]
    pub(crate) run: Run,

    /// Write each frame as a numbered PNG into this folder, for programs that make films of them
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub(crate) frames: Option<PathBuf>,

    /// Seconds that a frame is shown, 0.02 to 60; the last is held for three more [default: 0.1 to 0.8, by how many there are]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) delay: Option<f64>,

    #[command(flatten)]
    pub(crate) map: Map,

    #[command(flatten)]
    pub(crate) whole: WholePage,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

#[derive(Args, Debug)]
pub(crate) struct Series {
    #[command(flatten)]
    pub(crate) steps: Steps,

    #[command(flatten)]
    pub(crate) run: Run,

    /// How a picture shows the amounts; of a picture every change counts, unless --every says which moments
    #[arg(long, value_enum, default_value_t = AreasLayout::Stacked)]
    pub(crate) layout: AreasLayout,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

/// How a picture shows amounts through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AreasLayout {
    /// One upon the other.
    Stacked,
    /// A line each, with the range from what no word disputes to what any word gives.
    Lines,
}

#[derive(Args, Debug)]
pub(crate) struct Locate {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: PathBuf,

    /// Table of places and times: CSV, Parquet or Arrow IPC
    #[arg(value_name = "POINTS")]
    pub(crate) points: PathBuf,

    /// Which columns hold longitude, latitude and time; otherwise those named so
    #[arg(long, value_name = "LON,LAT,TIME")]
    pub(crate) columns: Option<String>,

    /// What to do with a row that cannot be read
    #[arg(long, value_enum, default_value_t = BadRow::Fail)]
    pub(crate) on_bad_row: BadRow,

    /// Ask this index, made by `marchland index` of the same dataset, rule and knowledge
    #[arg(long, value_name = "FILE.mlx")]
    pub(crate) index: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) weighing: Weighing,

    #[command(flatten)]
    pub(crate) destination: Destination,

    /// Print what came of the rows as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to do with a row that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadRow {
    /// Stop, and name its line.
    Fail,
    /// Leave it out, and count it.
    Skip,
}

#[derive(Args, Debug)]
pub(crate) struct Index {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: PathBuf,

    #[command(flatten)]
    pub(crate) weighing: Weighing,

    /// Write to this file
    #[arg(short, long, value_name = "FILE.mlx")]
    pub(crate) output: PathBuf,

    /// Replace a file that exists
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// What the files are.
    #[command(subcommand)]
    pub(crate) kind: ImportKind,
}

/// What files are imported.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportKind {
    /// Polygon maps, one GeoJSON a day, the date in the name of the file
    Maps(ImportMaps),
}

#[derive(Args, Debug)]
pub(crate) struct ImportMaps {
    /// GeoJSON files, or folders of them
    #[arg(value_name = "FILES", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Write the dataset into this folder
    #[arg(short, long, value_name = "DATASET")]
    pub(crate) output: PathBuf,

    /// Which properties say what: `control` (who holds the polygon) [default: control], `name` [default: name], and
    /// `time` (its day; otherwise that of the file's name)
    #[arg(long, value_name = "FIELD=PROPERTY", value_delimiter = ',')]
    pub(crate) map: Vec<String>,

    /// What to do with polygons that do not say who holds them
    #[arg(long, value_enum, default_value_t = Unsaid::Error)]
    pub(crate) unknown: Unsaid,

    /// Who holds the polygons that do not say it: the name of an actor, or `contested`
    #[arg(long, value_name = "NAME", conflicts_with = "unknown")]
    pub(crate) control: Option<String>,

    /// Who is meant where a polygon says something else: the name of an actor, `contested` or `unknown`; may be given again
    #[arg(long = "as", value_name = "WORDS=NAME")]
    pub(crate) meant: Vec<String>,

    /// The zone in which the days are meant, by its IANA name such as Europe/Kyiv
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) time_zone: String,

    /// Replace files that exist
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Print what was made as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to do with polygons that do not say who holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unsaid {
    /// Keep them: who holds them is unknown.
    Keep,
    /// Leave them out, and count them.
    Drop,
    /// Stop, and name the first of each file.
    Error,
}

/// A layer of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LayerName {
    /// Polygons by cell: who holds each piece of ground.
    Territory,
    /// The same dissolved by control.
    Control,
    /// The sites with their states.
    Sites,
    /// Lines between ground held by different actors.
    Frontline,
}

#[derive(Args, Debug)]
pub(crate) struct Timeline {
    /// Only states in this span: `A/B`, `..` for an open end, the day B included
    #[arg(long, value_name = "A/B")]
    pub(crate) during: Option<String>,

    /// Only this site, by its id; may be given again
    #[arg(long, value_name = "ID")]
    pub(crate) site: Vec<String>,

    /// Whose geometry the rows carry: the ground of the cells, or the sites' own
    #[arg(long, value_enum, default_value_t = Geometry::Cells)]
    pub(crate) geometry: Geometry,

    #[command(flatten)]
    pub(crate) run: Run,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

/// Whose geometry a timeline's rows carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Geometry {
    /// The ground of the cells; sites without ground, and wholes, are left out and counted.
    Cells,
    /// The sites' own points.
    Sites,
}

#[derive(Args, Debug)]
pub(crate) struct Changes {
    /// Only changes in this span: `A/B`, `..` for an open end, the day B included
    #[arg(long, value_name = "A/B")]
    pub(crate) during: Option<String>,

    #[command(flatten)]
    pub(crate) run: Run,

    #[command(flatten)]
    pub(crate) wording: Wording,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
