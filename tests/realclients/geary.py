#!/usr/bin/env python3
"""Geary with one IMAP account, in a display that nobody sees: acts as its user would.

    PASSWORD=… geary.py --port 143 --user alice [--language fr_FR] [--profile DIR] [--settings FILE] [delete archive junk send draft]…

In: an IMAP server in plain text on loopback. Out: one JSON object on stdout: `did` (action -> the mailbox where a message
arrived on the server, null where none did). What it looks for and makes when it lists mailboxes is for the server's log
to tell. With --profile, the account of an earlier run is used as it is; without, it is new and gone afterwards. `draft`
leaves its window open, so it comes last.
Never: a connection to anything but loopback; a process left; the machine's own session, keyring or settings.

It is driven by the actions that it offers over D-Bus and, where it offers none, by a key.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

from desktop import Desktop
from driver import quiet, until
from loopback import ARRIVAL, Server, smtp

# A draft is saved ten seconds after it was last changed.
DRAFT = 15 + ARRIVAL

ACCOUNT = """[Metadata]
version=1
status=enabled

[Account]
ordinal=1
label=
prefetch_days=-1
save_drafts=true
save_sent=true
use_signature=false
signature=
sender_mailboxes=Alice <{user}@example.test>;
service_provider=other

[Folders]
{folders}
[Incoming]
login={user}
remember_password=true
host=127.0.0.1
port={port}
transport_security=none
credentials=custom

[Outgoing]
remember_password=false
host=127.0.0.1
port={smtp}
transport_security=none
credentials=none
"""


class Geary:
    """A running Geary and its main window."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.log = desktop.profile / "output"
        with open(self.log, "wb") as output:
            self.child = desktop.start("geary", "--debug", stdout=output, stderr=output)
        # Its actions stand still only once a conversation is chosen, which it does by itself.
        until(lambda: "'trash-conversation': (true" in (self.window("DescribeAll") or ""),
                      f"Geary shows no message: {self.log}")
        # Before it has listed the mailboxes it acts on those that it remembers.
        until(lambda: b"UpdateRemoteFolders" in self.log.read_bytes(), f"Geary lists nothing: {self.log}")
        quiet(self.log)

    def window(self, method, *arguments):
        return self.desktop.call("org.gnome.Geary", "/org/gnome/Geary/window/1", f"org.gtk.Actions.{method}", *arguments)

    def act(self, action):
        quiet(self.log)
        if self.window("Activate", action, "[]", "{}") is None:
            raise RuntimeError(f"Geary does not do {action}: {self.log}")

    def compose(self, subject):
        """Its window with a message to someone, as a link in a browser opens it."""
        self.desktop.run("geary", f"mailto:someone@example.test?subject={subject}&body=Hello.")
        found = until(
            lambda: self.desktop.windows(f"^{subject}$"), f"Geary opens no message: {self.log}")
        quiet(self.log)
        self.desktop.focus(found[0])


def send(geary):
    geary.compose("sent")
    geary.desktop.press("ctrl+Return")


def draft(geary):
    geary.compose("draft")
    geary.desktop.press("x")


ACTIONS = {
    "delete": lambda geary: geary.act("trash-conversation"),
    "archive": lambda geary: geary.act("archive-conversation"),
    "junk": lambda geary: geary.act("toggle-conversation-junk"),
    "send": send,
    "draft": draft,
}


def key(line):
    return line.partition("=")[0]


def set_up(profile, user, ports, lines):
    """A new account, or the ports of this run's servers in the one that is there, whose mailboxes it has noted; what its
    user pastes takes the place of these."""
    settings = profile / ".config/geary/account_01/geary.ini"
    noted = []
    if settings.exists():
        noted = settings.read_text().partition("[Folders]\n")[2].partition("\n[")[0].splitlines()
    pasted = {key(line) for line in lines}
    folders = "".join(f"{line}\n" for line in [*(line for line in noted if key(line) not in pasted), *lines])
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(ACCOUNT.format(user=user, folders=folders, **ports))


def observe(options, profile):
    with smtp() as port, Desktop(profile, options.language, keyring=True) as desktop:
        lines = options.settings.read_text().splitlines() if options.settings else []
        set_up(profile, options.user, {"port": options.port, "smtp": port}, lines)
        password = os.environ["PASSWORD"].encode()
        desktop.run("secret-tool", "store", "--label=IMAP", "xdg:schema", "org.gnome.Geary", "proto", "IMAP", "host",
                    "127.0.0.1", "login", options.user, input=password)
        geary = Geary(desktop)
        server = Server(options.port, options.user)
        did = {}
        for action in options.actions:
            before = server.counts()
            ACTIONS[action](geary)
            did[action] = {"arrived": server.arrived(before, DRAFT if action == "draft" else ARRIVAL)}
        # It has written what it learnt, and would only ask about the draft on its way out.
        quiet(geary.log)
        return {"did": did}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--language", default="fr_FR")
    parser.add_argument("--profile", type=pathlib.Path)
    parser.add_argument("--settings", type=pathlib.Path, help="lines for the section [Folders] of geary.ini")
    parser.add_argument("actions", nargs="*", metavar="ACTION", help=", ".join(ACTIONS))
    options = parser.parse_args()
    if unknown := set(options.actions) - set(ACTIONS):
        parser.error(f"unknown action: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="rolecall-geary-") as folder:
        profile = options.profile or pathlib.Path(folder)
        json.dump(observe(options, profile), sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
