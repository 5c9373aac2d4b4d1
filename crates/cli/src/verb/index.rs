//! `index`: the index of places and times as one file, to be memory-mapped.

use marchland_assess::Assessor;
use marchland_formats::rows::utc;
use marchland_index::SpaceTimeIndex;

use crate::arguments::{Index, Weighing};
use crate::failure::{Failure, count_of};
use crate::question::{self, Loaded};
use crate::{ground, output, say};

/// Makes the index and writes it.
pub(crate) fn run(arguments: &Index) -> Result<(), Failure> {
    if arguments.output.exists() && !arguments.overwrite {
        return Err(Failure::OutputExists(arguments.output.clone()));
    }
    let loaded = question::load(&arguments.dataset)?;
    let index = build(loaded, &arguments.weighing)?;
    output::write_file(&arguments.output, |sink| Ok(sink.write_all(index.as_bytes())?))?;
    let cells = count_of(index.places().len(), "cell");
    say::note(&format!("wrote {}: {cells}, {} kB", arguments.output.display(), index.as_bytes().len().div_ceil(1_000)));
    Ok(())
}

/// The index of a dataset under a rule and with what was known.
pub(crate) fn build(loaded: &Loaded, weighing: &Weighing) -> Result<SpaceTimeIndex, Failure> {
    let rule = loaded.asked_rule(weighing)?;
    let as_of = loaded.as_of(weighing)?;
    let ledger = loaded.ledger();
    let timelines = Assessor::new(ledger, &rule, as_of).timelines();
    let ground = ground::divide(&loaded.dataset.config, ledger)?;
    let histories = ground.histories(&timelines);
    let identity = identity(loaded, weighing)?;
    SpaceTimeIndex::new(&ground.atlas, &histories, ledger, &identity).map_err(|fault| Failure::Failed(fault.to_string()))
}

/// What an index answers for: the dataset, the rule, and until when reports were known.
pub(crate) fn identity(loaded: &Loaded, weighing: &Weighing) -> Result<String, Failure> {
    let rule = loaded.asked_rule(weighing)?.label();
    let online = if weighing.online { " online" } else { "" };
    let known = loaded.as_of(weighing)?.map_or_else(|| "all reports".to_owned(), |as_of| format!("as of {}", utc(as_of)));
    Ok(format!("{} ({rule}{online}, {known})", loaded.dataset.digest))
}
