//! What one run did, told message by message.

use super::{counts, texts};

counts! {
    given_up_messages("message" "messages") ("message" "messages")
}

texts! {
    story_never_began()
        "It never began: nothing was sent."
        "Elle n'a jamais commencé : rien n'a été envoyé."
    story_of(began, account)
        "{began}: {account}"
        "{began} : {account}"
    story_of_undo(began, run, account)
        "{began}: undoes the run {run} on {account}"
        "{began} : annule l'exécution {run} sur {account}"
    story_step(number, sentence)
        "{number}. {sentence}"
        "{number}. {sentence}"
    story_ended()
        "It came to its end."
        "Elle est arrivée à son terme."
    story_given_up(run)
        "It was given up: `rolecall undo {run}` reverses what is proven, and `rolecall resume {run}` goes on with what it has set aside."
        "Elle a été abandonnée : `rolecall undo {run}` annule ce qui est prouvé, et `rolecall resume {run}` reprend ce qu'elle a mis de côté."
    story_undone_by(run)
        "The run {run} has undone it."
        "L'exécution {run} l'a annulée."
    story_waits(until, run)
        "It waits until {until} to remove what it has set aside: `rolecall resume {run}` does so then."
        "Elle attend {until} pour supprimer ce qu'elle a mis de côté : `rolecall resume {run}` le fait alors."
    story_unfinished(run)
        "It is unfinished: `rolecall resume {run}` goes on with it."
        "Elle est inachevée : `rolecall resume {run}` la reprend."
    story_may_run_late(run)
        "One of its commands was never answered and may hold mail if it runs late: `rolecall resume {run}` looks."
        "Une de ses commandes n'a jamais eu de réponse et peut retenir du courrier si elle s'exécute tard : `rolecall resume {run}` regarde."
    story_messages_given_up(messages, name, why)
        "   {messages} of \"{name}\" are given up: {why}"
        "   {messages} de « {name} » abandonnés : {why}"
    story_no_date()
        "no date"
        "sans date"
    story_message(uid, octets, date)
        "      UID {uid}, {octets} octets, {date}"
        "      UID {uid}, {octets} octets, {date}"
    story_purged(messages, name, uids)
        "   {messages} have gone from \"{name}\", where servers purge{uids}"
        "   {messages} disparus de « {name} », que les serveurs vident{uids}"
    story_unexplained(messages, name, uids)
        "   {messages} of \"{name}\" are gone or there twice, and nothing shows why{uids}"
        "   {messages} de « {name} » disparus ou en double, et rien ne montre pourquoi{uids}"
    story_renumbered(messages, name, renumbered)
        "   {messages} of \"{name}\" cannot be told any more from others: the numbers in \"{renumbered}\" were given anew meanwhile"
        "   {messages} de « {name} » ne se distinguent plus d'autres : les numéros de « {renumbered} » ont été redonnés entre-temps"
    story_make(target)
        "make {target}"
        "créer {target}"
    story_rename(source, target)
        "rename {source} to {target}"
        "renommer {source} en {target}"
    story_move(source, target)
        "move the messages of {source} into {target}"
        "déplacer les messages de {source} dans {target}"
    story_subscribe(target)
        "subscribe {target}"
        "abonner {target}"
    story_unsubscribe(target)
        "unsubscribe {target}"
        "désabonner {target}"
    story_mark(target)
        "mark {target}"
        "marquer {target}"
    story_remove(target)
        "remove {target}"
        "supprimer {target}"
    story_repair_filters()
        "let the filters name the mailboxes that stay"
        "faire nommer aux filtres les dossiers qui restent"
    story_clear_mark(source)
        "clear the mark of {source}"
        "enlever la marque de {source}"
    story_not_over(what)
        "{what}: not over"
        "{what} : pas terminé"
    story_outcome(what, outcome, moved, after)
        "{what}: {outcome}{moved}{after}"
        "{what} : {outcome}{moved}{after}"
    story_moved(messages)
        ", {messages}"
        ", {messages}"
    story_then_removed()
        ", then removed"
        ", puis supprimé"
    story_it_stays()
        ", it stays"
        ", il reste"
    story_came_back()
        ", removed and made again by somebody"
        ", supprimé puis recréé par quelqu'un"
    story_waits_for_removal()
        ", set aside and removed later"
        ", mis de côté et supprimé plus tard"
    story_because(what, why)
        "{what} ({why})"
        "{what} ({why})"
    story_is_now(place, olds, name, news, validity, how)
        "   {place} UID {olds} is now \"{name}\" UID {news} (UIDVALIDITY {validity}){how}"
        "   {place} UID {olds} est maintenant « {name} » UID {news} (UIDVALIDITY {validity}){how}"
    story_was_there()
        ", which was there already"
        ", déjà là auparavant"
    story_rewritten()
        ", rewritten by the server"
        ", réécrit par le serveur"
    story_withheld()
        ", which the server does not give out"
        ", que le serveur ne donne pas"
    story_same_id_is(place, olds, name, news)
        "   {place} UID {olds} did not arrive; the same id is in \"{name}\" UID {news}"
        "   {place} UID {olds} n'est pas arrivé ; le même identifiant est dans « {name} » UID {news}"
    story_by_id_is(place, olds, name, news)
        "   {place} UID {olds} is in neither mailbox; by its id it is in \"{name}\" UID {news}"
        "   {place} UID {olds} n'est dans aucun des deux dossiers ; d'après son identifiant, il est dans « {name} » UID {news}"
    story_in_neither(place, lost)
        "   {place} UID {lost} is in neither mailbox"
        "   {place} UID {lost} n'est dans aucun des deux dossiers"
    story_arrived_meanwhile(name)
        "\"{name}\" (arrived while it was being removed)"
        "« {name} » (arrivé pendant sa suppression)"
}
