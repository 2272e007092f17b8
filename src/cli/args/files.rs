//! Which files a command reads and writes, as far as its options name them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{AboutAccounts, Cli, Command, Connecting, Judging, Many, Shared};

/// The files of a command.
#[derive(Debug, Default)]
struct Files<'a> {
    read: Vec<&'a Path>,
    written: Vec<&'a Path>,
}

impl<'a> Files<'a> {
    fn of(cli: &'a Cli) -> Self {
        let mut files = Self::default();
        match &cli.command {
            // What --since names may be replaced by what is found now.
            Command::Audit(options) => {
                files.accounts(&options.many, &options.connecting, &options.shared);
                files.judging(&options.judging);
                files.written.extend(options.metrics.as_deref());
            }
            Command::Fix(options) => {
                files.accounts(&options.many, &options.connecting, &options.shared);
                files.judging(&options.judging);
                files.read.extend(options.plan.as_deref());
                files.written.extend(options.metrics.as_deref());
                files.written.extend(options.save_plan.as_deref());
            }
            Command::Clients(options) => {
                files.accounts(&options.many, &options.connecting, &options.shared);
                files.judging(&options.judging);
            }
            Command::Resume(options) => {
                files.accounts(&options.many, &options.connecting, &options.shared);
            }
            Command::Undo(options) => {
                files.accounts(&options.many, &options.connecting, &options.shared);
            }
            Command::Accounts(options) => match &options.about {
                AboutAccounts::Check(options) => {
                    files.read.push(&options.file);
                    files.connection(&options.connecting, &options.shared);
                }
                AboutAccounts::Import(options) => {
                    files.read.push(&options.file);
                    files.written.extend(options.output.as_deref());
                }
            },
            _ => {}
        }
        files
    }

    fn accounts(&mut self, many: &'a Many, connecting: &'a Connecting, shared: &'a Shared) {
        self.read.extend(many.file.as_deref());
        self.connection(connecting, shared);
    }

    fn connection(&mut self, connecting: &'a Connecting, shared: &'a Shared) {
        let read = [&connecting.password_file, &connecting.ca_file];
        self.read
            .extend(read.into_iter().filter_map(|path| path.as_deref()));
        let written = [&connecting.trace, &shared.output, &shared.events];
        self.written
            .extend(written.into_iter().filter_map(|path| path.as_deref()));
    }

    fn judging(&mut self, judging: &'a Judging) {
        self.read
            .extend(judging.mappings.iter().map(PathBuf::as_path));
    }
}

impl Cli {
    /// The first file that the command would write although it reads it, or writes something else into it.
    #[must_use]
    pub fn overwritten(&self) -> Option<&Path> {
        let Files { read, written } = Files::of(self);
        let is_same = |one: &Path, other: &Path| match (is_file(one), is_file(other)) {
            (Some(one), Some(other)) => one == other,
            _ => one == other && !one.exists(),
        };
        let mut places = written.iter().enumerate();
        let twice = places.find(|(place, path)| {
            let before = written.iter().take(*place);
            read.iter().chain(before).any(|other| is_same(path, other))
        });
        twice.map(|(_, path)| *path)
    }
}

/// The file that a path leads to; none for a device or a pipe, which loses nothing.
fn is_file(path: &Path) -> Option<PathBuf> {
    let there = fs::canonicalize(path).ok()?;
    there.is_file().then_some(there)
}
