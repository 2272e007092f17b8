#!/usr/bin/env python3
"""Sylpheed with one IMAP account, in a display that nobody sees. What it takes and tells: driver.py. It has no
local mailbox, and lists the account as its menu "rebuild folder tree" does, as one does with a new account.
"""

from desktop import Desktop
from driver import drive, quiet, until

# As it saves a new account.
ACCOUNT = """[Account: 1]
account_name=account
is_default=1
name=Alice
address={user}@example.test
protocol=3
receive_server=127.0.0.1
smtp_server=127.0.0.1
user_id={user}
password={password}
set_imapport=1
imap_port={port}
ssl_imap=0
set_smtpport=1
smtp_port={smtp}
receive_at_get_all=1
imap_auth_method=0
"""
FOLDERS = """<?xml version="1.0" encoding="UTF-8"?>
<folderlist>
    <folder type="imap" name="account" account_id="1">
    </folder>
</folderlist>
"""

# Where things are in its main window, below the pointer in the account's menu, and among the buttons of a message.
ACCOUNT_ROW, INBOX_ROW, MESSAGE_ROW = (66, 114), (78, 138), (436, 141)
REBUILD = (152, 286)
SEND = (37, 49)


class Sylpheed(Desktop):
    def __init__(self, options, profile, smtp):
        super().__init__(profile, options.language)
        self.log = profile / "output"
        settings = profile / ".sylpheed-2.0"
        settings.mkdir()
        (settings / "accountrc").write_text(ACCOUNT.format(
            user=options.user, password=options.password, port=options.port, smtp=smtp))
        (settings / "folderlist.xml").write_text(FOLDERS)
        (settings / "sylpheedrc").write_text("[Common]\nauto_update_check=0\n")

    def begin(self):
        super().begin()
        with open(self.log, "wb") as output:
            self.start("sylpheed", "--debug", stdout=output, stderr=output)
        self.main = self.window("account - Sylpheed")
        quiet(self.log)
        self.focus(self.main)
        self.click(self.main, *ACCOUNT_ROW)
        self.click(self.main, *ACCOUNT_ROW, button=3)
        until(lambda: len(self.windows(".")) > 1, "Sylpheed shows no menu")
        quiet(self.log, 0.5)
        self.click(self.main, *REBUILD)
        self.window("arborescence|folder tree")
        quiet(self.log, 0.5)
        self.press("Return")
        quiet(self.log)

    def compose(self, subject):
        """A window with a message to someone."""
        self.run("sylpheed", "--compose", f"someone@example.test?subject={subject}&body=Hello.")
        window = self.window(f"^{subject} - ")
        quiet(self.log)
        self.focus(window)
        return window

    def send(self):
        self.click(self.compose("sent"), *SEND)

    def draft(self):
        self.compose("draft")
        self.press("ctrl+shift+d")

    def delete(self):
        self.focus(self.main)
        self.click(self.main, *INBOX_ROW)
        quiet(self.log)
        self.click(self.main, *MESSAGE_ROW)
        quiet(self.log)
        self.press("Delete")
        # It copies the message first, and marks it later.
        quiet(self.log)


if __name__ == "__main__":
    # After sending it may show that it kept nothing.
    drive(Sylpheed, {"delete": Sylpheed.delete, "draft": Sylpheed.draft, "send": Sylpheed.send})
