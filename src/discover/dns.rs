//! Asking the system's name servers for SRV records.
//!
//! In: a name. Out: its records, a bounded number of them within a bounded time. Nothing of an answer is believed beyond
//! that: DNS is not protected on its way.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use domain::{
    base::{
        Message, Name, Rtype,
        iana::{Class, Rcode},
    },
    rdata::Srv,
    resolv::{
        StubResolver,
        stub::conf::{ResolvConf, ServerConf, Transport},
    },
};
use tokio::time::timeout;

use super::srv::SrvRecord;
use crate::language::{Phrase, text};

/// How long name servers are waited for, each time.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often they are asked: a question or an answer may be lost, and a slow search may have ended by the second time.
const TIMES: usize = 2;
/// Records of an answer that are read.
const RECORDS: usize = 50;

/// The name servers that are asked.
#[derive(Debug, Clone, Default)]
pub enum NameServers {
    /// Those of the system (`/etc/resolv.conf`).
    #[default]
    OfTheSystem,
    /// This one.
    At(SocketAddr),
}

impl NameServers {
    fn resolver(&self) -> StubResolver {
        let Self::At(address) = self else {
            return StubResolver::new();
        };
        let mut only = ResolvConf::new();
        only.servers
            .push(ServerConf::new(*address, Transport::UdpTcp));
        only.finalize();
        StubResolver::from_conf(only)
    }

    async fn answer(&self, name: &Name<Vec<u8>>) -> Result<Message<Bytes>, Phrase> {
        let resolver = self.resolver();
        for _ in 0..TIMES {
            let asking = resolver.query((name, Rtype::SRV, Class::IN));
            if let Ok(Ok(answer)) = timeout(PATIENCE, asking).await {
                return Ok(answer.into_message());
            }
        }
        Err(text::name_servers_silent())
    }

    /// The SRV records of a name; none where there is no such name.
    pub(super) async fn srv(&self, name: &str) -> Result<Vec<SrvRecord>, Phrase> {
        let name: Name<Vec<u8>> = name.parse().map_err(|_| text::name_too_long())?;
        let answer = self.answer(&name).await?;
        match answer.header().rcode() {
            Rcode::NOERROR => {}
            Rcode::NXDOMAIN => return Ok(Vec::new()),
            other => return Err(text::name_servers_refuse(other.to_string())),
        }
        // The records of the name that the question's is an alias of; none where aliases run in a circle.
        let owner = answer.canonical_name();
        let (Some(owner), Ok(section)) = (owner, answer.answer()) else {
            return Err(text::name_servers_senseless());
        };
        let records = section.limit_to_in::<Srv<_>>().take(RECORDS).flatten();
        let of_the_name = records.filter(|record| *record.owner() == owner);
        Ok(of_the_name
            .map(|record| {
                let srv = record.data();
                let target = srv.target();
                SrvRecord {
                    priority: srv.priority(),
                    weight: srv.weight(),
                    port: srv.port(),
                    target: if target.is_root() {
                        ".".to_owned()
                    } else {
                        target.to_string()
                    },
                }
            })
            .collect())
    }
}
