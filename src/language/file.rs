//! What is wrong with what the user gave: an account, a secret, a file, a plan.

use super::{counts, texts};

counts! {
    more_faults("more" "more") ("de plus" "de plus")
}

texts! {
    at_place(place, why)
        "{place}: {why}"
        "{place} : {why}"
    with_hint(why, hint)
        "{why}; {hint}"
        "{why} ; {hint}"
    and_more_faults(more)
        "and {more}"
        "et {more}"
    read_this(path)
        "read {path}"
        "lire {path}"
    holds_something_else()
        "it holds something else, which would be lost"
        "il contient autre chose, qui serait perdu"
    read_since(path, why)
        "read {path}: {why}"
        "lire {path} : {why}"
    write_since(path, why)
        "write {path}: {why}"
        "écrire {path} : {why}"
    write_into_since(path, why)
        "write into {path}: {why}"
        "écrire dans {path} : {why}"
    make_folder_since(path, why)
        "make the folder {path}: {why}"
        "créer le dossier {path} : {why}"
    not_utf8()
        "it is not UTF-8"
        "ce n'est pas de l'UTF-8"
    larger_than_64_mib()
        "it has more than 64 MiB"
        "il a plus de 64 Mio"

    // Roles, languages and mailboxes as they are typed.
    unknown_role(word, roles)
        "unknown role \"{word}\": roles are {roles}"
        "rôle « {word} » inconnu : les rôles sont {roles}"
    unknown_role_near(word, near, roles)
        "unknown role \"{word}\", did you mean {near}? roles are {roles}"
        "rôle « {word} » inconnu, vouliez-vous dire {near} ? Les rôles sont {roles}"
    names_no_role(roles)
        "it names no role; roles are {roles}"
        "cela ne nomme aucun rôle ; les rôles sont {roles}"
    names_no_role_near(near, roles)
        "it names no role (did you mean {near}?); roles are {roles}"
        "cela ne nomme aucun rôle (vouliez-vous dire {near} ?) ; les rôles sont {roles}"
    tag_is_such()
        "a language tag is such as fr or pt-BR"
        "une langue s'écrit par exemple fr ou pt-BR"
    never_merged(role)
        "mailboxes of the role {role} are never merged"
        "les dossiers du rôle {role} ne sont jamais fusionnés"
    write_target()
        "write ROLE=MAILBOX"
        "écrivez RÔLE=DOSSIER"
    write_role()
        "write MAILBOX=ROLE"
        "écrivez DOSSIER=RÔLE"

    // What the reader of YAML and JSON finds.
    reader_says(message)
        "{message}"
        "le lecteur de fichiers dit en anglais : {message}"
    key_is_missing(key)
        "the key \"{key}\" is missing"
        "il manque la clé « {key} »"
    keys_are_expected()
        "keys with their values are expected here"
        "des clés avec leurs valeurs sont attendues ici"
    list_is_expected()
        "a list is expected here"
        "une liste est attendue ici"
    text_is_expected()
        "a text is expected here"
        "un texte est attendu ici"
    true_or_false_is_expected()
        "true or false is expected here"
        "true ou false est attendu ici"
    quote_is_open()
        "a quote is not closed"
        "un guillemet n'est pas fermé"
    tab_is_no_indent()
        "a tab does not indent in YAML"
        "une tabulation n'est pas un retrait en YAML"
    ends_too_early()
        "the file ends too early"
        "le fichier s'arrête trop tôt"

    // Tables of names.
    too_large_for_mapping(path)
        "read {path}: it is too large for a mapping"
        "lire {path} : c'est trop grand pour une table de noms"
    no_yaml_in(path)
        "find a .yaml file in {path}"
        "trouver un fichier .yaml dans {path}"
    no_regular_file()
        "it is no regular file"
        "ce n'est pas un fichier ordinaire"
    try_mappings_check()
        "`rolecall mappings check FILE` reads a table and says all that is wrong in it"
        "`rolecall mappings check FICHIER` lit une table et dit tout ce qui n'y va pas"

    // Plans in files.
    write_plan_since(path, why)
        "write the plan {path}: {why}"
        "écrire le plan {path} : {why}"
    use_plan_since(path, why)
        "use the plan {path}: {why}"
        "utiliser le plan {path} : {why}"
    show_plans_of_folder(folder)
        "show the plans in {folder}: one plan is shown at a time"
        "montrer les plans de {folder} : on montre un plan à la fois"
    show_folder_without_plan(folder)
        "show the plans in {folder}: there is none in it"
        "montrer les plans de {folder} : il n'y en a pas"
    try_saved_plan()
        "name a file that `rolecall fix --save-plan` has written"
        "indiquez un fichier que `rolecall fix --save-plan` a écrit"
    try_one_plan_of_folder(file)
        "name one of its files: rolecall plan show {file}"
        "indiquez un de ses fichiers : rolecall plan show {file}"
    try_make_plan_again()
        "make it again with `rolecall fix --save-plan`; `rolecall fix --plan FILE --skip-step N` leaves a step out"
        "refaites-le avec `rolecall fix --save-plan` ; `rolecall fix --plan FICHIER --skip-step N` omet une étape"
    no_such_file()
        "there is no such file"
        "ce fichier n'existe pas"
    it_is_no_file()
        "it is no file"
        "ce n'est pas un fichier"
    larger_than_16_mib()
        "it is larger than 16 MiB"
        "il fait plus de 16 Mio"
    has_other_schema(schema, known)
        "it has the schema \"{schema}\"; this rolecall knows {known}"
        "il a le schéma « {schema} » ; ce rolecall connaît {known}"
    step_chooses_uids(number)
        "step {number}, uids: only `rolecall undo RUN` chooses single messages, from the journal"
        "étape {number}, uids : seul `rolecall undo EXÉCUTION` choisit des messages un à un, d'après le journal"
    plan_is_of_undo()
        "undoes: `rolecall undo RUN` makes that plan, from the journal"
        "undoes : c'est `rolecall undo EXÉCUTION` qui fait ce plan, d'après le journal"
    changed_after_made()
        "it was changed after it was made"
        "il a été modifié après avoir été fait"
    identity_is_no_url(url)
        "identity: \"{url}\" is not the URL of this host, port and user"
        "identity : « {url} » n'est pas l'adresse de ce serveur, de ce port et de cet utilisateur"
    changed_meanwhile()
        "it was changed meanwhile"
        "il a été modifié entre-temps"
    two_plans_for(account, path)
        "apply two plans for {account}: one is {path}"
        "appliquer deux plans pour {account} : l'un est {path}"
    try_take_one_out()
        "take one of them out of the folder"
        "enlevez l'un des deux du dossier"
    no_plan_in(path)
        "find a plan in {path}"
        "trouver un plan dans {path}"
    try_save_plan()
        "`rolecall fix --save-plan DIR` writes plans"
        "`rolecall fix --save-plan DOSSIER` écrit des plans"
    plan_made_for(account)
        "apply the plan here: it was made for {account}"
        "appliquer le plan ici : il a été fait pour {account}"
    try_name_that_account_or_none()
        "name that account, or none"
        "indiquez ce compte, ou aucun"
    no_plan_for(account)
        "find a plan for {account}"
        "trouver un plan pour {account}"
    try_accounts_with_plan()
        "name accounts that have a plan, or none"
        "indiquez des comptes qui ont un plan, ou aucun"
    try_plans_into_folder()
        "the plans of several accounts are written into a folder"
        "les plans de plusieurs comptes s'écrivent dans un dossier"
    tell_format(path)
        "tell the format of {path}"
        "savoir le format de {path}"
    try_yaml_or_json()
        "end the name in .yaml or .json"
        "terminez le nom par .yaml ou .json"

    // An earlier audit.
    compare_with(path, why)
        "compare with {path}: {why}"
        "comparer avec {path} : {why}"
    try_earlier_audit()
        "name what `rolecall audit --format json -o FILE` or `--report-dir DIR` has written"
        "indiquez ce que `rolecall audit --format json -o FICHIER` ou `--report-dir DOSSIER` a écrit"
    no_account_examined()
        "no account in it was examined"
        "aucun compte n'y a été examiné"
    reports_are_not_json()
        "its reports are not JSON"
        "ses rapports ne sont pas en JSON"
    larger_than_1_gib()
        "it is larger than 1 GiB"
        "il fait plus de 1 Gio"
    no_audit_line(number)
        "line {number} is none that `audit --format json` prints"
        "la ligne {number} n'est pas de celles qu'affiche `audit --format json`"

    // Files and folders that only their owner may touch.
    folder_name_a_file()
        "it is a folder; name a file in it"
        "c'est un dossier ; indiquez un fichier de ce dossier"
    symlink_name_target()
        "it is a symbolic link; name the file that it leads to"
        "c'est un lien symbolique ; indiquez le fichier où il mène"
    file_of_another_user()
        "it is another user's file; name another one"
        "c'est le fichier d'un autre utilisateur ; indiquez-en un autre"
    it_names_no_file()
        "it names no file"
        "cela ne désigne aucun fichier"
    no_such_folder()
        "there is no such folder"
        "ce dossier n'existe pas"
    folder_is_a_file()
        "what should be its folder is a file"
        "ce qui devrait être son dossier est un fichier"
    folder_not_writable()
        "you may not write into that folder"
        "vous ne pouvez pas écrire dans ce dossier"
    pipe_without_reader()
        "it is a pipe that nobody reads; start its reader first"
        "c'est un tube que personne ne lit ; lancez d'abord son lecteur"
    pipe_without_end()
        "it is a pipe or a device that did not come to an end within 20 seconds"
        "c'est un tube ou un périphérique qui n'a pas pris fin en 20 secondes"
    symlink_may_change()
        "it is a symbolic link, and what it leads to may change; name the folder itself"
        "c'est un lien symbolique, et ce où il mène peut changer ; indiquez le dossier lui-même"
    it_is_no_folder()
        "it is no folder"
        "ce n'est pas un dossier"
    others_may_write_above()
        "everybody may write into the folder above it, and could put another one in its place; take that right away (chmod o-w), or name a folder elsewhere"
        "tout le monde peut écrire dans le dossier au-dessus, et en mettre un autre à sa place ; retirez ce droit (chmod o-w), ou indiquez un dossier ailleurs"
    symlink_move_away()
        "it is a symbolic link; move it away"
        "c'est un lien symbolique ; déplacez-le"
    no_regular_move_away()
        "it is no regular file; move it away"
        "ce n'est pas un fichier ordinaire ; déplacez-le"
    is_another_users()
        "it is another user's; make it your own (chown), or use one of your own"
        "il est à un autre utilisateur ; faites-le vôtre (chown), ou prenez-en un à vous"
    others_may_write()
        "others may write into it; look at what it holds, then chmod go-w it"
        "d'autres peuvent y écrire ; regardez ce qu'il contient, puis chmod go-w"
    reader_has_ended()
        "the thread that reads it has ended"
        "le fil qui le lit s'est arrêté"
}
