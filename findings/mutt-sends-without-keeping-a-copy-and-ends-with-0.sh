#!/usr/bin/env bash
# Mutt 2.2.12 and NeoMutt 20220429 (Debian 12) on Dovecot 2.3.19.1: a message that a script sends is kept nowhere, and the exit
# status is 0.
#
# Guess before the run: where the mailbox that `record` names is gone the message is sent, no copy is kept, and the exit status is 1;
# where it is there a copy is kept, by both.
# Seen: Mutt sends, warns that its Fcc failed, makes no mailbox and ends with 0. NeoMutt never keeps a copy in an IMAP mailbox when it
# is not used at a terminal, whether the mailbox is there or not, warns and ends with 0.
#
# Why it matters: what a cron job sends in this way goes on being sent after a merge took the mailbox of `record` away, and nobody sees the
# warning: that sent mail is missing shows much later. No server tells the two apart, and an account in which
# nothing is missing may have sent mail that was never there. `record` is to be changed before the mailbox goes.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version mutt=2.2.12-0.1~deb12u2 neomutt=20220429+dfsg1-4.1 libgpgme11 libassuan0 \
    libtokyocabinet9 libnotmuch5 liblua5.4-0 libgsasl18 libntlm0 libgssglue1 libidn12 libsexp1 libxapian30 libtalloc2 libgmime-3.0-0 \
    libglib2.0-0 libncursesw6 libgssapi-krb5-2 libsasl2-2
dovecot 'namespace inbox {
  inbox = yes
}'
printf '#!/bin/sh\ncat >>%s/went\n' "$work" >"$work/sendmail"
chmod 755 "$work/sendmail"
cat >"$work/rc" <<RC
set folder="imap://u@127.0.0.1:$port/" imap_pass=u ssl_starttls=no ssl_force_tls=no
set record="=Sent Items" copy=yes from="a@example.test" sendmail="$work/sendmail"
RC
# sends PROGRAM: how it ends, what it warns of, how many messages went and how many were kept.
sends() {
    local status=0 kept
    rm -f "$work/went"
    with_its_usr timeout 60 env "HOME=$work" "$1" -n -F "$work/rc" -s hello b@example.test <<<hello >"$work/said" 2>&1 || status=$?
    kept=$(imap 'STATUS "Sent Items" (MESSAGES)' | sed -nE 's/.*MESSAGES ([0-9]+).*/\1/p')
    echo "exit $status, went $(grep -c '^Subject: hello' "$work/went"), kept ${kept:-in no mailbox}"
    grep -oE '^Warning: Fcc to an IMAP mailbox is not supported|^Warning: Fcc to .* failed' "$work/said" |
        sed -E 's#imap://[^ ]*/##'
}
same "mutt, without the mailbox" "$(sends mutt)" "exit 0, went 1, kept in no mailbox
Warning: Fcc to Sent Items failed"
same "neomutt, without the mailbox" "$(sends neomutt)" "exit 0, went 1, kept in no mailbox
Warning: Fcc to an IMAP mailbox is not supported"
imap 'CREATE "Sent Items"' >/dev/null
same "neomutt, with the mailbox" "$(sends neomutt)" "exit 0, went 1, kept 0
Warning: Fcc to an IMAP mailbox is not supported"
same "mutt, with the mailbox" "$(sends mutt || true)" "exit 0, went 1, kept 1"
