//! Where the pixels of a picture lie on the ground: the files beside it by which GIS clients place it.
//!
//! A world file (ESRI's convention, read by everything) has the six numbers and no projection; the `.aux.xml` of GDAL's "persistent
//! auxiliary metadata" has both. Both are made of a geotransform as GDAL has it: x of the left edge, x of a pixel across, x of a pixel
//! down, y of the upper edge, y of a pixel across, y of a pixel down.

/// The six lines of a world file: a pixel's x across, y across, x down, y down, then x and y of the middle of the upper left pixel.
///
/// ```
/// use marchland_formats::georeference::world_file;
/// assert_eq!(world_file([500_000.0, 10.0, 0.0, 4_000_000.0, 0.0, -10.0]), "10\n0\n0\n-10\n500005\n3999995\n");
/// ```
#[must_use]
pub fn world_file([left, x_across, x_down, top, y_across, y_down]: [f64; 6]) -> String {
    let middle = [left + f64::midpoint(x_across, x_down), top + f64::midpoint(y_across, y_down)];
    format!("{x_across}\n{y_across}\n{x_down}\n{y_down}\n{}\n{}\n", middle[0], middle[1])
}

/// The text of an `.aux.xml`: the CRS as well-known text, and the geotransform.
#[must_use]
pub fn aux_xml(geotransform: [f64; 6], wkt: &str) -> String {
    let escaped = wkt.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let numbers = geotransform.map(|number| number.to_string()).join(", ");
    format!("<PAMDataset>\n  <SRS>{escaped}</SRS>\n  <GeoTransform>{numbers}</GeoTransform>\n</PAMDataset>\n")
}

/// The name of the world file beside a picture: the first and the last letter of its ending and a `w`, all small, `map.pgw` beside
/// `map.png`; without an ending of two letters or more `.wld`.
///
/// ```
/// use marchland_formats::georeference::world_file_name;
/// assert_eq!(["map.png", "a.b.PNG", "map"].map(world_file_name), ["map.pgw", "a.b.pgw", "map.wld"]);
/// ```
#[must_use]
pub fn world_file_name(picture: &str) -> String {
    let (stem, ending) = picture.rsplit_once('.').unwrap_or((picture, ""));
    let mut letters = ending.chars();
    match (letters.next(), letters.next_back()) {
        (Some(first), Some(last)) => format!("{stem}.{}{}w", first.to_lowercase(), last.to_lowercase()),
        _ => format!("{stem}.wld"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_to_the_last_digit_and_never_with_an_exponent() {
        let file = world_file([0.1 + 0.2, 1e-9, 0.0, -1e21, 0.0, -1e-9]);
        assert!(!file.contains('e'), "{file}");
        let lines: Vec<f64> = file.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(lines, [1e-9, 0.0, 0.0, -1e-9, 0.1 + 0.2 + 0.5e-9, -1e21 - 0.5e-9]);
    }

    #[test]
    fn a_name_in_the_definition_that_is_mark_up_does_no_harm() {
        let xml = aux_xml([0.0; 6], "PROJCS[\"<&>\"]");
        assert!(xml.contains("<SRS>PROJCS[\"&lt;&amp;&gt;\"]</SRS>") && xml.contains(">0, 0, 0, 0, 0, 0<"), "{xml}");
    }
}
