//! Why a command cannot do what it was asked to, what to try instead, and what it says beside its results.

use super::{counts, texts};

counts! {
    accounts_came_out_clean("account has no step left; going on" "accounts have no step left; going on")
        ("compte n'a plus d'étape à faire ; on continue" "comptes n'ont plus d'étape à faire ; on continue")
    accounts_without_plan("account has no plan and no turn" "accounts have no plan and no turn")
        ("compte n'a pas de plan et n'est pas traité" "comptes n'ont pas de plan et ne sont pas traités")
    unused_plans("of the plans is for an account that is not in the accounts file, and is left alone" "of the plans are for accounts that are not in the accounts file, and are left alone")
        ("des plans concerne un compte absent du fichier des comptes ; on n'y touche pas" "des plans concernent des comptes absents du fichier des comptes ; on n'y touche pas")
    accounts_failed_before("account failed before for a reason that lasts and is left out; name it to try it again" "accounts failed before for a reason that lasts and are left out; name them to try them again")
        ("compte a échoué avant pour une raison qui dure et n'est pas repris ; nommez-le pour le reprendre" "comptes ont échoué avant pour une raison qui dure et ne sont pas repris ; nommez-les pour les reprendre")
    stray_lines("line that is no response of IMAP; it was left out" "lines that are no responses of IMAP; they were left out")
        ("ligne qui n'est pas une réponse IMAP ; elle a été laissée de côté" "lignes qui ne sont pas des réponses IMAP ; elles ont été laissées de côté")
}

texts! {
    // Around every error.
    error_line(message)
        "error: {message}"
        "erreur : {message}"
    hint_line(hint)
        "hint: {hint}"
        "conseil : {hint}"
    about_account(account, said)
        "{account}: {said}"
        "{account} : {said}"
    on_line(account, line)
        "{account} (line {line})"
        "{account} (ligne {line})"
    try_report()
        "please report this"
        "merci de le signaler"
    no_random_numbers()
        "error: this system gives no random numbers"
        "erreur : ce système ne fournit pas de nombres aléatoires"

    server_sent(lines)
        "the server sent {lines}"
        "le serveur a envoyé {lines}"

    // Clients and languages that are typed.
    find_unnamed_client()
        "find the client that you named"
        "trouver le logiciel de messagerie que vous nommez"
    find_client(typed)
        "find a client \"{typed}\""
        "trouver un logiciel de messagerie « {typed} »"
    try_list_clients(known)
        "`rolecall clients` lists the {known} known ones"
        "`rolecall clients` affiche les {known} qui sont connus"
    did_you_mean_client(near)
        "did you mean {near}? `rolecall clients` lists all"
        "vouliez-vous dire {near} ? `rolecall clients` les affiche tous"
    did_you_mean_one_client(near)
        "did you mean one of {near}? `rolecall clients` lists all"
        "vouliez-vous dire l'un de {near} ? `rolecall clients` les affiche tous"
    take_for_language()
        "take what you named for a language"
        "prendre pour une langue ce que vous indiquez"
    try_client_tag()
        "write a tag such as fr or pt-BR: --client outlook-2016:fr"
        "écrivez une langue comme fr ou pt-BR : --client outlook-2016:fr"
    client_not_in_language(client, tag)
        "tell what {client} does in the language {tag}: it is not among those that are known of it"
        "dire ce que fait {client} dans la langue {tag} : on ne la connaît pas pour ce logiciel"
    language_not_known(tag)
        "use the language {tag}: no name of it is known"
        "utiliser la langue {tag} : on n'en connaît aucun nom"
    did_you_mean_tag(near, known)
        "did you mean {near}? Known are {known}"
        "vouliez-vous dire {near} ? On connaît {known}"
    known_tags(known)
        "known are {known}"
        "on connaît {known}"

    // Looking at an account.
    list_mailboxes_since(why)
        "list the mailboxes: {why}"
        "lister les dossiers : {why}"
    try_trace()
        "nothing was changed; --trace FILE writes down what the server said"
        "rien n'a été modifié ; --trace FICHIER note ce que dit le serveur"
    try_again_nothing_changed()
        "nothing was changed; try again"
        "rien n'a été modifié ; réessayez"
    finish_with_account()
        "finish with this account: the command was interrupted while it only read"
        "terminer ce compte : la commande a été interrompue alors qu'elle ne faisait que lire"

    try_same_command_again()
        "give the same command again"
        "relancez la même commande"

    // What was typed does not fit the account.
    find_mailbox(name)
        "find a mailbox named \"{name}\""
        "trouver un dossier nommé « {name} »"
    tell_which_mailbox(name)
        "tell which mailbox \"{name}\" is: several are called so"
        "savoir quel dossier est « {name} » : plusieurs s'appellent ainsi"
    give_other_role(mailbox, why)
        "give \"{mailbox}\" another role: {why}"
        "donner un autre rôle à « {mailbox} » : {why}"
    mail_arrives_there()
        "mail arrives there, whatever else it is called"
        "le courrier y arrive, quel que soit son autre nom"
    it_holds_no_messages()
        "it holds no messages"
        "il ne contient pas de messages"
    was_set_aside()
        "a run has set it aside"
        "une exécution l'a mis de côté"
    is_not_personal()
        "it is not in the personal namespace"
        "il n'est pas dans l'espace de noms personnel"
    below_purged()
        "it lies below the trash or junk mailbox, whose mail servers purge; move it out of there first"
        "il se trouve sous la corbeille ou les indésirables, dont les serveurs effacent le courrier ; sortez-le d'abord de là"
    name_of_interrupted_run()
        "that is a name of an interrupted run"
        "c'est un nom d'une exécution interrompue"
    shows_other_mailboxes()
        "it shows the mail of other mailboxes, so what is moved out of it leaves those"
        "il montre le courrier d'autres dossiers ; ce qui en est déplacé les quitte donc"
    try_audit_verbose()
        "`rolecall audit -v ACCOUNT` lists every mailbox with its name"
        "`rolecall audit -v COMPTE` affiche chaque dossier avec son nom"
    keep_in_missing(role, name)
        "keep the role {role} in \"{name}\": there is no such mailbox"
        "garder le rôle « {role} » dans « {name} » : ce dossier n'existe pas"
    keep_in_taken(role, name, other)
        "keep the role {role} in \"{name}\": it has the role {other}"
        "garder le rôle « {role} » dans « {name} » : il a le rôle « {other} »"
    make_with_controls()
        "make a mailbox with control characters in its name"
        "créer un dossier dont le nom contient des caractères de contrôle"
    try_make_target(lists)
        "--make-target makes it; {lists}"
        "--make-target le crée ; {lists}"
    did_you_mean_or_make(near)
        "did you mean {near}? --make-target makes a new mailbox"
        "vouliez-vous dire {near} ? --make-target crée un nouveau dossier"
    try_role_option()
        "--role MAILBOX=ROLE says that a mailbox has another role than it seems"
        "--role DOSSIER=RÔLE dit qu'un dossier a un autre rôle qu'il ne semble"
    try_visible_letters()
        "type a name of letters that can be seen"
        "tapez un nom fait de lettres visibles"

    // Results and their forms.
    show_in_this_form(what)
        "show {what} in this form"
        "montrer {what} sous cette forme"
    what_verb_finds(verb)
        "what `rolecall {verb}` finds"
        "ce que trouve `rolecall {verb}`"
    the_list_of_clients()
        "the list of clients"
        "la liste des logiciels"
    try_table_or_json()
        "--format table and --format json are there for it"
        "--format table et --format json sont faits pour cela"
    put_a_brand()
        "put a brand on this form of results"
        "mettre une marque sur cette forme de résultats"
    try_brand_html()
        "--brand goes with --format html"
        "--brand va avec --format html"
    several_on_one_page()
        "show several accounts on one page"
        "montrer plusieurs comptes sur une page"
    try_report_dir_pages()
        "--report-dir DIR writes a page for each account, and one that leads to them"
        "--report-dir DOSSIER écrit une page par compte, et une qui y mène"
    runs_on_one_page()
        "show every run on one page"
        "montrer toutes les exécutions sur une page"
    try_one_run_page()
        "`rolecall runs RUN --format html` shows one"
        "`rolecall runs EXÉCUTION --format html` en montre une"
    nothing_to_mend()
        "nothing to mend"
        "rien à corriger"
    looked_at()
        "looked at"
        "examiné"
    nothing_to_undo()
        "nothing to undo"
        "rien à annuler"
    parts_of_brief(first, second)
        "{first}, {second}"
        "{first}, {second}"
    findings_are(findings, codes)
        "{findings}: {codes}"
        "{findings} : {codes}"

    // Asking.
    ask_before_changing()
        "ask before changing anything: there is no terminal"
        "demander avant de modifier quoi que ce soit : il n'y a pas de terminal"
    try_dry_run_or_yes()
        "--dry-run shows what would be done, --yes does it without asking"
        "--dry-run montre ce qui serait fait, --yes le fait sans demander"
    try_runs_or_yes()
        "`rolecall runs RUN` shows what it did, --yes gives it up without asking"
        "`rolecall runs EXÉCUTION` montre ce qu'elle a fait, --yes l'abandonne sans demander"
    tell_what_is_new()
        "tell what is new: no earlier audit is named"
        "dire ce qui est nouveau : aucun audit antérieur n'est indiqué"
    try_since()
        "name one with --since"
        "indiquez-en un avec --since"

    // Plans and steps.
    plan_was_applied_by(run)
        "apply the plan: the run {run} has applied it already"
        "appliquer le plan : l'exécution {run} l'a déjà appliqué"
    try_continue_or_undo(run)
        "with --accounts, --continue leaves out what is done; `rolecall undo {run}` takes it back"
        "avec --accounts, --continue laisse de côté ce qui est fait ; `rolecall undo {run}` l'annule"
    leave_out_of_several()
        "leave a step out of several accounts' plans"
        "omettre une étape des plans de plusieurs comptes"
    try_one_account()
        "name one account at a time"
        "indiquez un compte à la fois"
    no_step_to_leave_out(step)
        "leave step {step} out: the plan has no such step"
        "omettre l'étape {step} : le plan n'a pas cette étape"
    try_dry_run_steps()
        "--dry-run shows the steps with their numbers"
        "--dry-run montre les étapes avec leurs numéros"
    filters_may_break()
        "apply the plan without a question: the account's filters forward or answer mail, and may stop doing so when a mailbox that they name is gone"
        "appliquer le plan sans question : les filtres du compte transfèrent du courrier ou y répondent, et pourraient cesser de le faire quand un dossier qu'ils nomment disparaît"
    try_repair_or_despite()
        "--repair-filters changes the filters along; --despite-filters goes on without; --dry-run shows which rules they are"
        "--repair-filters modifie aussi les filtres ; --despite-filters continue sans cela ; --dry-run montre de quelles règles il s'agit"
    repair_filters_since(why)
        "repair the filters: {why}"
        "corriger les filtres : {why}"
    no_filter_service()
        "no service for them answers"
        "aucun service ne répond pour eux"
    try_sieve_host()
        "--sieve-host and --sieve-port say where they are managed; without --repair-filters they stay as they are"
        "--sieve-host et --sieve-port disent où ils sont gérés ; sans --repair-filters, ils restent tels quels"
    include_left_out(role)
        "include the role {role}: --only leaves it out"
        "inclure le rôle « {role} » : --only le laisse de côté"
    try_only_too()
        "name it with --only too"
        "indiquez-le aussi avec --only"
    nothing_was_begun()
        "nothing was begun, so there is nothing to undo"
        "rien n'a été commencé ; il n'y a donc rien à annuler"
    undone_before()
        "all of it was undone before, so there is nothing left to undo"
        "tout a déjà été annulé ; il ne reste rien à annuler"
    nothing_to_resume()
        "nothing to resume"
        "rien à reprendre"
    run_never_began(run)
        "the run {run} never began, so there is nothing to finish"
        "l'exécution {run} n'a jamais commencé ; il n'y a donc rien à terminer"
    run_had_sent_nothing(run)
        "the run {run} had sent nothing, so there is nothing to finish"
        "l'exécution {run} n'avait rien envoyé ; il n'y a donc rien à terminer"
    run_left_nothing(run)
        "the run {run} has come to its end and left nothing behind"
        "l'exécution {run} est arrivée à son terme et n'a rien laissé"
    record_of_earlier_version()
        "what is on record was written by an earlier rolecall, which did not record all options, so it cannot be continued: every account is dealt with"
        "ce qui est enregistré l'a été par un rolecall plus ancien, qui ne notait pas toutes les options ; on ne peut pas le continuer : tous les comptes sont traités"
    no_such_record()
        "no command on record had this accounts file and these options, so there is nothing to continue: every account is dealt with"
        "aucune commande enregistrée n'avait ce fichier de comptes et ces options ; il n'y a rien à continuer : tous les comptes sont traités"
    stopping()
        "stopping after the command under way; Ctrl-C again stops at once"
        "arrêt après la commande en cours ; Ctrl-C de nouveau arrête tout de suite"
    interrupted_resume()
        "interrupted: `rolecall resume` goes on where it stopped"
        "interrompu : `rolecall resume` reprend où il s'est arrêté"

    // Single verbs.
    steps_in_this_form()
        "tell steps in this form: they are for people"
        "donner les réglages sous cette forme : ils s'adressent à des personnes"
    try_no_format()
        "leave out --format, or --steps; the page of `audit --format html --client …` has the steps too"
        "enlevez --format, ou --steps ; la page de `audit --format html --client …` donne aussi les réglages"
    roles_without_steps()
        "use --role and --mappings without --steps: clients do not know of them"
        "utiliser --role et --mappings sans --steps : les logiciels ne les connaissent pas"
    try_steps()
        "add --steps, or leave them out"
        "ajoutez --steps, ou enlevez-les"
    steps_without_account()
        "tell steps: no account is named"
        "donner les réglages : aucun compte n'est indiqué"
    try_account_of_clients()
        "name an ACCOUNT whose clients shall be set"
        "indiquez un COMPTE dont les logiciels sont à régler"
    find_name_of_role_and_language()
        "find a name of this role and language"
        "trouver un nom de ce rôle et de cette langue"
    try_mappings_list()
        "`rolecall mappings list` shows every role and language there is"
        "`rolecall mappings list` montre tous les rôles et toutes les langues"
    several_languages_in_yaml()
        "write several languages into one YAML file"
        "écrire plusieurs langues dans un fichier YAML"
    try_locale()
        "add --locale TAG"
        "ajoutez --locale LANGUE"
    explain_unknown(word)
        "explain \"{word}\": there is no such code"
        "expliquer « {word} » : ce code n'existe pas"
    did_you_mean_code(near)
        "did you mean {near}? `rolecall explain` lists every code"
        "vouliez-vous dire {near} ? `rolecall explain` affiche tous les codes"
    try_explain()
        "`rolecall explain` lists every code"
        "`rolecall explain` affiche tous les codes"
    code_is(code, severity, headline)
        "{code} ({severity}): {headline}"
        "{code} ({severity}) : {headline}"
    codes_are()
        "Codes of findings and remarks; `rolecall explain CODE` tells more:"
        "Codes des constats et des remarques ; `rolecall explain CODE` en dit plus :"
    exit_status_means(number, meaning)
        "exit status {number}: {meaning}"
        "code de sortie {number} : {meaning}"
    status_done()
        "nothing to do, or all done"
        "rien à faire, ou tout est fait"
    status_found()
        "findings (audit), a plan pending (dry run), or declined at the prompt"
        "constats (audit), plan en attente (dry run), ou refus à la question"
    status_usage()
        "usage or configuration: nothing was sent"
        "utilisation ou configuration : rien n'a été envoyé"
    status_failed()
        "at least one account failed, or had no turn"
        "au moins un compte a échoué, ou n'a pas été traité"
    status_unknown()
        "an outcome is unknown: run `rolecall resume`"
        "un résultat est inconnu : lancez `rolecall resume`"
    status_bug()
        "a bug in rolecall"
        "une erreur de rolecall lui-même"
    status_interrupted()
        "interrupted"
        "interrompu"
    find_schema(name)
        "find a schema \"{name}\""
        "trouver un schéma « {name} »"
    did_you_mean_schema(near)
        "did you mean {near}? `rolecall schema --list` names them all"
        "vouliez-vous dire {near} ? `rolecall schema --list` les nomme tous"
    try_schema_list()
        "`rolecall schema --list` names them all"
        "`rolecall schema --list` les nomme tous"
    write_manual_since(folder, why)
        "write the manual into {folder}: {why}"
        "écrire le manuel dans {folder} : {why}"
    find_home()
        "find your home folder"
        "trouver votre dossier personnel"
    try_name_state_dir()
        "name a folder with --state-dir"
        "indiquez un dossier avec --state-dir"
    relative_home(home)
        "tell where your state folder is: HOME is {home}, which does not begin with /"
        "savoir où est votre dossier d'état : HOME est {home}, qui ne commence pas par /"
    try_set_home()
        "set HOME to your home folder, or name a folder with --state-dir"
        "donnez à HOME votre dossier personnel, ou indiquez un dossier avec --state-dir"
    listen_on_port_since(why)
        "listen on a port of this machine: {why}"
        "écouter sur un port de cette machine : {why}"
    try_port_0()
        "--port 0 takes a free one"
        "--port 0 en prend un libre"
    wait_for_ctrl_c_since(why)
        "wait for Ctrl-C: {why}"
        "attendre Ctrl-C : {why}"
    make_walk_folder_since(why)
        "make a folder for the walk: {why}"
        "créer un dossier pour la visite : {why}"
}

/// `cannot read the file`; in French with the word before a vowel cut short.
#[must_use]
pub fn cannot(what: impl Into<crate::language::Phrase>) -> crate::language::Phrase {
    let crate::language::Phrase { english, french } = what.into();
    let of = if french.starts_with(|letter| "aeéèêioôuyœ".contains(letter)) {
        "d'"
    } else {
        "de "
    };
    crate::language::Phrase {
        english: format!("cannot {english}").into(),
        french: format!("impossible {of}{french}").into(),
    }
}
