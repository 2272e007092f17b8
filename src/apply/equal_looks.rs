//! How often the same was seen in a row, over however many connections that took.
//!
//! In: what is looked at, and what each look saw. Out: how many looks in a row have seen the same, and since when. A look
//! counts whichever connection it came over: some servers end each after a handful of commands.

use tokio::time::Instant;

/// Looks at one thing, which `K` names; each sees a `V`.
#[derive(Debug)]
pub(super) struct EqualLooks<K, V> {
    of: K,
    last: Option<V>,
    count: u32,
    /// When the first look was.
    pub began: Instant,
}

impl<K: PartialEq, V: PartialEq> EqualLooks<K, V> {
    /// Goes on with earlier looks at the same thing, or begins.
    pub fn go_on(earlier: Option<Self>, of: K) -> Self {
        earlier.filter(|looks| looks.of == of).unwrap_or(Self {
            of,
            last: None,
            count: 0,
            began: Instant::now(),
        })
    }

    /// A look has seen this: how many in a row have.
    pub fn saw(&mut self, seen: V) -> u32 {
        self.count = if self.last.as_ref() == Some(&seen) {
            self.count + 1
        } else {
            1
        };
        self.last = Some(seen);
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn looks_count_as_long_as_they_see_the_same_of_the_same() {
        let mut looks = EqualLooks::go_on(None, 1);
        assert_eq!([looks.saw('a'), looks.saw('a'), looks.saw('b')], [1, 2, 1]);
        let mut looks = EqualLooks::go_on(Some(looks), 1);
        assert_eq!(looks.saw('b'), 2);
        let mut looks = EqualLooks::go_on(Some(looks), 2);
        assert_eq!(looks.saw('b'), 1);
    }
}
