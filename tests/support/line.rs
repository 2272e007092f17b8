//! A connection to a mail server that may break: IMAP, LMTP or ManageSieve, one command at a time.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use super::dovecot::PASSWORD;

/// A connection that may break.
pub struct Line {
    stream: BufReader<TcpStream>,
    tag: u32,
}

impl Line {
    /// Connects, and reads nothing yet.
    pub fn to(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::new(stream),
            tag: 0,
        })
    }

    /// Logs in to an IMAP server.
    pub fn imap(port: u16, user: &str) -> io::Result<Self> {
        let mut line = Self::to(port)?;
        line.read()?;
        line.asks(&format!("LOGIN {user} {PASSWORD}"))?;
        Ok(line)
    }

    /// Greets an LMTP server.
    pub fn lmtp(port: u16) -> io::Result<Self> {
        let mut line = Self::to(port)?;
        line.read()?;
        line.says("LHLO relay.example.test")?;
        Ok(line)
    }

    pub fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(octets)
    }

    pub fn read(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }

    /// So many octets, whatever they are.
    pub fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut octets = vec![0; length];
        self.stream.read_exact(&mut octets)?;
        Ok(octets)
    }

    /// An IMAP command and its tagged answer.
    pub fn asks(&mut self, command: &str) -> io::Result<String> {
        self.asks_octets(command.as_bytes())
    }

    pub fn asks_octets(&mut self, command: &[u8]) -> io::Result<String> {
        self.tag += 1;
        let tag = format!("w{} ", self.tag);
        self.send(&[tag.as_bytes(), command, b"\r\n"].concat())?;
        loop {
            if let Some(answer) = self.read()?.strip_prefix(&tag) {
                return Ok(answer.to_owned());
            }
        }
    }

    /// An LMTP command and the last line of its answer.
    pub fn says(&mut self, command: &str) -> io::Result<String> {
        self.send(format!("{command}\r\n").as_bytes())?;
        self.reply()
    }

    pub fn reply(&mut self) -> io::Result<String> {
        loop {
            let line = self.read()?;
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(line);
            }
        }
    }

    /// Hands a message over by LMTP; whether the server has taken it for this recipient.
    pub fn deliver(&mut self, recipient: &str, message: &[u8]) -> io::Result<bool> {
        let recipient = format!("RCPT TO:<{recipient}>");
        for command in ["MAIL FROM:<camille@example.test>", &recipient, "DATA"] {
            if !self.says(command)?.starts_with(['2', '3']) {
                self.says("RSET")?;
                return Ok(false);
            }
        }
        self.send(&[message, b".\r\n"].concat())?;
        Ok(self.reply()?.starts_with("250"))
    }
}
