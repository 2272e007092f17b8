"""What a client with windows needs around it: a display that nobody sees, a bus, a language, and for some a keyring.

In: the folder that is the client's home. Out: programs that run in it, windows to find, keys and clicks. All of it ends
with the block. Never: the machine's own session, keyring or settings.
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile

from driver import PATIENCE, locales, until

# A bus; it starts nothing by itself unless it is told where that is described.
BUS = """<busconfig><type>session</type><listen>unix:dir={folder}</listen>{services}<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


class Desktop:
    """A display, a bus and, if it is asked for, an unlocked keyring."""

    # Folders that describe what the bus may start.
    services = ()

    def __init__(self, profile, language, keyring=False):
        self.profile, self.children, self.has_keyring = profile, [], keyring
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="rolecall-desktop-"))
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(profile), "XDG_RUNTIME_DIR": str(self.runtime),
            "TMPDIR": str(self.runtime),
            "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1", "LANG": f"{language}.UTF-8",
            "LOCPATH": str(locales(profile / "locales", language))}

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        (self.runtime / "bus.conf").write_text(BUS.format(
            folder=self.runtime, services="".join(f"<servicedir>{one}</servicedir>" for one in self.services)))
        told = self.start("dbus-daemon", "--config-file", self.runtime / "bus.conf", "--nofork", "--print-address=1",
                          stdout=subprocess.PIPE)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = told.stdout.readline().decode().strip()
        # Without -noreset it begins anew when its only client leaves, as each look for a window is one before the program's own
        # window is there, and turns away who comes meanwhile.
        told = self.start("Xvfb", "-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset",
                          stdout=subprocess.PIPE)
        self.environment["DISPLAY"] = ":" + told.stdout.readline().decode().strip()
        if self.has_keyring:
            keyring = self.start("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground",
                                 stdin=subprocess.PIPE)
            keyring.stdin.write(b"keyring")
            keyring.stdin.close()
            until(lambda: self.call("org.freedesktop.secrets", "/org/freedesktop/secrets/aliases/default",
                                    "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection",
                                    "Label"), "the keyring does not answer")

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

    def windows(self, title):
        """The windows whose titles fit a regular expression, the newest last."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", title).stdout.split()

    def window(self, title):
        return until(lambda: self.windows(title), lambda: f"no window is called {title}; there are: {self.titles()}")[-1]

    def titles(self):
        shown = self.run("xdotool", "search", "--onlyvisible", "--name", ".", "getwindowname", "%@").stdout
        return ", ".join(shown.decode(errors="replace").split("\n"))

    def focus(self, window):
        self.run("xdotool", "windowfocus", "--sync", window)

    def press(self, *keys):
        self.run("xdotool", "key", *keys)

    def click(self, window, right, below, button=1):
        """Clicks so far from a window's left upper corner, in pixels; numbers below nothing count from the other edge."""
        shape = self.run("xdotool", "getwindowgeometry", "--shell", window).stdout.decode()
        size = dict(line.split("=") for line in shape.split())
        right += int(size["WIDTH"]) if right < 0 else 0
        below += int(size["HEIGHT"]) if below < 0 else 0
        self.run("xdotool", "mousemove", "--window", window, str(right), str(below), "click", str(button))
