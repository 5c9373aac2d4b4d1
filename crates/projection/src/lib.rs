//! The projections of maps: UTM, Lambert azimuthal equal-area, any EPSG code.
