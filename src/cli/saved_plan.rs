//! `rolecall plan show`: a saved plan as `fix` shows it, for somebody who reviews it and needs no password. Nothing is sent.

use super::{
    args::{AboutPlan, Format, SavedPlan, ShowPlan},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    plan_file,
    results::{Frame, plan_text},
    terminal::say,
};
use crate::language::text;

pub fn run(options: &SavedPlan) -> Result<ExitStatus, Failure> {
    let AboutPlan::Show(options) = &options.about;
    show(options)
}

fn show(options: &ShowPlan) -> Result<ExitStatus, Failure> {
    let shared = &options.shared;
    let frame = Frame::of("plan", shared)?;
    if options.file.is_dir() {
        let folder = options.file.display().to_string();
        return Err(
            Failure::config(text::cannot(text::show_plans_of_folder(folder)))
                .hint(text::try_one_plan_of_folder()),
        );
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
