//! The same tracker in every encoding and with every separator.

use super::{LONG, errors, fixture, house_with, import};
use crate::house::House;

const TABLE: &str = "No,Id,Act,Date,Remark\n1,a,imposed,2020-01-01,plain\n";

fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn a_mark_says_the_encoding_and_rules_or_a_flag_say_it_else() {
    let noted = format!("{LONG}note = \"{{Remark}}\"\n");
    let remark = "한국–日本";
    let text = TABLE.replace("plain", remark);
    let marked = format!("\u{feff}{text}");
    let cases = [
        (text.clone().into_bytes(), ""),
        (marked.clone().into_bytes(), ""),
        (utf16(&marked, u16::to_le_bytes), ""),
        (utf16(&marked, u16::to_be_bytes), ""),
        (utf16(&text, u16::to_le_bytes), "--encoding utf-16le"),
        (utf16(&text, u16::to_be_bytes), "--encoding UTF16BE"),
        // The mark is right.
        (marked.clone().into_bytes(), "--encoding windows-1252"),
    ];
    for (bytes, more) in cases {
        let house = House::empty();
        import(&house, bytes, &noted, more).fine();
        assert!(house.export().contains(&format!("\"note\":\"{remark}\"")), "{more}");
    }
    let named = format!("{noted}[file]\nencoding = \"utf-16le\"\n");
    let house = House::empty();
    import(&house, utf16(&text, u16::to_le_bytes), &named, "").fine();
    assert_eq!(import(&house, &text, LONG, "--encoding klingon").code, 2);
}

#[test]
fn separators_are_found_or_named() {
    for (separator, more) in
        [(",", ""), (";", ""), ("\t", ""), ("|", "[file]\ndelimiter = \"|\"\n")]
    {
        let house = House::empty();
        let told =
            import(&house, TABLE.replace(',', separator), &format!("{LONG}{more}"), "").fine();
        let name = if separator == "\t" { "tab".to_owned() } else { format!("`{separator}`") };
        assert!(told.out.contains(&format!("cells separated by {name}")), "{told:?}");
        assert_eq!(house.records(), 2);
    }
    // A table of tabs may have no tab in its header, and semicolons in it.
    let house = House::empty();
    house.file("t.tsv", "Id;No\na\n");
    house.file("rules.toml", "[measure]\nid = \"{Id;No}\"\nkind = \"plain\"\n");
    house.ledger("import t.tsv --map rules.toml").fine();
}

#[test]
fn bytes_that_do_not_fit_are_said_at_their_line_with_a_guess() {
    let house = house_with(&["waivers-1252.csv", "waivers-1252.rules.toml"]);
    let rules = std::fs::read_to_string(fixture("waivers-1252.rules.toml")).unwrap();
    let rules = rules.replace("encoding = \"windows-1252\"\n", "");
    house.file("rules.toml", rules);
    let answer = house.ledger("import waivers-1252.csv --map rules.toml");
    assert_eq!(answer.code, 3, "{answer:?}");
    assert!(
        answer.err.starts_with("error: waivers-1252.csv:1: some bytes are not utf-8"),
        "{answer:?}"
    );
    assert!(answer.err.contains("did you mean `--encoding windows-1252`?"), "{answer:?}");
    house.ledger("import waivers-1252.csv --map rules.toml --encoding windows-1252").fine();
    let house = House::empty();
    let answer =
        import(&house, b"No,Id,Act,Date\n1,a,imposed,2020-01-01\n2,b\xff,imposed,2020\n", LONG, "");
    assert_eq!(errors(&answer).len(), 1, "{answer:?}");
    assert!(answer.err.starts_with("error: t.csv:3: some bytes"), "{answer:?}");
}
