//! One file a verb: each a question a user asks.

pub(crate) mod animate;
pub(crate) mod at;
pub(crate) mod changes;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod import;
pub(crate) mod index;
pub(crate) mod info;
pub(crate) mod locate;
pub(crate) mod manual;
pub(crate) mod new;
pub(crate) mod series;
pub(crate) mod snapshot;
pub(crate) mod timeline;

use clap::CommandFactory as _;

use crate::arguments::Arguments;

/// The verbs there are, in the order of the help.
pub(crate) fn names() -> Vec<String> {
    Arguments::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect()
}
