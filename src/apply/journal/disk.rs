//! The disk that a journal is written to, and what it takes to keep that work off the threads of the runtime.
//!
//! In: octets. Out: a promise that they survive a power cut. Never: what the octets mean.

use std::{
    fs::File,
    io::{self, Write as _},
};

use tokio::runtime::{Handle, RuntimeFlavor};

/// Where records are kept: a real file, or the simulated disk of a test.
pub trait Disk: Send {
    /// Appends octets.
    fn append(&mut self, octets: &[u8]) -> io::Result<()>;
    /// Returns when all that was appended survives a power cut.
    fn sync(&mut self) -> io::Result<()>;
}

impl Disk for File {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.write_all(octets)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Does work that waits for the disk: other tasks of this thread of the runtime are handed to another thread meanwhile.
///
/// Where there is no runtime, or only one thread of it, the work is simply done.
pub fn off_the_runtime<T>(work: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
