//! What is told of lists of accounts that other programs wrote.

use super::{counts, texts};

counts! {
    left_out_aliases("alias or forwarder" "aliases and forwarders") ("alias ou transfert" "alias et transferts")
    left_out_disabled("account that nobody can log in to" "accounts that nobody can log in to")
        ("compte sans connexion possible" "comptes sans connexion possible")
    left_out_without_mailbox("entry without a mailbox" "entries without a mailbox")
        ("entrée sans boîte" "entrées sans boîte")
    left_out_twice("repeated entry" "repeated entries")
        ("entrée en double" "entrées en double")
}

texts! {
    entries_left_out(what)
        "left out: {what}"
        "laissés de côté : {what}"
    secrets_left_out()
        "The list holds passwords or their hashes: none was kept."
        "La liste contient des mots de passe ou leurs empreintes : aucun n'a été gardé."
    no_secrets_named()
        "Nothing says where the passwords are: name their place with --password-command, --password-file, --password-env or --login-as, or in the file."
        "Rien ne dit où sont les mots de passe : indiquez-le par --password-command, --password-file, --password-env ou --login-as, ou dans le fichier."
    admin_password_later(login)
        "The file holds no password: whoever uses it gives the password of {login} with --password-env, --password-file or --password-command."
        "Le fichier ne contient pas de mot de passe : qui l'utilise donne le mot de passe de {login} avec --password-env, --password-file ou --password-command."
    list_of_no_known_form()
        "the form of this list is not known; --from names it"
        "la forme de cette liste est inconnue ; --from l'indique"
    list_names_no_host()
        "the list names no host; --host names the IMAP server of its users"
        "la liste n'indique pas d'hôte ; --host indique le serveur IMAP de ses utilisateurs"
    list_row_without_host()
        "the name of the host is missing; --host names the IMAP server of all users"
        "le nom de l'hôte manque ; --host indique le serveur IMAP de tous les utilisateurs"
    list_host_unusable()
        "the name of the host cannot be used"
        "le nom de l'hôte est inutilisable"
    list_user_unusable()
        "the name of the user cannot be used: it is empty, or holds a colon or control characters"
        "le nom de l'utilisateur est inutilisable : il est vide, ou contient deux-points ou des caractères de contrôle"
    list_too_long()
        "a list names at most 1 000 000 accounts"
        "une liste nomme au plus 1 000 000 de comptes"
    list_without_accounts()
        "the list names no account"
        "la liste ne nomme aucun compte"
    list_of_users_with_more()
        "more than a user's name stands here; --from names another form"
        "il y a plus ici qu'un nom d'utilisateur ; --from indique une autre forme"
    list_line_without_password()
        "a line of a passwd-file has a colon behind the user's name"
        "une ligne de passwd-file a deux-points après le nom de l'utilisateur"
    list_line_of_two_addresses()
        "two addresses stand on one line, so it is not known which one is the account"
        "deux adresses sur une ligne : on ne sait laquelle est le compte"
    list_word_no_address()
        "a word with an @ stands here that is no address; --from names another form"
        "un mot avec un @ se trouve ici, qui n'est pas une adresse ; --from indique une autre forme"
    list_line_unreadable()
        "the line is not UTF-8, or its quotes do not fit"
        "la ligne n'est pas en UTF-8, ou ses guillemets ne vont pas"
    list_line_too_short(cells)
        "the line has fewer than {cells} cells"
        "la ligne a moins de {cells} cellules"
    list_row_of_no_known_kind()
        "a row begins with account, alias, forward, dlist, domain, domainalias or relaydomain"
        "une ligne commence par account, alias, forward, dlist, domain, domainalias ou relaydomain"
    list_head_without_user(words)
        "no column names the user; it is called one of {words}"
        "aucune colonne n'indique l'utilisateur ; elle s'appelle {words}"
    list_row_of_other_length()
        "the line has more or fewer cells than it should: a sign that parts cells may stand in a password; quote it"
        "la ligne a plus ou moins de cellules que prévu : un mot de passe contient peut-être un séparateur ; mettez-le entre guillemets"
    list_row_without_user()
        "the user's name is missing"
        "le nom de l'utilisateur manque"
    list_entry_without(key)
        "the entry has no {key}"
        "l'entrée n'a pas de {key}"
    list_is_a_failure()
        "the list is an answer that tells of a failure, without accounts"
        "la liste est une réponse qui signale un échec, sans comptes"
    list_document_unreadable()
        "the document cannot be read from here on, or is not of the expected form"
        "le document n'est plus lisible à partir d'ici, ou n'a pas la forme attendue"
    cannot_read_list(file, why)
        "cannot read the list {file}: {why}"
        "impossible de lire la liste {file} : {why}"
    make_accounts_file_since(why)
        "make an accounts file of this: {why}"
        "en faire un fichier de comptes : {why}"
    cannot_use_list()
        "cannot use the list of accounts:"
        "impossible d'utiliser la liste de comptes :"
    list_is_not_utf8()
        "it is not UTF-8"
        "ce n'est pas de l'UTF-8"
    list_is_too_large()
        "it has more than 64 MiB"
        "elle dépasse 64 Mio"
}
