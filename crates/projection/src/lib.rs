//! The way between the earth and a map's plane.
//!
//! | use | what it is | valid |
//! | --- | --- | --- |
//! | [`Utm`] | transverse Mercator in the zones of UTM, the default of a map that fits one | within some 30° of the zone's meridian |
//! | [`Laea`] | Lambert azimuthal equal-area round a centre, the default of a wider map | all but the point opposite the centre |
//! | [`from_code`] | any projected CRS of the EPSG register in metres, through `proj4rs` | as its definition says |
//! | [`fitting`] | the default for an extent | everywhere |
//! | [`fitting_places`] | the default for places, wherever on the globe | everywhere but opposite a whole earth's centre |
//!
//! [`wkt`] defines any of them to GIS clients.
//!
//! The two defaults are written here, with trigonometry from `libm`, because their coordinates end in files that promise the
//! same bytes on every machine. Both are held to PROJ's figures in their tests.

mod any;
mod choose;
mod ellipsoid;
mod extent;
mod laea;
mod utm;
mod wkt;

pub use any::UnusableCrs;
pub use choose::{fitting, fitting_places, from_code};
pub use extent::extent;
pub use laea::Laea;
pub use utm::{Hemisphere, Utm};
pub use wkt::wkt;
