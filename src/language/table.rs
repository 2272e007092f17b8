//! The heads and frames of tables.

use super::{counts, texts};

counts! {
    mailboxes("mailbox" "mailboxes") ("dossier" "dossiers")
    ordinary_mailboxes("ordinary mailbox" "ordinary mailboxes") ("dossier ordinaire" "dossiers ordinaires")
    findings("finding" "findings") ("constat" "constats")
    wait_for_your_word("mailbox of doubtful role waits for your word" "mailboxes of doubtful role wait for your word")
        ("dossier au rôle douteux attend votre réponse" "dossiers au rôle douteux attendent votre réponse")
    new_findings("new finding" "new findings") ("nouveau constat" "nouveaux constats")
    gone_findings("gone" "gone") ("disparu" "disparus")
    things("thing" "things") ("chose à faire" "choses à faire")
    mail_clients("mail client" "mail clients") ("logiciel de messagerie" "logiciels de messagerie")
    steps("step" "steps") ("étape" "étapes")
    messages_move("message moves" "messages move") ("message à déplacer" "messages à déplacer")
    mailboxes_go("mailbox goes away" "mailboxes go away") ("dossier à supprimer" "dossiers à supprimer")
    are_renamed("is renamed" "are renamed") ("à renommer" "à renommer")
    messages_moved("message moved" "messages moved") ("message déplacé" "messages déplacés")
    mailboxes_removed("mailbox removed" "mailboxes removed") ("dossier supprimé" "dossiers supprimés")
    steps_refused("step refused" "steps refused") ("étape refusée" "étapes refusées")
}

texts! {
    // Heads of columns.
    head_role() "role" "rôle"
    head_mailbox() "mailbox" "dossier"
    head_why() "why" "pourquoi"
    head_messages() "messages" "messages"
    head_size() "size" "taille"
    head_subscribed() "subscribed" "abonné"
    head_subs() "subs." "abon."
    head_newest() "newest" "plus récent"
    head_step() "step" "étape"
    head_outcome() "outcome" "résultat"
    head_moved() "moved" "déplacés"
    head_source() "source" "source"
    head_clients() "clients" "logiciels"
    head_client() "client" "logiciel"
    head_name() "name" "nom"
    head_version() "version" "version"
    head_known() "known" "connu"
    head_run() "run" "exécution"
    head_began() "began (UTC)" "début (UTC)"
    head_account() "account" "compte"
    head_state() "state" "état"
    head_steps() "steps" "étapes"
    head_undoes() "undoes" "annule"
    undoes_run(run) "undoes {run}" "annule {run}"

    // Words.
    left_alone() "left" "laissé"
    yes() "yes" "oui"
    no() "no" "non"
    error() "error" "erreur"
    warning() "warning" "attention"
    info() "info" "info"
    create() "create" "créer"
    rename() "rename" "renommer"
    merge() "merge" "fusionner"
    subscribe() "subscribe" "s'abonner"
    unsubscribe() "unsubscribe" "se désabonner"
    mark() "mark" "marquer"
    delete() "delete" "supprimer"
    applied() "applied" "fait"
    refused() "refused" "refusé"
    unknown() "unknown" "inconnu"
    outcome_unknown() "unknown" "inconnu"
    outcome_stopped() "stopped" "arrêté"
    skipped() "skipped" "omis"
    removed() "removed" "supprimé"
    stays_there() "left" "reste"
    came_back() "came back" "revenu"
    waits() "removed later" "supprimé plus tard"
    waiting() "waiting" "en attente"
    finished() "finished" "terminée"
    unfinished() "unfinished" "inachevée"
    running() "running" "en cours"
    may_hold_mail() "may-hold-mail" "retient peut-être du courrier"
    undone() "undone" "annulée"
    given_up() "given up" "abandonnée"
    damaged() "damaged" "illisible"
    newer() "newer" "plus récente"
    inferred() "inferred" "déduit"
    reported() "reported" "observé"
    documented() "documented" "documenté"
    source_verified() "source-verified" "lu dans le code source"

    // What a step is about.
    as_marked(mailbox, mark)
        "{mailbox} as {mark}"
        "{mailbox} comme {mark}"
    no_longer(mailbox, mark)
        "{mailbox}: no longer {mark}"
        "{mailbox} : ne plus marquer {mark}"
    marked_somehow()
        "marked"
        "marqué"

    // An audit.
    nameless_server()
        "a server that does not name itself"
        "serveur non identifié"
    server_and_mailboxes(server, mailboxes)
        "{server}, {mailboxes}"
        "{server}, {mailboxes}"
    role_kept(role)
        "{role} (kept)"
        "{role} (gardé)"
    role_kept_perhaps(role)
        "{role} (?)"
        "{role} (?)"
    also_role(role)
        "also {role}"
        "{role} (en plus)"
    like_role(role)
        "like {role}"
        "comme {role}"
    ambiguous()
        "ambiguous"
        "ambigu"
    dash_v_lists(mailboxes)
        "{mailboxes} (-v lists them)"
        "{mailboxes} (-v les affiche)"
    and_dash_v_lists(mailboxes)
        "and {mailboxes} (-v lists them)"
        "et {mailboxes} (-v les affiche)"
    explain_tells_more(findings)
        "{findings}; `rolecall explain CODE` tells more"
        "{findings} ; `rolecall explain CODE` en dit plus"
    new_since(new, gone)
        "Since the earlier audit: {new}, {gone}"
        "Depuis l'audit précédent : {new}, {gone}"
    finish_interrupted()
        "Finish the interrupted run:"
        "Pour terminer l'exécution interrompue :"
    see_what_would_be_done()
        "See what would be done:"
        "Pour voir ce qui serait fait :"
    see_what_is_by_hand()
        "See what there is to do by hand:"
        "Pour voir ce qui est à faire à la main :"
    say_which_is_kept()
        "Say which mailbox is kept:"
        "Pour dire quel dossier est gardé :"
    no_role_twice()
        "no role has two mailboxes: nothing to do"
        "aucun rôle n'a deux dossiers : rien à faire"
    one_per_role()
        "one mailbox per role: nothing to do"
        "un dossier par rôle : rien à faire"

    // What clients do.
    as_stated(clients)
        "{clients}, as stated"
        "{clients}, comme indiqué"
    the_most_common(clients)
        "{clients}: the most common ones"
        "{clients} : les plus courants"
    all_that_are_known(clients)
        "{clients}: all that are known"
        "{clients} : tous ceux qui sont connus"
    set_up_now(clients)
        "{clients}. A client set up now would do this; one that is already set up may keep what it has."
        "{clients}. Un logiciel configuré maintenant ferait ceci ; un logiciel déjà configuré peut garder ce qu'il a."
    may_differ(role)
        "{role} (may differ)"
        "{role} (désaccord ?)"
    differ(role)
        "{role} (differ)"
        "{role} (désaccord)"
    one_of(names)
        "one of {names}"
        "l'un de {names}"
    makes_one(names)
        "makes {names}"
        "crée {names}"
    on_the_computer()
        "on the computer"
        "sur l'ordinateur"
    in_place()
        "left in place, marked"
        "laissé en place, marqué"
    asks_its_user()
        "asks its user"
        "demande à l'utilisateur"
    none()
        "none"
        "aucun"
    client_because(client, because)
        "{client}: {because}"
        "{client} : {because}"
    known_from(because, how, sources)
        "{because} ({how}: {sources})"
        "{because} ({how} : {sources})"
    looks_once(reason)
        "{reason}. It looks once, when the account is set up"
        "{reason}. Il ne cherche qu'une fois, à la configuration du compte"
    to_change_it(reason, place)
        "{reason}. To change it: {place}"
        "{reason}. Pour le changer : {place}"
    user_can_change(reason)
        "{reason}. Its user can change it"
        "{reason}. L'utilisateur peut le changer"
    user_cannot_change(reason)
        "{reason}. Its user cannot change it"
        "{reason}. L'utilisateur ne peut pas le changer"
    user_cannot_change_since(reason, why)
        "{reason}. Its user cannot change it: {why}"
        "{reason}. L'utilisateur ne peut pas le changer : {why}"
    star_means()
        "* seen or inferred; nobody documents it"
        "* observé ou déduit ; personne ne le documente"
    nothing_documented_of(names)
        "Nothing is documented of {names}."
        "Aucune documentation sur {names}."
    clients_agree()
        "The clients agree about every role."
        "Les logiciels s'accordent pour chaque rôle."
    clients_agree_where_known()
        "The clients agree about every role, as far as it is known what they use."
        "Les logiciels s'accordent pour chaque rôle, pour autant qu'on sache ce qu'ils utilisent."
    clients_differ(roles)
        "The clients differ about {roles}."
        "Les logiciels ne s'accordent pas pour {roles}."
    why_and_what_to_set()
        "Why, from where, and what to set:"
        "Explications, sources et réglages :"
    names_in(languages)
        "names in {languages}"
        "noms en {languages}"
    say_the_language()
        "Say the language of the client's menus where its names differ by language: outlook-2016:fr."
        "Préciser la langue des menus du logiciel quand ses noms en dépendent : outlook-2016:fr."
    what_they_will_do()
        "What they will do:"
        "Ce qu'ils feront :"

    // A plan.
    plan_for(account)
        "Plan for {account}"
        "Plan pour {account}"
    plan_to_undo(run, account)
        "Plan to undo the run {run} on {account}"
        "Plan pour annuler l'exécution {run} sur {account}"
    nothing_to_do()
        "nothing to do"
        "rien à faire"
    nothing_to_do_without(words)
        "nothing to do without --include {words}"
        "rien à faire sans --include {words}"
    nothing_rolecall_can_do()
        "nothing rolecall can do"
        "rien que rolecall puisse faire"
    by_hand_too(nothing, things)
        "{nothing}; {things} by hand"
        "{nothing} ; {things} à la main"
    warnings()
        "Warnings"
        "Avertissements"
    by_hand()
        "By hand"
        "À la main"
    what_to_set()
        "What to set in each client:"
        "Réglages à faire dans chaque logiciel :"
    only_what_run_moved()
        "only the messages that the run had moved"
        "seulement les messages que l'exécution avait déplacés"
    emptied_is_removed()
        "the emptied mailbox is removed"
        "le dossier vidé est supprimé"
    emptied_stays()
        "the source mailbox stays"
        "le dossier d'origine reste"
    stays_after_undo()
        "stays after an undo"
        "reste après une annulation"
    at_least(messages)
        "at least {messages}"
        "au moins {messages}"
    no_message_moves()
        "no message moves"
        "aucun message déplacé"
    until_purged(back)
        "{back}, until the server purges its trash or junk"
        "{back}, tant que le serveur ne purge pas la corbeille ou les indésirables"
    undo_reverses_all()
        "`rolecall undo` can reverse it all"
        "`rolecall undo` pourra tout annuler"
    undo_reverses_all_but_one(step)
        "`rolecall undo` can reverse it all but step {step}"
        "`rolecall undo` pourra tout annuler sauf l'étape {step}"
    undo_reverses_all_but(steps)
        "`rolecall undo` can reverse it all but steps {steps}"
        "`rolecall undo` pourra tout annuler sauf les étapes {steps}"
    sums_up(steps, what, back)
        "{steps}: {what}; {back}"
        "{steps} : {what} ; {back}"
    step_left_out(step)
        "step {step} is left out"
        "l'étape {step} est omise"
    plan_is_in(path)
        "the plan is in {path}"
        "le plan est dans {path}"
    apply_it(command)
        "Apply it:  {command}"
        "Pour l'appliquer :  {command}"

    // A receipt.
    acted_as(admin)
        "Logged in as {admin} on the user's behalf."
        "Connexion de {admin} au nom de l'utilisateur."
    run_on(run, account)
        "Run {run} on {account}"
        "Exécution {run} sur {account}"
    finish_it()
        "Finish it:"
        "Pour terminer :"
    take_it_back()
        "Take it back:"
        "Pour revenir en arrière :"
    undo_it()
        "Undo it:"
        "Pour revenir en arrière :"
    same_facts()
        "with the same size, date and flags"
        "avec la même taille, la même date et les mêmes marques"
    same_text()
        "with the same text (SHA-256), date and flags"
        "avec le même texte (SHA-256), la même date et les mêmes marques"
    same_size()
        "with the same size"
        "avec la même taille"
    same_text_only()
        "with the same text (SHA-256)"
        "avec le même texte (SHA-256)"
    each_was_seen(compared, size)
        "Each was seen in its new mailbox {compared}: {size} in all."
        "Chaque message a été retrouvé dans son nouveau dossier, {compared} ({size} au total)."
    time_went(whole, server, network, trips)
        "It took {whole}: the server {server}, the network {network} ({trips}),"
        "Durée : {whole}, dont le serveur {server}, le réseau {network} ({trips}),"
    round_trips(count, longest)
        "{count} × at most {longest}"
        "{count} × au plus {longest}"
    time_went_else(connecting, disk, waiting, own)
        "connecting {connecting}, the disk {disk}, waiting {waiting}, rolecall itself {own}."
        "la connexion {connecting}, le disque {disk}, l'attente {waiting}, rolecall lui-même {own}."
    all_but_were_seen(messages, compared, size)
        "All but {messages} were seen in their new mailbox {compared}: {size} in all."
        "Tous sauf {messages} ont été retrouvés dans leur nouveau dossier, {compared} ({size} au total)."
    ended(how, what)
        "{how}: {what}."
        "{how} : {what}."
    was_interrupted()
        "Interrupted"
        "Interrompu"
    was_unfinished()
        "Unfinished"
        "Inachevé"
    not_all_known()
        "Not all is known"
        "Tout n'est pas connu"
    partly_done()
        "Partly done"
        "Fait en partie"
    done()
        "Done"
        "Terminé"

    // While it runs; the bar fills in what is in braces.
    step_of(step, of)
        "step {step} of {of}"
        "étape {step} sur {of}"
    moving()
        "{{prefix}}  {{bar:24}} {{done}} of {{all}} messages  {{rate}}/s  {{eta}} left"
        "{{prefix}}  {{bar:24}} messages : {{done}} sur {{all}}  {{rate}}/s  reste {{eta}}"
    settling()
        "settling"
        "attente"
    watched_for(seconds)
        "emptied mailboxes are watched for {seconds} s before they are removed"
        "les dossiers vidés sont surveillés {seconds} s avant d'être supprimés"

    // The runs.
    no_runs()
        "no runs yet"
        "aucune exécution"
    finish_unfinished()
        "Finish what is unfinished:"
        "Pour terminer ce qui est inachevé :"
    undo_last_command(runs)
        "To undo the last command, {runs}:"
        "Pour annuler la dernière commande, {runs} :"
    cannot_be_read()
        "A journal is damaged, and nothing is changed on its account. To tell what it says and put it away:"
        "Un journal est endommagé, et rien n'est modifié sur son compte. Pour dire ce qu'il contient et le mettre de côté :"
    given_up_all_known()
        "The run is given up. Where every message is, is known."
        "L'exécution est abandonnée. On sait où est chaque message."
    given_up_not_looked_at()
        "The run is given up. Where all of its mailboxes are could not be found out."
        "L'exécution est abandonnée. On n'a pas pu savoir où sont tous ses dossiers."
    given_up_not_all_known(messages)
        "The run is given up. Of these it is not known where they are: {messages}."
        "L'exécution est abandonnée. On ne sait pas où ils sont : {messages}."
    unknown_of(mailbox, messages, why)
        "\"{mailbox}\": {messages}, {why}"
        "« {mailbox} » : {messages}, {why}"
    no_date()
        "no date"
        "sans date"
    journal_put_away(path)
        "the journal was put away as {path}"
        "le journal a été mis de côté : {path}"
    may_have_run_late()
        "A command of a finished run may have run late, and hold mail:"
        "Une commande d'une exécution terminée a pu arriver tard et retenir du courrier :"
}
