"""crymap for one test: crymap.py PROGRAM STATE PORT TLS_PORT PASSWORD USER…

crymap speaks IMAP in TLS on its standard input and output, and leaves the listening to others. TLS_PORT hands connections
over as they are; PORT takes the TLS off, so that a test can read along."""

import asyncio
import os
import pty
import socket
import ssl
import subprocess
import sys

program, state, port, tls_port, password, *users = sys.argv[1:]
root = f"{state}/crymap"


def add(user):
    """It asks for the password twice, on a terminal, and wants no user of root's."""
    owner = ["--uid", "65534"] if os.getuid() == 0 else []
    child, terminal = pty.fork()
    if child == 0:
        os.execv(program, [program, "server", "user", "add", "--root", root, "--prompt-password", *owner, user])
    for _ in ("the password", "and again"):
        said = b""
        while not said.endswith(b": "):
            said += os.read(terminal, 1000)
        os.write(terminal, password.encode() + b"\n")
    _, status = os.waitpid(child, 0)
    assert status == 0, os.read(terminal, 1000)
    os.close(terminal)


def started(connection):
    command = [program, "server", "serve-imaps", "--root", root]
    subprocess.Popen(command, stdin=connection, stdout=connection)
    connection.close()


async def handed_over(listener):
    while True:
        connection, _ = await asyncio.get_running_loop().sock_accept(listener)
        connection.setblocking(True)
        started(connection)


async def passed_on(reader, writer):
    try:
        while octets := await reader.read(65536):
            writer.write(octets)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def without_tls(reader, writer):
    ours, theirs = socket.socketpair()
    started(theirs)
    trust = ssl.create_default_context(cafile=f"{state}/ca.pem")
    inner, outer = await asyncio.open_connection(sock=ours, ssl=trust, server_hostname="localhost")
    await asyncio.gather(passed_on(reader, outer), passed_on(inner, writer))


async def main():
    listener = socket.create_server(("127.0.0.1", int(tls_port)), backlog=50)
    listener.setblocking(False)
    await asyncio.start_server(without_tls, "127.0.0.1", int(port))
    await handed_over(listener)


os.makedirs(f"{root}/users")
with open(f"{root}/crymap.toml", "w") as settings:
    settings.write(f'[tls]\nprivate_key = "{state}/key.pem"\ncertificate_chain = "{state}/cert.pem"\n')
# Else it would need a syslog.
with open(f"{root}/logging.toml", "w") as settings:
    settings.write('[appenders.said]\nkind = "console"\ntarget = "stderr"\n[root]\nlevel = "warn"\nappenders = ["said"]\n')
# Hashing a password takes a second: the other accounts are copies of the first.
add(users[0])
for user in users[1:]:
    subprocess.run(["cp", "-a", f"{root}/users/{users[0]}", f"{root}/users/{user}"], check=True)
asyncio.run(main())
