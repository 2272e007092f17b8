#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) where Trash does not count (`quota_rule = Trash:ignore`): MOVE out of Trash fills the account beyond
# its quota, and then nothing new gets in.
#
# Guess before the run: into a full account MOVE out of Trash is NO [OVERQUOTA], like COPY and APPEND; between two mailboxes
# that count it is OK.
# Seen: MOVE is OK whatever it brings, here to 13 of 10 messages, and no warning comes with it. From then on APPEND and
# COPY are NO [OVERQUOTA], and so is a draft or a sent message of any client, until as much was removed.
#
# Why it matters: what counts depends on the name. Merging Trash into a mailbox that counts, by a target of one's own choice or
# by undoing a merge into Trash, can stop an account's mail although every command was OK. It can be foreseen: where
# GETQUOTAROOT tells less than STATUS of all mailboxes adds up to, something does not count, and what is moved is known.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
}
mail_plugins = quota
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:messages=10
  quota_rule2 = Trash:ignore
}'
usage() {
    imap "GETQUOTAROOT INBOX" | grep -o 'MESSAGE [0-9]* [0-9]*'
}
saves=()
for at in 1 2 3 4; do saves+=("save Trash $at"); done
for at in 1 2 3 4 5 6 7 8 9; do saves+=("save A $at"); done
imap "CREATE Trash" "CREATE A" "CREATE B" "${saves[@]}" >/dev/null
same "four in Trash do not count" "$(usage)" "MESSAGE 9 10"
same "COPY of all out of Trash" "$(imap "SELECT Trash" "UID COPY 1:4 A" | tail -n 1)" "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
same "MOVE of all out of Trash" "$(imap "SELECT Trash" "UID MOVE 1:4 A" | tail -n 1)" "OK Move completed"
same "now there are" "$(usage)" "MESSAGE 13 10"
same "MOVE between two that count" "$(imap "SELECT A" "UID MOVE 1 B" | tail -n 1)" "OK Move completed"
same "COPY" "$(imap "SELECT B" "UID COPY 1 A" | tail -n 1)" "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
imap "save B 14" "save Trash 15" >/dev/null
same "and what is saved is not there" "$(imap "STATUS B (MESSAGES)" "STATUS Trash (MESSAGES)" | grep '^\*')" \
    '* STATUS B (MESSAGES 1)
* STATUS Trash (MESSAGES 1)'
