//! A login that serves several accounts, such as an administrator's: a wrong password in it must not be tried for each.
//!
//! In: what attempts have shown. Out: whether another account may try it.

/// So many refusals in a row, and the login is not used again.
pub(super) const REFUSALS: u32 = 3;

/// A login that serves several accounts of one host.
#[derive(Debug)]
pub(super) struct SharedLogin {
    pub(super) name: String,
    /// Whether it was accepted once.
    is_proven: bool,
    refused_in_a_row: u32,
    at_work: u32,
}

impl SharedLogin {
    /// A login that nobody has tried.
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            is_proven: false,
            refused_in_a_row: 0,
            at_work: 0,
        }
    }

    /// Whether it was refused so often that it is not used again.
    pub(super) fn is_given_up(&self) -> bool {
        self.refused_in_a_row >= REFUSALS
    }

    /// Takes it for one account; false if that account must wait. Until it was accepted once, one account at a time tries
    /// it.
    pub(super) fn take(&mut self) -> bool {
        let is_free = self.is_proven || self.at_work == 0;
        if is_free {
            self.at_work += 1;
        }
        is_free
    }

    /// An account has given it back; `accepted` where it came to the login.
    pub(super) fn give_back(&mut self, accepted: Option<bool>) {
        self.at_work = self.at_work.saturating_sub(1);
        match accepted {
            Some(true) => (self.is_proven, self.refused_in_a_row) = (true, 0),
            Some(false) => self.refused_in_a_row += 1,
            None => {}
        }
    }
}
