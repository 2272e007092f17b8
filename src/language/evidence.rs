//! Why a mailbox has its role, and why it keeps it.

use super::texts;

texts! {
    // What is not plain from a name.
    beside_namespace()
        "beside the personal namespace"
        "hors de l'espace de noms personnel"
    at_provider(name, provider)
        "{name} at {provider}"
        "{name} chez {provider}"
    other_mailbox_is(role)
        "another mailbox is {role}"
        "un autre dossier est {role}"
    other_names_are(languages)
        "other names here are {languages}"
        "d'autres noms ici sont en {languages}"
    messages_are(count, of, what)
        "{count} of {of} messages are {what}"
        "{count} messages sur {of} sont {what}"
    from_senders(senders)
        "from {senders}"
        "de {senders}"
    marked_as_drafts()
        "marked as drafts"
        "marqués comme brouillons"
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
    first_name()
        "its name comes first"
        "son nom vient en premier"
    clients_may_find_it()
        "clients may find it"
        "des clients peuvent le trouver"
    finds_it(clients)
        "{clients} finds it"
        "{clients} le trouve"
    find_it(clients)
        "{clients} find it"
        "{clients} le trouvent"

    // The same in the table of an audit.
    looks_like_name()
        "looks like that name, is not"
        "ressemble à ce nom, ne l'est pas"
    likely(reasons)
        "likely: {reasons}"
        "probable : {reasons}"
    perhaps(roles, reasons)
        "{roles}: {reasons}"
        "{roles} : {reasons}"
    marked(attributes)
        "marked {attributes}"
        "marqué {attributes}"
    server_metadata()
        "the server's metadata"
        "les métadonnées du serveur"
    provider_name()
        "the provider's name"
        "le nom du fournisseur"
    its_name()
        "its name"
        "son nom"
    name_in(languages)
        "name, {languages}"
        "nom, {languages}"
    name_means(name, role, language, source)
        "\"{name}\" is {role} ({language}): {source}"
        "\"{name}\" est {role} ({language}) : {source}"
    any_language()
        "any language"
        "toute langue"
    no_role()
        "no role"
        "aucun rôle"
    not_personal()
        "not personal"
        "pas personnel"
    holds_no_messages()
        "holds no messages"
        "ne contient pas de messages"
}
