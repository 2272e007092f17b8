//! Reading the disk without holding up the threads that all accounts' connections share.

use super::failure::Failure;

/// Runs work that reads or writes the disk on a thread that may wait. A panic in it goes on in the caller.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime shuts down: the command is over.
            Err(_) => Err(Failure::interrupted("cannot go on with this account")),
        },
    }
}
