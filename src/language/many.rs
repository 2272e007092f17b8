//! Many accounts: lists, passwords, turns, and their sum.

use super::{counts, texts};

counts! {
    failed_accounts("failed" "failed") ("échec" "échecs")
    sum_done("done" "done") ("fait" "faits")
    sum_unfinished("unfinished" "unfinished") ("inachevé" "inachevés")
    sum_no_turn("had no turn" "had no turn") ("non traité" "non traités")
    sum_done_before("done before" "done before") ("fait avant" "faits avant")
}

texts! {
    // Progress.
    so_many_of(over, accounts)
        "{over} of {accounts}"
        "{over} sur {accounts}"
    at_rate(messages, rate)
        "{messages} ({rate}/s)"
        "{messages} ({rate}/s)"
    about_left(time)
        "about {time} left"
        "reste environ {time}"

    // Accounts and lists.
    try_ca_file_of()
        "name a file of certificates in PEM with --ca-file"
        "indiquez avec --ca-file un fichier de certificats en PEM"
    needed_otherwise()
        "this command reads it, or writes something else into it"
        "cette commande le lit, ou y écrit autre chose"
    try_another_file()
        "name another file"
        "indiquez un autre fichier"
    try_events_file()
        "name a file in a folder that you may write to with --events"
        "indiquez avec --events un fichier dans un dossier où vous pouvez écrire"
    nobody_reads()
        "nobody reads them"
        "personne ne les lit"
    the_events()
        "the events"
        "les événements"
    try_trace_file()
        "name a file in a folder that you may write to with --trace"
        "indiquez avec --trace un fichier dans un dossier où vous pouvez écrire"
    try_writable_file()
        "name a file in a folder that you may write to"
        "indiquez un fichier dans un dossier où vous pouvez écrire"
    try_writable_folder()
        "name a folder that you may write to"
        "indiquez un dossier où vous pouvez écrire"
    try_report_dir()
        "name a folder you may write to with --report-dir"
        "indiquez avec --report-dir un dossier où vous pouvez écrire"
    unprotected()
        "warning: the password and all mail cross the network unprotected (--plaintext)"
        "attention : le mot de passe et tout le courrier traversent le réseau sans protection (--plaintext)"
    trying_again_in(why, seconds)
        "{why}; trying again in {seconds}"
        "{why} ; nouvel essai dans {seconds}"
    not_in_accounts_file(account)
        "find \"{account}\" in the accounts file"
        "trouver « {account} » dans le fichier des comptes"
    none_in_accounts_file(accounts, account)
        "find any of these {accounts} accounts in the accounts file, such as {account}"
        "trouver un seul de ces {accounts} comptes dans le fichier des comptes, par exemple {account}"
    try_file_of_runs()
        "name the file that the runs were made with"
        "indiquez le fichier avec lequel ces exécutions ont été faites"
    try_put_into_file()
        "put it into the file and give the same command again: it deals with what is left"
        "ajoutez-le au fichier et relancez la même commande : elle traite ce qui reste"
    find_named_account()
        "find an account that you named in the accounts file"
        "trouver dans le fichier des comptes un compte que vous nommez"
    try_name_as_file()
        "name an account as the file does, or by its URL"
        "nommez un compte comme le fait le fichier, ou par son adresse"
    try_accounts_file()
        "name a file of accounts in YAML or CSV"
        "indiquez un fichier de comptes en YAML ou CSV"
    read_list_since(list, why)
        "read the list {list}: {why}"
        "lire la liste {list} : {why}"
    try_list()
        "@LIST takes the accounts of a file, one a line, such as done.txt of a report folder"
        "@LISTE prend les comptes d'un fichier, un par ligne, comme done.txt d'un dossier de rapports"
    list_names_no_account()
        "the list names no account"
        "la liste ne nomme aucun compte"
    part_of_accounts(part, of, accounts, all)
        "part {part} of {of}: {accounts} of {all} accounts"
        "partie {part} sur {of} : {accounts} des {all} comptes"
    ask_several_passwords(account)
        "ask for the passwords of several accounts, such as {account}"
        "demander les mots de passe de plusieurs comptes, dont {account}"
    try_accounts_passwords()
        "say where each password is in an accounts file: --accounts FILE"
        "indiquez où est chaque mot de passe dans un fichier de comptes : --accounts FICHIER"
    one_password_for_several()
        "use one password for several accounts"
        "utiliser un seul mot de passe pour plusieurs comptes"
    try_accounts_or_login_as()
        "say in an accounts file where each password is (--accounts FILE); with --login-as one password serves for a whole host"
        "indiquez dans un fichier de comptes où est chaque mot de passe (--accounts FICHIER) ; avec --login-as, un mot de passe sert à tout un serveur"
    try_passwords_in_file()
        "say in the accounts file where each password is: password_env, password_file or password_command; with login_as, or --login-as, one password serves for a whole host"
        "indiquez dans le fichier des comptes où est chaque mot de passe : password_env, password_file ou password_command ; avec login_as, ou --login-as, un mot de passe sert à tout un serveur"
    try_give_admin_password()
        "one administrator logs in to all of them: --password-env, --password-file or --password-command gives that one password"
        "un seul administrateur ouvre toutes leurs sessions : --password-env, --password-file ou --password-command donne ce mot de passe"
    variables_beyond_shells(accounts, name)
        "the password of {accounts} is sought in a variable whose name no shell can set, such as {name}: `env` sets any name; password_file and password_command go with any user"
        "le mot de passe de {accounts} est cherché dans une variable dont aucun shell n'accepte le nom, comme {name} : `env` les accepte tous ; password_file et password_command vont avec tout utilisateur"
    file_is_well_formed(accounts)
        "the file is well-formed: {accounts}; no login was tried"
        "le fichier est bien formé : {accounts} ; aucune session n'a été ouverte"
    only_by_hand()
        "its server has neither MOVE nor UIDPLUS, so merges stay to be done by hand"
        "son serveur n'a ni MOVE ni UIDPLUS ; les fusions restent donc à faire à la main"
    named_and_obstacle(mailboxes, obstacle)
        "{mailboxes}; {obstacle}"
        "{mailboxes} ; {obstacle}"
    retried_later(account, why)
        "{account}: {why}; it is tried again"
        "{account} : {why} ; nouvel essai"
    go_on_with_account_since(why)
        "go on with this account: {why}"
        "continuer avec ce compte : {why}"
    wait_for_last_command()
        "wait for this account's last command"
        "attendre la dernière commande de ce compte"
    run_was_finished(moved, then)
        "an earlier run was finished ({moved}); {then}"
        "une exécution antérieure a été terminée ({moved}) ; {then}"
    reports_are_in(folder)
        "the reports are in {folder}"
        "les rapports sont dans {folder}"
    reasons_in_brief(account, message)
        "  {account}: {message}"
        "  {account} : {message}"

    reason_not_recorded()
        "cannot tell why it failed: an earlier rolecall did not record that"
        "impossible de dire pourquoi il a échoué : un rolecall plus ancien ne le notait pas"
    left_steps_undone()
        "the server refused a step, or mail is left that could not be accounted for; `rolecall runs` tells which"
        "le serveur a refusé une étape, ou il reste du courrier inexpliqué ; `rolecall runs` dit lequel"

    // Why an account has no turn.
    stopped() "stopped" "arrêté"
    interrupted() "interrupted" "interrompu"
    login_refused_too_often(login)
        "the login of {login} was refused too often"
        "la session de {login} a été refusée trop souvent"
    host_did_not_answer(host)
        "{host} did not answer, time and again"
        "{host} n'a pas répondu, plusieurs fois de suite"
    too_many_failed(most)
        "more than {most} failed (--max-accounts-failed)"
        "échecs : plus de {most} (--max-accounts-failed)"
    stop_on_unknown()
        "an outcome is unknown (--stop-on unknown)"
        "un résultat est inconnu (--stop-on unknown)"
    more_than_max_moves()
        "more messages would be moved than --max-moves allows"
        "il faudrait déplacer plus de messages que --max-moves ne le permet"
    results_not_written()
        "the results cannot be written"
        "les résultats ne peuvent pas être écrits"
    no_plan_saved()
        "no plan was saved"
        "aucun plan n'a été enregistré"
    canary_ended_badly(account)
        "{account} did not end well (--canary)"
        "{account} ne s'est pas bien terminé (--canary)"
    canary_not_clean(account)
        "{account} still has a step to do (--canary)"
        "{account} a encore une étape à faire (--canary)"
    go_on_writing_since(why)
        "go on writing results: {why}"
        "continuer à écrire les résultats : {why}"
    try_runs_tell()
        "`rolecall runs` tells what was done"
        "`rolecall runs` dit ce qui a été fait"
    the_results()
        "the results"
        "les résultats"

    // The sum of many accounts.
    sum_found(number) "{number} with findings" "{number} avec constats"
    sum_pending(number) "{number} with a plan that waits" "{number} avec un plan en attente"
    sum_failed(number) "{number} failed" "{number} en échec"
    sum_failed_before(number) "{number} failed before" "{number} en échec avant"
    sum_of(accounts, parts) "{accounts}: {parts}." "{accounts} : {parts}."
    sum_nothing(accounts) "{accounts}." "{accounts}."
    sum_news(findings) "{findings} since the earlier audit." "{findings} depuis l'audit précédent."
    sum_moved(messages) "{messages}." "{messages}."
    sum_accounts_with(counts) "Accounts with: {counts}." "Comptes avec : {counts}."
    sum_failed_for(counts) "Failed for: {counts}." "Échecs par cause : {counts}."
    sum_without_turn(accounts, why) "{accounts} had no turn: {why}." "Sans traitement : {accounts} ; {why}."
    sum_and_more_failed(number) "  and {number} more (failed.txt)" "  et {number} de plus (failed.txt)"
    sum_finish(command)
        "Finish first what was cut short: {command}"
        "Terminez d'abord ce qui a été interrompu : {command}"
    sum_undo_all(command)
        "Undo what this command did: {command}"
        "Pour annuler ce que cette commande a fait : {command}"
}
