//! The binary: parse, run, one exit status.
fn main() {}
