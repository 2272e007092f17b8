//! Inputs made of others by chance: the same seed makes the same inputs.

use super::chance::Chance;

/// Words that readers look for, and numbers at which they break.
const WORDS: &[&[u8]] = &[
    b"0",
    b"-1",
    b"1",
    b"4294967295",
    b"4294967296",
    b"18446744073709551616",
    b"99999999999999999999999",
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\t",
    b" ",
    b"  ",
    b"\"",
    b"\"\"",
    b"\\",
    b"\\\"",
    b"(",
    b")",
    b"((((((((((((((((((((",
    b"[",
    b"]",
    b"{",
    b"}",
    b"{5}\r\n",
    b"{5+}\r\n",
    b"{4294967295}\r\n",
    b"{-1}\r\n",
    b"~{3}\r\n",
    b"NIL",
    b"*",
    b":",
    b",",
    b"1:*",
    b"1:4294967295",
    b"1,2,3,5:9",
    b"&",
    b"-",
    b"&-",
    b"&AOk-",
    b"&2D3eAA-",
    b"&AA-",
    b"/",
    b".",
    b"INBOX",
    b"=",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\xc2\x9b",
    b"\x1b[2J",
    b"\xf3\xa0\x81\x81",
    b"|",
    b";",
    b"#",
    b"- ",
    b": ",
    b"!!",
    b"<<: ",
    b"%",
    b"@",
    b"imaps://a@h",
    b"null",
    b"true",
    b"1e999",
    b"---",
    b"...",
    b"\\u0000",
    b"\\ud800",
    b"{}",
    b"[]",
    b"* ",
    b"+ ",
    b"R0001 OK ",
    b"* BYE ",
    b"FETCH",
    b"LIST",
    b"COPYUID 7 ",
    b"UID ",
];

/// The longest input.
const LONGEST: usize = 64 << 10;

/// An input made of one of the seeds.
pub fn mutated(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(input.len() + 1);
        let to = (at + chance.below(24)).min(input.len());
        match chance.below(10) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..to)),
            2 => {
                let piece = input[at..to].to_vec();
                let most = if chance.one_of(50) { 200 } else { 3 };
                let times = 1 + chance.below(most);
                input.splice(at..at, piece.repeat(times));
            }
            3 if at < input.len() => input[at] ^= 1 << chance.below(8),
            4 if at < input.len() => input[at] = chance.next().to_le_bytes()[0],
            5 => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len() + 1);
                let upto = (from + chance.below(64)).min(other.len());
                input.splice(at..to, other[from..upto].iter().copied());
            }
            6 => input[at..to].reverse(),
            _ => {
                let word = WORDS[chance.below(WORDS.len())];
                let to = if chance.one_of(2) { at } else { to };
                input.splice(at..to, word.iter().copied());
            }
        }
        input.truncate(LONGEST);
    }
    input
}
