//! Sieve scripts made by chance: valid for any server, and full of what looks like a name and is none.

use super::chance::Chance;

/// What names are made of.
const PARTS: &[&str] = &[
    "a", "B", "/", ".", " ", "\"", "\\", "é", "日", "#", "/*", "*/", "{", "}", ";", "&AOk-",
    "fileinto", "text:", "%",
];

/// What may stand between two words instead of a space.
const BETWEEN: &[&str] = &[
    "\r\n",
    "\n\t",
    " # fileinto \"no\";\r\n",
    " # \"\n",
    " #/*\n",
    " /* fileinto \"no\"; */ ",
    "/* \" */",
    " /*\n# x */ ",
    "/**/",
];

/// Writes scripts; the same seed writes the same.
pub struct Author(pub Chance);

impl Author {
    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.0.below(words.len())]
    }

    fn name(&mut self) -> String {
        let parts = 1 + self.0.below(5);
        (0..parts).map(|_| self.one(PARTS)).collect()
    }

    fn quoted(&mut self, text: &str) -> String {
        let mut quoted = "\"".to_owned();
        for letter in text.chars() {
            let needless = letter.is_ascii_alphabetic() && self.0.one_of(20);
            if needless || matches!(letter, '"' | '\\') {
                quoted.push('\\');
            }
            quoted.push(letter);
        }
        quoted + "\""
    }

    fn string(&mut self) -> String {
        let name = self.name();
        self.quoted(&name)
    }

    fn strings(&mut self) -> String {
        let strings = 1 + self.0.below(3);
        let strings: Vec<String> = (0..strings).map(|_| self.string()).collect();
        let between = self.between();
        format!("[{between}{}]", strings.join(&format!(",{between}")))
    }

    /// A `text:` block; nothing in it is a command.
    fn text(&mut self) -> String {
        let end = self.one(&["\r\n", "\n"]);
        let head = self.one(&["", " ", "\t# fileinto \"no\";"]);
        let lines = [
            "fileinto \"no\";",
            "..",
            ".x",
            "\"",
            &self.name().replace('.', ","),
        ]
        .join(end);
        format!("text:{head}{end}{lines}{end}.{end}")
    }

    fn between(&mut self) -> String {
        let words = if self.0.one_of(3) { BETWEEN } else { &[" "] };
        self.one(words).to_owned()
    }

    /// Words with something between them.
    fn spaced(&mut self, words: &[&str]) -> String {
        words.iter().fold(String::new(), |text, word| {
            let between = self.between();
            text + word + &between
        })
    }

    fn test(&mut self, depth: usize) -> String {
        match self.0.below(if depth < 3 { 6 } else { 4 }) {
            0 => {
                let names = if self.0.one_of(2) {
                    self.string()
                } else {
                    self.strings()
                };
                self.spaced(&["mailboxexists", &names])
            }
            1 => self.spaced(&["size", ":over", "10K"]),
            2 => {
                let text = self.text();
                self.spaced(&["header", ":is", "\"subject\"", &text])
            }
            3 => {
                let (headers, keys) = (self.string(), self.strings());
                let headers = headers.replace(|letter: char| !letter.is_ascii_alphabetic(), "x");
                let headers = format!("\"{headers}\"");
                self.spaced(&["header", ":contains", &headers, &keys])
            }
            4 => {
                let test = self.test(depth + 1);
                self.spaced(&["not", &test])
            }
            _ => {
                let (one, other) = (self.test(depth + 1), self.test(depth + 1));
                let word = self.one(&["allof", "anyof"]);
                self.spaced(&[word, "(", &one, ",", &other, ")"])
            }
        }
    }

    fn command(&mut self, depth: usize) -> String {
        match self.0.below(if depth < 4 { 8 } else { 6 }) {
            0..=2 => {
                let tags = self.one(&[
                    "",
                    ":copy",
                    ":create",
                    ":copy :create",
                    ":flags \"x\"",
                    ":flags [\"\\\\Seen\",\"y\"]",
                ]);
                let name = self.string();
                self.spaced(&["fileinto", tags, &name, ";"])
            }
            3 => self.spaced(&["redirect", "\"a@example.org\"", ";"]),
            4 => {
                let text = self.text();
                self.spaced(&["reject", &text, ";"])
            }
            5 => self.one(&["keep;", "discard;", "stop;"]).to_owned(),
            _ => {
                let (test, block) = (self.test(0), self.block(depth + 1));
                let mut chain = self.spaced(&["if", &test, "{", &block, "}"]);
                if self.0.one_of(3) {
                    let (test, block) = (self.test(0), self.block(depth + 1));
                    chain += &self.spaced(&["elsif", &test, "{", &block, "}"]);
                }
                if self.0.one_of(3) {
                    let block = self.block(depth + 1);
                    chain += &self.spaced(&["else", "{", &block, "}"]);
                }
                chain
            }
        }
    }

    fn block(&mut self, depth: usize) -> String {
        let commands = self.0.below(4);
        let commands: Vec<String> = (0..commands).map(|_| self.command(depth)).collect();
        let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
        self.spaced(&commands)
    }

    /// A whole script.
    pub fn script(&mut self) -> String {
        let head = "require [\"fileinto\",\"copy\",\"mailbox\",\"imap4flags\",\"reject\"];";
        let (first, rest) = (self.command(0), self.block(0));
        self.spaced(&[head, &first, &rest])
    }
}
