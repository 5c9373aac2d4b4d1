//! From a snapshot to one scene, and from the scene to SVG and pixels.
