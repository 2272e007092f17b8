#!/usr/bin/env bash
# The crate domain 0.12.3: its stub resolver sends one question, whatever `attempts` says.
#
# Guess before the run: a question that gets no answer within the timeout is asked again, as often as `options.attempts` says (3
# here; resolv.conf's own default is 2), so that one lost packet costs one timeout.
# Seen: the server is asked once; after one timeout the resolver says "all timed out". `attempts` and the timeout are read from
# /etc/resolv.conf and kept, but attempts are not made.
#
# Why it matters: SRV records of a domain tell where its mail is, and questions go by UDP, where packets are lost. Whoever asks once
# takes a lost packet for a domain that names no server, and logs in at the next best guess; whoever uses this resolver has to ask
# again by itself.
. "$(dirname "$0")/lib.sh"
mkdir -p "$work/src"
cat >"$work/Cargo.toml" <<'TOML'
[package]
name = "asks"
version = "0.0.0"
edition = "2024"
[dependencies]
domain = { version = "=0.12.3", default-features = false, features = ["resolv"] }
tokio = { version = "=1.47.1", features = ["macros", "net", "rt", "time"] }
[profile.dev]
debug = 0
TOML
cat >"$work/src/main.rs" <<'RS'
use std::{net::SocketAddr, time::Duration};

use domain::{
    base::{Name, Rtype, iana::Class},
    resolv::{
        StubResolver,
        stub::conf::{ResolvConf, ServerConf, Transport},
    },
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port: u16 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut server = ServerConf::new(SocketAddr::from(([127, 0, 0, 1], port)), Transport::UdpTcp);
    server.request_timeout = Duration::from_secs(2);
    let mut conf = ResolvConf::new();
    conf.servers.push(server);
    conf.options.timeout = Duration::from_secs(2);
    conf.options.attempts = 3;
    conf.finalize();
    let name: Name<Vec<u8>> = "_imaps._tcp.example.org".parse().unwrap();
    let answer = StubResolver::from_conf(conf).query((name, Rtype::SRV, Class::IN)).await;
    match answer {
        Ok(answer) => println!("{}", answer.header().rcode()),
        Err(error) => println!("{error}"),
    }
}
RS
# Answers "no such name" to every question but so many of the first.
cat >"$work/server.py" <<'PY'
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
asked = 0
while True:
    question, client = server.recvfrom(4096)
    asked += 1
    print("asked", flush=True)
    if asked > int(sys.argv[2]):
        server.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12:], client)
PY
(cd "$work" && cargo build --quiet) || fail "cargo build"
# resolved LOST: what comes out where so many questions get no answer, and how often the server was asked.
resolved() {
    local port told
    port=$(free_port)
    setsid python3 "$work/server.py" "$port" "$1" >"$work/asked" &
    servers+=($!)
    sleep 1
    told=$("$work/target/debug/asks" "$port")
    echo "$told, asked $(grep -c asked "$work/asked") times"
    stop
}
same "every question is answered" "$(resolved 0)" "NXDOMAIN, asked 1 times"
same "the first question gets no answer" "$(resolved 1)" "all timed out, asked 1 times"
