"""What the drivers of webmails have in common: programs that listen on a port of their own, and a user's browser.

In: commands, a folder for what they write. Out: pages. Never: anything but loopback; a process left.
"""

import contextlib
import http.cookiejar
import os
import signal
import socket
import subprocess
import time
import urllib.request

# So long a program may take to listen, or for a page, in seconds.
PATIENCE = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def listening(port, log, environment, *command):
    """A program that listens on a port of loopback; it and all that it started are gone afterwards."""
    with open(log, "ab") as output:
        child = subprocess.Popen([str(word) for word in command], env={"PATH": "/usr/sbin:/usr/bin:/bin", **environment},
                                 stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    try:
        wait_for(port, child, log)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_for(port, child, log):
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if child.poll() is not None:
            raise RuntimeError(f"{child.args[0]} ended with {child.returncode}:\n{log.read_text(errors='replace')}")
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"{child.args[0]} does not listen:\n{log.read_text(errors='replace')}")


class Browser:
    """One user's session."""

    def __init__(self, address, agent=None):
        self.address, self.agent, self.cookies = address, agent, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.ProxyHandler({}))

    def page(self, path, body=None, headers=None):
        """What is shown; with a body, after it was sent."""
        headers = ({"User-Agent": self.agent} if self.agent else {}) | (headers or {})
        asked = urllib.request.Request(self.address + path, body, headers)
        with self.opener.open(asked, timeout=PATIENCE) as answer:
            return answer.read().decode()
