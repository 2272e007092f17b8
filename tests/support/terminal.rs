//! A terminal for a command that asks questions: what it shows there, and what is typed.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::Command,
    thread::sleep,
    time::Duration,
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command on a terminal of its own and types a line once it has asked this; the two are to stand on one line.
/// Returns all that was on the terminal, and the exit status.
pub fn talk(command: Command, question: &str, answer: &str) -> (String, i32) {
    converse(command, &[(question, answer)])
}

/// The same with several questions, each with the line that answers it, in the order in which they are asked.
pub fn converse(mut command: Command, talk: &[(&str, &str)]) -> (String, i32) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let name = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
    let terminal = File::options().read(true).write(true).open(name).unwrap();
    command
        .env("TERM", "xterm")
        .stdin(terminal.try_clone().unwrap())
        .stdout(terminal.try_clone().unwrap())
        .stderr(terminal);
    let mut child = command.spawn().unwrap();
    // It holds the terminal's other end, which is to be gone with the child.
    drop(command);
    let mut person = File::from(person);
    let mut shown = Vec::new();
    let mut octets = [0; 4_096];
    let (mut open, mut from) = (talk, 0);
    // Linux ends a terminal that nobody holds any more with an error.
    while let Ok(length @ 1..) = person.read(&mut octets) {
        shown.extend_from_slice(&octets[..length]);
        if let [(question, answer), rest @ ..] = open
            && String::from_utf8_lossy(&shown[from..]).contains(question)
        {
            (open, from) = (rest, shown.len());
            // A person reads before typing; what draws over the question has the time to do so.
            sleep(Duration::from_millis(500));
            person.write_all(format!("{answer}\n").as_bytes()).unwrap();
        }
    }
    let shown = String::from_utf8_lossy(&shown).into_owned();
    for (question, answer) in talk {
        let line = format!("{question} {answer}\r\n");
        assert!(shown.contains(&line), "no line \"{line}\" in:\n{shown}");
    }
    (shown, child.wait().unwrap().code().unwrap())
}
