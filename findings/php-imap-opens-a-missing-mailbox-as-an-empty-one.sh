#!/usr/bin/env bash
# PHP 8.2's imap extension (Debian 12, on c-client 2007f) on Dovecot 2.3.19.1: a mailbox that is gone opens, and is empty.
#
# Guess before the run: imap_open() of a mailbox that does not exist is false, with an error, and so is imap_reopen(). (Half
# remembered: the library can keep a connection without a mailbox.)
# Seen: imap_open() gives a connection, imap_reopen() is true and leaves the mailbox that was open before. There is no mailbox behind
# either: imap_num_msg() is 0, imap_search() is false as it is where nothing is found. Only imap_errors(), and the name `<no_mailbox>` in
# imap_check(), tell. imap_append() to it, and imap_mail_move() and imap_mail_copy() into it, are false.
#
# Why it matters: programs on web servers read mail in this way. Once their mailbox was merged away or renamed they go on, find nothing to
# do and say so, and nobody connects that with a merge weeks ago. No server tells who reads by which name: whoever merges has to
# ask which programs name a mailbox, and what looks there in vain shows in the server's log alone.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version php8.2-cli=8.2.36-1~deb12u1 php8.2-common=8.2.36-1~deb12u1 \
    php8.2-imap=8.2.36-1~deb12u1 libc-client2007e=8:2007f~dfsg-7+b2 mlock libargon2-1 libsodium23 libonig5 libedit2
dovecot 'namespace inbox {
  inbox = yes
}'
cat >"$work/reads.php" <<'PHP'
<?php
$server = "{127.0.0.1:$argv[1]/novalidate-cert}";
function tell($what, $value) { echo $what, " ", is_object($value) ? "a connection" : (is_string($value) ? $value : json_encode($value)), "\n"; }
function look($line) {
    tell("  messages", imap_num_msg($line));
    tell("  search", imap_search($line, "ALL"));
    tell("  mailbox", preg_replace('/.*}/', "", imap_check($line)->Mailbox));
    tell("  errors", preg_grep("/exist/", imap_errors() ?: []) ? "one" : "none");
}
tell("open Sent", $line = imap_open("{$server}Sent", "u", "u"));
look($line);
tell("reopen Sent Items", imap_reopen($line, "{$server}Sent Items"));
look($line);
tell("reopen Sent", imap_reopen($line, "{$server}Sent"));
tell("move to Sent Items", imap_mail_move($line, "1", "Sent Items"));
tell("append to Sent Items", imap_append($line, "{$server}Sent Items", "Subject: new\r\n\r\nnew\r\n"));
imap_errors();
tell("open Sent Items", $line = imap_open("{$server}Sent Items", "u", "u"));
look($line);
PHP
imap "CREATE Sent" "save Sent one" >/dev/null
same "what is read" "$(with_its_usr php8.2 -n -d extension=imap "$work/reads.php" "$port" 2>/dev/null)" 'open Sent a connection
  messages 1
  search [1]
  mailbox Sent
  errors none
reopen Sent Items true
  messages 0
  search false
  mailbox <no_mailbox>
  errors one
reopen Sent true
move to Sent Items false
append to Sent Items false
open Sent Items a connection
  messages 0
  search false
  mailbox <no_mailbox>
  errors one'
