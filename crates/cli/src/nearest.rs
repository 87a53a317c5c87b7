//! What somebody may have meant.

/// How alike two words have to be, from 0 to 1.
const LIKENESS_MIN: f64 = 0.8;
/// How many are named.
const NAMED_MAX: usize = 3;

/// The candidates nearest to `word`, the likeliest first; none where nothing is like it.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let likeness = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let is_part = word.len() > 2 && candidate.contains(&word);
        let spelled = strsim::normalized_damerau_levenshtein(&word, &candidate);
        let begun = strsim::jaro_winkler(&word, &candidate);
        if is_part { 1.0 } else { spelled.max(begun * 0.95) }
    };
    let mut ranked: Vec<(f64, &str)> =
        candidates.into_iter().map(|candidate| (likeness(candidate), candidate)).collect();
    ranked.retain(|(likeness, _)| *likeness >= LIKENESS_MIN);
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranked.into_iter().take(NAMED_MAX).map(|(_, candidate)| candidate).collect()
}

/// Names them in a question: `is it `a`, `b` or `c`?`.
pub(crate) fn question(names: &[&str]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = quoted.split_last()?;
    Some(match others {
        [] => format!("is it {last}?"),
        others => format!("is it {} or {last}?", others.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::{nearest, question};

    #[test]
    fn a_slip_of_the_keys_finds_the_word() {
        let words = ["root-without-mfa", "users-without-mfa", "keys-unused"];
        assert_eq!(nearest("root-witout-mfa", words).first(), Some(&"root-without-mfa"));
        assert_eq!(nearest("unused", words), ["keys-unused"]);
        assert_eq!(nearest("bananas", words), [""; 0]);
    }

    #[test]
    fn several_candidates_become_one_question() {
        assert_eq!(question(&["a", "b", "c"]).as_deref(), Some("is it `a`, `b` or `c`?"));
        assert_eq!(question(&["a"]).as_deref(), Some("is it `a`?"));
        assert_eq!(question(&[]), None);
    }
}
