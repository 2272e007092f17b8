//! Why a mailbox has its role, and why it keeps it.

use super::texts;

texts! {
    // What is not plain from a name.
    name_little_attested()
        "a name that little speaks for"
        "un nom peu attesté"
    spelt_otherwise(like)
        "{like}, spelt otherwise"
        "{like}, écrit autrement"
    and_a_number(like)
        "{like} and a number"
        "{like} et un numéro"
    and_a_year(like)
        "{like} and a year"
        "{like} et une année"
    and_an_address(like)
        "{like} and an address"
        "{like} et une adresse"
    and_whose(like)
        "{like} and whose or what mail it may be"
        "{like} et de qui ou de quoi il s'agit"
    as_a_copy(like)
        "{like} and a word for a copy, or for where it is from"
        "{like} et un mot pour une copie, ou pour sa provenance"
    after_a_prefix(like)
        "{like} after another server's prefix"
        "{like} après le préfixe d'un autre serveur"
    made_of_words(role, language)
        "made of words for {role} ({language})"
        "formé de mots pour « {role} » ({language})"
    beside_namespace()
        "beside the personal namespace"
        "hors de l'espace de noms personnel"
    at_an_odd_place()
        "where clients put no such mailbox"
        "là où les logiciels de messagerie ne mettent pas de tel dossier"
    in_a_tree(top)
        "in \"{top}\", which holds a whole set of mailboxes"
        "dans « {top} », qui contient une série complète de dossiers"
    below_rubbish(name)
        "below \"{name}\", where mail is thrown away"
        "sous « {name} », où l'on jette le courrier"
    made_by_provider(provider)
        "{provider} makes it"
        "créé par {provider}"
    of_a_providers_set(provider)
        "one of a whole set of names that {provider} makes"
        "il fait partie d'une série complète de noms que crée {provider}"
    at_provider(name, provider)
        "{name} at {provider}"
        "{name} chez {provider}"
    other_mailbox_is(role)
        "another mailbox is {role}"
        "un autre dossier est « {role} »"
    other_names_are(languages)
        "other names here are {languages}"
        "d'autres noms ici sont en {languages}"
    messages_are(count, of, what)
        "{count} of {of} messages are {what}"
        "sur {of} messages, {count} {what}"
    from_senders(senders)
        "from {senders}"
        "de {senders}"
    marked_as_drafts()
        "marked as drafts"
        "marqués comme brouillons"
    delivered_here()
        "delivered to this account's address"
        "livrés à l'adresse de ce compte"
    marked_as_spam()
        "marked as spam"
        "marqués comme indésirables"

    // Why a mailbox keeps its role.
    alone_has_role()
        "no other mailbox has this role"
        "aucun autre dossier n'a ce rôle"
    mail_arrives()
        "mail arrives there"
        "le courrier y arrive"
    you_chose_it()
        "you chose it"
        "vous l'avez choisi"
    only_sure_one()
        "it is the only one that surely has this role"
        "c'est le seul dont le rôle soit sûr"
    server_marks_it(attribute)
        "the server marks it {attribute}"
        "le serveur le marque {attribute}"
    among_marked(attribute, because)
        "of those marked {attribute} {because}"
        "parmi ceux marqués {attribute}, {because}"
    only_subscribed()
        "it is the only one subscribed"
        "c'est le seul abonné"
    english_name()
        "it has the English name"
        "il porte le nom anglais"
    newest_mail()
        "it has the newest mail"
        "il contient le courrier le plus récent"
    most_messages()
        "it has the most messages"
        "il contient le plus de messages"
    as_the_others_kept()
        "the other mailboxes kept here have names of that language"
        "les autres dossiers gardés ici portent des noms de cette langue"
    nothing_tells()
        "nothing but the order of their names tells them apart"
        "rien ne les distingue que l'ordre de leurs noms"
    clients_may_find_it()
        "clients may find it"
        "des logiciels de messagerie peuvent le trouver"
    one_may_find_it(client)
        "{client} may find it"
        "{client} peut le trouver"
    may_find_it(clients)
        "{clients} may find it"
        "{clients} peuvent le trouver"
    finds_it(clients)
        "{clients} finds it"
        "{clients} le trouve"
    find_it(clients)
        "{clients} find it"
        "{clients} le trouvent"
    uses_it_alone(clients)
        "{clients} uses it once it is the only one"
        "{clients} l'utilise dès qu'il est le seul"
    use_it_alone(clients)
        "{clients} use it once it is the only one"
        "{clients} l'utilisent dès qu'il est le seul"
    name_is_whole()
        "its name is not garbled"
        "son nom n'est pas mal codé"

    // The same in the table of an audit.
    looks_like_name()
        "looks like that name, is not"
        "ressemble à ce nom, ne l'est pas"
    likely(reasons)
        "likely: {reasons}"
        "probable : {reasons}"
    doubtful(reasons)
        "doubtful: {reasons}"
        "douteux : {reasons}"
    perhaps(roles, reasons)
        "{roles}: {reasons}"
        "{roles} : {reasons}"
    marked(attributes)
        "marked {attributes}"
        "marqué {attributes}"
    server_metadata()
        "the server's metadata"
        "les métadonnées du serveur"
    its_name()
        "its name"
        "son nom"
    name_in(languages)
        "name, {languages}"
        "nom, {languages}"
    name_means(name, role, language, source)
        "\"{name}\" is {role} ({language}): {source}"
        "« {name} » est « {role} » ({language}) : {source}"
    any_language()
        "any language"
        "toute langue"
    no_role()
        "no role"
        "aucun rôle"
    not_personal()
        "not personal"
        "pas personnel"
    in_other_namespace()
        "in another namespace"
        "dans un autre espace de noms"
    other_name_of(name)
        "another name of \"{name}\""
        "un autre nom de « {name} »"
    view_of(name)
        "shows the mail of \"{name}\" and others"
        "montre le courrier de « {name} » et d'autres"
    is_set_aside()
        "set aside by rolecall"
        "mis de côté par rolecall"
    kept_by_the_server()
        "removed by rolecall, moved here by the server instead"
        "supprimé par rolecall, que le serveur a déplacé ici"
    waits_to_be_removed()
        "set aside by rolecall, removed later"
        "mis de côté par rolecall, supprimé plus tard"
    holds_no_messages()
        "holds no messages"
        "ne contient pas de messages"
}
