//! The public key in a certificate of whatever version.
//!
//! In: a certificate in DER whose fingerprint was pinned. Out: its key, and whether a handshake was signed with it. webpki
//! reads certificates of X.509 version 3 only; appliances still have such of version 1.

use rustls::{DigitallySignedStruct, crypto::WebPkiSupportedAlgorithms};

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;
/// `[0] EXPLICIT Version`, left out in version 1.
const VERSION: u8 = 0xa0;

/// One element of DER, and what stands behind it.
struct Element<'d> {
    tag: u8,
    /// What is in it.
    contents: &'d [u8],
    /// It, with tag and length.
    whole: &'d [u8],
    rest: &'d [u8],
}

/// Reads the first element; none where it is no DER, or longer than a certificate is.
fn element(der: &[u8]) -> Option<Element<'_>> {
    let (tag, after) = der.split_first()?;
    let (first, after) = after.split_first()?;
    let (length, after) = match first {
        0x81 => (usize::from(*after.first()?), after.get(1..)?),
        0x82 => {
            let high = usize::from(*after.first()?);
            let low = usize::from(*after.get(1)?);
            (high << 8 | low, after.get(2..)?)
        }
        0x80.. => return None,
        short => (usize::from(*short), after),
    };
    let (contents, rest) = after.split_at_checked(length)?;
    let whole = der.get(..der.len() - rest.len())?;
    Some(Element {
        tag: *tag,
        contents,
        whole,
        rest,
    })
}

fn expect(der: &[u8], tag: u8) -> Option<Element<'_>> {
    element(der).filter(|element| element.tag == tag)
}

/// The SubjectPublicKeyInfo of a certificate (RFC 5280 §4.1).
pub(super) fn public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let certificate = expect(certificate, SEQUENCE)?;
    let to_be_signed = expect(certificate.contents, SEQUENCE)?;
    let mut rest = to_be_signed.contents;
    if let Some(version) = expect(rest, VERSION) {
        rest = version.rest;
    }
    rest = expect(rest, INTEGER)?.rest;
    // The algorithm, the issuer, the validity and the subject.
    for _ in 0..4 {
        rest = expect(rest, SEQUENCE)?.rest;
    }
    expect(rest, SEQUENCE).map(|info| info.whole)
}

/// Whether a message was signed with this key, as TLS 1.2 has it: any algorithm that fits the scheme and the key.
pub(super) fn has_signed(
    info: &[u8],
    message: &[u8],
    signed: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> bool {
    let Some((algorithm, key)) = parts(info) else {
        return false;
    };
    let of_scheme = algorithms.mapping.iter();
    let mut of_scheme = of_scheme
        .filter(|(scheme, _)| *scheme == signed.scheme)
        .flat_map(|(_, algorithms)| *algorithms);
    of_scheme.any(|known| {
        *known.public_key_alg_id() == *algorithm
            && known
                .verify_signature(key, message, signed.signature())
                .is_ok()
    })
}

/// The algorithm of a SubjectPublicKeyInfo, and the key's octets.
fn parts(info: &[u8]) -> Option<(&[u8], &[u8])> {
    let info = expect(info, SEQUENCE)?;
    let algorithm = expect(info.contents, SEQUENCE)?;
    let bits = expect(algorithm.rest, BIT_STRING)?.contents;
    // The number of bits that are left over is 0 in a key.
    Some((algorithm.contents, bits.strip_prefix(&[0])?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
        let length = u8::try_from(contents.len()).unwrap();
        [&[tag, 0x81, length], contents].concat()
    }

    fn certificate(version: &[u8]) -> Vec<u8> {
        let key = der(SEQUENCE, b"key");
        let name = der(SEQUENCE, b"");
        let four = name.repeat(4);
        let body = [version, &der(INTEGER, &[1]), &four, &key].concat();
        der(SEQUENCE, &der(SEQUENCE, &body))
    }

    #[test]
    fn the_key_is_found_with_and_without_a_version() {
        let key = der(SEQUENCE, b"key");
        let third = der(VERSION, &der(INTEGER, &[2]));
        for certificate in [certificate(&[]), certificate(&third)] {
            assert_eq!(public_key_info(&certificate), Some(key.as_slice()));
            for end in 0..certificate.len() {
                assert_eq!(public_key_info(&certificate[..end]), None);
            }
        }
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (public_key_info(&octets), parts(&octets));
        }
    }
}
