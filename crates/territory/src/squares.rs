//! Small coverages for tests, drawn as text.

use marchland_core::{Coverage, CoverageBuilder, Face, FaceIndex, Ground, LonLat, SiteIndex};

/// A coverage of unit squares; each line is a row from north to south, each letter a face, `.` is outside. Also the letters in the faces' order.
pub(crate) fn squares(rows: &[impl AsRef<str>]) -> (Coverage, Vec<char>) {
    let rows: Vec<Vec<char>> = rows.iter().map(|row| row.as_ref().chars().collect()).collect();
    let (height, width) = (rows.len() as i32, rows[0].len() as i32);
    let mut names: Vec<char> = rows.iter().flatten().copied().filter(|&name| name != '.').collect();
    names.sort_unstable();
    names.dedup();
    let mut builder = CoverageBuilder::new();
    for y in 0..=height {
        for x in 0..=width {
            builder.vertex(LonLat::new(f64::from(x), f64::from(y)).unwrap());
        }
    }
    let area_km2 = |&name: &char| rows.iter().flatten().filter(|&&other| other == name).count() as f64;
    let face = |(site, name)| Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: area_km2(name) };
    let faces: Vec<FaceIndex> = (0..).zip(&names).map(|named| builder.face(face(named))).collect();
    let face = |x: i32, y: i32| {
        let row = rows.get(usize::try_from(height - 1 - y).ok()?)?;
        let name = row.get(usize::try_from(x).ok()?)?;
        names.binary_search(name).ok().map(|position| faces[position])
    };
    let vertex = |x: i32, y: i32| (y * (width + 1) + x) as u32;
    for y in 0..=height {
        for x in 0..=width {
            // Arcs with equal sides part nothing and are refused.
            let _ = builder.arc(&[vertex(x, y), vertex(x + 1, y)], face(x, y), face(x, y - 1)).is_ok();
            let _ = y < height && builder.arc(&[vertex(x, y), vertex(x, y + 1)], face(x - 1, y), face(x, y)).is_ok();
        }
    }
    (builder.finish(), names)
}

/// Rows of as many letters as a text has, each its own face: `letters(2, 3)` is `ab`, `cd`, `ef`.
pub(crate) fn letters(width: usize, height: usize) -> Vec<String> {
    let letter = |position: usize| char::from_u32('Ā' as u32 + position as u32).unwrap();
    (0..height).map(|row| (0..width).map(|column| letter(row * width + column)).collect()).collect()
}
