//! The server on a port of this machine.
//!
//! In: a world. Out: connections served until the [`Server`] is dropped. It listens on loopback only, and serves a
//! limited number of connections at once.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
};

use super::{quirks::Watcher, session::converse, world::World};

/// Most connections at once.
const CONNECTIONS: usize = 64;

/// A running server; it and its connections end when it is dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    world: Arc<Mutex<World>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts on 127.0.0.1; port 0 is any that is free.
    pub async fn start(world: World, port: u16) -> io::Result<Self> {
        Self::launch(Arc::new(Mutex::new(world)), Watcher::default(), port).await
    }

    /// Starts with a world that others hold too, and whoever watches.
    pub(super) async fn launch(
        world: Arc<Mutex<World>>,
        watcher: Watcher,
        port: u16,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let served = Arc::clone(&world);
        let each = move || Arc::clone(&served);
        let accepting = tokio::spawn(accept(listener, each, watcher, CONNECTIONS));
        Ok(Self {
            port,
            world,
            accepting,
        })
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The world it serves.
    #[must_use]
    pub fn world(&self) -> Arc<Mutex<World>> {
        Arc::clone(&self.world)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves each connection in the world that it is given, at most so many at once. Dropped with its task, and the
/// connections with it.
pub(super) async fn accept(
    listener: TcpListener,
    world: impl Fn() -> Arc<Mutex<World>>,
    watcher: Watcher,
    most: usize,
) {
    let free = Arc::new(Semaphore::new(most));
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors: some will be given back.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&free).try_acquire_owned() else {
            connections.spawn(turn_away(stream));
            continue;
        };
        let (world, watcher) = (world(), watcher.clone());
        connections.spawn(async move {
            // A client that has gone is nobody's error.
            let _ = converse(stream, world, watcher).await;
            drop(permit);
        });
    }
}

async fn turn_away(mut stream: TcpStream) {
    let _ = stream
        .write_all(b"* BYE [LIMIT] Too many connections.\r\n")
        .await;
}
