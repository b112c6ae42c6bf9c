//! Source files, read as tokens: what they name, and which modules they declare. Comments and texts
//! are never taken for code.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A source file, and what its tokens name.
pub(crate) struct Source {
    /// Its path from the root of the repository.
    pub(crate) file: String,
    /// What stands in it.
    pub(crate) text: String,
    /// Its module: `src`, `log`, `sled`; for the root of a crate its folder.
    pub(crate) place: Vec<String>,
    /// Every path and macro.
    pub(crate) named: Vec<Named>,
    /// Every `mod name;`.
    pub(crate) modules: Vec<Module>,
    /// The lines of `#[ignore]` without a reason.
    pub(crate) ignored_without_reason: Vec<usize>,
}

/// A path of at least two parts, or the name of a macro with its `!`.
pub(crate) struct Named {
    /// Its parts.
    pub(crate) path: Vec<String>,
    /// The path from the root of the library, where it leads there.
    pub(crate) inside: Option<Vec<String>>,
    /// Where it stands.
    pub(crate) line: usize,
    /// Whether it stands in a test.
    pub(crate) in_test: bool,
}

/// A module in a file of its own.
pub(crate) struct Module {
    /// Its place, like that of its file.
    pub(crate) place: Vec<String>,
    /// Whether `pub` or `pub(…)` stands before it.
    pub(crate) public: bool,
    /// Where it is declared.
    pub(crate) line: usize,
    /// Whether it is compiled for tests only.
    pub(crate) in_test: bool,
}

impl Source {
    /// Reads the text of a file.
    pub(crate) fn of(file: &str, text: String) -> Self {
        let parts = file.trim_end_matches(".rs").split('/');
        let mut place: Vec<String> = parts.map(str::to_owned).collect();
        if is_root(file) || place.last().is_some_and(|name| name == "mod") {
            place.pop();
        }
        let mut source = Self {
            file: file.to_owned(),
            text,
            place: place.clone(),
            named: Vec::new(),
            modules: Vec::new(),
            ignored_without_reason: Vec::new(),
        };
        let tokens = TokenStream::from_str(&source.text);
        let tokens = tokens.unwrap_or_else(|error| panic!("{file}: {error}"));
        source.walk(tokens, &place, false);
        source
    }

    /// Whether it belongs to the library or the program.
    pub(crate) fn in_src(&self) -> bool {
        self.place[0] == "src"
    }

    /// The room it belongs to; none for the root of a crate.
    pub(crate) fn room(&self) -> Option<&str> {
        self.place.get(1).map(String::as_str)
    }

    /// Whether it is the root of a crate.
    pub(crate) fn is_root(&self) -> bool {
        is_root(&self.file)
    }

    /// Whether it is one of these rooms or files (`src/log`), or a member of one.
    pub(crate) fn is_within(&self, places: &[&str]) -> bool {
        let mut rests = places.iter().filter_map(|p| self.file.strip_prefix(p));
        rests.any(|rest| rest.starts_with('/') || rest == ".rs")
    }

    /// A complaint about a line.
    pub(crate) fn at(&self, line: usize, complaint: &str) -> String {
        format!("{}:{line}: {complaint}", self.file)
    }

    fn walk(&mut self, stream: TokenStream, module: &[String], in_test: bool) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        let mut item_in_test = in_test;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => {
                    self.walk(group.stream(), module, item_in_test);
                    if is_block(token) {
                        item_in_test = in_test;
                    }
                    at += 1;
                }
                TokenTree::Ident(_) => {
                    at += self.word(&tokens, at, module, item_in_test);
                    if tokens.get(at - 1).is_some_and(is_block) {
                        item_in_test = in_test;
                    }
                }
                TokenTree::Punct(mark) => {
                    match (mark.as_char(), tokens.get(at + 1)) {
                        (';', _) => item_in_test = in_test,
                        ('#', Some(TokenTree::Group(attribute))) => {
                            item_in_test |= self.attribute(attribute);
                        }
                        _ => {}
                    }
                    at += 1;
                }
                TokenTree::Literal(_) => at += 1,
            }
        }
    }

    /// Whether what follows the attribute is for tests only.
    fn attribute(&mut self, attribute: &Group) -> bool {
        let said = attribute.to_string().replace(' ', "");
        if said == "[ignore]" {
            let line = attribute.span_open().start().line;
            self.ignored_without_reason.push(line);
        }
        said == "[cfg(test)]"
    }

    /// Reads what begins with a word; the number of tokens it has.
    fn word(&mut self, tokens: &[TokenTree], at: usize, module: &[String], in_test: bool) -> usize {
        let line = tokens[at].span().start().line;
        match tokens[at].to_string().as_str() {
            // Not the `use<'a>` of a type.
            "use" if !tokens.get(at + 1).is_some_and(|next| is_punct(next, '<')) => {
                let rest = tokens[at + 1..].split(|token| is_punct(token, ';'));
                let tree = rest.into_iter().next().unwrap_or_default();
                for path in leaves(tree) {
                    self.name(path, module, line, in_test);
                }
                1 + tree.len()
            }
            "mod" => self.module(tokens, at, module, in_test),
            _ => {
                let (path, length) = path(&tokens[at..]);
                if path.len() > 1 || path[0].ends_with('!') {
                    self.name(path, module, line, in_test);
                }
                length
            }
        }
    }

    fn module(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        module: &[String],
        in_test: bool,
    ) -> usize {
        let Some(TokenTree::Ident(name)) = tokens.get(at + 1) else {
            return 1;
        };
        let place = [module, &[name.to_string()]].concat();
        if let Some(TokenTree::Group(inside)) = tokens.get(at + 2) {
            self.walk(inside.stream(), &place, in_test);
            return 3;
        }
        self.modules.push(Module {
            place,
            public: is_public(&tokens[..at]),
            line: name.span().start().line,
            in_test,
        });
        2
    }

    fn name(&mut self, path: Vec<String>, module: &[String], line: usize, in_test: bool) {
        self.named.push(Named { inside: inside(&path, &module[1..]), path, line, in_test });
    }
}

impl Named {
    /// Whether these parts (`std::env`) follow one another in the path.
    pub(crate) fn has(&self, name: &str) -> bool {
        let parts: Vec<&str> = name.split("::").collect();
        self.path.windows(parts.len()).any(|window| window == parts)
    }

    /// The path as it is written.
    pub(crate) fn shown(&self) -> String {
        self.path.join("::")
    }
}

/// The path from the root of the library; `module` is the one it stands in, without its folder.
fn inside(path: &[String], module: &[String]) -> Option<Vec<String>> {
    match path[0].as_str() {
        "crate" | "policy_ledger" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            let above = module.get(..module.len().checked_sub(up)?)?;
            Some([above, &path[up..]].concat())
        }
        _ => None,
    }
}

/// The path that begins here, and how many tokens it has.
fn path(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut path = vec![tokens[0].to_string()];
    let mut length = 1;
    while let [a, b, TokenTree::Ident(part), ..] = &tokens[length..]
        && is_punct(a, ':')
        && is_punct(b, ':')
    {
        path.push(part.to_string());
        length += 3;
    }
    if let [mark, next, ..] = &tokens[length..]
        && is_punct(mark, '!')
        && !is_punct(next, '=')
        && let Some(last) = path.last_mut()
    {
        last.push('!');
    }
    (path, length)
}

/// Every path that a `use` brings in: `a::{b, c::d as e, self}` is `a::b`, `a::c::d` and `a`.
fn leaves(tree: &[TokenTree]) -> Vec<Vec<String>> {
    let mut path = Vec::new();
    for token in tree {
        match token {
            TokenTree::Ident(word) if word == "as" => break,
            TokenTree::Ident(word) if word == "self" && tree.len() == 1 => {}
            TokenTree::Punct(mark) if mark.as_char() == ':' => {}
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let branches = inner.split(|token| is_punct(token, ','));
                let branches = branches.filter(|branch| !branch.is_empty());
                let branches = branches.flat_map(leaves);
                return branches.map(|b| [path.clone(), b].concat()).collect();
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                path.push(token.to_string());
            }
        }
    }
    vec![path]
}

/// Whether what was said before an item ends with `pub` or `pub(…)`.
fn is_public(before: &[TokenTree]) -> bool {
    let before = match before {
        [rest @ .., TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => rest,
        all => all,
    };
    matches!(before, [.., TokenTree::Ident(word)] if word == "pub")
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Whether a file is the root of a crate.
fn is_root(file: &str) -> bool {
    match file.split('/').collect::<Vec<_>>()[..] {
        ["src", name] => name == "lib.rs" || name == "main.rs",
        ["tests", name] => name == "all.rs",
        ["benches", _] => true,
        ["benches", _, name] => name == "main.rs",
        _ => false,
    }
}
