//! Which cell a point is in, what is nearest, what lies in a window.
