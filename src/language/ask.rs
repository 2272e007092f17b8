//! What is asked on a terminal, and what is said before.

use super::texts;

texts! {
    what_is_it(name, messages)
        "{name} ({messages}): what is it?"
        "{name} ({messages}) : à quoi sert ce dossier ?"
    messages_unknown()
        "messages unknown"
        "nombre de messages inconnu"
    leave_alone()
        "s) leave it alone"
        "s) ne pas y toucher"
    ask_role()
        "Role [s]:"
        "Rôle [s] :"
    which_keeps(role)
        "{role}: which mailbox stays? The others are merged into it."
        "{role} : quel dossier garder ? Les autres y seront réunis."
    newest_is_of(date)
        "newest {date}"
        "le plus récent {date}"
    by_your_answers()
        "The plan by your answers:"
        "Le plan selon vos réponses :"
    skip_role()
        "s) skip this role"
        "s) ne pas y toucher"
    not_a_choice(most)
        "Type a number from 1 to {most}, or s to change nothing about this; Enter takes what stands in brackets."
        "Tapez un nombre de 1 à {most}, ou s pour n'y rien changer ; Entrée prend ce qui est entre crochets."
    ask_keeper()
        "Keep [1]:"
        "Dossier à garder [1] :"
    left_as_it_is(role)
        "{role} is left as it is"
        "{role} : rien ne change"
    merge_too(role)
        "Merge {role} too? [y/N]"
        "Réunir aussi « {role} » ? [o/N]"
    target_is_missing(role, name)
        "{role} is to be kept in \"{name}\", and there is no such mailbox."
        "« {role} » doit rester dans « {name} », et ce dossier n'existe pas."
    quoted(name)
        "\"{name}\""
        "« {name} »"
    did_you_mean(names)
        "Did you mean {names}?"
        "Vouliez-vous dire {names} ?"
    make_target_too(name)
        "Make \"{name}\"? [y/N]"
        "Créer « {name} » ? [o/N]"
    consent_download(messages)
        "Mail clients will download {messages} again under their new mailbox; a client that is still set to a merged mailbox may make it again until it is set to the kept one. Close other mail programs of this account meanwhile, if you can."
        "Les logiciels de messagerie téléchargeront à nouveau {messages} dans leur nouveau dossier ; un logiciel encore réglé sur l'ancien dossier risque de le recréer : indiquez-lui le dossier gardé. Si possible, fermez vos autres logiciels de messagerie pendant l'opération."
    consent_download_back(messages)
        "Mail clients will download {messages} again under the mailbox that they go back to. Close other mail programs of this account meanwhile, if you can."
        "Les logiciels de messagerie téléchargeront à nouveau {messages} dans le dossier où ils reviennent. Si possible, fermez vos autres logiciels de messagerie pendant l'opération."
    consent_stays()
        "A mailbox that is made stays, empty, after an undo."
        "Un dossier créé reste, vide, après une annulation."
    consent_undo()
        "`rolecall undo` can reverse this until the server purges the mail, the kept mailbox is made anew, or the journal is deleted. Message numbers (UIDs) change and do not come back."
        "`rolecall undo` peut l'annuler tant que le serveur n'a pas purgé le courrier, que le dossier gardé n'a pas été recréé et que le journal existe. Les numéros des messages (UID) changent et ne reviennent pas."
    consent_ask()
        "Apply this plan? [y/N]"
        "Appliquer ce plan ? [o/N]"
    consent_many(accounts, messages)
        "{accounts}, {messages} to move. Type the number of accounts to apply the plans:"
        "{accounts}, {messages} à déplacer. Tapez le nombre de comptes pour appliquer les plans :"
    consent_undo_many(runs, accounts)
        "{runs} on {accounts} will be undone. Type the number of accounts to go on:"
        "À annuler : {runs} sur {accounts}. Tapez le nombre de comptes pour continuer :"
    consent_give_up()
        "What this run has left open is looked at once more and written down; then it counts as over, and nobody looks for its messages any more. What is proven can still be undone."
        "Ce que cette exécution a laissé ouvert est examiné une fois encore et noté ; elle compte ensuite comme terminée, et plus personne ne cherche ses messages. Ce qui est prouvé peut encore être annulé."
    ask_give_up(run)
        "Give the run {run} up? [y/N]"
        "Abandonner l'exécution {run} ? [o/N]"
    consent_no()
        "nothing was changed"
        "rien n'a été modifié"
}
