//! A text as a part of an id: lower-case letters a to z, digits, single hyphens.

/// Letters of Latin scripts with what they are written as without their marks.
const PLAIN: [(&str, &str); 22] = [
    ("àáâãäåāăą", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņň", "n"),
    ("òóôõöøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
];

/// The slug of a text; empty where it has no letter or digit that can be in one.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            // Apostrophes stand inside of a word; marks belong to the letter before.
            '\'' | '’' | '\u{300}'..='\u{36f}' => {}
            _ => match PLAIN.iter().find(|(marked, _)| marked.contains(c)) {
                Some((_, plain)) => slug.push_str(plain),
                None if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                None => {}
            },
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_parts_of_ids() {
        for (text, expected) in [
            ("Export ban: masks & gowns", "export-ban-masks-gowns"),
            ("Côte d’Ivoire", "cote-divoire"),
            ("  Türkiye ", "turkiye"),
            ("A--B__C", "a-b-c"),
            ("İstanbul", "istanbul"),
            ("e\u{301}tat", "etat"),
            ("輸出規制", ""),
            ("HS 3004.90", "hs-3004-90"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
            assert!(expected.is_empty() || crate::record::is_measure_id(expected));
        }
    }
}
