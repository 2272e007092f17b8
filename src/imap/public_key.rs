//! The public key of a certificate, read without a look at anything else in it.
//!
//! In: a certificate in DER (RFC 5280 §4.1), of X.509 version 1 too, which the TLS library does not take. Out: its key.
//! Never: a judgement about the certificate; whoever asks has pinned it.

/// The key of a certificate.
pub(super) struct PublicKey<'c> {
    /// SubjectPublicKeyInfo, whole.
    pub info: &'c [u8],
    /// What stands in its AlgorithmIdentifier.
    pub algorithm: &'c [u8],
    /// The octets of the key.
    pub key: &'c [u8],
}

/// One element of DER.
struct Element<'c> {
    tag: u8,
    whole: &'c [u8],
    content: &'c [u8],
    rest: &'c [u8],
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// The version, which version 1 leaves out.
const VERSION: u8 = 0xa0;

/// The key of a certificate; none where it cannot be read.
pub(super) fn public_key(certificate: &[u8]) -> Option<PublicKey<'_>> {
    let certificate = element(certificate, SEQUENCE)?;
    let mut rest = element(certificate.content, SEQUENCE)?.content;
    if rest.first() == Some(&VERSION) {
        rest = element(rest, VERSION)?.rest;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        rest = element(rest, tag)?.rest;
    }
    let info = element(rest, SEQUENCE)?;
    let algorithm = element(info.content, SEQUENCE)?;
    let bits = element(algorithm.rest, BIT_STRING)?;
    // The first octet counts the bits of the last one that are not used.
    let key = bits.content.strip_prefix(&[0])?;
    Some(PublicKey {
        info: info.whole,
        algorithm: algorithm.content,
        key,
    })
}

/// The first element, if it has this tag.
fn element(octets: &[u8], tag: u8) -> Option<Element<'_>> {
    let (found, behind) = octets.split_first()?;
    let (first, behind) = behind.split_first()?;
    let (length, behind) = match first {
        short @ 0..=0x7f => (usize::from(*short), behind),
        0x81..=0x83 => {
            let (digits, behind) = behind.split_at_checked(usize::from(first - 0x80))?;
            let length = digits.iter();
            let length = length.fold(0, |length, digit| length << 8 | usize::from(*digit));
            (length, behind)
        }
        _ => return None,
    };
    let (content, rest) = behind.split_at_checked(length)?;
    let element = Element {
        tag: *found,
        whole: octets.get(..octets.len() - rest.len())?,
        content,
        rest,
    };
    (element.tag == tag).then_some(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_found_and_a_certificate_that_breaks_off_has_none() {
        let own = rcgen::generate_simple_self_signed(["a.test".to_owned()]).unwrap();
        let certificate = own.cert.der();
        let found = public_key(certificate).unwrap();
        assert!(found.info.ends_with(found.key));
        assert_eq!(found.key, own.signing_key.public_key_raw());
        for length in 0..certificate.len() - 1 {
            assert!(public_key(&certificate[..length]).is_none(), "{length}");
        }
    }
}
