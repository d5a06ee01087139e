//! The reference as a web page that a support team can publish.

use std::collections::HashSet;

use bounce_codes::{Bounce, EnhancedCode, Key};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::record::or_dash;
use super::reference::{Entry, INTRODUCTION, Section, TITLE, meaning, slug};

/// A self-contained page.
pub fn to_html(sections: &[Section]) -> String {
    let mut anchors = HashSet::new();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (TITLE) }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                header {
                    h1 { (TITLE) }
                    p { (INTRODUCTION) }
                    dl { @for bounce in Bounce::ALL { dt { b class=(bounce) { (bounce) } } dd { (meaning(*bounce)) } } }
                    @if sections.len() > 1 { nav aria-label="Tables" { ul { @for section in sections {
                        li { a href={ "#" (section.id) } { (section.title) } }
                    } } } }
                }
                form role="search" hidden {
                    label for="q" { "Search" }
                    input id="q" name="q" type="search" placeholder="5.7.26, 550, mailbox full" autocomplete="off";
                    output id="count" for="q" aria-live="polite" {}
                }
                main { @for section in sections {
                    section id=(section.id) aria-labelledby={ (section.id) "-title" } {
                        h2 id={ (section.id) "-title" } { (section.title) }
                        table class=[(section.columns[0] == "Name").then_some("phrases")] {
                            caption { (section.about) }
                            thead { tr { @for title in section.columns { th scope="col" { (title) } } } }
                            tbody { @for entry in &section.entries { (entry.to_html(&mut anchors)) } }
                        }
                    }
                } }
                footer { p { "Made with bounce-codes " (env!("CARGO_PKG_VERSION")) "." } }
                script { (PreEscaped(include_str!("page.js"))) }
            }
        }
    };
    page.into_string()
}

impl Entry {
    /// The code that is shown, and the other codes whose links lead here; words have none.
    fn codes(&self) -> Vec<String> {
        if self.is_words() {
            return Vec::new();
        }
        let mut codes = vec![self.code.clone()];
        if let Some(numbers) = self.code.strip_prefix('X') {
            let stands_for = |code: &String| code.parse().is_ok_and(|code: EnhancedCode| code.row() == Some(self.row));
            codes.extend(["5", "4", "2"].map(|class| format!("{class}{numbers}")).into_iter().filter(stands_for));
        }
        // A range of a provider's codes.
        let range = self.code.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
        if let Some((first, last)) = range {
            let (first, last): (EnhancedCode, EnhancedCode) = (first, last);
            let details = (first.detail()..=last.detail())
                .filter_map(|detail| EnhancedCode::new(first.class(), first.subject(), detail));
            codes.extend(details.map(|code| code.to_string()));
        }
        codes
    }

    /// The anchors of the row. A code that has no anchor yet gets one here; one of a provider has its own besides.
    fn anchors(&self, anchors: &mut HashSet<String>) -> Vec<String> {
        let own = match self.row.key() {
            Key::Phrase(name) => Some(format!("phrase-{}", slug(name))),
            Key::Blocklist(name) => Some(format!("blocklist-{}", slug(name))),
            Key::Provider(provider, code) => Some(format!("{}-{}", slug(provider), slug(code))),
            _ => None,
        };
        let is_link = |code: &String| own.is_none() || code.parse::<EnhancedCode>().is_ok();
        let codes = self.codes().into_iter().filter(is_link);
        own.clone().into_iter().chain(codes).filter(|id| anchors.insert(id.clone())).collect()
    }

    /// The words that the search box finds this entry by, in lower case, each after a space.
    fn words(&self) -> String {
        let row = self.row;
        let bounce = row.permanent_bounce().map_or("", Bounce::as_str);
        let registry_name = row.registry_name().unwrap_or_default();
        [&self.codes().join(" "), row.name(), registry_name, &self.description(), row.category().as_str(), bounce]
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '.'))
            .filter(|word| !word.is_empty() && !word.starts_with("http"))
            .map(|word| format!(" {}", word.to_lowercase()))
            .collect()
    }

    /// The row of the page.
    fn to_html(&self, anchors: &mut HashSet<String>) -> Markup {
        let row = self.row;
        let ids = self.anchors(anchors);
        let (by_name, is_list) = match row.key() {
            Key::Phrase(_) => (true, false),
            Key::Blocklist(_) => (true, true),
            _ => (false, false),
        };
        let title = if self.is_words() && !by_name { "words" } else { &self.code };
        html! {
            tr id=[ids.first()] data-find=(self.words()) {
                th scope="row" {
                    @for id in ids.iter().skip(1) { span id=(id) {} }
                    @if let Some(id) = ids.first() { a href={ "#" (id) } { (title) } } @else { (title) }
                }
                @if !by_name {
                    td { (row.name()) @if let Some(name) = row.registry_name() { " " small { "in the registry: " (name) } } }
                }
                td {
                    @if let Some(bounce) = row.permanent_bounce() { b class=(bounce) { (bounce) } } @else { "-" }
                    @if self.is_soft_in_class_4() { " " small { "class 4: soft" } }
                }
                td { (row.category()) }
                @if by_name { td { (or_dash(row.scope())) } }
                td { (linked(&self.description())) }
                @if !by_name || is_list {
                    td { @for (i, name) in row.references().iter().enumerate() { @if i > 0 { ", " } (document(name)) } }
                }
            }
        }
    }
}

/// Text with its addresses as links.
fn linked(text: &str) -> Markup {
    html! {
        @for (i, word) in text.split(' ').enumerate() {
            @if i > 0 { " " }
            @let address = word.trim_end_matches(['.', ',', ';']);
            @if address.starts_with("http") { a href=(address) { (host(address)) } (&word[address.len()..]) } @else { (word) }
        }
    }
}

fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or(address)
}

/// The name of a document, as a link if it is an RFC or an address.
fn document(name: &str) -> Markup {
    let number = name.strip_prefix("RFC ").and_then(|number| number.parse::<u16>().ok());
    html! {
        @if let Some(number) = number { a href={ "https://www.rfc-editor.org/rfc/rfc" (number) } { (name) } }
        @else if name.starts_with("http") { a.site href=(name) { (host(name)) } }
        @else { (name) }
    }
}
