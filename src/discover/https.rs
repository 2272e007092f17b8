//! Getting a document over HTTPS.
//!
//! In: a URL. Out: the document, or why there is none. Never: HTTP without TLS, another port than 443, a fourth redirection,
//! more octets or more time than the limits, a cookie.
//!
//! A redirection may lead to another host: domains are served by those who host them. Where the name of a host leads is not
//! looked at: its certificate has to be for that name, and all that is done is to read one document.

use std::{future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    client::conn::http1,
    header::{ACCEPT, HOST, LOCATION, USER_AGENT},
    http::{HeaderValue, Uri, uri::Scheme},
};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::address::host;
use crate::{
    imap::{Endpoint, OneByOne, Security, Tags, Trust, protect, reach},
    language::{Phrase, text},
};

/// Octets of a document that are read; those of providers have two thousand.
pub(super) const DOCUMENT: usize = 64 << 10;
/// How long a document is waited for, redirections included.
const PATIENCE: Duration = Duration::from_secs(8);
/// How many redirections are followed.
const REDIRECTIONS: usize = 3;
/// The octets that hyper holds of a head; it takes no less.
const HEAD: usize = 16 << 10;

/// Where a document is, on port 443.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WebPlace {
    pub(super) host: String,
    /// With the query.
    pub(super) path: String,
}

impl WebPlace {
    pub(super) fn url(&self) -> String {
        format!("https://{}{}", self.host, self.path)
    }

    /// Where a redirection from here leads; none where it may not be followed.
    fn redirected(&self, location: &HeaderValue) -> Option<Self> {
        let uri: Uri = location.to_str().ok()?.parse().ok()?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let host = match (uri.scheme(), uri.authority()) {
            // Two slashes at the beginning would name another host, without saying that it is HTTPS.
            (None, None) if !path.starts_with("//") => self.host.clone(),
            (Some(scheme), Some(authority)) if *scheme == Scheme::HTTPS => {
                let place = authority.as_str();
                // A name of a user or another port would have to be told from the host.
                host(place.strip_suffix(":443").unwrap_or(place))?
            }
            _ => return None,
        };
        Some(Self {
            host,
            path: path.to_owned(),
        })
    }
}

/// Gets a document, and tells where it was in the end.
pub(super) async fn get(
    place: WebPlace,
    trust: &Arc<Trust>,
) -> Result<(WebPlace, Vec<u8>), Phrase> {
    let getting = timeout(PATIENCE, follow(place, trust)).await;
    getting.unwrap_or_else(|_| Err(text::took_too_long()))
}

async fn follow(mut place: WebPlace, trust: &Arc<Trust>) -> Result<(WebPlace, Vec<u8>), Phrase> {
    for _ in 0..=REDIRECTIONS {
        let response = ask(&place, trust).await?;
        let status = response.status();
        if status.is_success() {
            let document = document(response.into_body()).await?;
            return Ok((place, document));
        }
        if !status.is_redirection() {
            return Err(text::web_server_says(status.as_u16().to_string()));
        }
        let location = response.headers().get(LOCATION);
        let next = location.and_then(|location| place.redirected(location));
        place = next.ok_or_else(text::redirected_astray)?;
    }
    Err(text::redirected_too_often())
}

/// Asks once.
async fn ask(place: &WebPlace, trust: &Arc<Trust>) -> Result<Response<Incoming>, Phrase> {
    let endpoint = Endpoint {
        host: place.host.clone(),
        port: 443,
        security: Security::ImplicitTls,
        trust: Arc::clone(trust),
        timeout: PATIENCE,
        one_by_one: OneByOne::default(),
        tags: Tags::FromOne,
        trace: None,
    };
    let tcp = reach(&endpoint).await.map_err(|error| error.message)?;
    let tls = protect(Box::new(tcp), &endpoint).await;
    let tls = tls.map_err(|error| error.message)?;
    let broken = |_: hyper::Error| text::web_server_senseless();
    let mut client = http1::Builder::new();
    client.max_buf_size(HEAD);
    let (mut sender, connection) = client.handshake(TokioIo::new(tls)).await.map_err(broken)?;
    let request = Request::get(&place.path)
        .header(HOST, &place.host)
        .header(USER_AGENT, concat!("rolecall/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/xml, text/xml")
        .body(String::new())
        .map_err(|_| text::redirected_astray())?;
    // The connection ends with its body, or with the time limit of whoever waits for that.
    tokio::spawn(async move {
        let _ = timeout(PATIENCE, connection).await;
    });
    sender.send_request(request).await.map_err(broken)
}

/// The whole document, if it is not longer than one should be.
async fn document(mut body: Incoming) -> Result<Vec<u8>, Phrase> {
    let mut document = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| text::web_server_senseless())?;
        let Ok(octets) = frame.into_data() else {
            continue;
        };
        if document.len() + octets.len() > DOCUMENT {
            return Err(text::document_too_large());
        }
        document.extend_from_slice(&octets);
    }
    Ok(document)
}

impl From<&WebPlace> for Phrase {
    fn from(place: &WebPlace) -> Self {
        place.url().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirections_lead_to_https_on_its_own_port_and_nowhere_else() {
        let place = WebPlace {
            host: "autoconfig.example.com".to_owned(),
            path: "/a".to_owned(),
        };
        let led = |location: &str| {
            let location = HeaderValue::from_str(location).unwrap();
            place.redirected(&location).map(|place| place.url())
        };
        for (location, url) in [
            ("/b?c=d", "https://autoconfig.example.com/b?c=d"),
            ("https://Host.example.net/b", "https://host.example.net/b"),
            ("https://host.example.net:443", "https://host.example.net/"),
        ] {
            assert_eq!(led(location).as_deref(), Some(url));
        }
        for location in [
            "http://host.example.net/b",
            "https://host.example.net:8443/b",
            "https://user@host.example.net/b",
            "https://127.0.0.1/b",
            "https://localhost/b",
            "https://[::1]/b",
            "ftp://host.example.net/b",
            "//host.example.net/b",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(led(location), None, "{location}");
        }
    }
}
