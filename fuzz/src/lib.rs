//! The targets of fuzzing with bolero and the oracle imap-codec; see `tests`.
