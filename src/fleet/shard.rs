//! Splitting accounts between machines: each account belongs to one of N parts, by a hash that no version changes.
//!
//! In: `K/N`, or what a scheduler says in the environment. Out: whether an account belongs to this part. The order and the
//! number of other accounts do not matter, and no account is in two parts.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    language::{Phrase, errors_that_say, text},
    model::listing::AccountId,
};

/// The part K of N, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    part: u32,
    of: u32,
}

/// Why there is no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShardError {
    /// Neither K/N nor auto.
    Form,
    /// `auto` where no scheduler is known.
    NoScheduler,
    /// `auto` where the scheduler does not say how many parts there are.
    HowMany,
    /// The scheduler counts otherwise.
    Outside {
        /// The variable that was read.
        variable: &'static str,
        /// What it says.
        value: String,
        /// How many parts there are.
        of: u32,
    },
}

impl ShardError {
    /// What is wrong, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Form => text::write_shard(),
            Self::NoScheduler => text::no_scheduler(),
            Self::HowMany => text::scheduler_says_no_number(),
            Self::Outside {
                variable,
                value,
                of,
            } => text::no_such_part(*variable, value, of.to_string()),
        }
    }
}

errors_that_say!(ShardError);

impl Shard {
    /// The only part of one.
    pub const WHOLE: Self = Self { part: 1, of: 1 };

    /// Reads `K/N`, `auto/N` or `auto`; `variable` looks into the environment.
    pub fn parse(
        text: &str,
        variable: &dyn Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ShardError> {
        let (part, of) = match text.split_once('/') {
            Some((part, of)) => {
                let of = of.parse::<u32>().ok().filter(|of| *of > 0);
                (part, Some(of.ok_or(ShardError::Form)?))
            }
            None => (text, None),
        };
        if part == "auto" {
            return Self::scheduled(of, variable);
        }
        let (Ok(part), Some(of)) = (part.parse::<u32>(), of) else {
            return Err(ShardError::Form);
        };
        if part == 0 || part > of {
            return Err(ShardError::Form);
        }
        Ok(Self { part, of })
    }

    /// The part that the scheduler names. Indexed Jobs of Kubernetes count from 0, arrays of Slurm from a number of the
    /// user's, GNU parallel from 1. The slot of parallel ({%}) would not do, since it is taken again as soon as its job ends.
    fn scheduled(
        of: Option<u32>,
        variable: &dyn Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ShardError> {
        let slurm = |name| variable(name).and_then(|text| text.parse::<u32>().ok());
        let known = [
            ("JOB_COMPLETION_INDEX", 0, of),
            (
                "SLURM_ARRAY_TASK_ID",
                slurm("SLURM_ARRAY_TASK_MIN").unwrap_or(0),
                of.or_else(|| slurm("SLURM_ARRAY_TASK_COUNT")),
            ),
            ("PARALLEL_SEQ", 1, of),
        ];
        let (name, first, of, value) = known
            .into_iter()
            .find_map(|(name, first, of)| Some((name, first, of, variable(name)?)))
            .ok_or(ShardError::NoScheduler)?;
        let of = of.filter(|of| *of > 0).ok_or(ShardError::HowMany)?;
        let index = value.parse::<u32>().ok();
        let part = index
            .and_then(|index| index.checked_sub(first))
            .filter(|index| *index < of)
            .ok_or(ShardError::Outside {
                variable: name,
                value,
                of,
            })?;
        Ok(Self { part: part + 1, of })
    }

    /// Whether an account belongs to this part.
    #[must_use]
    pub fn holds(&self, account: &AccountId) -> bool {
        let digest = Sha256::digest(account.key());
        let hash = digest
            .iter()
            .take(8)
            .fold(0_u64, |hash, octet| (hash << 8) | u64::from(*octet));
        hash % u64::from(self.of) == u64::from(self.part - 1)
    }

    /// Which part it is, from 1.
    #[must_use]
    pub fn part(&self) -> u32 {
        self.part
    }

    /// How many parts there are.
    #[must_use]
    pub fn of(&self) -> u32 {
        self.of
    }

    /// Whether it is the only part, so that every account belongs to it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.of == 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&'static str, &str)]) -> Result<Shard, ShardError> {
        Shard::parse(text, &|name| {
            let mut known = environment.iter();
            let found = known.find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_account_belongs_to_exactly_one_part_and_no_part_is_much_larger() {
        let parts: Vec<Shard> = (1..=8)
            .map(|part| read(&format!("{part}/8"), &[]).unwrap())
            .collect();
        let mut held = [0; 8];
        for user in 0..8_000 {
            let account = AccountId::example(&format!("user{user}"));
            let holders: Vec<usize> = (0..8).filter(|part| parts[*part].holds(&account)).collect();
            assert_eq!(holders.len(), 1);
            held[holders[0]] += 1;
        }
        assert!(
            held.iter().all(|held| (900..1_100).contains(held)),
            "{held:?}"
        );
    }

    #[test]
    fn an_account_stays_in_its_part_in_every_version() {
        let third = read("3/8", &[]).unwrap();
        let held: Vec<u32> = (0..40)
            .filter(|user| third.holds(&AccountId::example(&format!("user{user}"))))
            .collect();
        assert_eq!(held, [18, 23, 28, 29, 36]);
    }

    #[test]
    fn schedulers_say_which_part_it_is() {
        let kubernetes = read("auto/8", &[("JOB_COMPLETION_INDEX", "0")]).unwrap();
        assert_eq!(kubernetes.to_string(), "1 of 8");
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "12"),
            ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert_eq!(read("auto", &slurm).unwrap().to_string(), "3 of 4");
        let parallel = read("auto/4", &[("PARALLEL_SEQ", "4")]).unwrap();
        assert_eq!(parallel.to_string(), "4 of 4");
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in [
            "", "0/4", "5/4", "1/0", "1", "1/4/2", "-1/4", "a/4", "auto/0",
        ] {
            assert!(read(text, &[]).is_err(), "{text}");
        }
        let index = |index| [("JOB_COMPLETION_INDEX", index)];
        assert_eq!(read("auto", &index("1")), Err(ShardError::HowMany));
        assert!(matches!(
            read("auto/4", &index("4")),
            Err(ShardError::Outside { .. })
        ));
    }
}
