//! Any set of lines, made into a coverage that cannot disagree with itself.
//!
//! Three steps, one file each: lines are put on a fine grid ([`grid`]), cut wherever they meet so that no two pieces cross
//! ([`noding`]), and the pieces are read as a planar graph whose faces ([`walks`]) get a label ([`planar`]); [`assemble`] joins the pieces
//! between faces of different labels to the arcs of a [`Coverage`](marchland_core::Coverage). Every decision is made on whole
//! numbers, so it is exact, and a coverage is sound whatever the lines were: wrong lines can only put a border in a wrong place.
//!
//! What lines mean, and which label a face without any labelled line gets, is the caller's.

pub(crate) mod assemble;
pub(crate) mod grid;
pub(crate) mod noding;
pub(crate) mod planar;
mod walks;
