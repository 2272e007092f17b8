//! Why a server cannot be used, what it said that cannot be true, and what to try.

use super::{counts, texts};

counts! {
    seconds("second" "seconds") ("seconde" "secondes")
}

texts! {
    // What a look or a command ended with.
    nothing_was_sent(why)
        "nothing was sent: {why}"
        "rien n'a été envoyé : {why}"
    the_server_refused(words)
        "the server refused: {words}"
        "le serveur a refusé : {words}"
    no_answer_came(why)
        "no answer came: {why}"
        "aucune réponse n'est venue : {why}"
    connection_is_gone(why)
        "the connection is gone: {why}"
        "la connexion est perdue : {why}"
    answer_makes_no_sense(why)
        "the server's answer makes no sense: {why}"
        "la réponse du serveur n'a pas de sens : {why}"

    // Why no answer came.
    server_closed()
        "the server closed the connection"
        "le serveur a fermé la connexion"
    server_said_goodbye()
        "the server has said goodbye"
        "le serveur a mis fin à la session"
    server_silent_for(seconds)
        "the server said nothing for {seconds}"
        "le serveur n'a rien dit pendant {seconds}"
    answer_not_ended_within(seconds)
        "the server did not end its answer within {seconds}"
        "le serveur n'a pas terminé sa réponse en {seconds}"
    server_took_nothing_for(seconds)
        "the server took nothing that was sent for {seconds}"
        "le serveur n'a rien accepté de ce qui lui était envoyé pendant {seconds}"
    we_have_logged_out()
        "we have logged out"
        "la session a été fermée de notre côté"
    no_command_was_made()
        "no command was made"
        "aucune commande n'a été préparée"
    no_answer()
        "no answer"
        "pas de réponse"
    mailbox_not_opened()
        "the mailbox could not be opened"
        "le dossier n'a pas pu être ouvert"
    not_sent_while_looking(verb)
        "{verb} is not sent while only looking"
        "{verb} n'est pas envoyé lors d'une simple consultation"
    only_looks()
        "this session only looks"
        "cette session ne fait que consulter"
    another_mailbox_is_open()
        "another mailbox is open"
        "un autre dossier est ouvert"
    names_no_message()
        "it names no message"
        "aucun message n'est désigné"

    // What makes no sense.
    more_than_one_answer()
        "the server sent more data than one command can have for an answer"
        "le serveur a envoyé plus de données qu'une commande ne peut en recevoir en réponse"
    answered_what_did_not_wait()
        "the server answered a command that was not waiting for an answer"
        "le serveur a répondu à une commande qui n'attendait pas de réponse"
    sent_line_without_end()
        "the server sent a line without end"
        "le serveur a envoyé une ligne sans fin"
    sent_response_without_end()
        "the server sent a response without end"
        "le serveur a envoyé une réponse sans fin"
    sent_large_literal()
        "the server sent a literal of more than 8 MiB"
        "le serveur a envoyé un texte de plus de 8 Mio"
    sent_no_greeting()
        "the server sent no IMAP greeting"
        "le serveur n'a pas envoyé d'accueil IMAP"
    sent_longer_text()
        "the server sent a text that is longer than it says"
        "le serveur a envoyé un texte plus long qu'annoncé"
    sent_too_many_strays()
        "the server sent too many lines that are no responses"
        "le serveur a envoyé trop de lignes qui ne sont pas des réponses"
    sent_the_password()
        "the server sent the password as a name, a flag or a capability; change the password, or whatever has it for a name"
        "le serveur a envoyé le mot de passe comme nom, marque ou capacité ; changez le mot de passe, ou ce qui le porte comme nom"
    is_no_look(verb)
        "{verb} is no look"
        "{verb} n'est pas une consultation"
    mailbox_is_another()
        "the mailbox is another than a moment ago"
        "le dossier n'est plus celui d'il y a un instant"
    lists_too_many(mailboxes, mebibytes)
        "it lists more than {mailboxes} mailboxes, or names of more than {mebibytes} MiB, which are not read"
        "il liste plus de {mailboxes} dossiers, ou plus de {mebibytes} Mio de noms, qui ne sont pas lus"
    lists_nothing_readable()
        "it lists no mailbox that can be read, and every account has an INBOX"
        "il ne liste aucun dossier lisible, et tout compte a un INBOX"
    lists_no_inbox()
        "it lists mailboxes without INBOX, and every account has an INBOX"
        "il liste des dossiers sans INBOX, et tout compte a un INBOX"
    too_many_namespaces(most)
        "it tells of more than {most} namespaces"
        "il annonce plus de {most} espaces de noms"
    opens_without_count()
        "it opens the mailbox without saying how many messages are in it"
        "il ouvre le dossier sans dire combien de messages s'y trouvent"
    messages_have_no_ids()
        "its messages have no ids"
        "ses messages n'ont pas d'identifiant"
    tells_of_fewer()
        "it tells of fewer messages than it was asked about"
        "il parle de moins de messages que demandé"
    search_missing()
        "it has answered SEARCH without saying what it found"
        "il a répondu à SEARCH sans dire ce qu'il a trouvé"
    search_unreadable()
        "its answer to SEARCH cannot be read"
        "sa réponse à SEARCH est illisible"
    search_too_many(most)
        "its answer to SEARCH names more than {most} messages"
        "sa réponse à SEARCH désigne plus de {most} messages"

    // What no command can carry.
    filters_not_on_imap()
        "filters are not on the IMAP server"
        "les filtres ne sont pas sur le serveur IMAP"
    unsendable_name()
        "a name holds NUL, CR or LF, which no command can carry"
        "un nom contient NUL, CR ou LF, qu'aucune commande ne peut transporter"
    unsendable_keyword()
        "a keyword holds characters that no command can carry"
        "un mot-clé contient des caractères qu'aucune commande ne peut transporter"
    unsendable_id()
        "an id of a message holds characters that no command can carry"
        "l'identifiant d'un message contient des caractères qu'aucune commande ne peut transporter"

    // On the way to the server.
    cannot_reach(host, port, why)
        "cannot reach {host}:{port}: {why}"
        "impossible de joindre {host}:{port} : {why}"
    no_answer_for(seconds)
        "no answer for {seconds}"
        "pas de réponse pendant {seconds}"
    try_host_port_firewall()
        "check the host and the port; a firewall may be in between"
        "vérifiez le serveur et le port ; un pare-feu est peut-être entre les deux"
    nothing_listens()
        "nothing listens there"
        "rien n'y répond"
    try_host_and_port()
        "check the host and the port"
        "vérifiez le serveur et le port"
    try_spelling_of_host()
        "check the spelling of the host, and the network"
        "vérifiez l'orthographe du serveur, et le réseau"
    host_has_no_address()
        "the host has no address"
        "ce serveur n'a pas d'adresse"
    cannot_use(host, port, why)
        "cannot use {host}:{port}: {why}"
        "impossible d'utiliser {host}:{port} : {why}"
    server_says(words)
        "the server says: {words}"
        "le serveur dit : {words}"
    closed_without_greeting()
        "the server closed the connection without a greeting"
        "le serveur a fermé la connexion sans accueil"
    try_too_many_or_tls()
        "too many connections may be open, or the port speaks TLS (imaps://)"
        "trop de connexions sont peut-être ouvertes, ou ce port parle TLS (imaps://)"
    no_imap_greeting()
        "it does not greet as an IMAP server does"
        "il n'accueille pas comme le fait un serveur IMAP"
    no_imap_greeting_because(why)
        "it does not greet as an IMAP server does ({why})"
        "il n'accueille pas comme le fait un serveur IMAP ({why})"
    try_port_993()
        "check the host and the port; IMAP is usually on port 993"
        "vérifiez le serveur et le port ; IMAP est d'ordinaire sur le port 993"
    server_says_nothing()
        "the server says nothing"
        "le serveur ne dit rien"
    try_tls_port()
        "if the port speaks TLS from the first octet, write imaps://"
        "si le port parle TLS dès le premier octet, écrivez imaps://"
    try_later_connections()
        "try again later; it may take no more connections for now"
        "réessayez plus tard ; il n'accepte peut-être plus de connexions pour l'instant"
    logged_in_unasked()
        "the server has logged us in by itself, as nobody knows whom"
        "le serveur a ouvert la session de lui-même, au nom d'on ne sait qui"
    try_port_with_password()
        "use the port on which it asks for a password; imaps:// is usually 993"
        "utilisez le port sur lequel il demande un mot de passe ; imaps:// est d'ordinaire 993"
    pop3_answers()
        "a POP3 server answers there"
        "c'est un serveur POP3 qui répond"
    try_imap_not_pop3()
        "POP3 has no folders, so nothing can be reconciled until the account is read by IMAP; try port 993"
        "POP3 n'a pas de dossiers ; rien ne peut être réuni tant que le compte n'est pas lu en IMAP ; essayez le port 993"
    smtp_answers()
        "an SMTP server answers there"
        "c'est un serveur SMTP qui répond"
    try_imap_not_smtp()
        "SMTP only sends mail; the account's IMAP server is usually on port 993"
        "SMTP ne fait qu'envoyer le courrier ; le serveur IMAP du compte est d'ordinaire sur le port 993"
    web_answers()
        "a web server answers there"
        "c'est un serveur web qui répond"
    ssh_answers()
        "an SSH server answers there"
        "c'est un serveur SSH qui répond"
    imap_answers()
        "an IMAP server answers there"
        "c'est un serveur IMAP qui répond"
    try_imap_on_993()
        "IMAP is usually on port 993"
        "IMAP est d'ordinaire sur le port 993"
    port_speaks_tls()
        "the port speaks TLS from the first octet"
        "ce port parle TLS dès le premier octet"
    try_imaps()
        "write imaps:// instead of imap://"
        "écrivez imaps:// au lieu de imap://"
    imap_without_tls_answers()
        "an IMAP server without TLS answers there"
        "c'est un serveur IMAP sans TLS qui répond"
    try_starttls()
        "for STARTTLS write imap:// (port 143) instead of imaps://"
        "pour STARTTLS, écrivez imap:// (port 143) au lieu de imaps://"
    cannot_go_on_after(verb, why)
        "cannot go on after {verb}: {why}"
        "impossible de continuer après {verb} : {why}"
    try_again_timeout()
        "try again; --timeout waits longer for an answer"
        "réessayez ; --timeout attend une réponse plus longtemps"
    server_refuses_verb(verb, words)
        "cannot go on: the server refuses {verb}: {words}"
        "impossible de continuer : le serveur refuse {verb} : {words}"
    try_administrator_without_command()
        "ask the server's administrator; without this command rolecall cannot work"
        "demandez à l'administrateur du serveur ; rolecall ne peut pas travailler sans cette commande"
    try_again()
        "try again"
        "réessayez"
    verb_not_sent(verb)
        "cannot go on: {verb} was not sent"
        "impossible de continuer : {verb} n'a pas été envoyé"
    names_no_capabilities()
        "cannot tell what the server can do: it names no capabilities"
        "impossible de savoir ce que sait faire le serveur : il n'annonce aucune capacité"
    try_host_may_be_no_imap()
        "check the host and the port: it may be no IMAP server"
        "vérifiez le serveur et le port : ce n'est peut-être pas un serveur IMAP"
    cannot_see_whose(why)
        "cannot see whose mailbox it is: {why}"
        "impossible de voir à qui est cette boîte : {why}"
}
