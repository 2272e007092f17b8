//! What `audit` finds.

use super::{counts, texts};

counts! {
    messages("message" "messages") ("message" "messages")
    accounts("account" "accounts") ("compte" "comptes")
    messages_are_there("message is" "messages are") ("message y est" "messages y sont")
    runs("run" "runs") ("exécution" "exécutions")
    more("more" "more") ("autre" "autres")
    marked_messages("message that is marked \\Deleted" "messages that are marked \\Deleted")
        ("message marqué \\Deleted" "messages marqués \\Deleted")
}

texts! {
    and(these, this)
        "{these} and {this}"
        "{these} et {this}"
    or(these, this)
        "{these} or {this}"
        "{these} ou {this}"

    // Mail that is spread, missing or hard to move.
    two_play(names, role)
        "{names} both play the role {role}"
        "{names} servent tous les deux de dossier « {role} »"
    all_play(names, role)
        "{names} all play the role {role}"
        "{names} servent tous de dossier « {role} »"
    only_with_include(split, word)
        "{split}; they are merged only with --include {word}"
        "{split} ; ils ne sont fusionnés qu'avec --include {word}"
    not_subscribed(name, role)
        "\"{name}\" keeps the role {role} but is not subscribed"
        "« {name} » garde le rôle « {role} » mais n'est pas dans les abonnements"
    empty_extra(name, role)
        "\"{name}\" is an empty extra mailbox for {role} that the server's configuration marks"
        "« {name} » est un dossier vide en trop pour « {role} », que la configuration du serveur marque"
    empty_and_kept(name, role)
        "\"{name}\" is an empty extra mailbox for {role} that an earlier run could not remove"
        "« {name} » est un dossier vide en trop pour « {role} », qu'une exécution antérieure n'a pas pu supprimer"
    marked_would_stay(name, messages)
        "\"{name}\" holds {messages} and would stay"
        "« {name} » contient {messages} ; le dossier resterait donc en place"
    round_number(name, count)
        "\"{name}\" shows exactly {count} messages, which may be a limit of the server and not all there are"
        "« {name} » montre exactement {count} messages ; c'est peut-être une limite du serveur, et il y en a peut-être d'autres"
    hidden_from_imap(role)
        "no mailbox has the role {role}: Gmail has one but hides it from IMAP; in Gmail's settings, under Labels, choose \"Show in IMAP\""
        "aucun dossier n'a le rôle « {role} » : Gmail en a un mais ne le montre pas en IMAP ; dans les paramètres de Gmail, sous Libellés, choisissez « Afficher dans IMAP »"
    nothing_tells_which(split, word)
        "{split}, and nothing tells which is to stay; --target {word}=MAILBOX says so"
        "{split}, et rien ne dit lequel doit rester ; --target {word}=DOSSIER le dit"
    seem_one_mailbox(names)
        "{names} have the same numbers and seem to be one mailbox; unsubscribe all but one to hide the other names"
        "{names} ont les mêmes numéros et semblent être un seul dossier ; désabonnez-les sauf un pour masquer les autres noms"
    subscriptions_not_told()
        "the server does not tell which mailboxes are subscribed, so nothing is subscribed or unsubscribed"
        "le serveur ne dit pas quels dossiers sont abonnés ; rien n'est donc abonné ni désabonné"
    waits_for_removal(names)
        "{names} was emptied and set aside by rolecall, which removes it later; `rolecall resume` does so when its time has come"
        "{names} a été vidé et mis de côté par rolecall, qui le supprimera plus tard ; `rolecall resume` le fait le moment venu"
    waits_for_removal_all(names)
        "{names} were emptied and set aside by rolecall, which removes them later; `rolecall resume` does so when their time has come"
        "{names} ont été vidés et mis de côté par rolecall, qui les supprimera plus tard ; `rolecall resume` le fait le moment venu"
    nothing_has_role(role)
        "no mailbox has the role {role}; the next client that needs one makes it"
        "aucun dossier n'a le rôle « {role} » ; le prochain logiciel de messagerie qui en a besoin le créera"
    lead_to_the_same(names)
        "{names} lead to the same messages; unsubscribe all but one to hide the other names from clients"
        "{names} mènent aux mêmes messages ; désabonnez-les sauf un pour masquer les autres noms aux logiciels de messagerie"
    lies_in_other_namespace(names, word)
        "{names} lies in another namespace than INBOX, so it is left; --role MAILBOX={word} takes one in"
        "{names} se trouve dans un autre espace de noms qu'INBOX ; on n'y touche pas ; --role DOSSIER={word} le prend en compte"
    lie_in_other_namespace(names, word)
        "{names} lie in another namespace than INBOX, so they are left; --role MAILBOX={word} takes one in"
        "{names} se trouvent dans un autre espace de noms qu'INBOX ; on n'y touche pas ; --role DOSSIER={word} en prend un en compte"
    shows_others_mail(name, real)
        "\"{name}\" is a view: it shows the mail of \"{real}\" and perhaps others, so it is never touched"
        "« {name} » est une vue : ce dossier montre le courrier de « {real} » et peut-être d'autres ; on n'y touche jamais"
    may_hold_messages(names)
        "{names} may hold messages of an interrupted run"
        "{names} : des messages d'une exécution interrompue peuvent s'y trouver"
    set_aside_by_nobody_known(names)
        "{names}: so rolecall names what it is about to remove, and no run on this machine knows of that"
        "{names} : rolecall nomme ainsi ce qu'il va supprimer, et aucune exécution de cette machine n'en sait rien"
    set_aside_and_given_up(names)
        "{names} was set aside by a run that was given up, and may hold its messages"
        "{names} a été mis de côté par une exécution abandonnée, et peut contenir ses messages"
    set_aside_and_given_up_all(names)
        "{names} were set aside by a run that was given up, and may hold its messages"
        "{names} ont été mis de côté par une exécution abandonnée, et peuvent contenir ses messages"
    removed_and_kept(names)
        "{names} was emptied and removed by rolecall, and the server has moved it instead of deleting it"
        "{names} a été vidé et supprimé par rolecall, et le serveur l'a déplacé au lieu de l'effacer"
    removed_and_kept_all(names)
        "{names} were emptied and removed by rolecall, and the server has moved them instead of deleting them"
        "{names} ont été vidés et supprimés par rolecall, et le serveur les a déplacés au lieu de les effacer"
    removed_and_listed(names)
        "{names} was emptied and removed by rolecall; the server still lists the name, which holds nothing"
        "{names} a été vidé et supprimé par rolecall ; le serveur en affiche encore le nom, qui ne contient rien"
    removed_and_listed_all(names)
        "{names} were emptied and removed by rolecall; the server still lists the names, which hold nothing"
        "{names} ont été vidés et supprimés par rolecall ; le serveur en affiche encore les noms, qui ne contiennent rien"
    points_to_nothing(name)
        "a subscription points to \"{name}\", which does not exist"
        "abonnement à « {name} », qui n'existe pas"

    // Special-use attributes.
    not_marked(name, role, attribute)
        "\"{name}\" keeps the role {role} but the server does not mark it {attribute}"
        "« {name} » garde le rôle « {role} » mais le serveur ne le marque pas {attribute}"
    server_marks_none(names)
        "the server marks no mailbox, so clients can only go by the names {names}"
        "le serveur ne marque aucun dossier ; les logiciels de messagerie ne peuvent donc se fier qu'aux noms {names}"
    mark_of_unknown_name(name, attribute, other, role, word)
        "the server marks \"{name}\" {attribute}, a name that clients do not know for {role}, beside \"{other}\"; --target {word}=MAILBOX says which one is meant"
        "le serveur marque « {name} » {attribute}, un nom que les logiciels de messagerie ne connaissent pas pour « {role} », à côté de « {other} » ; --target {word}=DOSSIER dit lequel est voulu"
    name_holds_no_messages(name, role)
        "\"{name}\" has a name for {role} but is only a level of the tree, so clients cannot file mail there"
        "« {name} » porte un nom pour « {role} » mais n'est qu'un niveau de l'arborescence ; les logiciels de messagerie ne peuvent rien y classer"
    marked_alike(names, attribute)
        "the server marks {names} {attribute}, and clients differ in which they take"
        "le serveur marque {names} {attribute}, et les logiciels de messagerie ne prennent pas tous le même"
    marked_for_several(name, roles)
        "the server marks \"{name}\" for several roles: {roles}"
        "le serveur marque « {name} » pour plusieurs rôles : {roles}"
    mark_against_name(mailbox, mark, name)
        "the server marks \"{mailbox}\" for {mark}, but its name says {name}"
        "le serveur marque « {mailbox} » pour « {mark} », mais son nom dit « {name} »"
    marked_without_messages(name, role)
        "the server marks \"{name}\" for {role}, but it cannot hold messages"
        "le serveur marque « {name} » pour « {role} », mais ce dossier ne peut pas contenir de messages"

    // Names.
    two_meanings(name, roles)
        "some clients use \"{name}\" for {roles}"
        "certains logiciels de messagerie utilisent « {name} » pour {roles}"
    some_for(roles, role)
        "{roles}, some for {role}"
        "{roles}, d'autres pour « {role} »"
    doubtful_before_you_say(name, messages, role, reasons, option)
        "whether \"{name}\" ({messages}) has the role {role} is doubtful ({reasons}); nothing is moved on that before you say so: --role {option}"
        "il est douteux que « {name} » ({messages}) ait le rôle « {role} » ({reasons}) ; rien n'est déplacé avant que vous ne le confirmiez : --role {option}"
    holds_a_whole_set(tops, first)
        "{tops}: a whole set of mailboxes (sent, drafts, trash …) lies there, as of another account or an old one; it is left as it is, and --role {first} takes one of them in"
        "{tops} : une série complète de dossiers (envoyés, brouillons, corbeille …) s'y trouve, comme d'un autre compte ou d'un ancien ; on n'y touche pas, et --role {first} en prend un en compte"
    named_as_inbox(name, messages)
        "\"{name}\" ({messages}) is named as an inbox, but mail arrives in INBOX alone; --include inbox merges it into INBOX"
        "« {name} » ({messages}) porte un nom de boîte de réception, mais le courrier n'arrive que dans INBOX ; --include inbox le fusionne dans INBOX"
    may_be_an_inbox(name, messages, reasons, option)
        "\"{name}\" ({messages}) may be a second inbox: {reasons}; if it is, --include inbox --role {option} merges it into INBOX"
        "« {name} » ({messages}) est peut-être une seconde boîte de réception : {reasons} ; si c'est le cas, --include inbox --role {option} le fusionne dans INBOX"
    saved_twice(name, messages, looked)
        "of the newest {looked} in \"{name}\", {messages} there twice (same Message-ID and date)"
        "parmi les {looked} les plus récents de « {name} », {messages} en double (mêmes Message-ID et date)"
    kept_by_server()
        "the server keeps what is submitted to it, and the mail program saves another copy"
        "le serveur conserve ce qui lui est remis, et le logiciel de messagerie en enregistre une autre copie"
    kept_by_two()
        "two programs save a copy each, or one does so twice"
        "deux logiciels enregistrent chacun une copie, ou le même deux fois"
    written_by(programs)
        "written by {programs}"
        "écrits avec {programs}"
    let_one_save()
        "let one of them save no copy of sent mail; nothing is removed"
        "faire en sorte qu'un seul enregistre les messages envoyés ; rien n'est supprimé"
    thunderbird_saves_none()
        "in Thunderbird: Account Settings, Copies & Folders, untick \"Place a copy in\"; nothing is removed"
        "dans Thunderbird : Paramètres des comptes, Copies et dossiers, décocher « Placer une copie dans » ; rien n'est supprimé"
    thunderbird_android_saves_none()
        "in its account settings, Sending mail, untick \"Upload sent messages\"; nothing is removed"
        "dans les paramètres du compte, Envoi de courriels, décocher « Téléverser les courriels envoyés » ; rien n'est supprimé"
    outlook_saves_none()
        "in Outlook for Windows: File, Options, Mail, untick \"Save copies of messages in the Sent Items folder\", which counts for all its accounts; nothing is removed"
        "dans Outlook pour Windows : Fichier, Options, Courrier, ne plus enregistrer de copie dans les éléments envoyés (« Save copies of messages in the Sent Items folder »), ce qui vaut pour tous ses comptes ; rien n'est supprimé"
    mutt_saves_none()
        "in mutt: `set copy = no`; nothing is removed"
        "dans mutt : `set copy = no` ; rien n'est supprimé"
    was_meant(name, meant)
        "\"{name}\" was meant to be \"{meant}\": a program wrote it in the wrong encoding"
        "« {name} » devait être « {meant} » : un logiciel l'a écrit dans le mauvais codage"
    other_characters(name, role)
        "\"{name}\" looks like a name for {role} but is written with other characters"
        "« {name} » ressemble à un nom pour « {role} » mais s'écrit avec d'autres caractères"
    entries_unused(count, of, table, names)
        "{count} of {of} entries of {table} match no mailbox here: {names}"
        "{count} des {of} entrées de {table} sans dossier correspondant ici : {names}"
    belongs_to_others(names, role)
        "{names} belongs to somebody else or to a group, not to the {role} of this account"
        "{names} appartient à quelqu'un d'autre ou à un groupe, et n'est pas du rôle « {role} » de ce compte"
    belong_to_others(names, role)
        "{names} belong to somebody else or to a group, not to the {role} of this account"
        "{names} appartiennent à quelqu'un d'autre ou à un groupe, et ne sont pas du rôle « {role} » de ce compte"

    // Clients.
    makes(clients, names)
        "{clients} makes {names}"
        "{clients} crée {names}"
    make(clients, names)
        "{clients} make {names}"
        "{clients} créent {names}"
    used_by(name, clients)
        "\"{name}\" by {clients}"
        "« {name} » par {clients}"
    clients_disagree(role, uses)
        "clients use different mailboxes for {role}: {uses}"
        "pour « {role} », les logiciels de messagerie n'utilisent pas le même dossier : {uses}"
    clients_disagree_and_make(role, uses, makers)
        "clients use different mailboxes for {role}: {uses}; {makers}"
        "pour « {role} », les logiciels de messagerie n'utilisent pas le même dossier : {uses} ; {makers}"
    not_found_by_all(name, role, makers)
        "not every client finds \"{name}\" for {role}: {makers}"
        "pour « {role} », certains logiciels de messagerie ne trouvent pas « {name} » : {makers}"
    clients_meet_in(name, role, because, keep)
        "these clients meet in \"{name}\" for {role}, since {because}: fix renames \"{keep}\" to it"
        "pour « {role} », ces logiciels de messagerie se retrouvent dans « {name} », car {because} : fix renomme ainsi « {keep} »"
    clients_meet_in_once_included(name, role, word, because, keep)
        "these clients meet in \"{name}\" for {role}, since {because}: with --include {word}, fix renames \"{keep}\" to it"
        "pour « {role} », ces logiciels de messagerie se retrouvent dans « {name} », car {because} : avec --include {word}, fix renomme ainsi « {keep} »"
    none_so_clients_make(role, makers)
        "no mailbox has the role {role}: {makers}"
        "aucun dossier n'a le rôle « {role} » : {makers}"
}
