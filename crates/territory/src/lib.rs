//! From sites to ground: coverages, dissolved territory, front lines, areas.
