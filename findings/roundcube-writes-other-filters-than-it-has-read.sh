#!/usr/bin/env bash
# Roundcube 1.6.5's managesieve plugin (Debian 12): a script that it reads and writes again files elsewhere, and tests something else.
#
# Whatever is changed in its filter settings, the whole script is read into rules and written anew, by its class rcube_sieve_script. Here that
# class reads and writes without any change.
# Guess before the run: what it does not know stays as text, or it refuses the script.
# Seen: `fileinto :specialuse "\\Junk" "Spam"` becomes `fileinto "Spam"`, :mailboxid and :create are gone, and so is each `else` with what it
# does. A test within a test loses its own word: `anyof (a, allof (b, c))` becomes `allof (a, b, c)`. Comments between rules are gone. What it
# writes itself, it reads as it was.
#
# Why it matters: a filter that is right today, by hand or by a repair, is another one after any change in Roundcube, of whichever rule: it
# may file by a name that was merged away, without making the mailbox. Of a script that has such words and Roundcube's own
# `# rule:[…]` lines it has to be said that it must not be changed there; and after a change each name is to be looked at anew.
. "$(dirname "$0")/lib.sh"
debian roundcube-plugins=1.6.5+dfsg-1+deb12u14 php8.2-cli php8.2-common php8.2-mbstring libargon2-1 libsodium23 libonig5 libedit2
cat >"$work/again.php" <<'PHP'
<?php
require "/usr/share/roundcube/plugins/managesieve/lib/Roundcube/rcube_sieve_script.php";
$known = ["fileinto", "copy", "mailbox", "special-use", "mailboxid", "envelope"];
echo (new rcube_sieve_script(file_get_contents("php://stdin"), $known))->as_text();
PHP
again() {
    with_its_usr php8.2 -n "$work/again.php" <<<"$1" | tr -d '\r' | sed '/^$/d'
}
rule='# rule:[one]
if header :is "X-Spam" "yes"
{
	fileinto "Spam";
	stop;
}'
same "its own" "$(again "require [\"fileinto\"];
$rule")" "require [\"fileinto\"];
$rule"
same "with a role" "$(again "require [\"fileinto\", \"special-use\"];
${rule/fileinto/fileinto :specialuse \"\\\\\\\\Junk\"}")" "require [\"fileinto\"];
$rule"
same "with an id" "$(again "require [\"fileinto\", \"mailboxid\"];
${rule/fileinto/fileinto :mailboxid \"F1\"}")" "require [\"fileinto\"];
$rule"
same "with :create" "$(again "require [\"fileinto\", \"mailbox\"];
${rule/fileinto/fileinto :create}")" "require [\"fileinto\"];
$rule"
same "with an else" "$(again "require [\"fileinto\"];
$rule
else { fileinto \"Ham\"; }")" "require [\"fileinto\"];
$rule"
same "a test within a test" "$(again 'require ["fileinto"];
# rule:[two]
if anyof (header :is "Subject" "a", allof (header :is "From" "b", size :over 1K)) { fileinto "Old"; }' | sed -n 3p)" \
    'if allof (header :is "Subject" "a", header :is "From" "b", size :over 1K)'
same "with a comment between two" "$(again "require [\"fileinto\"];
$rule
# by hand
$rule" | grep -c hand)" 0
