//! Whose a file is: what others may have written is not believed.
//!
//! In: a path, or what the system says of an open file. Out: the file, or a sentence that says why it is not believed.

use std::{
    fs::{self, File, Metadata},
    io,
    path::Path,
};

use super::files::{options, parent, refused};
use crate::language::{Phrase, text};

/// Refuses a folder of ours that others could have put in place, or could write into.
pub fn own_folder(path: &Path) -> io::Result<()> {
    let here = fs::symlink_metadata(path)?;
    if here.is_symlink() {
        return Err(refused(text::symlink_may_change()));
    }
    if !here.is_dir() {
        return Err(refused(text::it_is_no_folder()));
    }
    believable(&here).map_err(refused)?;
    // Whoever may write into the folder above can put another folder in its place.
    let above = fs::metadata(parent(path))?;
    if is_open_to_all(&above) {
        return Err(refused(text::others_may_write_above()));
    }
    Ok(())
}

/// Opens a file in a folder of ours for reading: a regular one, ours, and nobody else's to write.
pub fn own_file(path: &Path) -> io::Result<File> {
    let file = match options().read(true).open(path) {
        // What it would lead to is nobody's business here.
        Err(_) if fs::symlink_metadata(path).is_ok_and(|here| here.is_symlink()) => {
            return Err(refused(text::symlink_move_away()));
        }
        file => file?,
    };
    let there = file.metadata()?;
    if !there.is_file() {
        return Err(refused(text::no_regular_move_away()));
    }
    believable(&there).map_err(refused)?;
    Ok(file)
}

/// Why what a file or folder holds is not believed, if it is not: it is another user's (the administrator's are
/// believed), or others may write into it.
#[cfg(unix)]
pub fn believable(there: &Metadata) -> Result<(), Phrase> {
    use std::os::unix::fs::MetadataExt as _;
    if !is_ours(there) && there.uid() != 0 {
        Err(text::is_another_users())
    } else if there.mode() & 0o022 != 0 {
        Err(text::others_may_write())
    } else {
        Ok(())
    }
}

/// Other systems than Unix do not tell who may write into a file.
#[cfg(not(unix))]
pub fn believable(_: &Metadata) -> Result<(), Phrase> {
    Ok(())
}

/// Whether a file is this user's.
#[cfg(unix)]
pub(super) fn is_ours(there: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    there.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
pub(super) fn is_ours(_: &Metadata) -> bool {
    true
}

/// Whether everybody may put something else in the place of what is in this folder.
#[cfg(unix)]
fn is_open_to_all(folder: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let is_sticky = folder.mode() & 0o1000 != 0;
    folder.mode() & 0o002 != 0 && !is_sticky
}

#[cfg(not(unix))]
fn is_open_to_all(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn only_a_folder_that_nobody_else_can_change_is_our_own() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("state");
        super::super::files::folder(&folder).unwrap();
        own_folder(&folder).unwrap();
        for (mode, why) in [(0o770, "chmod"), (0o707, "chmod")] {
            chmod(&folder, mode);
            let error = own_folder(&folder).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        chmod(&folder, 0o755);
        own_folder(&folder).unwrap();
        let link = parent.path().join("link");
        symlink(&folder, &link).unwrap();
        assert!(own_folder(&link).is_err());
        chmod(parent.path(), 0o777);
        assert!(own_folder(&folder).is_err());
        chmod(parent.path(), 0o1777);
        own_folder(&folder).unwrap();
    }

    #[test]
    fn only_a_regular_file_that_nobody_else_can_change_is_our_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal");
        fs::write(&file, "x").unwrap();
        chmod(&file, 0o644);
        own_file(&file).unwrap();
        chmod(&file, 0o646);
        assert!(own_file(&file).is_err());
        chmod(&file, 0o644);
        let link = folder.path().join("link");
        symlink(&file, &link).unwrap();
        let error = own_file(&link).unwrap_err().to_string();
        assert!(error.contains("symbolic link"), "{error}");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let error = own_file(&pipe).unwrap_err().to_string();
        assert!(error.contains("regular"), "{error}");
        assert!(own_file(folder.path()).is_err());
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&file, Some(12_345), None).unwrap();
            let error = own_file(&file).unwrap_err().to_string();
            assert!(error.contains("another user"), "{error}");
        }
    }
}
