//! What each code of a fault means, and how to mend it: what `check --explain` tells.

/// The meaning of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeMeaning {
    /// The code: stable, so that scripts may rest on it.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters.
    pub meaning: &'static str,
    /// How to mend it.
    pub mend: &'static str,
}

const CODES: &[CodeMeaning] = &[
    CodeMeaning {
        code: "crossing-ring",
        title: "a ring crosses or touches itself",
        meaning: "What lies inside such a ring is not defined, and programs disagree about it.",
        mend: "Move the vertex where the ring crosses, or run Fix geometries in QGIS and export again.",
    },
    CodeMeaning {
        code: "damaged-table",
        title: "a table of points that is not whole",
        meaning: "A Parquet or Arrow file says where its parts stand, and they are not there, or are not what it says.",
        mend: "Write or download the file again; look whether its name tells its format.",
    },
    CodeMeaning {
        code: "duplicate-column",
        title: "two columns have one name",
        meaning: "Which of the two is meant cannot be told.",
        mend: "Rename one of them, or take it out.",
    },
    CodeMeaning {
        code: "duplicate-id",
        title: "an id is used twice",
        meaning: "Reports name sites, actors and sources by id; with two of one id it is not known which is meant.",
        mend: "Rename one of them, and what refers to it. A text that says two things is two reports: E324a, E324b.",
    },
    CodeMeaning {
        code: "empty-file",
        title: "a file has nothing in it",
        meaning: "A table needs at least its header.",
        mend: "Write the header line; `marchland new` shows what it looks like.",
    },
    CodeMeaning {
        code: "empty-period",
        title: "a state ends before it starts",
        meaning: "States are half-open: the end is the first day on which the state is no longer so, and must lie after the start. The horizon ends every state.",
        mend: "Swap the two, or move the end.",
    },
    CodeMeaning {
        code: "far-future",
        title: "a time lies after the year 2200",
        meaning: "It is probably a slip of the hand, and it stretches every time slider.",
        mend: "Check the year.",
    },
    CodeMeaning {
        code: "flat-ring",
        title: "a ring holds no ground",
        meaning: "A ring of fewer than three places, or one that runs to and fro, is no polygon.",
        mend: "Make it a Point or a LineString.",
    },
    CodeMeaning {
        code: "foreign-crs",
        title: "coordinates that are not WGS 84",
        meaning: "GeoJSON has one coordinate reference system, WGS 84 in longitude and latitude (RFC 7946, section 4); an older `crs` member says that this file has another.",
        mend: "Export it again as EPSG:4326.",
    },
    CodeMeaning {
        code: "gap",
        title: "ground that no polygon covers, with others all round it",
        meaning: "Found by `check --lint` in datasets whose polygons are their own territory. Nobody has such ground.",
        mend: "Draw a neighbour out to the border, or leave it so where it is meant.",
    },
    CodeMeaning {
        code: "geometry-collection",
        title: "a geometry collection",
        meaning: "A site is a point, a line or an area, not a mixture.",
        mend: "Keep the part that is meant, or make several features.",
    },
    CodeMeaning {
        code: "horizon-too-early",
        title: "the horizon lies before the last report",
        meaning: "The horizon is the last moment the dataset speaks for; a report after it could never be seen.",
        mend: "Move `horizon` in dataset.toml behind the last report, or take it out.",
    },
    CodeMeaning {
        code: "idle-setting",
        title: "a setting that its method does not heed",
        meaning: "Each way of getting ground has settings of its own; this one belongs to another.",
        mend: "Take it out, or choose the method it belongs to.",
    },
    CodeMeaning {
        code: "json-depth",
        title: "arrays or objects lie too deep in each other",
        meaning: "GeoJSON needs ten levels; more than 64 are an accident or an attack.",
        mend: "Take the nested property out.",
    },
    CodeMeaning {
        code: "json-syntax",
        title: "a file is no JSON",
        meaning: "The file stops being JSON where this points: a comma too many or too few, a quote that is not closed, or the file is cut short.",
        mend: "Open the file where this points.",
    },
    CodeMeaning {
        code: "missing-actor",
        title: "a report of control is about nobody",
        meaning: "Only `context` may leave the actor empty.",
        mend: "Name whom the statement is about, or use `context`.",
    },
    CodeMeaning {
        code: "missing-column",
        title: "a column that must be there is not",
        meaning: "See the list of columns in the README of a new dataset.",
        mend: "Add the column to the header, or mend its name.",
    },
    CodeMeaning {
        code: "missing-control",
        title: "a state that does not say who holds the site, or a polygon that does not say it",
        meaning: "An empty cell is no state: that nobody knows is written unknown.",
        mend: "Write an actor's id, contested or unknown; of maps to be imported name the property that says it.",
    },
    CodeMeaning {
        code: "missing-coordinate",
        title: "a row of a table of points has no place",
        meaning: "Who held the ground can be told only of a place; a row may lack its time, but not its longitude or latitude.",
        mend: "Fill in the coordinate, or leave such rows out with --on-bad-row skip.",
    },
    CodeMeaning {
        code: "missing-file",
        title: "a file that must be there is not",
        meaning: "A dataset needs dataset.toml, actors.csv, sites.geojson, and reports.csv with sources.csv, or control.csv.",
        mend: "Make the file; `marchland new` shows what each looks like.",
    },
    CodeMeaning {
        code: "missing-id",
        title: "a record without an id",
        meaning: "Ids are how files refer to each other.",
        mend: "Give it one: short, of letters and digits.",
    },
    CodeMeaning {
        code: "missing-key",
        title: "a key that must be there is not",
        meaning: "dataset.toml needs `format`, `name` and `time_zone`.",
        mend: "Add the line.",
    },
    CodeMeaning {
        code: "missing-name",
        title: "a site without a name",
        meaning: "Maps label sites by name.",
        mend: "Give it a property `name`.",
    },
    CodeMeaning {
        code: "missing-site",
        title: "a report without a site",
        meaning: "A statement of control is about a place.",
        mend: "Name one or more sites, between them `;`.",
    },
    CodeMeaning {
        code: "missing-source",
        title: "a report without a source",
        meaning: "A statement without a source cannot be weighed.",
        mend: "Name who asserts it, by its id in sources.csv.",
    },
    CodeMeaning {
        code: "missing-time",
        title: "a time is missing",
        meaning: "A statement without a time cannot be placed; a later grade without the time it was given would leak hindsight into what was known.",
        mend: "Write the day, the month or the year: 2016-10-03, 2016-10, 2016. A map to be imported has its day in its name.",
    },
    CodeMeaning {
        code: "no-boundary",
        title: "the boundary holds no polygon",
        meaning: "Territory is cut to the boundary.",
        mend: "Draw a polygon, or take `boundary` out of dataset.toml.",
    },
    CodeMeaning {
        code: "no-file",
        title: "a file cannot be read",
        meaning: "Something else has its name, or it may not be read.",
        mend: "Rename what stands in its place, or change who may read it.",
    },
    CodeMeaning {
        code: "no-folder",
        title: "the dataset's folder cannot be read",
        meaning: "A dataset is a folder that holds dataset.toml.",
        mend: "Check the path, or make a dataset with `marchland new`.",
    },
    CodeMeaning {
        code: "no-geometry",
        title: "a site without a geometry",
        meaning: "A site whose place nobody knows has states, but can take no ground.",
        mend: "Give it a geometry, or `\"ground\": false`.",
    },
    CodeMeaning {
        code: "no-polygon",
        title: "an archive of maps without a polygon",
        meaning: "Ground is drawn as polygons; points and lines are no ground.",
        mend: "Check that these are the files that were meant.",
    },
    CodeMeaning {
        code: "no-probability",
        title: "a number is no probability",
        meaning: "Probabilities run from 0 to 1.",
        mend: "Write it with a point: 0.85.",
    },
    CodeMeaning {
        code: "not-a-number",
        title: "a number was expected",
        meaning: "Text, NaN or infinity cannot be reckoned with.",
        mend: "Write a number without unit, or leave the cell empty (null in GeoJSON).",
    },
    CodeMeaning {
        code: "not-a-point",
        title: "a row of a table of points has a line, an area or an empty point",
        meaning: "Only a point lies in one cell.",
        mend: "Take a point of each, such as its centroid, or leave such rows out with --on-bad-row skip.",
    },
    CodeMeaning {
        code: "not-a-position",
        title: "a position was expected",
        meaning: "A position is longitude and latitude in degrees, in this order; a height after them is dropped.",
        mend: "Write it as [68.868, 36.729].",
    },
    CodeMeaning {
        code: "not-geojson",
        title: "a file is JSON but no GeoJSON",
        meaning: "A file of places is a FeatureCollection of Features, each with a geometry and properties (RFC 7946).",
        mend: "Export it again from QGIS as GeoJSON.",
    },
    CodeMeaning {
        code: "not-utf8",
        title: "a file is not UTF-8",
        meaning: "Names would come out garbled.",
        mend: "Save it as UTF-8; in a spreadsheet choose \"CSV UTF-8\".",
    },
    CodeMeaning {
        code: "nul-byte",
        title: "a file holds a NUL byte",
        meaning: "Text has none: the file is damaged or of another kind.",
        mend: "Export it again.",
    },
    CodeMeaning {
        code: "off-the-earth",
        title: "a coordinate is off the earth",
        meaning: "Longitude runs from −180 to 180 and latitude from −90 to 90; longitude comes first.",
        mend: "Swap the two where they are swapped; export coordinates in metres as EPSG:4326.",
    },
    CodeMeaning {
        code: "overlap",
        title: "polygons that share ground",
        meaning: "Found by `check --lint`. The smallest of them keeps the ground, so that an enclave drawn over its surroundings is one; of equal ones the first in the file.",
        mend: "Draw one of them back to the border, or leave it so where one is meant to lie within the other.",
    },
    CodeMeaning {
        code: "overlapping-states",
        title: "two states of one site at one time",
        meaning: "States of one site must not overlap; they may touch.",
        mend: "End one where the other starts: an end is the first day on which the state is no longer so.",
    },
    CodeMeaning {
        code: "parent-cycle",
        title: "a site lies in itself",
        meaning: "Following the parents from this site comes back to it.",
        mend: "Take one of the parents out.",
    },
    CodeMeaning {
        code: "reserved-id",
        title: "an actor is named like a state",
        meaning: "`contested`, `unknown` and `another` are what exports call states.",
        mend: "Rename the actor.",
    },
    CodeMeaning {
        code: "said-before",
        title: "a report was said before it happened",
        meaning: "Nobody can know what has not happened: one of the two times is probably wrong.",
        mend: "Check `time` and `said`.",
    },
    CodeMeaning { code: "short-line", title: "a line of one place", meaning: "A line needs two places.", mend: "Make it a Point." },
    CodeMeaning {
        code: "site-twice",
        title: "a report names a site twice",
        meaning: "It would be heard twice.",
        mend: "Take one of them out.",
    },
    CodeMeaning {
        code: "sliver",
        title: "borders that miss each other by a little",
        meaning: "Found by `check --lint`: an overlap or gap narrower than `sliver` under `[territory]`, 10 m unless it says otherwise. The neighbour with the most border has the ground.",
        mend: "Snap the borders together, in QGIS with Processing, Snap geometries.",
    },
    CodeMeaning {
        code: "supersedes-itself",
        title: "a report withdraws itself",
        meaning: "A report can withdraw or correct others.",
        mend: "Take its own id out.",
    },
    CodeMeaning {
        code: "swapped",
        title: "longitude and latitude look swapped",
        meaning: "The site lies outside the extent of all others, and inside it once swapped.",
        mend: "Longitude comes first: swap them, or leave it where the place is right.",
    },
    CodeMeaning {
        code: "toml-syntax",
        title: "dataset.toml is no TOML",
        meaning: "The file stops being TOML where this points.",
        mend: "See https://toml.io for the format: text in quotes, tables in [brackets].",
    },
    CodeMeaning {
        code: "too-few-cells",
        title: "a row is shorter than the header",
        meaning: "A separator is missing, and the cells after it may stand in the wrong columns.",
        mend: "Put the separator in. A cell may be empty, but needs its separator.",
    },
    CodeMeaning {
        code: "too-many-cells",
        title: "a row is longer than the header",
        meaning: "A cell that holds the separator and is not quoted counts as two.",
        mend: "Quote the cell, or name the column in the header.",
    },
    CodeMeaning {
        code: "two-holders",
        title: "a polygon has two holders on one map",
        meaning: "The ground cannot be cut between them.",
        mend: "Take one of the two out, or let one polygon say that it is contested.",
    },
    CodeMeaning {
        code: "two-ids",
        title: "a feature has two ids",
        meaning: "The feature's id and its property `id` differ, and programs take the one or the other.",
        mend: "Take the property away.",
    },
    CodeMeaning {
        code: "two-maps",
        title: "two files are the map of one day",
        meaning: "An archive of maps has one map a day, and with two it is not known which is meant.",
        mend: "Take one of them out; or name the property that tells their times apart: `marchland import maps --map time=PROPERTY`.",
    },
    CodeMeaning {
        code: "unclosed-ring",
        title: "a ring is not closed",
        meaning: "A ring ends where it starts (RFC 7946, section 3.1.6).",
        mend: "Repeat its first position at its end.",
    },
    CodeMeaning {
        code: "unknown-id",
        title: "an id that no record has",
        meaning: "Reports name sites, actors, sources and each other by id.",
        mend: "Mend the id, or add the record to its file.",
    },
    CodeMeaning {
        code: "unknown-key",
        title: "dataset.toml has a key that means nothing",
        meaning: "A misspelt key would otherwise be ignored in silence.",
        mend: "Mend its name, or take it out.",
    },
    CodeMeaning {
        code: "unknown-method",
        title: "a method of territory that is not there",
        meaning: "`voronoi` gives ground to the nearest place; `kernel` lets places vote by distance; `sites` takes the places' own polygons; `maps` polygons drawn for some days.",
        mend: "Write one of them, such as method = \"voronoi\".",
    },
    CodeMeaning {
        code: "unknown-rule",
        title: "a rule that is not there",
        meaning: "The rules are `bayes` and `latest`.",
        mend: "Mend the name.",
    },
    CodeMeaning {
        code: "unknown-time-zone",
        title: "a time zone that is not there",
        meaning: "Zones have IANA names.",
        mend: "Write it like Asia/Kabul or Europe/Kyiv.",
    },
    CodeMeaning {
        code: "unknown-word",
        title: "a word that is not in the list",
        meaning: "The message lists the words there are.",
        mend: "Mend the word.",
    },
    CodeMeaning {
        code: "unnamed-column",
        title: "a column without a name",
        meaning: "Its cells cannot be kept under a name.",
        mend: "Name the column, or take it out.",
    },
    CodeMeaning {
        code: "unpaired-quote",
        title: "a double quote has no partner",
        meaning: "A cell that begins with a double quote runs to the next one, over line ends too: without its partner it swallows the rows below.",
        mend: "Close the quote at the end of its cell, take it out, or write it twice where it belongs to the text.",
    },
    CodeMeaning {
        code: "unreadable-colour",
        title: "a colour that cannot be read",
        meaning: "Colours are written #rrggbb.",
        mend: "Write it so, or leave it empty: the palette has one.",
    },
    CodeMeaning {
        code: "unreadable-distance",
        title: "a distance that cannot be read",
        meaning: "Distances are a number and km or m, in quotes.",
        mend: "Write it like \"3 km\" or \"500 m\".",
    },
    CodeMeaning {
        code: "unreadable-grade",
        title: "a grade that cannot be read",
        meaning: "Reliability is a letter A to F, credibility a digit 1 to 6 (the Admiralty code).",
        mend: "Write one of them, or leave it empty: cannot be judged.",
    },
    CodeMeaning {
        code: "unreadable-time",
        title: "a time that cannot be read",
        meaning: "Times are ISO 8601, as vague as the source: 2016-10-03, 2016-10, 2016, 2016-10-03T14:00+04:30, 2015-09-28/2015-10-13, 2015-09~, 2016-10-0X. 03/10/2016 is 3 October to some and 10 March to others.",
        mend: "Write it in one of these forms.",
    },
    CodeMeaning {
        code: "unusable-crs",
        title: "a projection that no map can have",
        meaning: "A map needs a projected CRS whose unit is the metre.",
        mend: "Write crs = \"EPSG:32642\", the UTM zone of the place, or leave it out.",
    },
    CodeMeaning {
        code: "unusable-extent",
        title: "an extent that frames nothing",
        meaning: "West, south, east and north in degrees, west below east and south below north.",
        mend: "Write it like extent = [68.80, 36.64, 68.95, 36.78].",
    },
    CodeMeaning {
        code: "unusable-id",
        title: "an id that would break what it is written into",
        meaning: "Ids stand in lists joined by `;`, and GDAL takes ids such as 2016-10 or 2:3 for dates and times.",
        mend: "Use letters, digits, - and _, and begin with a letter.",
    },
    CodeMeaning {
        code: "unusable-name",
        title: "a name that cannot be a file's",
        meaning: "The dataset's name is used in file names.",
        mend: "Use letters, digits, - and _.",
    },
    CodeMeaning {
        code: "unusable-setting",
        title: "a setting that its rule does not take",
        meaning: "The message says what the rule takes.",
        mend: "Mend the key or the value.",
    },
    CodeMeaning {
        code: "wrong-format",
        title: "a format that this version does not read",
        meaning: "This version of marchland reads format 1.",
        mend: "Write format = 1, or take a newer version.",
    },
    CodeMeaning {
        code: "wrong-type",
        title: "a value of the wrong kind",
        meaning: "The message says what was expected.",
        mend: "Mend the value: text in quotes, numbers and true or false without.",
    },
];

/// Every code, in order.
///
/// ```
/// let meaning = marchland_formats::codes().iter().find(|meaning| meaning.code == "unclosed-ring").unwrap();
/// assert_eq!(meaning.title, "a ring is not closed");
/// ```
#[must_use]
pub fn codes() -> &'static [CodeMeaning] {
    CODES
}
