//! Tests only: hosts that stand in this process for others of the network, so that nothing has to listen on a privileged port
//! and no name of a test is looked up.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

static HOSTS: Mutex<BTreeMap<String, SocketAddr>> = Mutex::new(BTreeMap::new());

/// From now on this host is reached at that address, whatever the port.
pub fn stand_in(host: &str, address: SocketAddr) {
    let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
    hosts.insert(host.to_owned(), address);
}

/// The address that stands for a host, if one does.
pub(super) fn address_of(host: &str) -> Option<SocketAddr> {
    let hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
    hosts.get(host).copied()
}
