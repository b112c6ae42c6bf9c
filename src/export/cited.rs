//! A source as it is cited.

use crate::record::Source;

/// Publisher, title, date and address, as far as they are known: `Yonhap, "Seoul ends …",
/// 2019-08-22, https://…`.
#[must_use]
pub fn cited(source: &Source) -> String {
    let title = source.title.as_ref().map(|title| format!("\"{title}\""));
    let published = source.published.as_ref().map(|date| date.text().to_owned());
    let parts = [source.publisher.clone(), title, published, source.url.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { source.name().to_owned() } else { parts.join(", ") }
}
