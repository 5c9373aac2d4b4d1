//! Distances as flags take them.

use crate::failure::Failure;

/// Metres of `500m`, `1 km`: more than nothing and less than the earth's circumference.
pub(crate) fn metres(flag: &str, text: &str) -> Result<f64, Failure> {
    let kilometres = text.strip_suffix("km").map(|number| (number, 1_000.0));
    let split = kilometres.or_else(|| text.strip_suffix('m').map(|number| (number, 1.0)));
    let metres = split.and_then(|(number, unit)| Some(number.trim().parse::<f64>().ok()? * unit));
    metres
        .filter(|metres| *metres > 0.0 && *metres < 4.0e7)
        .ok_or_else(|| Failure::Usage(format!("{flag} {text}: expected a distance with its unit, such as 500m or 1km")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_has_a_unit_and_is_more_than_nothing() {
        assert_eq!(metres("--simplify", "500m").unwrap(), 500.0);
        assert_eq!(metres("--simplify", "1.5 km").unwrap(), 1_500.0);
        for text in ["500", "0m", "-3km", "NaNm", "far", "1e9km"] {
            assert!(metres("--simplify", text).unwrap_err().to_string().contains("such as 500m or 1km"), "{text}");
        }
    }
}
