"""What every client's driver needs beside its client: somewhere to send to, and a look at the server.

In: a port on loopback. Out: messages taken over SMTP and dropped; how many messages each mailbox holds.
Never: anything but loopback; a change on the server.
"""

import contextlib
import imaplib
import os
import re
import socketserver
import threading
import time

# How long a message may take from the click to the server.
ARRIVAL = 10


class Smtp(socketserver.StreamRequestHandler):
    """Takes every message and keeps none."""

    def handle(self):
        self.wfile.write(b"220 loopback ESMTP\r\n")
        while line := self.rfile.readline():
            word = line.strip().upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
            if word == b"QUIT":
                return


@contextlib.contextmanager
def smtp():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class Server:
    """How many messages each mailbox holds, asked over a connection of our own."""

    def __init__(self, port, user):
        self.imap = imaplib.IMAP4("127.0.0.1", port)
        self.imap.login(user, os.environ["PASSWORD"])

    def counts(self):
        counts = {}
        for line in self.imap.list()[1]:
            # (attributes) "delimiter" name, where the name is an atom or quoted.
            attributes, name = re.fullmatch(rb'\((.*?)\) (?:NIL|"."|".*?") (.*)', line).groups()
            if b"\\Noselect" in attributes or b"\\NonExistent" in attributes:
                continue
            status = self.imap.status(name.decode(), "(MESSAGES)")[1][0]
            counts[name.decode().strip('"')] = int(re.search(rb"MESSAGES (\d+)\)$", status).group(1))
        return counts

    def prefix(self):
        """What the names of the user's own mailboxes begin with."""
        namespace = self.imap.namespace()[1][0]
        return re.match(rb'\(\("(.*?)"', namespace).group(1).decode()

    def unmarked(self):
        """How many messages of INBOX are not marked as deleted."""
        self.imap.select("INBOX", readonly=True)
        found = self.imap.search(None, "UNDELETED")[1][0]
        self.imap.unselect()
        return len(found.split())

    def newest(self):
        """The UID of the newest message of INBOX."""
        self.imap.select("INBOX", readonly=True)
        found = self.imap.uid("search", None, "UNDELETED")[1][0].split()
        self.imap.unselect()
        return int(found[-1])

    def arrived(self, before, patience=ARRIVAL, is_over=lambda: False):
        """Waits until a mailbox holds more than before; None where none comes to, for long or when all is over."""
        give_up = time.monotonic() + patience
        while True:
            # Asked first: what has left by now has arrived by the time that the mailboxes are counted.
            ends = is_over() or time.monotonic() >= give_up
            for name, count in self.counts().items():
                if count > before.get(name, 0):
                    return name
            if ends:
                return None
            time.sleep(0.05)
