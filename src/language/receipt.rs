//! Why a step ended as it did.

use super::{counts, texts};

counts! {
    more_left("more message stays" "more messages stay; --format json names them all")
        ("autre message reste" "autres messages restent ; --format json les nomme tous")
    unmovable("message that could not be moved" "messages that could not be moved")
        ("message qui n'a pas pu être déplacé" "messages qui n'ont pas pu être déplacés")
    doubled("message in the target twice or in both mailboxes, none is lost" "messages in the target twice or in both mailboxes, none is lost")
        ("message en double dans la cible ou présent dans les deux dossiers, rien n'est perdu" "messages en double dans la cible ou présents dans les deux dossiers, rien n'est perdu")
    there_already("message in the target already, under the same id" "messages in the target already, under the same id")
        ("message déjà dans la cible, sous le même identifiant" "messages déjà dans la cible, sous le même identifiant")
    left_both("message left both mailboxes meanwhile" "messages left both mailboxes meanwhile")
        ("message a quitté les deux dossiers entre-temps" "messages ont quitté les deux dossiers entre-temps")
    messages_have_gone("message has gone" "messages have gone") ("message a disparu" "messages ont disparu")
    messages_unexplained("message is gone or there twice, and nothing shows why" "messages are gone or there twice, and nothing shows why")
        ("message a disparu ou s'y trouve deux fois, sans que rien ne dise pourquoi" "messages ont disparu ou s'y trouvent deux fois, sans que rien ne dise pourquoi")
    no_longer_there("is no longer there" "are no longer there") ("n'est plus là" "ne sont plus là")
    twins("message in the target already under the same id" "messages in the target already under the same id")
        ("message déjà dans la cible sous le même identifiant" "messages déjà dans la cible sous le même identifiant")
    not_found_by_id("message not found by its id elsewhere" "messages not found by their ids elsewhere")
        ("message introuvable ailleurs par son identifiant" "messages introuvables ailleurs par leur identifiant")
    found_by_id("message found by its id" "messages found by their ids")
        ("message retrouvé par son identifiant" "messages retrouvés par leur identifiant")
}

texts! {
    // What went less than perfectly.
    found_in(messages, name)
        "{messages} in \"{name}\""
        "{messages} dans « {name} »"
    was_purged(messages, name)
        "{messages} from \"{name}\", where servers purge; no undo brings that back"
        "{messages} de « {name} », que les serveurs purgent ; aucune annulation ne le ramène"
    does_not_add_up(name, messages)
        "\"{name}\" does not add up: {messages}"
        "le compte de « {name} » n'est pas juste : {messages}"
    cannot_be_told(messages, name, renumbered)
        "\"{name}\": of {messages} it cannot be told any more which is which: the numbers in \"{renumbered}\" were given anew meanwhile (its UIDVALIDITY changed)"
        "« {name} » : impossible de dire ce que sont devenus {messages} : les numéros de « {renumbered} » ont été redonnés entre-temps (son UIDVALIDITY a changé)"
    no_mailbox_any_more()
        "no mailbox any more"
        "plus de dossier"
    adds_up_to(told, stood, came, left, others, stands)
        "{told}. Before: {stood}; moved in by rolecall: {came}; moved out: {left}; put in by others: {others}; now: {stands}."
        "{told}. Avant : {stood} ; ajouté par rolecall : {came} ; retiré : {left} ; ajouté par d'autres : {others} ; maintenant : {stands}."
    below_waits()
        "it is empty, and goes once what was set aside below it is removed: fix again then"
        "il est vide, et disparaîtra quand ce qui a été mis de côté en dessous sera supprimé : relancez fix alors"
    waits_until(time)
        "What was emptied is set aside and removed by `rolecall resume` or the next `rolecall fix` after {time}, if nothing has come into it."
        "Ce qui a été vidé est mis de côté ; `rolecall resume` ou le prochain `rolecall fix` le supprimera après {time}, si rien n'y est arrivé."
    of_all(missing, all)
        "of {all} {missing}"
        "sur {all}, {missing}"
    flags_lost_later(flags)
        "{flags} went after the messages had arrived"
        "{flags} a disparu après l'arrivée des messages"
    dates_changed_later(messages)
        "the server changed the date of {messages} after their arrival"
        "le serveur a changé la date de {messages} après leur arrivée"
    stays_locked(own, name)
        "\"{own}\" is under the name \"{name}\", and the server did not give back everybody's right to put messages in"
        "« {own} » porte le nom « {name} », et le serveur n'a pas rendu à tous le droit d'y mettre des messages"
    shows_mail_of(name)
        "it is a view that shows the mail of \"{name}\", so nothing is moved out of it"
        "c'est une vue qui montre le courrier de « {name} » ; on n'en déplace donc rien"
    comes_back()
        "what is moved out of it comes back: it is a view that shows the target too"
        "ce qu'on en déplace y revient : c'est une vue qui montre aussi la cible"
    dates_changed(messages)
        "the server changed the date of {messages}"
        "le serveur a changé la date de {messages}"
    flags_gained(flags)
        "the server has set {flags} on messages that it moved, and does not take it back"
        "le serveur a mis {flags} à des messages qu'il a déplacés, et ne l'enlève pas"
    target_marks_deleted()
        "the server marks what it moves as \\Deleted, so that the next clean-up would remove it"
        "le serveur marque \\Deleted ce qu'il déplace : le prochain nettoyage l'enlèverait"
    flags_not_kept(flags)
        "the target does not keep {flags}"
        "la cible ne conserve pas {flags}"
    had_no_copy(messages)
        "{messages} had no copy in the target any more"
        "{messages} sans copie dans la cible désormais"
    moves_by_copying()
        "the server offers MOVE and refuses it, so messages are copied, looked at in the target, and removed from the source"
        "le serveur propose MOVE et le refuse : les messages sont donc copiés, vérifiés dans la cible, puis retirés de la source"
    offers_what_it_refuses(words)
        "the server offers MOVE and refuses it ({words}); without UIDPLUS too, nothing removes exactly what was copied"
        "le serveur propose MOVE et le refuse ({words}) ; sans UIDPLUS non plus, rien ne retire exactement ce qui a été copié"
    was_not_subscribed_since(name, why)
        "\"{name}\" was not subscribed: {why}"
        "« {name} » n'a pas pu être abonné : {why}"
    was_not_unsubscribed_since(name, why)
        "\"{name}\" was not unsubscribed: {why}"
        "« {name} » n'a pas pu être désabonné : {why}"
    marked_again(name, role)
        "\"{name}\" is again marked for {role}"
        "« {name} » est de nouveau marqué pour « {role} »"
    marked_no_longer(name, role)
        "\"{name}\" is no longer marked for {role}"
        "« {name} » n'est plus marqué pour « {role} »"

    // What the server said and did.
    server_refused(words)
        "the server refused: {words}"
        "le serveur a refusé : {words}"
    asks_for_seconds(seconds)
        "the server asks to be left alone for {seconds} s"
        "le serveur demande qu'on attende {seconds} s"
    tries_again_in(seconds)
        "the server refuses for now; the next try is in {seconds} s"
        "le serveur refuse pour l'instant ; prochain essai dans {seconds} s"
    goes_on_over_a_new_connection()
        "the connection was lost; the run goes on over a new one"
        "la connexion a été perdue ; l'exécution continue sur une nouvelle"
    copies_are_left(messages, name)
        "copies of {messages} are left in \"{name}\", and no later run makes more"
        "des copies de {messages} restent dans « {name} », et aucune exécution ultérieure n'en fera d'autres"
    left_message(mailbox, known, why)
        "a message stays in \"{mailbox}\" ({known}): {why}"
        "un message reste dans « {mailbox} » ({known}) : {why}"
    left_unreadable()
        "the server does not give it out"
        "le serveur ne le donne pas"
    left_refused()
        "the server does not move it"
        "le serveur ne le déplace pas"
    left_refused_saying(words)
        "the server does not move it: {words}"
        "le serveur ne le déplace pas : {words}"
    left_line_lost()
        "the server hangs up on the command that moves it"
        "le serveur raccroche à la commande qui le déplace"
    left_with_its_copy()
        "the server has copied it and does not give out the copy, so both stay"
        "le serveur l'a copié et ne donne pas la copie ; les deux restent donc"
    moved_withheld(mailbox, known)
        "a moved message is in \"{mailbox}\" ({known}) and could not be compared: the server lists it there and does not give it out"
        "un message déplacé est dans « {mailbox} » ({known}) et n'a pas pu être comparé : le serveur l'y montre et ne le donne pas"
    not_given_out(messages)
        "it stays: the server lists what was moved out of it in its target and does not give all of it out: {messages}"
        "il reste : le serveur montre dans la cible ce qui en a été déplacé, mais n'en donne pas tout : {messages}"
    hangs_up_again_and_again(why)
        "the server ends one connection after the other before anything more can be done: {why}"
        "le serveur met fin à une connexion après l'autre avant que rien de plus ne puisse être fait : {why}"
    hangs_up_when_opened()
        "the server hangs up whenever it is opened"
        "le serveur raccroche chaque fois qu'on l'ouvre"
    hangs_up_on_it()
        "it hangs up on this command"
        "il raccroche à cette commande"
    too_many_left(messages)
        "the server lets one message after the other go unmoved, so no more are tried: {messages}"
        "le serveur laisse un message après l'autre sans le déplacer ; on n'en essaie plus : {messages}"
    asks_to_wait()
        "the server asks to wait, again and again; try again later"
        "le serveur demande à plusieurs reprises d'attendre ; réessayez plus tard"
    no_sense(why)
        "the answer makes no sense: {why}"
        "la réponse n'a pas de sens : {why}"
    not_made()
        "the server said OK but did not make it"
        "le serveur a dit OK mais ne l'a pas créé"
    made_in_other_case(name)
        "the server has made it under another name, \"{name}\", which stays"
        "le serveur l'a créé sous un autre nom, « {name} », qui reste"
    still_only_a_name()
        "the server said OK, and the name is still listed as one that cannot be opened"
        "le serveur a dit OK, et le nom figure toujours comme impossible à ouvrir"
    made_without_mark()
        "the server did not mark it with its role"
        "le serveur ne l'a pas marqué de son rôle"
    not_renamed()
        "the server said OK but did not rename it"
        "le serveur a dit OK mais ne l'a pas renommé"
    has_its_name_back(new, old)
        "the server does not mark \"{new}\", so it is \"{old}\" again; the same command now says what is left to set"
        "le serveur ne marque pas « {new} » : il s'appelle de nouveau « {old} » ; la même commande dit maintenant ce qui reste à régler"
    keeps_new_name(name)
        "the server does not mark \"{name}\", and it cannot have its old name back"
        "le serveur ne marque pas « {name} », et l'ancien nom ne peut pas lui être rendu"
    empty_under_old_name()
        "the server made an empty one under the old name"
        "le serveur a créé un dossier vide sous l'ancien nom"
    mark_did_not_change()
        "the server said OK but its mark did not change"
        "le serveur a dit OK mais sa marque n'a pas changé"
    not_let_go(words)
        "the server does not let it go: {words}"
        "le serveur ne le laisse pas partir : {words}"
    server_kept_it(words)
        "the server kept it: {words}"
        "le serveur l'a gardé : {words}"
    ok_but_kept()
        "the server said OK but kept it"
        "le serveur a dit OK mais l'a gardé"
    made_again()
        "the server or another client made it again"
        "le serveur ou un autre logiciel l'a recréé"
    server_changes_messages(differs, messages)
        "the server changes messages while it moves them (what differs: {differs}); changed, and in the target: {messages}"
        "le serveur modifie les messages en les déplaçant (ce qui diffère : {differs}) ; modifiés, et dans la cible : {messages}"
    its_size()
        "the size"
        "la taille"
    its_text()
        "the text"
        "le texte"
    its_id()
        "the server's id of the message"
        "l'identifiant du message chez le serveur"
    gives_other_ids()
        "the server gives moved messages another id; they were compared by size, date and where the server says that they went"
        "le serveur donne un autre identifiant aux messages déplacés ; ils ont été comparés par taille, date et l'endroit où il dit les avoir mis"
    part_was_copied()
        "the server refused a copy and has put a part of it into the target: those messages may be there twice"
        "le serveur a refusé une copie et en a mis une partie dans la cible : ces messages y sont peut-être en double"
    in_neither(messages)
        "{messages} cannot be found in either mailbox, and nothing shows that another client took it away"
        "{messages} : introuvable dans les deux dossiers, et rien ne montre qu'un autre logiciel les ait enlevés"
    left_in_source(messages)
        "the server left in the source what is in the target now: {messages}"
        "le serveur a laissé dans la source ce qui est maintenant dans la cible : {messages}"
    none_in_target()
        "the server said OK but none of the messages can be found in the target"
        "le serveur a dit OK mais aucun des messages n'est trouvé dans la cible"
    not_removed(messages)
        "the server did not remove {messages} that it has in the target too; none is lost"
        "le serveur n'a pas supprimé {messages} qu'il a aussi dans la cible ; rien n'est perdu"
    not_emptied()
        "the server did not empty it; all that was in it is in the target too"
        "le serveur ne l'a pas vidé ; tout ce qu'il contenait est aussi dans la cible"
    still_working()
        "the server is still working on an earlier command"
        "le serveur traite encore une commande précédente"

    // What stood in the way.
    left_out()
        "left out"
        "laissé de côté"
    stopped_by_you()
        "stopped by you"
        "arrêté par vous"
    stopped_merge(moved, all)
        "stopped by you; {moved} of {all} messages moved"
        "arrêté par vous ; messages déplacés : {moved} sur {all}"
    stopped_before_removal(moved, all)
        "stopped by you; {moved} of {all} messages moved, the mailbox is not yet removed"
        "arrêté par vous ; messages déplacés : {moved} sur {all} ; le dossier n'est pas encore supprimé"
    was_there_already()
        "it was there already"
        "il existait déjà"
    it_is_gone()
        "it is not there any more"
        "il n'existe plus"
    not_there_any_more(name)
        "\"{name}\" is not there any more"
        "« {name} » n'existe plus"
    target_is_gone()
        "its target is not there any more"
        "sa cible n'existe plus"
    target_not_opened()
        "its target cannot be opened: the server lists it as a mere name"
        "sa cible ne peut pas être ouverte : le serveur n'en donne que le nom"
    target_is_view()
        "its target is a view of other mailboxes"
        "sa cible est une vue d'autres dossiers"
    target_only_read()
        "its target can only be read, or keeps no message numbers"
        "sa cible est en lecture seule, ou ne conserve pas les numéros des messages"
    only_read()
        "it can only be read, or keeps no message numbers"
        "il est en lecture seule, ou ne conserve pas les numéros des messages"
    name_appeared()
        "a mailbox of that name has appeared meanwhile"
        "un dossier de ce nom est apparu entre-temps"
    both_lead_to_one()
        "same-mailbox-twice: both names lead to one mailbox"
        "same-mailbox-twice : les deux noms mènent au même dossier"
    target_did_not_keep(flags)
        "the target did not keep {flags}; --allow-keyword-loss goes on without"
        "la cible n'a pas conservé {flags} ; --allow-keyword-loss continue sans"
    keywords_not_kept(keywords)
        "the target cannot keep the keywords {keywords}; --allow-keyword-loss moves the messages without them"
        "la cible ne peut pas conserver les mots-clés {keywords} ; --allow-keyword-loss déplace les messages sans eux"
    holds_marked(messages)
        "it holds {messages}; nothing was copied"
        "il contient {messages} ; rien n'a été copié"
    stays_shown(limit)
        "it stays: it has shown {limit} messages in all, which may be a limit of the server and not all there are"
        "il reste : il a montré {limit} messages en tout ; c'est peut-être une limite du serveur, et il y en a peut-être d'autres"
    it_stays_with(messages)
        "it stays with {messages}"
        "il reste avec {messages}"
    it_stays_with_hidden(messages)
        "it stays with {messages} that its searches do not show"
        "il reste avec {messages} que les recherches du serveur ne montrent pas"
    stays_as_planned()
        "it stays, as planned"
        "il reste, comme prévu"
    as_planned(stays)
        "{stays}, as planned"
        "{stays}, comme prévu"
    only_copied_here()
        "its messages can only be copied here, so every run would copy them again"
        "ses messages ne peuvent être que copiés ici ; chaque exécution les copierait à nouveau"
    keeps_filling()
        "it keeps filling while it is emptied"
        "il se remplit pendant qu'on le vide"
    message_came_in()
        "a message came into it while it was emptied"
        "un message y est arrivé pendant qu'on le vidait"
    without_copy(messages)
        "{messages} in it without a copy in the target"
        "il contient {messages} sans copie dans la cible"
    mail_kept_arriving()
        "mail kept arriving in the emptied mailbox"
        "du courrier continuait d'arriver dans le dossier vidé"
    kept_changing()
        "the server showed the emptied mailbox otherwise at each look"
        "le serveur montrait le dossier vidé autrement à chaque fois"
    counts_hidden(messages)
        "the server counts {messages} in it that it does not show"
        "le serveur y compte {messages} qu'il ne montre pas"
    mailboxes_below()
        "there are mailboxes below it"
        "il y a des dossiers au-dessous"
    hidden_below()
        "there are mailboxes below it that were not shown"
        "il y a au-dessous des dossiers qui n'étaient pas montrés"
    appeared_below()
        "mailboxes have appeared below it"
        "des dossiers sont apparus au-dessous"
    server_gives_no_validity()
        "the server gives no UIDVALIDITY, so its messages cannot be told apart"
        "le serveur ne donne pas d'UIDVALIDITY ; ses messages ne peuvent donc pas être distingués"
    another_than_planned(name)
        "\"{name}\" is another mailbox than when the plan was made (its UIDVALIDITY changed)"
        "« {name} » n'est plus le dossier que le plan a vu (son UIDVALIDITY a changé)"
    identity_unknown(name)
        "the identity of \"{name}\" is not known"
        "l'identité de « {name} » n'est pas connue"
    another_was_renamed()
        "what was renamed is another mailbox than was emptied (its MAILBOXID differs)"
        "le dossier renommé n'est pas celui qui a été vidé (son MAILBOXID diffère)"
    new_numbers()
        "its messages have new numbers, so their copies cannot be told any more"
        "ses messages ont de nouveaux numéros ; leurs copies ne peuvent plus être reconnues"
    keeps_its_own_name(name)
        "\"{name}\" keeps the name that it has got back: it was set aside before"
        "« {name} » garde le nom qu'il a retrouvé : il était mis de côté auparavant"
    not_begun()
        "not begun: the run stopped before it"
        "pas commencé : l'exécution s'est arrêtée avant"
    not_looked_at()
        "could not be looked at"
        "n'a pas pu être examiné"
    in_neither_mailbox()
        "in neither mailbox"
        "dans aucun des deux dossiers"
    given_up_undone()
        "given up; it is not done"
        "abandonné ; ce n'est pas fait"
    given_up_unknown(messages)
        "given up; where they are is unknown: {messages}"
        "abandonné ; on ne sait pas où ils sont : {messages}"
    given_up_merge(moved, all)
        "given up; {moved} of {all} messages moved, no other one"
        "abandonné ; messages déplacés : {moved} sur {all}, aucun autre"
    given_up_set_aside(name)
        "given up; the mailbox stands set aside as \"{name}\""
        "abandonné ; le dossier est mis de côté sous le nom « {name} »"
    under_neither()
        "the emptied mailbox is under neither its own name nor its new one"
        "le dossier vidé n'est ni sous son nom ni sous le nouveau"
    there_is_a_new(name)
        "there is a new \"{name}\""
        "il y a un nouveau « {name} »"
    name_not_given_back()
        "the server refuses to give its own name back"
        "le serveur refuse de lui rendre son nom"
    kept_under_name(name, why)
        "the emptied mailbox is kept under the name \"{name}\": {why}; once that is settled, `rolecall resume` goes on"
        "le dossier vidé est conservé sous le nom « {name} » : {why} ; une fois cela réglé, `rolecall resume` continue"

    // What no plan of ours asks for.
    step_incomplete()
        "the plan's step is incomplete"
        "l'étape du plan est incomplète"
    no_role_named()
        "the plan names no role"
        "le plan ne nomme pas de rôle"
    no_mailbox_named()
        "the plan names no mailbox"
        "le plan ne nomme pas de dossier"
    never_a_source()
        "it is never a source"
        "il n'est jamais une source"
    inbox_never_renamed()
        "INBOX is never renamed"
        "INBOX n'est jamais renommé"
    only_emptied_removed()
        "only what this run has emptied is ever removed"
        "seul ce que cette exécution a vidé est supprimé"
    new_name_exists()
        "a name that should be new exists"
        "un nom qui devrait être nouveau existe"
}
