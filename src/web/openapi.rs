//! What programs can ask for, described (`OpenAPI` 3.1).
//!
//! Made from the table of pages, the parameters that they take and the schemas of their answers: the
//! same that requests are read by and answers are tested against.

use serde_json::{Map, Value, json};

use super::address::{Form, Route, forms, parameters};
use super::reply::Reply;
use crate::ask::schema;

/// A page, as it is described: where it is, and what of it is in a schema.
struct Described {
    path: &'static str,
    route: fn() -> Route,
    summary: &'static str,
    /// The schema of its JSON.
    schema: &'static str,
}

const PAGES: [Described; 12] = [
    Described {
        path: "/state",
        route: || Route::State,
        summary: "The status of every measure on a day",
        schema: "state",
    },
    Described {
        path: "/timeline",
        route: || Route::Timeline,
        summary: "What happened, in the order of the world",
        schema: "timeline",
    },
    Described {
        path: "/m/{measure}",
        route: || Route::Measure(String::new()),
        summary: "One measure and its events",
        schema: "measure",
    },
    Described {
        path: "/r/{record}",
        route: || Route::Record(String::new()),
        summary: "One record, with what later records did to it",
        schema: "show",
    },
    Described {
        path: "/why/{measure}",
        route: || Route::Why(String::new()),
        summary: "Why a measure has its status on a day",
        schema: "explain",
    },
    Described {
        path: "/diff/{days}",
        route: || Route::Diff(String::new()),
        summary: "What changed in the world between two days, A..B",
        schema: "diff",
    },
    Described {
        path: "/diff/learned/{points}",
        route: || Route::Learned(String::new()),
        summary: "What we learned between two points of knowledge, K1..K2, about a day",
        schema: "diff",
    },
    Described {
        path: "/log",
        route: || Route::Log,
        summary: "The records in the order they were made",
        schema: "log",
    },
    Described {
        path: "/agenda",
        route: || Route::Agenda,
        summary: "What is due, overdue, met or lapsed, and what is planned",
        schema: "agenda",
    },
    Described {
        path: "/conflicts",
        route: || Route::Conflicts,
        summary: "Where sources disagree",
        schema: "conflicts",
    },
    Described {
        path: "/sources",
        route: || Route::Sources,
        summary: "Who says so: the sources, by publisher",
        schema: "sources",
    },
    Described {
        path: "/about",
        route: || Route::About,
        summary: "What this ledger is, and whether it is unaltered",
        schema: "about",
    },
];

/// The description.
pub(super) fn reply() -> Reply {
    Reply::of("application/json", format!("{}\n", document()))
}

fn document() -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for page in &PAGES {
        paths.extend(operations(page));
        schemas.extend(schema::component(page.schema));
    }
    paths.insert("/records.json".to_owned(), json!({"post": recording()}));
    for name in ["append", "record", "error"] {
        schemas.extend(schema::component(name));
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "policy-ledger",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The answers of one policy ledger: the same rows as `ledger … --json`.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}

/// What a program sends to be recorded.
fn recording() -> Value {
    let error = |what: &str| {
        let content = json!({"application/json": {"schema": schema::reference("error")}});
        json!({"description": what, "content": content})
    };
    let yes_or_no =
        |what: &str, usual: bool| json!({"type": "boolean", "default": usual, "description": what});
    let body = json!({
        "type": "object",
        "required": ["records"],
        "additionalProperties": false,
        "properties": {
            "records": {
                "type": "array",
                "items": schema::reference("record"),
                "description": "What is to be recorded: all of it, or nothing",
            },
            "inputs": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0},
                "description": "Which of several inputs each record came from: repetitions are \
                                told by input",
            },
            "by": {"type": ["string", "null"], "description": "Who records, where a record does not say"},
            "repeated": {
                "enum": ["already", "new", "refuse"],
                "default": "already",
                "description": "What a record without key and id is that says the same as one that \
                                is there: that one, a new one, or (an event) refused",
            },
            "dry_run": yes_or_no("Record nothing: say what would be recorded", false),
            "changed": yes_or_no("Say which answers change", true),
        },
    });
    json!({
        "summary": "Records, sent to a server that was started with `--write`",
        "security": [{"token": []}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {
                "description": "What became of each; durable",
                "content": {"application/json": {"schema": schema::reference("append")}},
            },
            "400": error("What was sent cannot be understood"),
            "401": error("The token is missing or another"),
            "403": error("A browser sent it from another page"),
            "405": error("The server is read-only"),
            "413": error("More than 16 MiB at once"),
            "415": error("It is no JSON by its type"),
            "422": error("A record is refused; nothing was recorded"),
            "503": error("The ledger cannot be written to now; or it was recorded, and what it changes could not be told"),
        },
    })
}

/// Every form of a page but that for people.
fn operations(page: &Described) -> Vec<(String, Value)> {
    let route = (page.route)();
    let told = forms(&route).iter().filter_map(|form| {
        let (path, kind) = match form {
            Form::Html => return None,
            Form::Atom => ("/feed.atom".to_owned(), "application/atom+xml"),
            Form::Ics => ("/agenda.ics".to_owned(), "text/calendar"),
            Form::Json => (format!("{}.json", page.path), "application/json"),
            Form::Csv => (format!("{}.csv", page.path), "text/csv"),
            Form::Md => (format!("{}.md", page.path), "text/markdown"),
            Form::Svg => (format!("{}.svg", page.path), "image/svg+xml"),
        };
        let schema = if *form == Form::Json {
            schema::reference(page.schema)
        } else {
            json!({"type": "string"})
        };
        Some((path, json!({"get": operation(page, &route, kind, &schema)})))
    });
    told.collect()
}

fn operation(page: &Described, route: &Route, kind: &str, schema: &Value) -> Value {
    let error = json!({
        "description": "What is wrong: one sentence, and help",
        "content": {"application/json": {"schema": schema::reference("error")}},
    });
    json!({
        "summary": page.summary,
        "parameters": in_path(page.path).chain(in_query(route)).collect::<Vec<Value>>(),
        "responses": {
            "200": {"description": "The answer", "content": {kind: {"schema": schema}}},
            "400": error,
            "404": error,
            "503": error,
        },
    })
}

fn in_path(path: &str) -> impl Iterator<Item = Value> {
    let named = path.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
    named.into_iter().map(|(name, _)| {
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
    })
}

fn in_query(route: &Route) -> impl Iterator<Item = Value> {
    parameters(route).into_iter().map(|name| {
        let schema = if name == "measure" {
            json!({"type": "array", "items": {"type": "string"}})
        } else {
            json!({"type": "string"})
        };
        json!({"name": name, "in": "query", "schema": schema, "description": meaning(name)})
    })
}

fn meaning(parameter: &str) -> &'static str {
    match parameter {
        "at" | "on" => "At the end of this day in the world; today where none is given",
        "known" => "Only what was known: by the end of a day, by an instant, or up to a record @N",
        "public" => "Only what was public by the end of a day",
        "measure" => "Only this measure; may be given several times",
        "kind" => "Only measures of this kind",
        "party" => "Only measures with this party: a code of ISO 3166 or a name",
        "item" => "Only measures that cover this: an HS code, or a word",
        "tag" => "Only measures with this tag",
        "under" => "Only measures whose id begins so",
        "standing" => "Only answers that read so",
        "from" => "Only from this day on, inclusive",
        "to" => "Only up to this day, inclusive",
        "all" => "Set to 1: what was withdrawn, settled or far off, too",
        "limit" => "Only the newest so many",
        "within" => "How far to look ahead and back: 90d, 12w, 3m, 1y",
        "overdue" => "Set to 1: only what is overdue",
        "publisher" => "Only sources of this publisher",
        _ => "",
    }
}
