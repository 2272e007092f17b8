//! The state folder: where journals, and the records of commands over many accounts, are kept.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use super::{args::Shared, failure::Failure};
use crate::{apply::StateDir, language::text};

/// The folder of `--state-dir`, else rolecall's own below the user's state folder. It is not created here.
pub fn path(shared: &Shared) -> Result<PathBuf, Failure> {
    if let Some(path) = &shared.state_dir {
        return Ok(path.clone());
    }
    let base = etcetera::choose_base_strategy().map_err(|_| {
        Failure::config(text::cannot(text::find_home())).hint(text::try_name_state_dir())
    })?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    if state.is_relative() {
        // What it means would depend on where the command was started, so a run would not be found again.
        return Err(Failure::config(text::cannot(text::relative_home(
            base.home_dir().display().to_string(),
        )))
        .hint(text::try_set_home()));
    }
    Ok(state.join("rolecall"))
}

/// The state folder for commands that change nothing: none where nothing has ever run.
pub fn existing(shared: &Shared) -> Result<Option<StateDir>, Failure> {
    match path(shared) {
        Ok(path) => Ok(StateDir::existing(path)?),
        Err(_) => Ok(None),
    }
}
