//! What a plan does and why, and what it leaves to people.

use super::{counts, texts};

counts! {
    marked_deleted("message marked \\Deleted" "messages marked \\Deleted")
        ("message marqué \\Deleted" "messages marqués \\Deleted")
    copies_that_stay("copy stays" "copies stay") ("copie reste" "copies restent")
    messages_that_stay("message stays" "messages stay") ("message reste" "messages restent")
    more_garbled("more have garbled names" "more have garbled names")
        ("autre ont un nom mal codé" "autres ont un nom mal codé")
}

texts! {
    clauses(these, this)
        "{these}; {this}"
        "{these} ; {this}"

    // Why a step.
    you_said_so()
        "you said so"
        "vous l'avez indiqué"
    name_seen(name, language, source)
        "\"{name}\" ({language}): {source}"
        "« {name} » ({language}) : {source}"
    kept_because(because)
        "kept: {because}"
        "gardé : {because}"
    only_subscribed_shown()
        "Outlook and Thunderbird show only subscribed mailboxes"
        "Outlook et Thunderbird ne montrent que les dossiers abonnés"
    same_name_below()
        "it has that name below the kept mailbox"
        "il porte ce nom sous le dossier gardé"
    below_what_goes(name)
        "it lies below \"{name}\", which goes"
        "il se trouve sous « {name} », qui disparaît"
    no_such_mailbox()
        "there is no such mailbox"
        "ce dossier n'existe pas"
    renaming_moves_nothing()
        "renaming moves no message and keeps its numbers"
        "renommer ne déplace aucun message et garde leurs numéros"
    only_if_marked(attribute)
        "it stays so only if the server then marks it {attribute}"
        "le nom ne reste que si le serveur le marque alors {attribute}"
    mark_belongs_to_kept()
        "a marked mailbox cannot be removed, and the mark belongs to the kept one"
        "un dossier marqué ne peut pas être supprimé, et la marque revient au dossier gardé"
    clients_look_for(attribute)
        "clients look for {attribute}"
        "les logiciels de messagerie cherchent {attribute}"
    meant_to_be()
        "this is what the garbled name was meant to be"
        "c'est ce que le nom mal codé devait être"

    // What is left as it is.
    say_first(name, messages, role, option)
        "whether \"{name}\" ({messages}) has the role {role} is doubtful; --role {option} says so"
        "il est douteux que « {name} » ({messages}) ait le rôle « {role} » ; --role {option} le confirme"
    was_kept_before(name, role, run, target, option)
        "\"{name}\" has kept {role} since run {run}, and is now merged into \"{target}\"; --target {option} keeps it"
        "« {name} » garde « {role} » depuis l'exécution {run}, et est maintenant fusionné dans « {target} » ; --target {option} le garde"
    target_is_ordinary(name, messages, role)
        "\"{name}\" is a mailbox of your own ({messages}), and {role} is to be kept there: is it the one you mean?"
        "« {name} » est un dossier à vous ({messages}), et « {role} » doit y rester : est-ce bien celui que vous voulez ?"
    nothing_tells_keeper(names, role, word)
        "nothing tells which of {names} is to keep the role {role}; --target {word}=MAILBOX says so"
        "rien ne dit lequel de {names} doit garder le rôle « {role} » ; --target {word}=DOSSIER le dit"
    may_be_purged(keep, because)
        "mail goes into \"{keep}\": {because}; what the server purges, no undo brings back"
        "du courrier va dans « {keep} » : {because} ; ce que le serveur efface, aucune annulation ne le ramène"
    filter_may_fill_again(names)
        "if a spam filter on the server delivers into {names}, it makes it again"
        "si un filtre antispam du serveur distribue dans {names}, il le recrée"
    stays_in_other_namespace(name)
        "\"{name}\" lies in another namespace than INBOX: it is emptied but neither renamed nor removed, and whether an undo can bring its mail back depends on what that namespace takes"
        "« {name} » se trouve dans un autre espace de noms qu'INBOX : il est vidé mais ni renommé ni supprimé, et une annulation ne peut ramener son courrier que si cet espace l'accepte"
    target_in_other_namespace(name, role)
        "\"{name}\" lies in another namespace than INBOX, so it does not keep the role {role}; --role takes it in"
        "« {name} » se trouve dans un autre espace de noms qu'INBOX et ne garde donc pas le rôle « {role} » ; --role le prend en compte"
    may_be_a_view(name)
        "\"{name}\" is empty and lies where a view may lie, so it is not removed"
        "« {name} » est vide et se trouve là où une vue peut se trouver ; il n'est donc pas supprimé"
    would_be_renamed(names, keep, word, because)
        "{names} would be renamed to \"{keep}\" with --include {word}: {because}"
        "avec --include {word}, {names} serait renommé en « {keep} » : {because}"
    would_be_merged(names, keep, word, because)
        "{names} would be merged into \"{keep}\" with --include {word}: {because}"
        "avec --include {word}, {names} serait fusionné dans « {keep} » : {because}"
    would_all_be_merged(names, keep, word, because)
        "{names} would be merged into \"{keep}\" with --include {word}: {because}"
        "avec --include {word}, {names} seraient fusionnés dans « {keep} » : {because}"
    inbox_is_watched()
        "mail in INBOX is under the eyes of filters and clients: those that are on sort, forward or delete it by their rules, and show what is unread as new"
        "le courrier d'INBOX est sous les yeux des filtres et des logiciels de messagerie : ceux qui sont actifs le classent, le transfèrent ou l'effacent selon leurs règles, et montrent comme nouveau ce qui n'est pas lu"
    may_train_filter()
        "what is moved there may train the spam filter, and a timer may purge it"
        "ce qui y est déplacé peut influencer l'apprentissage du filtre antispam, et une purge automatique peut l'effacer"
    timer_may_purge()
        "a timer may purge what is moved there, often after 7 or 30 days"
        "une purge automatique peut effacer ce qui y est déplacé, souvent après 7 ou 30 jours"
    cannot_keep(name, role)
        "\"{name}\" cannot hold messages, so it cannot keep the role {role}"
        "« {name} » ne peut pas contenir de messages et ne peut donc pas garder le rôle « {role} »"
    has_another_name(name)
        "\"{name}\" leads to a mailbox that has another name too, so emptying it would empty both"
        "« {name} » mène à un dossier qui a aussi un autre nom ; le vider viderait les deux"
    name_and_mark_differ(name)
        "\"{name}\" has a name of one role and a mark of another; say which it is with --role"
        "« {name} » porte le nom d'un rôle et la marque d'un autre ; dites lequel avec --role"
    also_marked(name, attribute)
        "\"{name}\" is also marked {attribute}, so it is not touched"
        "« {name} » est aussi marqué {attribute} ; on n'y touche donc pas"
    above_or_below(name)
        "\"{name}\" lies above or below the kept mailbox, so it stays"
        "« {name} » se trouve au-dessus ou au-dessous du dossier gardé ; il reste donc"
    no_uid_validity(name)
        "\"{name}\" has no UIDVALIDITY, so its messages cannot be told apart"
        "« {name} » n'a pas d'UIDVALIDITY ; ses messages ne peuvent donc pas être distingués"
    no_safe_merge(name)
        "\"{name}\" cannot be merged safely: this server has neither MOVE nor UIDPLUS (--remove-without-uidplus does it all the same)"
        "« {name} » ne peut pas être fusionné sans risque : ce serveur n'a ni MOVE ni UIDPLUS (--remove-without-uidplus le fait malgré tout)"
    stays_with_marked(name, messages)
        "\"{name}\" stays with {messages}; --move-deleted moves that mail too"
        "« {name} » reste avec {messages} ; --move-deleted déplace aussi ce courrier"
    may_hold_more(name)
        "\"{name}\" may hold more than the server shows, so it is emptied but not removed"
        "« {name} » contient peut-être plus que le serveur n'en montre ; il est donc vidé mais pas supprimé"
    is_to_stay(name)
        "\"{name}\" is to stay"
        "« {name} » doit rester"
    was_copied_in_vain(name)
        "the server has changed what an earlier run copied out of \"{name}\", dropped its flags, or given \"{name}\" another UIDVALIDITY meanwhile, so it is not tried again"
        "le serveur a modifié ce qu'une exécution précédente avait copié de « {name} », en a perdu les indicateurs ou a donné entre-temps un autre UIDVALIDITY à « {name} » : on n'essaie plus"
    could_only_be_copied(why)
        "{why}; on this server its messages could only be copied, so they are left where they are"
        "{why} ; sur ce serveur ses messages ne pourraient être que copiés, ils restent donc où ils sont"
    child_cannot_follow(name, child)
        "\"{name}\" stays because \"{child}\" lies below it and cannot follow"
        "« {name} » reste, car « {child} » se trouve au-dessous et ne peut pas suivre"
    gmails_own(name)
        "\"{name}\" is Gmail's own, so it is emptied but not removed"
        "« {name} » appartient à Gmail ; il est donc vidé mais pas supprimé"
    providers_own(name)
        "\"{name}\" is the provider's own, so it is emptied but not removed"
        "« {name} » appartient au fournisseur ; il est donc vidé mais pas supprimé"
    garbled_until_next(name)
        "\"{name}\" keeps its garbled name until the next run with --repair-names"
        "« {name} » garde son nom mal codé jusqu'à la prochaine exécution avec --repair-names"
    garbled_offer(name)
        "\"{name}\" has a garbled name; --repair-names renames it"
        "« {name} » a un nom mal codé ; --repair-names le renomme"
    garbled_offers(name, more)
        "\"{name}\" and {more}; --repair-names renames them"
        "« {name} » et {more} ; --repair-names les renomme"
    garbled_taken(name, meant)
        "\"{name}\" keeps its garbled name: \"{meant}\" is there already"
        "« {name} » garde son nom mal codé : « {meant} » existe déjà"

    // What the user of a client is to be told.
    makes_again_if_in_use(keep, role, makers)
        "if already in use with what goes away, {makers} until set to \"{keep}\" for {role}"
        "s'ils utilisent déjà ce qui disparaît : {makers}, tant qu'ils ne sont pas réglés sur « {keep} » pour « {role} »"
    of_client(client, parts)
        "{client}: {parts}"
        "{client} : {parts}"
    choose_for(keep, role, does)
        "choose \"{keep}\" for {role}, else {does}"
        "choisir « {keep} » pour « {role} », sinon {does}"
    choose_for_at(keep, role, place, does)
        "choose \"{keep}\" for {role} ({place}), else {does}"
        "choisir « {keep} » pour « {role} » ({place}), sinon {does}"
    cannot_be_set(role, does, keep)
        "for {role} {does}, and nobody can set it to \"{keep}\"; run `rolecall fix` again once it is set up"
        "pour « {role} », {does}, et cela ne se règle pas sur « {keep} » ; relancer `rolecall fix` une fois qu'il est configuré"
    not_known_if_set(role, does, keep)
        "for {role} {does}; whether it can be set to \"{keep}\" is not documented"
        "pour « {role} », {does} ; s'il peut être réglé sur « {keep} » n'est pas documenté"
    if_in_use(parts)
        "if already in use, {parts}"
        "s'il est déjà utilisé, {parts}"
    or_if_in_use(does, in_use)
        "{does} (if already in use, {in_use})"
        "{does} (s'il est déjà utilisé, {in_use})"
    keep_for(keep, role)
        "\"{keep}\" for {role}"
        "« {keep} » pour « {role} »"
    choose_else(choices, does)
        "choose {choices}, else {does}"
        "choisir {choices}, sinon {does}"
    choose_at_else(choices, place, does)
        "choose {choices} ({place}), else {does}"
        "choisir {choices} ({place}), sinon {does}"
    set_up_anew(choices, does)
        "remove the account and add it again, to have {choices}, else {does}"
        "retirer le compte et l'ajouter à nouveau, pour avoir {choices}, sinon {does}"
    it_makes_again(names)
        "it makes {names} again"
        "il recrée {names}"
    it_uses(names)
        "it uses {names}"
        "il utilise {names}"
    it_makes(names)
        "it makes {names}"
        "il crée {names}"
    it_keeps_on_computer()
        "it keeps the mail on the computer"
        "il garde le courrier sur l'ordinateur"
    it_leaves_in_place()
        "it leaves the mail where it is and marks it there"
        "il laisse le courrier où il est et l'y marque"
    it_asks()
        "it asks"
        "il demande"
    it_uses_none()
        "it uses none"
        "il n'en utilise aucun"
    undocumented_use()
        "nobody documented what it uses"
        "on ne sait pas quel dossier il utilise"
    which_is_undocumented(uses)
        "{uses} (nobody documented which)"
        "{uses} (personne ne l'a documenté)"

    // Undo.
    had_that_name()
        "it had that name before"
        "il portait ce nom auparavant"
    was_not_subscribed()
        "it was not subscribed before"
        "il n'était pas abonné auparavant"
    was_subscribed()
        "it was subscribed before"
        "il était abonné auparavant"
    mark_was_so()
        "its mark was so before"
        "sa marque était ainsi auparavant"
    moved_from_there()
        "they were moved from there"
        "ils en avaient été déplacés"
    was_removed()
        "it was removed"
        "il avait été supprimé"
    made_by_run(name)
        "\"{name}\" was made by that run; it stays, since an undo removes no mailbox"
        "« {name} » a été créé par cette exécution ; il reste, car une annulation ne supprime aucun dossier"
    copies_stay(copies, name)
        "{copies} in \"{name}\": their originals were not seen to be gone"
        "{copies} dans « {name} » : la disparition des originaux n'a pas été constatée"
    were_there_before(messages, name, source)
        "{messages} in \"{name}\" as before; nothing of that comes back into \"{source}\""
        "{messages} dans « {name} » comme auparavant ; rien n'en revient dans « {source} »"
    were_purged(messages, name)
        "{messages} have gone from \"{name}\" since and do not come back"
        "{messages} ont disparu depuis de « {name} » et ne reviennent pas"
    fewer_are_there(name, messages, stands)
        "\"{name}\" holds {stands}, fewer than the {messages} that were moved there; what is gone does not come back"
        "« {name} » contient {stands}, moins que les {messages} qui y ont été déplacés ; ce qui a disparu ne revient pas"
    source_is_gone(name, messages, source)
        "\"{name}\" keeps {messages}: \"{source}\" is not there any more, and that run did not remove it"
        "« {name} » garde {messages} : « {source} » n'existe plus, et ce n'est pas cette exécution qui l'a supprimé"
    was_not_explained(name, messages)
        "\"{name}\" did not add up after that run ({messages}): what became of these is not known, so none of them is moved back"
        "le compte de « {name} » n'était pas juste après cette exécution ({messages}) : ce que ces messages sont devenus n'est pas connu ; aucun n'est ramené"
    could_only_copy_back(name, messages)
        "\"{name}\" keeps {messages}: this server can only copy messages, which would leave them in both"
        "« {name} » garde {messages} : ce serveur ne peut que copier, ce qui les laisserait dans les deux"
    made_without_rights(name)
        "\"{name}\" is made again without the access rights and annotations that it may have had"
        "« {name} » est recréé sans les droits d'accès ni les annotations qu'il avait peut-être"

    // What `fix` says of a plan besides.
    emptied_wait()
        "--remove later: emptied mailboxes are set aside at first; `rolecall resume`, or the next fix, removes them when their time has come"
        "--remove later : les dossiers vidés sont d'abord mis de côté ; `rolecall resume`, ou le prochain fix, les supprime quand le moment est venu"
    save_without_steps(why)
        "save a plan without what is to be left out: {why}"
        "enregistrer un plan sans ce qui est à omettre : {why}"
}
