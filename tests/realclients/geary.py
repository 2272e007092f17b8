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
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from loopback import ARRIVAL, Server, smtp

PATIENCE = 60
# So long it must have said nothing before it is done with what it does by itself.
QUIET = 1.5
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

# A bus that starts nothing by itself.
BUS = """<busconfig><type>session</type><listen>unix:dir={folder}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


class Desktop:
    """What Geary needs around it: a bus, a keyring, a display; all of it ends with the block."""

    def __init__(self, profile, language):
        self.profile, self.children = profile, []
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="rolecall-geary-run-"))
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(profile), "XDG_RUNTIME_DIR": str(self.runtime),
            "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1", "LOCPATH": str(profile / "locales"),
            "LANG": f"{language}.UTF-8"}
        (profile / "locales").mkdir(exist_ok=True)
        if not (profile / "locales" / f"{language}.UTF-8").exists():
            subprocess.run(["localedef", "-i", language, "-f", "UTF-8", profile / "locales" / f"{language}.UTF-8"],
                           check=True)

    def __enter__(self):
        (self.runtime / "bus.conf").write_text(BUS.format(folder=self.runtime))
        told = self.start("dbus-daemon", "--config-file", self.runtime / "bus.conf", "--nofork", "--print-address=1",
                          stdout=subprocess.PIPE)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = told.stdout.readline().decode().strip()
        told = self.start("Xvfb", "-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp",
                          stdout=subprocess.PIPE)
        self.environment["DISPLAY"] = ":" + told.stdout.readline().decode().strip()
        keyring = self.start("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground",
                             stdin=subprocess.PIPE)
        keyring.stdin.write(b"keyring")
        keyring.stdin.close()
        self.until(lambda: self.call("org.freedesktop.secrets", "/org/freedesktop/secrets/aliases/default",
                                     "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection",
                                     "Label"), "the keyring does not answer")
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        subprocess.run(["rm", "-rf", self.runtime], check=True)

    def start(self, *command, **streams):
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | streams
        child = subprocess.Popen(command, env=self.environment, start_new_session=True, **streams)
        self.children.append(child)
        return child

    def run(self, *command, **more):
        return subprocess.run(command, env=self.environment, capture_output=True, timeout=PATIENCE, **more)

    def call(self, name, path, method, *arguments):
        """What a method on the bus answers; None where nobody does."""
        answer = self.run("gdbus", "call", "--session", "-d", name, "-o", path, "-m", method, *arguments)
        return answer.stdout.decode() if answer.returncode == 0 else None

    def until(self, is_so, otherwise):
        give_up = time.monotonic() + PATIENCE
        while not (found := is_so()):
            if time.monotonic() >= give_up:
                raise TimeoutError(otherwise)
            time.sleep(0.1)
        return found


class Geary:
    """A running Geary and its main window."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.log = desktop.profile / "output"
        with open(self.log, "wb") as output:
            self.child = desktop.start("geary", "--debug", stdout=output, stderr=output)
        # Its actions stand still only once a conversation is chosen, which it does by itself.
        desktop.until(lambda: "'trash-conversation': (true" in (self.window("DescribeAll") or ""),
                      f"Geary shows no message: {self.log}")
        # Before it has listed the mailboxes it acts on those that it remembers.
        desktop.until(lambda: b"UpdateRemoteFolders" in self.log.read_bytes(), f"Geary lists nothing: {self.log}")
        self.is_quiet()

    def window(self, method, *arguments):
        return self.desktop.call("org.gnome.Geary", "/org/gnome/Geary/window/1", f"org.gtk.Actions.{method}", *arguments)

    def is_quiet(self):
        """Waits until it has nothing more to say: it says all that it does."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET:
            if (size := self.log.stat().st_size) != seen:
                seen, since = size, time.monotonic()
            time.sleep(0.1)

    def act(self, action):
        self.is_quiet()
        if self.window("Activate", action, "[]", "{}") is None:
            raise RuntimeError(f"Geary does not do {action}: {self.log}")

    def compose(self, subject):
        """Its window with a message to someone, as a link in a browser opens it."""
        self.desktop.run("geary", f"mailto:someone@example.test?subject={subject}&body=Hello.")
        found = self.desktop.until(
            lambda: self.desktop.run("xdotool", "search", "--onlyvisible", "--name", f"^{subject}$").stdout.split(),
            f"Geary opens no message: {self.log}")
        self.is_quiet()
        self.desktop.run("xdotool", "windowfocus", "--sync", found[0])

    def press(self, key):
        self.desktop.run("xdotool", "key", key)


def send(geary):
    geary.compose("sent")
    geary.press("ctrl+Return")


def draft(geary):
    geary.compose("draft")
    geary.press("x")


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
    with smtp() as port, Desktop(profile, options.language) as desktop:
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
        geary.is_quiet()
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
