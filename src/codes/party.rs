//! Parties: countries and territories by ISO 3166-1, and the European Union, for which that
//! standard reserves a code.

use celes::{Country, LookupTable as _};

/// A country or territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// Two letters (ISO 3166-1 alpha-2).
    pub code: &'static str,
    /// Three letters (alpha-3).
    pub alpha3: &'static str,
    /// Its short name in English.
    pub name: &'static str,
}

impl Party {
    /// Its name as a sentence has it: `Republic of Korea`.
    #[must_use]
    pub fn called(&self) -> String {
        let name = self.name.strip_prefix("The ").unwrap_or(self.name);
        let small = |word: &str| match word {
            "And" | "Of" | "The" => word.to_lowercase(),
            _ => word.to_owned(),
        };
        name.split(' ').map(small).collect::<Vec<_>>().join(" ")
    }
}

/// What a text can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// One party.
    One(Party),
    /// More than one, by their codes.
    Several(Vec<Party>),
    /// None of the parties known here. It may still be one: an agency, a company.
    Unknown,
}

/// Reserved by ISO 3166-1 for the European Union; the World Customs Organization and customs
/// declarations use it as they use countries' codes.
const EU: Party = Party { code: "EU", alpha3: "EUE", name: "European Union" };

/// Names that people and the WTO use, and former ones, where the standard has others.
const ALSO: [(&str, &str); 40] = [
    ("bolivia", "BO"),
    ("britain", "GB"),
    ("brunei", "BN"),
    ("burma", "MM"),
    ("cape verde", "CV"),
    ("chinese taipei", "TW"),
    ("cote divoire", "CI"),
    ("côte divoire", "CI"),
    ("czech republic", "CZ"),
    ("dprk", "KP"),
    ("dr congo", "CD"),
    ("east timor", "TL"),
    ("england", "GB"),
    ("european communities", "EU"),
    ("great britain", "GB"),
    ("holland", "NL"),
    ("hong kong china", "HK"),
    ("iran", "IR"),
    ("ivory coast", "CI"),
    ("korea republic of", "KR"),
    ("laos", "LA"),
    ("macao china", "MO"),
    ("macau", "MO"),
    ("macedonia", "MK"),
    ("moldova", "MD"),
    ("north korea", "KP"),
    ("palestine", "PS"),
    ("peoples republic of china", "CN"),
    ("prc", "CN"),
    ("rok", "KR"),
    ("russia", "RU"),
    ("south korea", "KR"),
    ("syria", "SY"),
    ("taiwan", "TW"),
    ("tanzania", "TZ"),
    ("uae", "AE"),
    ("uk", "GB"),
    ("usa", "US"),
    ("venezuela", "VE"),
    ("viet nam", "VN"),
];

/// Names by which more than one goes.
const SHARED: [(&str, [&str; 2]); 3] =
    [("congo", ["CD", "CG"]), ("korea", ["KP", "KR"]), ("virgin islands", ["VG", "VI"])];

/// What a code or a name means; capitals, spaces, punctuation and a leading "the" do not count.
#[must_use]
pub fn party_named(text: &str) -> Meant {
    if let Some(party) = party_by_code(text.trim()) {
        return Meant::One(party);
    }
    let plain = plain(text);
    let shared = SHARED.iter().find(|(name, _)| squeezed(name) == plain);
    if let Some((_, codes)) = shared {
        return Meant::Several(codes.iter().filter_map(|code| party_by_code(code)).collect());
    }
    let also = ALSO.iter().find(|(name, _)| squeezed(name) == plain);
    let named = also.and_then(|(_, code)| party_by_code(code));
    named.map_or_else(|| by_name(&plain), Meant::One)
}

/// The two letters that stand for a party, where it is one and no other.
#[must_use]
pub fn party_code(text: &str) -> Option<&'static str> {
    match party_named(text) {
        Meant::One(party) => Some(party.code),
        Meant::Several(_) | Meant::Unknown => None,
    }
}

/// Whether two texts name the same party.
#[must_use]
pub fn is_same_party(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || party_code(one).is_some_and(|code_of| party_code(other) == Some(code_of))
}

/// The party of a code of two or three letters.
#[must_use]
pub fn party_by_code(code: &str) -> Option<Party> {
    let is_code =
        |party: &Party| [party.code, party.alpha3].iter().any(|c| c.eq_ignore_ascii_case(code));
    let country = || Country::from_alpha2(code).or_else(|_| Country::from_alpha3(code)).ok();
    Some(EU).filter(is_code).or_else(|| country().map(party))
}

fn by_name(plain: &str) -> Meant {
    let countries = Country::get_countries();
    let parties = countries.iter().map(|country| (*country, party(*country)));
    let all: Vec<(Country, Party)> = parties.collect();
    if squeezed(EU.name) == plain {
        return Meant::One(EU);
    }
    if let Some((_, party)) = all.iter().find(|(_, party)| self::plain(party.name) == plain) {
        return Meant::One(*party);
    }
    let aliased = |(country, _): &&(Country, Party)| {
        country.aliases.iter().any(|alias| self::plain(alias) == plain)
    };
    let mut found: Vec<Party> = all.iter().filter(aliased).map(|(_, party)| *party).collect();
    match (found.pop(), found.is_empty()) {
        (None, _) => Meant::Unknown,
        (Some(party), true) => Meant::One(party),
        (Some(party), false) => {
            found.push(party);
            Meant::Several(found)
        }
    }
}

fn party(country: Country) -> Party {
    Party { code: country.alpha2, alpha3: country.alpha3, name: country.long_name }
}

/// A name without what is written in many ways: in small letters, only letters, no leading "the".
fn plain(name: &str) -> String {
    let letters = squeezed(name);
    match letters.strip_prefix("the") {
        Some(rest) if name.trim().len() > 4 && name.trim().as_bytes()[3].is_ascii_whitespace() => {
            rest.to_owned()
        }
        Some(_) | None => letters,
    }
}

fn squeezed(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_the_same_party() {
        for (name, code_of) in [
            ("KR", "KR"),
            ("kor", "KR"),
            ("South Korea", "KR"),
            ("Korea, Republic of", "KR"),
            ("The Republic of Korea", "KR"),
            ("north korea", "KP"),
            ("Türkiye", "TR"),
            ("Turkiye", "TR"),
            ("Turkey", "TR"),
            ("Eswatini", "SZ"),
            ("Swaziland", "SZ"),
            ("Czechia", "CZ"),
            ("Czech Republic", "CZ"),
            ("Côte d'Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            ("Chinese Taipei", "TW"),
            ("Viet Nam", "VN"),
            ("Vietnam", "VN"),
            ("USA", "US"),
            ("United States", "US"),
            ("the United States of America", "US"),
            ("UK", "GB"),
            ("United Kingdom", "GB"),
            ("Russia", "RU"),
            ("Russian Federation", "RU"),
            ("European Union", "EU"),
            ("eu", "EU"),
            ("Iran", "IR"),
            ("North Macedonia", "MK"),
            ("Cabo Verde", "CV"),
            ("Japan", "JP"),
            ("China", "CN"),
            ("Hong Kong", "HK"),
            ("Netherlands", "NL"),
            ("The Netherlands", "NL"),
            ("Philippines", "PH"),
            ("Samoa", "WS"),
            ("Thailand", "TH"),
            ("Guinea", "GN"),
            ("Niger", "NE"),
        ] {
            assert_eq!(party_code(name), Some(code_of), "{name}");
            assert!(is_same_party(name, code_of), "{name}");
        }
    }

    #[test]
    fn a_name_of_several_is_none_of_them() {
        for (name, codes) in [("Korea", ["KP", "KR"]), ("Congo", ["CD", "CG"])] {
            let Meant::Several(parties) = party_named(name) else { panic!("{name}") };
            assert_eq!(parties.iter().map(|party| party.code).collect::<Vec<_>>(), codes);
            assert_eq!(party_code(name), None);
            assert!(
                is_same_party(name, &name.to_uppercase()),
                "what is written the same is the same"
            );
        }
    }

    #[test]
    fn a_party_is_called_as_a_sentence_calls_it() {
        let called = |code| party_by_code(code).map(|party| party.called());
        assert_eq!(called("KR").as_deref(), Some("Republic of Korea"));
        assert_eq!(called("TT").as_deref(), Some("Trinidad and Tobago"));
        assert_eq!(called("JP").as_deref(), Some("Japan"));
    }

    #[test]
    fn what_is_no_country_is_unknown() {
        for name in ["", "Samsung", "ASEAN", "XX", "K", "the", "日本"] {
            assert_eq!(party_named(name), Meant::Unknown, "{name}");
        }
    }

    #[test]
    fn every_code_and_every_name_of_the_standard_leads_to_its_party() {
        let countries = Country::get_countries();
        let kosovo = |country: &&Country| country.alpha2 == "XK";
        assert_eq!(
            countries.iter().filter(kosovo).count(),
            1,
            "a code by custom, not the standard's"
        );
        assert_eq!(countries.len(), 249 + 1, "the standard has 249");
        for country in countries {
            assert_eq!(party_code(country.alpha2), Some(country.alpha2));
            assert_eq!(party_code(country.alpha3), Some(country.alpha2));
            let own = (country.alpha2 != "CG").then_some(country.alpha2);
            assert_eq!(party_code(country.long_name), own, "{}: two go by it", country.long_name);
        }
        for (name, wanted) in ALSO {
            assert_eq!(party_code(name), Some(wanted), "{name}");
        }
    }
}
