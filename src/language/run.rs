//! Why a run cannot begin, go on, or be applied any more.

use super::texts;

texts! {
    // A plan that does not fit any more.
    apply_plan_since(why)
        "apply the plan: {why}"
        "appliquer le plan : {why}"
    try_plan_again()
        "make the plan again"
        "refaites le plan"
    run_was_interrupted(name)
        "\"{name}\" is on the server: a run on this account was interrupted"
        "« {name} » est sur le serveur : une exécution sur ce compte a été interrompue"
    is_not_there_any_more(name)
        "\"{name}\" is not there any more"
        "« {name} » n'est plus là"
    was_made_meanwhile(name)
        "\"{name}\" has been made meanwhile"
        "« {name} » a été créé entre-temps"
    has_other_validity(name)
        "\"{name}\" is another mailbox than it was (its UIDVALIDITY changed)"
        "« {name} » est un autre dossier qu'avant (son UIDVALIDITY a changé)"
    has_other_id(name)
        "\"{name}\" is another mailbox than it was (its MAILBOXID changed)"
        "« {name} » est un autre dossier qu'avant (son MAILBOXID a changé)"
    went_back_in_time(name)
        "\"{name}\" has gone back in time (its UIDNEXT is lower): was the server restored?"
        "« {name} » est revenu en arrière (son UIDNEXT est plus petit) : le serveur a-t-il été restauré ?"
    has_other_marks(name)
        "\"{name}\" has other special-use marks than it had"
        "« {name} » a d'autres marques spéciales qu'avant"
    children_changed(name)
        "the mailboxes below \"{name}\" have changed"
        "les dossiers sous « {name} » ont changé"

    // Why a run cannot begin or go on.
    lock_account() "lock the account" "verrouiller le compte"
    open_lock() "open the account's lock" "ouvrir le verrou du compte"
    make_state_folder() "make the state folder" "créer le dossier d'état"
    trust_state_folder() "trust the state folder" "se fier au dossier d'état"
    use_account_folder() "use the account's state folder" "utiliser le dossier d'état du compte"
    trust_account_folder() "trust the account's state folder" "se fier au dossier d'état du compte"
    read_state_folder() "read the state folder" "lire le dossier d'état"
    open_journal() "open the journal" "ouvrir le journal"
    make_journal() "make the journal" "créer le journal"
    sync_journal_folder() "put the journal's folder on the disk" "écrire le dossier du journal sur le disque"
    cut_journal() "cut a torn line off the journal" "couper une ligne déchirée du journal"
    put_journal_away() "put the journal away" "mettre le journal de côté"
    of_run(why, run)
        "{why} (run {run})"
        "{why} (exécution {run})"
    read_journal_since(why)
        "read the journal: {why}"
        "lire le journal : {why}"
    trust_journal(line)
        "trust the journal: line {line} is damaged"
        "se fier au journal : la ligne {line} est abîmée"
    read_newer_journal(found, known)
        "read a journal of format {found}; this rolecall reads up to {known}"
        "lire un journal de format {found} ; ce rolecall lit jusqu'à {known}"
    is_being_changed()
        "change the account: another rolecall is changing it now"
        "modifier le compte : un autre rolecall est en train de le faire"
    is_being_changed_since(minute, moved, of)
        "change the account: another rolecall is changing it since {minute} UTC, {moved} of {of} messages moved"
        "modifier le compte : un autre rolecall le fait depuis {minute} UTC ; messages déplacés : {moved} sur {of}"
    try_wait_for_its_end()
        "wait until it has ended; `rolecall runs` shows how far it is"
        "attendez qu'il ait fini ; `rolecall runs` montre où il en est"
    has_interrupted_run(run)
        "change the account: the run {run} on it was interrupted"
        "modifier le compte : l'exécution {run} y a été interrompue"
    try_finish_first(run)
        "finish it first: `rolecall resume {run}`"
        "terminez-la d'abord : `rolecall resume {run}`"
    find_run(run)
        "find the run {run}"
        "trouver l'exécution {run}"
    find_batch(batch)
        "find a run of the batch {batch}"
        "trouver une exécution du lot {batch}"
    try_runs_with_batch()
        "the summary of the command tells its batch; `rolecall runs --format csv` lists the batch of each run"
        "le résumé de la commande indique son lot ; `rolecall runs --format csv` donne le lot de chaque exécution"
    try_runs()
        "`rolecall runs` lists the runs"
        "`rolecall runs` affiche les exécutions"
    did_you_mean_run(run)
        "did you mean {run}? `rolecall runs` lists the runs"
        "vouliez-vous dire {run} ? `rolecall runs` affiche les exécutions"
    run_of_other_account(run, account)
        "use the run {run} here: it belongs to {account}"
        "utiliser ici l'exécution {run} : elle concerne {account}"
    try_name_that_account(account)
        "name that account: {account}"
        "indiquez ce compte : {account}"
    of_the_run(what, run, why)
        "{what} the run {run}: {why}"
        "{what} l'exécution {run} : {why}"
    resume_it() "resume" "reprendre"
    undo_verb() "undo" "annuler"
    give_it_up() "give up" "abandonner"
    put_away_journal_of() "put away the journal of" "mettre de côté le journal de"
    never_began_nothing_sent()
        "it never began, so nothing was sent"
        "elle n'a jamais commencé ; rien n'a donc été envoyé"
    never_began()
        "it never began"
        "elle n'a jamais commencé"
    was_given_up_already()
        "it was given up already"
        "elle a déjà été abandonnée"
    nothing_is_open()
        "it has come to its end, and nothing of it is open"
        "elle est arrivée à son terme, et rien n'en est ouvert"
    has_sent_nothing()
        "it has sent nothing; make the plan again"
        "elle n'a rien envoyé ; refaites le plan"
    given_up_and_nothing_there()
        "it was given up, and nothing that it has set aside is there"
        "elle a été abandonnée, et rien de ce qu'elle a mis de côté n'est là"
    has_come_to_its_end()
        "it has come to its end"
        "elle est arrivée à son terme"
    is_unfinished(run)
        "it is unfinished; `rolecall resume {run}` finishes it, or gives it up with --give-up: then it can be undone"
        "elle est inachevée ; `rolecall resume {run}` la termine, ou l'abandonne avec --give-up : elle peut ensuite être annulée"
    target_is_another(name)
        "\"{name}\" is another mailbox now (its UIDVALIDITY changed), so its messages cannot be told apart"
        "« {name} » est maintenant un autre dossier (son UIDVALIDITY a changé) ; ses messages ne se distinguent donc plus"
    try_runs_of(run)
        "`rolecall runs {run}` tells what it did"
        "`rolecall runs {run}` dit ce qu'elle a fait"
    beside_unreadable(run)
        "go on: the journal of the run {run} on the same account cannot be read, and messages that it has copied would be copied again"
        "continuer : le journal de l'exécution {run} sur le même compte est illisible, et des messages qu'elle a copiés le seraient une seconde fois"
    try_put_away(run)
        "nothing is changed while it is there: `rolecall resume {run} --give-up` tells what it says and puts it away"
        "rien n'est modifié tant qu'il est là : `rolecall resume {run} --give-up` dit ce qu'il contient et le met de côté"
    close_nothing_yet(run)
        "close the run {run}: one of its commands was never answered, and may run within a day; nothing of it has turned up yet"
        "clore l'exécution {run} : une de ses commandes n'a jamais eu de réponse et peut s'exécuter dans la journée ; rien n'en est apparu jusqu'ici"
    try_look_later(run)
        "look again later, or close it now: `rolecall resume {run} --give-up`"
        "regardez plus tard, ou fermez-la maintenant : `rolecall resume {run} --give-up`"
    go_on_since(why)
        "go on: {why}; nothing had been changed"
        "continuer : {why} ; rien n'avait été modifié"
    earlier_write_failed()
        "an earlier write to the journal had failed"
        "une écriture antérieure du journal avait échoué"
    line_too_long()
        "the line would be too long to be read"
        "la ligne serait trop longue pour être relue"
    write_journal_since(why)
        "write the journal, so nothing more was sent: {why}"
        "écrire le journal ; rien de plus n'a donc été envoyé : {why}"
    try_fewer_roles()
        "this is more than one run can hold: plan fewer roles at a time with --only"
        "c'est plus que n'en tient une exécution : prévoyez moins de rôles à la fois avec --only"
    try_room_and_resume()
        "make room on the disk, then run `rolecall resume`"
        "faites de la place sur le disque, puis lancez `rolecall resume`"
    try_room()
        "make room on the disk; nothing was changed"
        "faites de la place sur le disque ; rien n'a été modifié"
    try_state_dir()
        "name a folder you may write to with --state-dir"
        "indiquez avec --state-dir un dossier où vous pouvez écrire"
    try_newer_version()
        "use the version of rolecall that wrote it, or a newer one"
        "utilisez la version de rolecall qui l'a écrit, ou une plus récente"
    try_disk_and_rights()
        "look at the disk, and at who may read the state folder"
        "regardez le disque, et qui peut lire le dossier d'état"
    it_can_be_read()
        "it can be read"
        "il est lisible"
    run_has_undone_it(run)
        "the run {run} has undone it"
        "l'exécution {run} l'a annulée"
    plan_interrupted()
        "make a plan: a run on this account was interrupted"
        "préparer un plan : une exécution sur ce compte a été interrompue"
    plan_interrupted_held(name)
        "make a plan: a run on this account was interrupted, and \"{name}\" may hold its mail"
        "préparer un plan : une exécution sur ce compte a été interrompue, et « {name} » contient peut-être son courrier"
    try_resume(command)
        "run `{command}` first"
        "lancez d'abord `{command}`"
}
