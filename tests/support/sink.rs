//! Where the mail ends that a server sends on: an SMTP server on loopback that takes everything and keeps it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A running sink; it ends with the test's process.
pub struct Sink {
    pub port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// One message that was sent on to one recipient.
#[derive(Debug, Clone)]
struct Taken {
    recipient: String,
    header: String,
}

impl Sink {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken: Arc<Mutex<Vec<Taken>>> = Arc::default();
        let all = Arc::clone(&taken);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let all = Arc::clone(&all);
                // A client that hangs up in the middle has sent nothing.
                thread::spawn(move || _ = serve(&client, &all));
            }
        });
        Self { port, taken }
    }

    /// The header fields with this name of all that came to a recipient: as many as there are messages.
    pub fn came_to(&self, recipient: &str, field: &str) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        let theirs = taken.iter().filter(|taken| taken.recipient == recipient);
        theirs.map(|taken| taken.field(field)).collect()
    }

    /// How many messages came, to whomever.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

impl Taken {
    fn field(&self, name: &str) -> String {
        let fields = self.header.lines();
        let values = fields.filter_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then_some(value.trim())
        });
        values.collect::<Vec<_>>().join(" ")
    }
}

fn serve(client: &TcpStream, all: &Mutex<Vec<Taken>>) -> Option<()> {
    let mut lines = BufReader::new(client.try_clone().ok()?).lines();
    let mut client = client;
    let mut say = |line: &str| client.write_all(format!("{line}\r\n").as_bytes()).ok();
    let mut recipients: Vec<String> = Vec::new();
    say("220 sink.example.test")?;
    loop {
        let line = lines.next()?.ok()?;
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "RCPT" => {
                let address = line.split_once('<')?.1.split_once('>')?.0;
                recipients.push(address.to_owned());
                say("250 taken")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut message = Vec::new();
                loop {
                    match lines.next()?.ok()? {
                        end if end == "." => break,
                        line => message.push(line),
                    }
                }
                let header = message.split(String::is_empty).next()?.join("\n");
                let mut all = all.lock().unwrap();
                all.extend(recipients.drain(..).map(|recipient| Taken {
                    recipient,
                    header: header.clone(),
                }));
                drop(all);
                say("250 taken")?;
            }
            "QUIT" => {
                say("221 bye")?;
                return None;
            }
            "MAIL" | "RSET" => {
                recipients.clear();
                say("250 as you say")?;
            }
            _ => say("250 as you say")?,
        }
    }
}
