//! `rolecall plan show`: a saved plan as `fix` shows it, for somebody who reviews it and needs no password. Nothing is sent.

use std::{fs, path::Path};

use super::{
    args::{AboutPlan, Format, SavedPlan, ShowPlan},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    plan_file,
    results::{Frame, plan_text},
    terminal::say,
};
use crate::{
    language::text,
    report::text::{safe, shell_word},
};

pub fn run(options: &SavedPlan) -> Result<ExitStatus, Failure> {
    let AboutPlan::Show(options) = &options.about;
    show(options)
}

fn show(options: &ShowPlan) -> Result<ExitStatus, Failure> {
    let shared = &options.shared;
    let frame = Frame::of("plan", shared)?;
    if options.file.is_dir() {
        return Err(no_folder(&options.file));
    }
    let plan = plan_file::read(&options.file)?;
    let mut output = Output::new(shared.output.clone())?;
    output.write(&frame.file(&plan.account, &plan_text(&plan, shared)))?;
    output.finish()?;
    let is_for_a_person = shared.format == Format::Table && !shared.quiet;
    if is_for_a_person && !plan.is_empty() {
        let command = plan_file::apply_command(&options.file);
        say(text::apply_it(command));
    }
    Ok(ExitStatus::Done)
}

/// Why a folder is not shown, with the command that shows the first of its plans.
fn no_folder(folder: &Path) -> Failure {
    let shown = safe(&folder.display().to_string());
    let files = fs::read_dir(folder).into_iter().flatten();
    let files = files.filter_map(Result::ok).map(|entry| entry.path());
    let first = files.filter(|file| plan_file::read(file).is_ok()).min();
    match first {
        None => Failure::config(text::cannot(text::show_folder_without_plan(shown)))
            .hint(text::try_saved_plan()),
        Some(file) => {
            let file = shell_word(&file.display().to_string());
            Failure::config(text::cannot(text::show_plans_of_folder(shown)))
                .hint(text::try_one_plan_of_folder(file))
        }
    }
}
