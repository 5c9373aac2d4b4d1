//! `completions` and `man`: made from the same list of arguments that parses them.

use clap::CommandFactory as _;

use crate::arguments::{Arguments, Completions};
use crate::failure::Failure;
use crate::output;

/// Prints the completions for a shell.
pub(crate) fn completions(arguments: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "marchland", &mut script);
    output::print_bytes(&script)
}

/// Prints the manual page: the command, then each verb.
pub(crate) fn man() -> Result<(), Failure> {
    let mut page = Vec::new();
    let failed = |error: std::io::Error| Failure::Failed(error.to_string());
    let mut command = Arguments::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let man = clap_mangen::Man::new(verb.clone());
        let heading = format!(".SH MARCHLAND {}\n", verb.get_name().to_uppercase());
        page.extend_from_slice(heading.as_bytes());
        man.render_synopsis_section(&mut page).map_err(failed)?;
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
    }
    output::print_bytes(&page)
}
