//! Which files a command reads and writes, as far as its options name them.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use super::{AboutAccounts, AboutPlan, Cli, Command, Connecting, Judging, Many, Shared};

/// The files of a command.
#[derive(Debug, Default)]
struct Files<'a> {
    read: Vec<&'a Path>,
    written: Vec<&'a Path>,
    /// Where reports of accounts are written, under names of their own.
    folder: Option<&'a Path>,
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
                    files.folder = options.how.report_dir.as_deref();
                    files.connection(&options.connecting, &options.shared);
                }
                AboutAccounts::Import(options) => {
                    files.read.push(&options.file);
                    files.written.extend(options.output.as_deref());
                }
            },
            Command::Plan(options) => {
                let AboutPlan::Show(options) = &options.about;
                files.read.push(&options.file);
                files.written.extend(options.shared.output.as_deref());
            }
            _ => {}
        }
        files
    }

    fn accounts(&mut self, many: &'a Many, connecting: &'a Connecting, shared: &'a Shared) {
        self.read.extend(many.file.as_deref());
        self.folder = many.how.report_dir.as_deref();
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
        let files = Files::of(self);
        let folder = files
            .folder
            .and_then(|folder| fs::canonicalize(folder).ok());
        let is_report = |place: &Place| folder.is_some() && place.folder == folder;
        let mut places: Vec<Place> = Vec::new();
        for path in &files.read {
            let place = Place::of(path);
            if is_report(&place) {
                return Some(path);
            }
            places.push(place);
        }
        for path in &files.written {
            let place = Place::of(path);
            if place.is_one() && (is_report(&place) || places.contains(&place)) {
                return Some(path);
            }
            places.push(place);
        }
        None
    }
}

/// The file that a path means, however it is written; nothing for a device or a pipe, which loses nothing.
#[derive(Debug, Default, PartialEq, Eq)]
struct Place {
    folder: Option<PathBuf>,
    name: Option<OsString>,
}

impl Place {
    fn of(path: &Path) -> Self {
        let path = match fs::canonicalize(path) {
            Ok(there) if !there.is_file() => return Self::default(),
            Ok(there) => there,
            Err(_) => path.to_owned(),
        };
        let folder = path.parent();
        let folder = folder.map(|folder| if folder == "" { Path::new(".") } else { folder });
        Self {
            folder: folder.and_then(|folder| fs::canonicalize(folder).ok()),
            name: path.file_name().map(ToOwned::to_owned),
        }
    }

    fn is_one(&self) -> bool {
        self.name.is_some()
    }
}
