//! What the scripted servers of these tests say and hear in a few words.

use std::io::Read as _;

use crate::script::Peer;

impl Peer {
    pub fn hear_octets(&mut self, length: usize) -> Vec<u8> {
        let mut octets = vec![0; length];
        self.reader.read_exact(&mut octets).unwrap();
        octets
    }

    /// Hears a command and answers it: data, then tagged OK.
    pub fn answer(&mut self, data: &[&str]) -> String {
        let command = self.hear();
        for line in data {
            self.say(line);
        }
        self.say("{tag} OK done");
        command
    }

    /// Greets and lets the client in; it can do what `capabilities` says.
    pub fn let_in(&mut self, capabilities: &str) {
        self.say(&format!(
            "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR {capabilities}] hello"
        ));
        self.hear();
        self.say(&format!(
            "{{tag}} OK [CAPABILITY IMAP4rev1 {capabilities}] in"
        ));
    }

    /// Answers NO to whatever comes.
    pub fn refuse_the_rest(&mut self) {
        while !self.hear().is_empty() {
            self.say("{tag} NO not now");
        }
    }

    /// Ends the connection.
    pub fn close(&mut self) {
        let _ = self.reader.get_ref().shutdown(std::net::Shutdown::Both);
    }

    /// Waits until the client has gone.
    pub fn wait(&mut self) {
        while !self.hear_line().is_empty() {}
    }
}
