//! Parties by their codes and names, goods by their codes.

use super::demo::Demo;

#[test]
fn a_party_is_found_by_its_code_and_its_names() {
    let demo = Demo::new();
    let all = demo.rows("measure list --party KR");
    assert!(all.len() > 10);
    for name in ["kr", "KOR", "south-korea", "republic-of-korea"] {
        assert_eq!(demo.rows(&format!("measure list --party {name}")), all, "{name}");
    }
    let rows = demo.rows("state --party KOR --at 2020-01-01");
    assert_eq!(demo.rows("state --party KR --at 2020-01-01"), rows);
    assert!(rows.len() > 10 && demo.rows("state --party CN --at 2020-01-01").is_empty());
    let past = "--at 2019-12-01 --known 2019-11-01";
    assert_eq!(
        demo.rows(&format!("state --party south-korea {past}")),
        demo.rows(&format!("state --party KR {past}"))
    );
    for verb in ["measure list", "state", "agenda", "check"] {
        let (exit, error) = demo.error(&format!("{verb} --party Korea"));
        assert_eq!(exit, 2, "{verb}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("KP") && message.contains("KR"), "{verb}: {message}");
    }
}

#[test]
fn a_measure_is_declared_with_the_codes_of_its_parties() {
    let demo = Demo::new();
    let add = "measure add tr.steel --kind tariff --party Turkey --party swaziland --party Acme";
    demo.text(&format!("{add} --item HS2017:7208.10 --item scrap"));
    let shown = demo.rows("measure show tr.steel").remove(0);
    assert_eq!(shown["parties"], serde_json::json!(["TR", "SZ", "Acme"]));
    assert!(demo.text("measure show tr.steel").contains("TR (Türkiye), SZ (Eswatini), Acme"));
    let (exit, error) = demo.error("measure add k --kind tariff --party Korea");
    assert_eq!(exit, 2, "{error}");
}

#[test]
fn goods_are_found_by_their_codes() {
    let demo = Demo::new();
    demo.text("measure add us.steel --kind tariff --item HS2017:7208.10");
    demo.text("measure add us.scrap --kind tariff --item scrap");
    let found = |item: &str| {
        let rows = demo.rows(&format!("state --item {item} --at 2020-01-01"));
        rows.iter().map(|row| row["measure"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for item in ["7208", "HS2017:72", "HS2017:7208.10", "720810"] {
        assert_eq!(found(item), ["us.steel"], "{item}");
    }
    assert_eq!(found("scrap"), ["us.scrap"]);
    assert!(found("HS2022:7208").is_empty());
    let before = "state --item 7208 --at 2020-01-01 --known @199";
    assert!(demo.rows(before).is_empty(), "it was not declared then");
}
