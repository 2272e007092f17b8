#!/usr/bin/env python3
"""aerc with one IMAP account, set up as its own wizard does it, on a terminal that nobody sees. What it takes and tells:
driver.py. A draft is postponed, an archive is made by `:archive flat`.
"""

import contextlib
import shutil

from driver import Terminal, drive

ACCOUNT = """[account]
source = imap+insecure://{user}:{password}@127.0.0.1:{port}
outgoing = smtp+none://127.0.0.1:{smtp}
smtp-starttls = no
default = INBOX
from = Alice <{user}@example.test>
copy-to = Sent
"""


class Aerc(Terminal):
    def __init__(self, options, profile, smtp):
        settings = profile / ".config/aerc"
        settings.mkdir(parents=True, exist_ok=True)
        accounts = settings / "accounts.conf"
        accounts.touch(0o600)
        accounts.write_text(ACCOUNT.format(
            user=options.user, password=options.password, port=options.port, smtp=smtp))
        # The message is as it was begun.
        shutil.copy("/usr/share/aerc/aerc.conf", settings)
        (settings / "aerc.conf").write_text((settings / "aerc.conf").read_text().replace("#editor=", "editor=true"))
        environment = {"HOME": str(profile), "XDG_CONFIG_HOME": str(profile / ".config"), "LANG": "C.UTF-8"}
        super().__init__(profile, environment, "aerc")
        self.shows("@example.")

    def does(self, command):
        """Gives a command, again where an answer that came in between has swallowed it."""
        for _ in range(3):
            self.press(":")
            self.type(command)
            with contextlib.suppress(TimeoutError):
                self.shows(f":{command}", patience=5)
                self.press("Enter")
                return
            self.press("Escape")
        raise TimeoutError(f"aerc does not take {command}:\n{self.screen()}")

    def compose(self, subject):
        self.does(f"compose -H To:someone@example.test -H Subject:{subject}")
        self.shows("Send this email?")

    def send(self):
        self.compose("sent")
        self.press("y")

    def draft(self):
        self.compose("draft")
        self.press("p")

    def archive(self):
        self.does("cf INBOX")
        self.does("archive flat")

    def delete(self):
        self.does("cf INBOX")
        self.does("delete")


if __name__ == "__main__":
    drive(Aerc, {"send": Aerc.send, "delete": Aerc.delete, "archive": Aerc.archive, "draft": Aerc.draft})
