//! A scripted server on loopback: says what a test wants said, and remembers every line it heard.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A server that plays one scene with every client that comes.
pub struct Script {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

/// One client as the scene sees it.
pub struct Peer {
    pub reader: BufReader<TcpStream>,
    writer: TcpStream,
    tag: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Script {
    pub fn play(scene: impl Fn(&mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let all = Arc::clone(&heard);
        let scene = Arc::new(scene);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mut peer = Peer {
                    reader: BufReader::new(client.try_clone().unwrap()),
                    writer: client,
                    tag: String::new(),
                    heard: Arc::clone(&all),
                };
                let scene = Arc::clone(&scene);
                thread::spawn(move || scene(&mut peer));
            }
        });
        Self { port, heard }
    }

    /// Every line heard, without its tag.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Peer {
    /// Says a line; `{tag}` is the tag of the command heard last. A client that has gone hears nothing.
    pub fn say(&mut self, line: &str) {
        let line = line.replace("{tag}", &self.tag);
        self.say_octets(format!("{line}\r\n").as_bytes());
    }

    pub fn say_octets(&mut self, octets: &[u8]) {
        let _ = self.writer.write_all(octets);
        let _ = self.writer.flush();
    }

    /// Hears one command without its tag; empty once the client has gone.
    pub fn hear(&mut self) -> String {
        let line = self.hear_line();
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        tag.clone_into(&mut self.tag);
        self.heard.lock().unwrap().push(command.to_owned());
        command.to_owned()
    }

    /// Hears one line as it is.
    pub fn hear_line(&mut self) -> String {
        let mut line = Vec::new();
        let _ = self.reader.read_until(b'\n', &mut line);
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }
}
