#!/usr/bin/env python3
"""Alpine with one IMAP account as its first folder collection, on a terminal that nobody sees. What it takes and tells:
driver.py. A draft is postponed.
"""

from driver import Terminal, drive, until

# What is already answered here it would ask when it is started for the first time.
SETTINGS = """personal-name=Alice
user-domain=example.test
smtp-server=127.0.0.1:{smtp}
inbox-path={{127.0.0.1:{port}/user={user}/notls}}INBOX
folder-collections=Mail {{127.0.0.1:{port}/user={user}/notls}}{prefix}[]
feature-list=disable-password-caching,disable-password-file-saving,quell-user-id-prompt
last-version-used=9.99
"""


class Alpine(Terminal):
    def __init__(self, options, profile, smtp):
        settings = profile / ".pinerc"
        settings.write_text(SETTINGS.format(
            smtp=smtp, port=options.port, user=options.user, prefix=options.prefix))
        super().__init__(profile, {"HOME": str(profile), "LANG": "C.UTF-8"}, "alpine", "-p", settings, "-i")
        self.password = options.password
        # What is pressed before that is lost.
        self.answers("opened with")

    def answers(self, *ends):
        """Answers what it asks until it shows one of these; tells whether it asked to make a mailbox."""
        questions, asked = {"PASSWORD": self.password, "Continue postponed": "n", "Create?": "y"}, set()
        while (shown := self.shows(*questions, *ends)) in questions:
            asked.add(shown)
            self.type(questions[shown])
            if shown == "PASSWORD":
                self.press("Enter")
            until(lambda question=shown: question not in self.screen(), f"Alpine asks again: {shown}")
        return {"asks": "Create?" in asked}

    def compose(self, subject):
        self.press("c")
        self.answers("COMPOSE MESSAGE")
        self.type("someone@example.test")
        # From the address past the copy and the attachment to the subject, and to the text.
        self.press("Down", "Down", "Down")
        self.type(subject)
        self.press("Down")
        self.type("Hello.")

    def send(self):
        self.compose("sent")
        self.press("C-x")
        self.shows("Send message?")
        self.press("y")
        return self.answers("Message sent", "MESSAGE INDEX")

    def draft(self):
        self.compose("draft")
        self.press("C-o")
        return self.answers("MESSAGE INDEX")

    def delete(self):
        # The first that is new: what an earlier run deleted still stands there.
        self.press("Tab")
        self.press("d")


if __name__ == "__main__":
    drive(Alpine, {"send": Alpine.send, "draft": Alpine.draft, "delete": Alpine.delete})
