//! A raw ManageSieve client for tests (RFC 5804), with code that rolecall does not use.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{dovecot::PASSWORD, line::Line};

/// A connection that is logged in.
pub struct ManageSieve {
    line: Line,
    /// What the server said of itself before the login, one capability a line.
    pub capabilities: Vec<String>,
}

impl ManageSieve {
    /// Connects in plain text and logs in.
    pub fn login(port: u16, user: &str) -> Self {
        let mut sieve = Self {
            line: Line::to(port).unwrap(),
            capabilities: vec![],
        };
        let (capabilities, end) = sieve.answer();
        assert!(end.starts_with("OK"), "greeting: {end}");
        sieve.capabilities = capabilities;
        let plain = STANDARD.encode(format!("\0{user}\0{PASSWORD}"));
        sieve.ok(&format!("AUTHENTICATE \"PLAIN\" \"{plain}\""));
        sieve
    }

    /// One line of an answer, its literals in place, without its end.
    fn line(&mut self) -> String {
        let mut whole = Vec::new();
        loop {
            let line = self.line.read().unwrap();
            whole.extend_from_slice(line.as_bytes());
            let length = line.trim_end().strip_suffix('}');
            let length = length.and_then(|line| line.rsplit_once('{')?.1.parse().ok());
            let Some(length) = length else {
                let whole = String::from_utf8(whole).unwrap();
                return whole.strip_suffix("\r\n").unwrap().to_owned();
            };
            whole.extend(self.line.exactly(length).unwrap());
        }
    }

    fn answer(&mut self) -> (Vec<String>, String) {
        let mut lines = Vec::new();
        loop {
            let line = self.line();
            if ["OK", "NO", "BYE"]
                .iter()
                .any(|word| line.starts_with(word))
            {
                return (lines, line);
            }
            lines.push(line);
        }
    }

    /// Sends a command; returns the lines of its answer, and the last, which says how it ended.
    pub fn command(&mut self, command: &str) -> (Vec<String>, String) {
        self.line.send(format!("{command}\r\n").as_bytes()).unwrap();
        self.answer()
    }

    /// Sends a command that must be answered by OK.
    pub fn ok(&mut self, command: &str) -> Vec<String> {
        let (lines, end) = self.command(command);
        assert!(end.starts_with("OK"), "{command}: {end}");
        lines
    }

    /// How the server answers to a script.
    pub fn put(&mut self, name: &str, text: &str) -> String {
        let command = format!("PUTSCRIPT \"{name}\" {{{}+}}\r\n{text}", text.len());
        self.command(&command).1
    }

    /// Puts a script there under the name `main` and makes it the active one.
    pub fn filter(&mut self, text: &str) {
        let end = self.put("main", text);
        assert!(end.starts_with("OK"), "PUTSCRIPT: {end}\n{text}");
        self.ok("SETACTIVE \"main\"");
    }

    /// The names of the user's scripts, the active one with a star behind it.
    pub fn scripts(&mut self) -> Vec<String> {
        let lines = self.ok("LISTSCRIPTS").into_iter();
        let mut names: Vec<String> = lines
            .map(|line| {
                let (name, active) = line[1..].rsplit_once('"').unwrap();
                let star = if active.trim() == "ACTIVE" { "*" } else { "" };
                format!("{name}{star}")
            })
            .collect();
        names.sort();
        names
    }

    /// The text of a script.
    pub fn script(&mut self, name: &str) -> String {
        let lines = self.ok(&format!("GETSCRIPT \"{name}\""));
        let (_, text) = lines[0].split_once("\r\n").unwrap();
        text.to_owned()
    }
}
