//! A server that is far away: a relay on loopback that keeps each octet for half a round trip, in both directions.
//!
//! What is sent while something is under way is under way too: only the time is long, not the line narrow.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Stands before a server; returns the port. It ends with the test's process.
pub fn before(server: u16, round_trip: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(("127.0.0.1", server)) else {
                continue;
            };
            for stream in [&near, &far] {
                stream.set_nodelay(true).unwrap();
            }
            let (near_too, far_too) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            carry(near, far, round_trip / 2);
            carry(far_too, near_too, round_trip / 2);
        }
    });
    port
}

fn carry(mut from: TcpStream, mut to: TcpStream, late: Duration) {
    let (under_way, arrives) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut octets = vec![0; 65_536];
        while let Ok(length) = from.read(&mut octets) {
            let piece = octets[..length].to_vec();
            if length == 0 || under_way.send((Instant::now() + late, piece)).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, piece) in arrives {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
