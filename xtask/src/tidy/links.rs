//! The rule that a relative link in a page leads somewhere: to a file, and to a heading in it.

use super::tree::{Finding, Tree};

/// Finds relative links in Markdown pages to files, folders or headings that don't exist.
pub(super) fn broken(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, text) in tree.texts(&["md"]) {
        for (at, target) in targets(text) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let page = if path.is_empty() {
                name.to_owned()
            } else {
                resolve(name, path)
            };
            if !tree.has(&page) {
                found.push(Finding::line(
                    name,
                    at,
                    format!("links to {target}: no such file"),
                ));
            } else if let Some(text) = tree.text(&page)
                && !heading.is_empty()
                && page.ends_with(".md")
                && !headings(text).any(|known| known == heading)
            {
                found.push(Finding::line(
                    name,
                    at,
                    format!("links to {target}: no such heading"),
                ));
            }
        }
    }
    found
}

/// Returns the relative targets of a page's links, each with its line.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, line) in prose(text) {
        for (start, _) in line.match_indices("](") {
            let rest = &line[start + 2..];
            let Some((target, _)) = rest.split_once(')') else {
                continue;
            };
            // A title may follow the address.
            let target = target.split_whitespace().next().unwrap_or("");
            let absolute = target.contains("://") || target.starts_with("mailto:");
            if !target.is_empty() && !absolute {
                found.push((at, target));
            }
        }
    }
    found
}

/// Returns the lines outside of code fences, counted from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((at + 1, line))
    })
}

/// Returns the anchors of a page's headings as the usual renderers make them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter_map(|(_, line)| {
        let title = line.trim_start_matches('#');
        (title.len() < line.len() && title.starts_with(' ')).then(|| {
            let kept = title
                .trim()
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
    })
}

/// Returns where a link in the file `from` leads, as a path from the root.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from
            .split('/')
            .collect::<Vec<_>>()
            .split_last()
            .map_or_else(Vec::new, |(_, up)| up.to_vec()),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_resolve_from_the_page_they_stand_in() {
        let tree = Tree::of(&[
            (
                "README.md",
                "[a](docs/a.md) [b](docs/) [c](https://example.org/x) [d](#the-map)\n# The map",
            ),
            (
                "docs/a.md",
                "[up](../README.md#the-map \"title\") [self](a.md)",
            ),
        ]);
        assert_eq!(broken(&tree), []);
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        let tree = Tree::of(&[
            (
                "README.md",
                "fine\n[a](docs/b.md) and [b](docs/a.md#missing)",
            ),
            ("docs/a.md", "# Here\n```\n[not](a-link.md)\n# missing\n```"),
        ]);
        let found: Vec<_> = broken(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "README.md:2: links to docs/b.md: no such file",
                "README.md:2: links to docs/a.md#missing: no such heading",
            ]
        );
    }

    #[test]
    fn headings_become_anchors() {
        let found: Vec<_> = headings("## Who sees what?\n### `serve`, the flags").collect();
        assert_eq!(found, ["who-sees-what", "serve-the-flags"]);
    }
}
