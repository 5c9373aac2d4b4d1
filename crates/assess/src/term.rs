//! Words for probabilities, so that a reader and a map say the same.

/// The term of the yardstick for a probability from 0 to 1; a number that is none of these is read as its nearest end.
///
/// The terms are those of the probability yardstick of the UK's Professional Head of Intelligence Assessment. It leaves gaps
/// between its bands; here each band reaches up to the one above, so that every number has a term.
///
/// ```
/// use marchland_assess::confidence_term;
/// assert_eq!(confidence_term(0.52), "likely");
/// assert_eq!(confidence_term(0.97), "almost certain");
/// ```
#[must_use]
pub fn confidence_term(p: f64) -> &'static str {
    match p {
        p if p > 0.9 => "almost certain",
        p if p > 0.75 => "highly likely",
        p if p > 0.5 => "likely",
        p if p > 0.35 => "realistic possibility",
        p if p > 0.2 => "unlikely",
        p if p > 0.05 => "highly unlikely",
        _ => "remote chance",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_on_the_edge_of_two_terms_has_the_lower_one() {
        let terms = [0.0, 0.05, 0.2, 0.35, 0.5, 0.75, 0.9, 1.0].map(confidence_term);
        assert_eq!(
            terms,
            [
                "remote chance",
                "remote chance",
                "highly unlikely",
                "unlikely",
                "realistic possibility",
                "likely",
                "highly likely",
                "almost certain"
            ]
        );
    }
}
