//! Datasets read with every fault named, maps written as GeoJSON and styles.
