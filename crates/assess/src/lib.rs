//! From reports to timelines: the rules that weigh who held what, when, how surely.
