"""What the drivers of Claws Mail, Sylpheed, Alpine, aerc, Evolution, SOGo and Horde IMP have in common: what they are told,
what they tell.

    PASSWORD=… CLIENT.py --port 143 --user alice [--language fr_FR] [--profile DIR] [send draft delete …]…

In: an IMAP server in plain text on loopback, and the acts of a client's module. Out: one JSON object on stdout: `did`
(action -> `arrived`: the mailbox where a message arrived on the server, null where none did; `asks`: true where the
client asked its user first whether to make it, and was told to; `in-place`: true where a message of INBOX was marked or
removed instead). With --profile, the account of an earlier run is used as it is; without, it is new and gone afterwards. A client that is not installed is under --root.
Never: a connection to anything but loopback; a process left; the machine's own session or settings.
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

from loopback import Server, smtp

# So long a client may take for anything at all, in seconds.
PATIENCE = 60


def until(is_so, otherwise, patience=PATIENCE):
    """The first answer that is true; `otherwise` says what did not come, or is asked for it."""
    give_up = time.monotonic() + patience
    while not (found := is_so()):
        if time.monotonic() >= give_up:
            raise TimeoutError(otherwise() if callable(otherwise) else otherwise)
        time.sleep(0.1)
    return found


def quiet(log, seconds=1.5):
    """Waits until a program that says all that it does has written nothing for so long."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        if (size := log.stat().st_size) != seen:
            seen, since = size, time.monotonic()
        time.sleep(0.1)


def locales(folder, language):
    """A folder with that language in it, for LOCPATH: the machine may have none."""
    path = folder / f"{language}.UTF-8"
    if language != "C" and not path.exists():
        folder.mkdir(exist_ok=True)
        subprocess.run(["localedef", "-i", language, "-f", "UTF-8", path], check=True)
    return folder


class Terminal:
    """A program on a terminal that nobody sees; both are gone afterwards."""

    def __init__(self, folder, environment, *command):
        self.socket = folder / "terminal"
        self.environment = {"PATH": "/usr/bin:/bin", **environment}
        # Whatever becomes of this driver, the program ends.
        limited = ["timeout", "--kill-after", "5", "300", *map(str, command)]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40", *limited)
        self.group = int(self.tmux("list-panes", "-F", "#{pane_pid}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Alpine may wait for an answer still when its terminal has gone.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self.tmux("kill-server", check=False)

    def tmux(self, *words, check=True):
        return subprocess.run(["tmux", "-S", self.socket, *words], env=self.environment, check=check,
                              capture_output=True, text=True, timeout=PATIENCE).stdout

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def shows(self, *texts, patience=PATIENCE):
        """Waits for one of these texts and tells which it is."""
        def shown():
            screen = self.screen()
            return next((text for text in texts if text in screen), None)
        return until(shown, lambda: f"none of {texts} in:\n{self.screen()}", patience)


def drive(opened, actions):
    """The whole program: `opened(options, profile, smtp_port)` is the running client, each of `actions` acts on it and may
    tell more of what it did."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--language", default="C")
    parser.add_argument("--profile", type=pathlib.Path)
    parser.add_argument("--root", type=pathlib.Path, help="where a client is that is only unpacked")
    parser.add_argument("actions", nargs="*", metavar="ACTION", help=", ".join(actions))
    options = parser.parse_args()
    if unknown := set(options.actions) - set(actions):
        parser.error(f"unknown action: {', '.join(unknown)}")
    options.password = os.environ["PASSWORD"]
    with tempfile.TemporaryDirectory(prefix="rolecall-client-") as folder, smtp() as port:
        profile = options.profile or pathlib.Path(folder)
        server = Server(options.port, options.user)
        options.prefix, did = server.prefix(), {}
        with opened(options, profile, port) as client:
            for action in options.actions:
                before, inbox = server.counts(), server.unmarked()
                did[action] = actions[action](client) or {}
                if "arrived" not in did[action]:
                    goes = server.arrived(before, is_over=lambda inbox=inbox: server.unmarked() < inbox)
                    did[action] |= {"arrived": goes, "in-place": goes is None and server.unmarked() < inbox}
    json.dump({"did": did}, sys.stdout, indent=1)
    print()
