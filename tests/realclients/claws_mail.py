#!/usr/bin/env python3
"""Claws Mail with one IMAP account, set up by its own wizard, in a display that nobody sees. What it takes and tells:
driver.py.
"""

from desktop import Desktop
from driver import drive, quiet

# What its wizard is filled with. It shows subscribed mailboxes only, as it comes.
FILLED = """[AccountTemplate]
name=Alice
email={user}@example.test
organization=
domain=
smtpserver=127.0.0.1:{smtp}
smtpauth=0
smtpuser=
smtppass=
recvtype=1
recvserver=127.0.0.1:{port}
recvuser={user}
recvpass={password}
imapdir=
subsonly=1
mboxfile=
mailbox=
smtpssl=0
recvssl=0
smtpssl_cert=
recvssl_cert=
"""

# Its buttons "next" and "save", from the right and lower edges of the wizard: as wide as their words in any language.
NEXT, SAVE = (-266, -20), (-155, -20)


class Claws(Desktop):
    def __init__(self, options, profile, smtp):
        super().__init__(profile, options.language)
        self.inbox = f"#imap/{options.user}@127.0.0.1:{options.port}/INBOX"
        self.log = profile / "output"
        settings = profile / ".claws-mail"
        settings.mkdir()
        # A dictionary that is missing would be told of in a window.
        (settings / "clawsrc").write_text("[Common]\nenable_aspell=0\n")
        (settings / "accountrc.tmpl").write_text(FILLED.format(
            user=options.user, password=options.password, port=options.port, smtp=smtp))

    def begin(self):
        super().begin()
        with open(self.log, "wb") as output:
            self.start("claws-mail", "--debug", stdout=output, stderr=output)
        wizard = self.window("Claws Mail")
        quiet(self.log)
        for button in (NEXT, NEXT, NEXT, NEXT, SAVE):
            self.click(wizard, *button)
            quiet(self.log, 0.5)
        self.main = self.window("@.* - Claws Mail")
        # It looks for its mailboxes, and makes those that are missing.
        quiet(self.log)

    def compose(self, subject):
        """A window with a message to someone."""
        self.run("claws-mail", "--compose-from-file", "-",
                 input=f"To: someone@example.test\nSubject: {subject}\n\nHello.\n".encode())
        self.focus(self.window(subject))
        quiet(self.log)

    def send(self):
        self.compose("sent")
        self.press("ctrl+Return")
        # It lies in the queue while it is sent.
        quiet(self.log)

    def send_later(self):
        self.compose("later")
        self.press("ctrl+shift+s")

    def draft(self):
        self.compose("draft")
        self.press("ctrl+s")

    def delete(self):
        self.run("claws-mail", "--select", f"{self.inbox}/1")
        quiet(self.log)
        self.focus(self.main)
        self.press("Delete")
        # It copies the message first, and marks it later.
        quiet(self.log)


if __name__ == "__main__":
    drive(Claws, {"send": Claws.send, "send-later": Claws.send_later, "delete": Claws.delete, "draft": Claws.draft})
