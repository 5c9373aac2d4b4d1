//! The files of `marchland new`: a small made-up dataset that passes `check`, to be changed piece by piece.

/// The files, by their path below the dataset's folder.
#[must_use]
pub fn scaffold() -> Vec<(&'static str, &'static str)> {
    vec![
        ("README.md", include_str!("../../scaffold/README.md")),
        ("actors.csv", include_str!("../../scaffold/actors.csv")),
        ("dataset.toml", include_str!("../../scaffold/dataset.toml")),
        ("layers/boundary.geojson", include_str!("../../scaffold/layers/boundary.geojson")),
        ("layers/river.geojson", include_str!("../../scaffold/layers/river.geojson")),
        ("reports.csv", include_str!("../../scaffold/reports.csv")),
        ("sites.geojson", include_str!("../../scaffold/sites.geojson")),
        ("sources.csv", include_str!("../../scaffold/sources.csv")),
    ]
}
