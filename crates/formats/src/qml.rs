//! QGIS styles: a `.qml` beside a layer colours it on load.
//!
//! Ground is drawn by rules on `control` and `status`: a confirmed hold filled, a claim hatched, contested ground striped, unknown
//! ground grey with dots. The elements and option names are those QGIS 3.22 writes itself; times are not switched on by a `.qml`,
//! whatever it says, so none are in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use marchland_core::{ActorIndex, CellKey, Colour, ControlState, Status};

use crate::geojson::{Comparison, Export};

/// The style of `territory`, `control` and `timeline`: ground.
#[must_use]
pub fn ground(export: &Export<'_>) -> String {
    let mut style = Style::default();
    for actor in holders(export) {
        let (id, name, colour) = of(export, actor);
        let held = |status: &str| format!("\"control\" = '{id}' AND \"status\" = '{status}'");
        style.rule(&held("confirmed"), &format!("{name}, confirmed"), &fill_symbol(&filled(colour, 140)));
        style.rule(&held("claimed"), &format!("{name}, claimed"), &fill_symbol(&hatched(colour, 45)));
    }
    for actors in contests(export) {
        let names = actors.iter().map(|&actor| of(export, actor).1).collect::<Vec<_>>().join(", ");
        let shown = export.context.control_name(&ControlState::Contested(actors.clone()));
        let colours: Vec<Colour> = actors.iter().map(|&actor| export.context.colour(actor)).collect();
        let filter = format!("\"control\" = 'contested' AND \"control_name\" = '{}'", quoted(&shown));
        style.rule(&filter, &format!("Contested: {names}"), &fill_symbol(&striped(&colours)));
    }
    style.rule("\"control\" = 'unknown'", "Unknown", &fill_symbol(&dotted()));
    let other = filled(Colour { red: 0x8c, green: 0x6d, blue: 0x5a }, 140);
    style.rule("ELSE", "Contested", &fill_symbol(&other));
    style.finish("")
}

/// The style of `sites`: markers by state, with labels. A hospital has a label and no marker, and an estimated place a dotted ring:
/// neither is ever pinned.
#[must_use]
pub fn sites(export: &Export<'_>) -> String {
    let mut style = Style::default();
    for actor in holders(export) {
        let (id, name, colour) = of(export, actor);
        let held = |status: &str| format!("\"control\" = '{id}' AND \"status\" = '{status}'");
        let full = rgba(colour, 255);
        style.places(&held("confirmed"), &format!("{name}, confirmed"), [&full, "255,255,255,255", "solid"], &full);
        style.places(&held("claimed"), &format!("{name}, claimed"), ["255,255,255,255", &full, "dash"], &full);
    }
    style.places("\"control\" = 'contested'", "Contested", ["140,109,90,255", "34,38,43,255", "solid"], "140,109,90,255");
    style.places("\"control\" = 'unknown'", "Unknown", ["255,255,255,255", "124,130,138,255", "solid"], "124,130,138,255");
    style.finish(LABELS)
}

/// The style of `frontline`: a dark line, dotted where its place is doubtful.
#[must_use]
pub fn frontline() -> String {
    let mut style = Style::default();
    style.rule("\"certainty\" = 'known'", "Front line", &line("solid"));
    style.rule("ELSE", "Front line, somewhere here", &line("dot"));
    style.finish("")
}

/// The style of `change`: ground by what it became, each way in the legend.
#[must_use]
pub fn compared(comparison: &Comparison<'_>) -> String {
    let context = &comparison.context;
    let mut style = Style::default();
    for passage in comparison.passages.iter().filter(|passage| !passage.polygons.0.is_empty()) {
        let told = |column: &str, status_column: &str, key: Option<&CellKey>| match key {
            Some(key) => {
                let (control, status) = (context.control(&key.control), key.status.word());
                let filter = format!("\"{column}\" = '{}' AND \"{status_column}\" = '{status}'", quoted(control));
                let named = format!("\"{column}_name\" = '{}'", quoted(&context.control_name(&key.control)));
                (format!("{filter} AND {named}"), format!("{}, {status}", context.control_name(&key.control)))
            }
            None => (format!("\"{column}\" IS NULL"), "outside".to_owned()),
        };
        let (was, before) = told("before", "status_before", passage.before.as_ref());
        let (is, after) = told("after", "status_after", passage.after.as_ref());
        let symbol = match passage.after.as_ref() {
            Some(key) if key.status == Status::Claimed => hatched(context.style(&key.control, key.status).fill, 45),
            Some(key) => filled(context.style(&key.control, key.status).fill, 140),
            None => filled(Colour { red: 255, green: 255, blue: 255 }, 0),
        };
        style.rule(&format!("{was} AND {is}"), &format!("{before} → {after}"), &fill_symbol(&symbol));
    }
    style.finish("")
}

/// Every actor of the ledger who holds anything at the moment, in order.
fn holders(export: &Export<'_>) -> BTreeSet<ActorIndex> {
    export
        .snapshot
        .sites
        .iter()
        .map(|state| &state.assessment)
        .filter(|state| state.status != Status::Unknown)
        .flat_map(|state| state.control.actors().iter().copied())
        .collect()
}

/// Every set of contenders at the moment, in order.
fn contests(export: &Export<'_>) -> BTreeSet<Vec<ActorIndex>> {
    let cells = export.snapshot.cells.iter().map(|cell| &cell.assessment.control);
    let contested = cells.filter_map(|control| if let ControlState::Contested(actors) = control { Some(actors.clone()) } else { None });
    contested.filter(|actors| !actors.is_empty()).collect()
}

/// An actor's id as text of an expression, its name, its colour.
fn of(export: &Export<'_>, actor: ActorIndex) -> (String, String, Colour) {
    let named = export.context.ledger.actor(actor);
    (quoted(&named.id), named.names.in_language(export.context.language).to_owned(), export.context.colour(actor))
}

/// Text inside the single quotes of a QGIS expression.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "''")
}

/// Rules and their symbols, as they are added.
#[derive(Default)]
struct Style {
    rules: String,
    symbols: String,
    count: usize,
}

impl Style {
    fn rule(&mut self, filter: &str, label: &str, symbol: &str) {
        let at = self.count;
        // Writing to a string cannot fail; the keys need only be unique within the file.
        let _ = write!(
            self.rules,
            "\n   <rule key=\"{{00000000-0000-4000-8000-{at:012}}}\" filter=\"{}\" label=\"{}\" symbol=\"{at}\"/>",
            escaped(filter),
            escaped(label)
        );
        self.symbols.push_str("\n   ");
        self.symbols.push_str(&symbol.replace("@NAME@", &at.to_string()));
        self.count += 1;
    }

    /// Two rules for the sites of a state: a marker where the place is known, a dotted ring where it is an estimate.
    fn places(&mut self, filter: &str, label: &str, [fill, outline, outline_style]: [&str; 3], ring: &str) {
        let known = "coalesce(\"estimate\", false) = false AND coalesce(\"site_kind\", '') NOT ILIKE '%hospital%'";
        self.rule(&format!("{filter} AND {known}"), label, &marker(fill, outline, outline_style, "3"));
        let estimate = "\"estimate\" = true AND coalesce(\"site_kind\", '') NOT ILIKE '%hospital%'";
        self.rule(&format!("{filter} AND {estimate}"), &format!("{label}, place estimated"), &marker("255,255,255,0", ring, "dot", "6"));
    }

    fn finish(self, labels: &str) -> String {
        let categories = if labels.is_empty() { "Symbology" } else { "Symbology|Labeling" };
        let labelled = if labels.is_empty() { "" } else { " labelsEnabled=\"1\"" };
        format!(
            "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"{categories}\"{labelled}>\n <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n  <rules key=\"{{00000000-0000-4000-8000-999999999999}}\">{}\n  </rules>\n  <symbols>{}\n  </symbols>\n </renderer-v2>\n{labels}</qgis>\n",
            self.rules, self.symbols
        )
    }
}

/// Labels by `site_name`, with a white halo.
const LABELS: &str = " <labeling type=\"simple\">\n  <settings calloutType=\"simple\">\n   <text-style fieldName=\"site_name\" fontSize=\"9\" fontSizeUnit=\"Point\" textColor=\"34,38,43,255\" textOpacity=\"1\" isExpression=\"0\">\n    <text-buffer bufferDraw=\"1\" bufferSize=\"1\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"1\"/>\n   </text-style>\n   <placement placement=\"6\" dist=\"1.5\" distUnits=\"MM\"/>\n   <rendering obstacle=\"1\" drawLabels=\"1\"/>\n  </settings>\n </labeling>\n";

fn rgba(colour: Colour, alpha: u8) -> String {
    format!("{},{},{},{alpha}", colour.red, colour.green, colour.blue)
}

/// The options of a symbol layer.
fn options(pairs: &[(&str, &str)]) -> String {
    let options: String = pairs.iter().fold(String::new(), |mut all, (name, value)| {
        let _ = write!(all, "<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>");
        all
    });
    format!("<Option type=\"Map\">{options}</Option>")
}

fn layer(class: &str, pairs: &[(&str, &str)], inner: &str) -> String {
    format!("<layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\">{}{inner}</layer>", options(pairs))
}

fn fill_symbol(layers: &str) -> String {
    format!("<symbol type=\"fill\" name=\"@NAME@\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{layers}</symbol>")
}

/// A fill with a white hairline between cells.
fn filled(colour: Colour, alpha: u8) -> String {
    let pairs = [("color", rgba(colour, alpha)), ("outline_color", "255,255,255,255".to_owned())];
    let [(_, fill), (_, outline)] = &pairs;
    layer(
        "SimpleFill",
        &[
            ("color", fill),
            ("style", "solid"),
            ("outline_color", outline),
            ("outline_style", "solid"),
            ("outline_width", "0.2"),
            ("outline_width_unit", "MM"),
        ],
        "",
    )
}

fn hatched(colour: Colour, angle: u16) -> String {
    filled(colour, 38) + &lines(colour, angle, "2.4", "0", "0.9")
}

fn striped(colours: &[Colour]) -> String {
    let base = colours.first().map_or_else(String::new, |&colour| filled(colour, 140));
    let stripes = colours.get(1).map_or_else(String::new, |&colour| lines(colour, 45, "4", "0", "2"));
    base + &stripes
}

/// Parallel lines at an angle.
fn lines(colour: Colour, angle: u16, distance: &str, offset: &str, width: &str) -> String {
    let colour = rgba(colour, 200);
    let angle = angle.to_string();
    let inner =
        layer("SimpleLine", &[("line_color", &colour), ("line_style", "solid"), ("line_width", width), ("line_width_unit", "MM")], "");
    let symbol = format!("<symbol type=\"line\" name=\"@@NAME@@1\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{inner}</symbol>");
    layer(
        "LinePatternFill",
        &[
            ("angle", &angle),
            ("color", &colour),
            ("distance", distance),
            ("distance_unit", "MM"),
            ("line_width", width),
            ("offset", offset),
        ],
        &symbol,
    )
}

fn dotted() -> String {
    let grey = Colour { red: 0xd9, green: 0xda, blue: 0xdb };
    let dot = layer(
        "SimpleMarker",
        &[("name", "circle"), ("color", "124,130,138,255"), ("size", "0.8"), ("size_unit", "MM"), ("outline_style", "no")],
        "",
    );
    let symbol = format!("<symbol type=\"marker\" name=\"@@NAME@@1\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{dot}</symbol>");
    filled(grey, 165)
        + &layer(
            "PointPatternFill",
            &[
                ("distance_x", "3.5"),
                ("distance_x_unit", "MM"),
                ("distance_y", "3.5"),
                ("distance_y_unit", "MM"),
                ("displacement_x", "1.7"),
                ("displacement_x_unit", "MM"),
            ],
            &symbol,
        )
}

fn marker(fill: &str, outline: &str, outline_style: &str, size: &str) -> String {
    let circle = layer(
        "SimpleMarker",
        &[
            ("name", "circle"),
            ("color", fill),
            ("size", size),
            ("size_unit", "MM"),
            ("outline_color", outline),
            ("outline_style", outline_style),
            ("outline_width", "0.6"),
            ("outline_width_unit", "MM"),
        ],
        "",
    );
    format!("<symbol type=\"marker\" name=\"@NAME@\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{circle}</symbol>")
}

fn line(style: &str) -> String {
    let dark =
        layer("SimpleLine", &[("line_color", "34,38,43,255"), ("line_style", style), ("line_width", "0.8"), ("line_width_unit", "MM")], "");
    format!("<symbol type=\"line\" name=\"@NAME@\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{dark}</symbol>")
}

/// Text of an XML attribute; characters that XML 1.0 does not have are left out.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            control if control.is_control() => out.push(' '),
            letter => out.push(letter),
        }
        out
    })
}
