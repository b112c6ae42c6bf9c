//! The nearest guesses for a word that is not known: "did you mean …?".
//!
//! One rule for measures, kinds, acts, statuses, fields and verbs alike.

/// The largest edit distance at which a word is still offered as a guess.
const MAX_DISTANCE: usize = 2;

/// The largest number of guesses.
const MAX_GUESSES: usize = 3;

/// The candidates nearest to `word`, nearest first, equally near ones in the order given.
///
/// A guess is at most two edits away (a letter put in, left out, changed, or exchanged with its
/// neighbour) and fewer than its longer side has letters, so that two words with nothing in common
/// are never offered for each other. The case of `word` does not count. At most three are given; an
/// empty answer means that nothing is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let mut near: Vec<(usize, &'a str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&word, letters, candidate)?, candidate)))
        .collect();
    near.sort_by_key(|&(distance, _)| distance);
    near.into_iter().take(MAX_GUESSES).map(|(_, candidate)| candidate).collect()
}

/// The edit distance from `word` (of so many `letters`), where it is small enough for a guess.
fn distance(word: &str, letters: usize, candidate: &str) -> Option<usize> {
    let others = candidate.chars().count();
    if letters.abs_diff(others) > MAX_DISTANCE {
        return None;
    }
    let distance = strsim::osa_distance(word, candidate);
    (distance <= MAX_DISTANCE && distance < letters.max(others)).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_first_then_the_order_given() {
        let words = ["lifted", "listed", "lited", "held"];
        assert_eq!(nearest("lite", words), ["lited", "lifted", "listed"]);
        assert_eq!(nearest("lifetd", words), ["lifted", "listed", "lited"]);
        assert_eq!(nearest("lisetd", words), ["listed", "lifted", "lited"]);
        assert_eq!(nearest("LIFTED", words), ["lifted", "listed", "lited"]);
    }

    #[test]
    fn at_most_two_edits_and_three_guesses() {
        assert_eq!(nearest("kr-jp.gsoima", ["kr-jp.gsomia"]), ["kr-jp.gsomia"]);
        assert_eq!(nearest("abcdef", ["abcxyz"]), [""; 0]);
        assert_eq!(nearest("act", ["act1", "act2", "act3", "act4"]), ["act1", "act2", "act3"]);
    }

    #[test]
    fn words_with_nothing_in_common_are_not_near() {
        assert_eq!(nearest("", ["at", "to"]), [""; 0]);
        assert_eq!(nearest("at", ["to", "a"]), ["a"]);
        assert_eq!(nearest("x", [""]), [""; 0]);
    }

    #[test]
    fn a_letter_is_a_character_not_a_byte() {
        assert_eq!(nearest("gesprach", ["gespräch"]), ["gespräch"]);
    }
}
