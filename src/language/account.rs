//! What is wrong with an account, a secret, or the accounts file.

use super::texts;

texts! {
    // An account as an argument.
    read_pop3()
        "read a POP3 account"
        "lire un compte POP3"
    try_no_pop3()
        "POP3 has no folders; name the account's IMAP server: imaps://USER@HOST"
        "POP3 n'a pas de dossiers ; indiquez le serveur IMAP du compte : imaps://UTILISATEUR@SERVEUR"
    no_account_url()
        "read the account: it is not an account URL"
        "lire le compte : ce n'est pas une adresse de compte (URL)"
    try_account_url()
        "write imaps://USER@HOST, for example imaps://alice@example.com@imap.example.com"
        "écrivez imaps://UTILISATEUR@SERVEUR, par exemple imaps://alice@example.com@imap.example.com"
    account_too_long()
        "read the account: it is too long or holds control characters"
        "lire le compte : il est trop long ou contient des caractères de contrôle"
    account_without_user()
        "read the account: it names no user"
        "lire le compte : il ne nomme aucun utilisateur"
    try_user_at_host()
        "write imaps://USER@HOST"
        "écrivez imaps://UTILISATEUR@SERVEUR"
    password_in_url()
        "use a password in a URL"
        "utiliser un mot de passe dans une adresse"
    try_take_password_out()
        "take it out: every user of this machine can read it there; see --password-command, --password-file and ROLECALL_PASSWORD"
        "enlevez-le : tout utilisateur de cette machine peut l'y lire ; voir --password-command, --password-file et ROLECALL_PASSWORD"
    host_port_behind_bracket()
        "read the account's host: only a port may stand behind the ]"
        "lire le serveur du compte : seul un port peut suivre le ]"
    host_bracket_missing()
        "read the account's host: a ] is missing"
        "lire le serveur du compte : il manque un ]"
    bad_host()
        "read the account's host"
        "lire le serveur du compte"
    try_host_name()
        "a host is a name such as imap.example.com, or an address"
        "un serveur est un nom comme imap.example.com, ou une adresse"
    bad_port()
        "read the account's port"
        "lire le port du compte"
    try_port_number()
        "a port is a number from 1 to 65535"
        "un port est un nombre de 1 à 65535"
    bad_percent()
        "read the account's user: a % must be followed by two hexadecimal digits"
        "lire l'utilisateur du compte : un % doit être suivi de deux chiffres hexadécimaux"
    user_holds_controls()
        "read the account's user: it holds control characters"
        "lire l'utilisateur du compte : il contient des caractères de contrôle"

    // Secrets.
    several_logins_one_password()
        "use one password for several logins"
        "utiliser un seul mot de passe pour plusieurs sessions"
    try_say_where_each_is()
        "say in the accounts file where each secret is"
        "indiquez dans le fichier des comptes où est chaque secret"
    password_variable_not_set()
        "read the password: the variable that is named for it is not set"
        "lire le mot de passe : la variable indiquée n'est pas définie"
    password_variable_of_that_name_not_set(name)
        "read the password: the variable {name} is not set"
        "lire le mot de passe : la variable {name} n'est pas définie"
    try_set_the_variable(name)
        "set {name} for rolecall: `export {name}` in a shell"
        "définissez {name} pour rolecall : `export {name}` dans un shell"
    try_name_the_variable()
        "name the variable, and not the password itself"
        "indiquez le nom de la variable, pas le mot de passe lui-même"
    password_is_empty(variable)
        "use the password: {variable} is set and empty"
        "utiliser le mot de passe : {variable} est définie et vide"
    try_set_or_unset(variable)
        "put the password into {variable}, or unset it to be asked"
        "mettez le mot de passe dans {variable}, ou supprimez-la pour qu'il soit demandé"
    password_file_since(why)
        "read the password file: {why}"
        "lire le fichier du mot de passe : {why}"
    try_name_the_file()
        "name the file, and not the password itself"
        "indiquez le fichier, pas le mot de passe lui-même"
    password_command_since(why)
        "run the command for the password or the token: {why}"
        "lancer la commande qui donne le mot de passe ou le jeton : {why}"
    password_command_quote()
        "read the command for the password or the token: a quote is not closed"
        "lire la commande qui donne le mot de passe ou le jeton : un guillemet n'est pas fermé"
    it_is_empty()
        "it is empty"
        "il est vide"
    command_is_empty()
        "it is empty"
        "elle est vide"
    command_too_slow()
        "it did not end within a minute"
        "elle ne s'est pas terminée en une minute"
    command_failed(status)
        "it failed (exit status {status})"
        "elle a échoué (code de sortie {status})"
    command_was_killed()
        "a signal ended it"
        "un signal l'a arrêtée"
    try_command_by_hand()
        "try it in a terminal: it must print the password or the token as its only line; it is run without a shell"
        "essayez-la dans un terminal : elle doit afficher le mot de passe ou le jeton sur une seule ligne ; elle est lancée sans shell"
    try_one_line()
        "the password must be its first and only line"
        "le mot de passe doit en être la première et la seule ligne"
    ask_password_no_terminal()
        "ask for the password: there is no terminal"
        "demander le mot de passe : il n'y a pas de terminal"
    try_password_sources(variable)
        "set {variable}, or use --password-file, --password-env or --password-command"
        "définissez {variable}, ou utilisez --password-file, --password-env ou --password-command"
    ask_password_since(why)
        "ask for the password: {why}"
        "demander le mot de passe : {why}"
    password_for(account)
        "Password for {account}: "
        "Mot de passe de {account} : "
    the_password_file()
        "the password file"
        "le fichier du mot de passe"
    the_password_command()
        "what the command for the password or the token prints"
        "ce qu'affiche la commande qui donne le mot de passe ou le jeton"
    more_than_one_line()
        "it holds more than one line"
        "il y a plus d'une ligne"

    // The accounts file.
    use_accounts_file(faults)
        "use the accounts file:\n{faults}"
        "utiliser le fichier des comptes :\n{faults}"
    use_mapping(faults)
        "use the mapping:\n{faults}"
        "utiliser la table de noms :\n{faults}"
    password_in_file()
        "a password in the file: take it out and say where it is (password_env, password_file, password_command), or say --allow-inline-passwords and let nobody else read the file (chmod 600)"
        "un mot de passe dans le fichier : enlevez-le et dites où il est (password_env, password_file, password_command), ou dites --allow-inline-passwords et ne laissez personne d'autre lire le fichier (chmod 600)"
    password_in_file_of_another()
        "a password in a file of another user: make the file your own"
        "un mot de passe dans le fichier d'un autre utilisateur : faites-en votre fichier"
    password_in_readable_file()
        "a password in a file that others can read: chmod 600 it, and change the password"
        "un mot de passe dans un fichier que d'autres peuvent lire : chmod 600, et changez le mot de passe"
    password_only_on_unix()
        "a password in the file: only on Unix can it be seen that nobody else reads it"
        "un mot de passe dans le fichier : ce n'est que sous Unix qu'on peut voir que personne d'autre ne le lit"
    file_not_utf8()
        "the file is not UTF-8 from here on; save it as UTF-8"
        "à partir d'ici, le fichier n'est pas en UTF-8 ; enregistrez-le en UTF-8"
    belongs_to_one_account(column)
        "{column} belongs to one account, not to all"
        "{column} concerne un compte, pas tous"
    at_most_accounts(most)
        "a file names at most {most} accounts"
        "un fichier nomme au plus {most} comptes"
    names_no_account()
        "the file names no account"
        "le fichier ne nomme aucun compte"
    account_missing()
        "the account is missing: write imaps://USER@HOST"
        "le compte manque : écrivez imaps://UTILISATEUR@SERVEUR"
    name_like_url()
        "a name that reads like a URL would be taken for one"
        "un nom qui se lit comme une adresse serait pris pour elle"
    name_with_hidden()
        "the name holds a control or another character that cannot be seen"
        "le nom contient un caractère de contrôle ou un autre qu'on ne voit pas"
    account_name_too_long()
        "the name is longer than 255 characters"
        "le nom a plus de 255 caractères"
    account_on_line(line)
        "this account is on line {line} already"
        "ce compte est déjà à la ligne {line}"
    name_on_line(line)
        "the account on line {line} has this name already"
        "le compte de la ligne {line} porte déjà ce nom"
    separator_without_login_as()
        "master_separator joins a user with login_as, which is missing"
        "master_separator joint un utilisateur à login_as, qui manque"
    second_secret(first, second)
        "a second secret: {first} or {second}, not both"
        "un second secret : {first} ou {second}, pas les deux"
    holds_controls(column)
        "{column} holds control characters"
        "{column} contient des caractères de contrôle"
    separator_is_one_character()
        "master_separator is one character, such as *"
        "master_separator est un seul caractère, comme *"
    value_at_most(octets)
        "a value has at most {octets} octets"
        "une valeur a au plus {octets} octets"
    first_line_names_columns()
        "the first line does not name the columns, of which one is account (a YAML file's name ends in .yaml)"
        "la première ligne ne nomme pas les colonnes, dont l'une est account (le nom d'un fichier YAML finit par .yaml)"
    column_twice(column)
        "the column {column} is there twice"
        "la colonne {column} est là deux fois"
    no_such_column(columns)
        "no such column; columns here are {columns}"
        "cette colonne n'existe pas ; les colonnes sont ici {columns}"
    too_many_cells(cells, columns)
        "{cells} cells for {columns} columns; a cell that holds the delimiter or a quote is put in quotes"
        "{cells} cellules pour {columns} colonnes ; une cellule qui contient le séparateur ou un guillemet se met entre guillemets"
    quote_never_closed()
        "this quote is never closed"
        "ce guillemet n'est jamais fermé"
    text_behind_quote()
        "text behind a closing quote; a quote within is doubled"
        "du texte après un guillemet fermant ; un guillemet intérieur se double"
    begins_with_accounts()
        "a file begins with accounts: or defaults:"
        "un fichier commence par `accounts:` ou `defaults:`"
    is_there_twice(word)
        "\"{word}\" is there twice"
        "« {word} » est là deux fois"
    accounts_is_a_list()
        "accounts is a list: begin each one with \"- \""
        "accounts est une liste : commencez chaque compte par « - »"
    keys_belong_here()
        "keys with values belong here, such as \"locale: fr\""
        "il faut ici des clés avec leurs valeurs, par exemple locale avec fr"
    text_missing()
        "a text is missing; one that begins with & or * needs quotes"
        "un texte manque ; s'il commence par & ou *, il lui faut des guillemets"
    is_one_text(word)
        "{word} is one text"
        "{word} est un seul texte"
    is_a_list_of_texts(word)
        "{word} is a list of texts"
        "{word} est une liste de textes"
    sign_needs_quotes(words)
        "{words}…; a text that begins with a sign needs quotes"
        "{words}… ; un texte qui commence par un signe veut des guillemets"
    one_document()
        "a file holds one document; remove the line ---"
        "un fichier contient un seul document ; enlevez la ligne ---"
    a_key() "key" "clé"
    a_column() "column" "colonne"
    unknown_word(what, word, known)
        "unknown {what} \"{word}\": {what}s here are {known}"
        "{what} « {word} » inconnue : les {what}s sont ici {known}"
    unknown_word_near(what, word, near, known)
        "unknown {what} \"{word}\", did you mean {near}? {what}s here are {known}"
        "{what} « {word} » inconnue, vouliez-vous dire {near} ? Les {what}s sont ici {known}"
    bad_placeholder()
        "a {{ begins {{user}}, {{host}} or {{name}}; write {{{{ for a brace"
        "une {{ commence {{user}}, {{host}} ou {{name}} ; écrivez {{{{ pour une accolade"
    password_with_line_end()
        "the password holds a line end or a NUL"
        "le mot de passe contient une fin de ligne ou un NUL"
    holds_nul(column)
        "{column} holds a NUL"
        "{column} contient un NUL"
    variable_with_equals()
        "a variable's name holds no ="
        "le nom d'une variable ne contient pas de ="
    command_quote_open()
        "the command has a quote that is not closed"
        "la commande a un guillemet qui n'est pas fermé"
    command_names_nothing()
        "the command names no program"
        "la commande ne nomme aucun programme"
    program_depends_on_account()
        "which program runs cannot depend on the account"
        "le programme lancé ne peut pas dépendre du compte"
    no_name_for(placeholder)
        "the secret's place has {placeholder}, but this account has no name"
        "l'emplacement du secret contient {placeholder}, mais ce compte n'a pas de nom"
    unsafe_for(placeholder)
        "the secret's place has {placeholder}, where this account's cannot be put in safely"
        "l'emplacement du secret contient {placeholder}, où celui de ce compte ne peut pas être mis sans risque"
}
