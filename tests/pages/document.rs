//! A page as a browser reads it.

use std::collections::BTreeSet;

use html5ever::tendril::TendrilSink as _;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element with its attributes and all text in it.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    /// The names of what it stands in, the root first.
    pub(super) above: Vec<String>,
    /// The number of the form that it stands in.
    pub(super) form: Option<usize>,
}

impl Element {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// A page: its elements in their order, and what its parser had to complain of.
pub(super) struct Document {
    pub(super) elements: Vec<Element>,
    pub(super) errors: Vec<String>,
}

impl Document {
    pub(super) fn read(text: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(text);
        let mut elements = Vec::new();
        walk(&dom.document, &[], None, &mut elements);
        let errors = dom.errors.borrow().iter().map(ToString::to_string).collect();
        Self { elements, errors }
    }

    /// The elements of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// What is wrong with how it is put together.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = self.errors.clone();
        let mut ids = BTreeSet::new();
        for id in self.elements.iter().filter_map(|element| element.get("id")) {
            if !ids.insert(id) {
                faults.push(format!("the id {id} is there twice"));
            }
        }
        for element in &self.elements {
            let lists = ["aria-labelledby", "aria-describedby", "for", "aria-controls"];
            let named = lists.iter().filter_map(|name| element.get(name));
            let inside = element.get("href").and_then(|href| href.strip_prefix('#'));
            for id in named.flat_map(str::split_whitespace).chain(inside) {
                if !ids.contains(id) {
                    faults.push(format!("{} names {id}, which is not there", element.name));
                }
            }
        }
        for name in ["title", "h1", "main"] {
            let count = self.all(name).filter(|it| !it.above.contains(&"svg".to_owned())).count();
            if count != 1 {
                faults.push(format!("{count} elements {name}"));
            }
        }
        faults
    }

    /// Every address that a browser without JavaScript can go to or fetches: the links, the parts,
    /// and the forms with what stands in their fields.
    pub(super) fn addresses(&self) -> Vec<String> {
        let linked = self.elements.iter().flat_map(|element| {
            ["href", "xlink:href", "src"].into_iter().filter_map(|name| element.get(name))
        });
        let forms = self.all("form").map(|form| self.submitted(form));
        linked.map(str::to_owned).chain(forms).collect()
    }

    fn submitted(&self, form: &Element) -> String {
        assert_eq!(form.get("method"), Some("get"), "{form:?}");
        let fields = self.elements.iter().filter(|it| it.form == form.form && it.name != "form");
        let mut query = form_urlencoded::Serializer::new(String::new());
        for field in fields {
            let value = match field.name.as_str() {
                "input" => field.get("value").unwrap_or_default().to_owned(),
                "select" => self.chosen(field),
                _ => continue,
            };
            query.append_pair(field.get("name").unwrap(), &value);
        }
        format!("{}?{}", form.get("action").unwrap(), query.finish())
    }

    /// The value of a list of choices: that of the one that is chosen, or of the first.
    fn chosen(&self, list: &Element) -> String {
        let options: Vec<&Element> =
            self.all("option").filter(|option| option.form == list.form).collect();
        let chosen = options.iter().find(|option| option.get("selected").is_some());
        let chosen = chosen.or(options.first());
        chosen.and_then(|it| it.get("value")).unwrap_or_default().to_owned()
    }
}

fn walk(node: &Handle, above: &[String], form: Option<usize>, elements: &mut Vec<Element>) {
    let (mut above, mut form) = (above.to_vec(), form);
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        let attributes = attributes.iter().map(|attribute| {
            let prefix = attribute.name.prefix.as_ref().map(|prefix| format!("{prefix}:"));
            let name = format!("{}{}", prefix.unwrap_or_default(), attribute.name.local);
            (name, attribute.value.to_string())
        });
        let attributes = attributes.collect::<Vec<_>>();
        let name = name.local.to_string();
        if name == "form" {
            form = Some(elements.len());
        }
        let mut text = String::new();
        all_text(node, &mut text);
        above.push(name.clone());
        let stands = above[..above.len() - 1].to_vec();
        elements.push(Element { name, attributes, text, above: stands, form });
    }
    for child in node.children.borrow().iter() {
        walk(child, &above, form, elements);
    }
}

fn all_text(node: &Handle, text: &mut String) {
    if let NodeData::Text { contents } = &node.data {
        text.push_str(&contents.borrow());
    }
    for child in node.children.borrow().iter() {
        all_text(child, text);
    }
}
