//! How the server of an address was found, or why it was not.

use super::texts;

texts! {
    way_srv(record)
        "the DNS record {record}"
        "l'enregistrement DNS {record}"
    way_document(url)
        "the document {url}"
        "le document {url}"
    way_table()
        "rolecall's table of providers"
        "la table de fournisseurs de rolecall"

    // What came of a way.
    no_record()
        "there is none"
        "il n'existe pas"
    service_not_offered()
        "it says that there is no such service"
        "il dit que ce service n'existe pas"
    no_usable_host()
        "what it names cannot be a server's host, port and user"
        "ce qu'il indique ne peut être l'hôte, le port et l'utilisateur d'un serveur"
    name_too_long()
        "the name is too long for DNS"
        "le nom est trop long pour le DNS"
    name_servers_silent()
        "the name servers do not answer"
        "les serveurs de noms ne répondent pas"
    name_servers_refuse(code)
        "the name servers answer {code}"
        "les serveurs de noms répondent {code}"
    name_servers_senseless()
        "the name servers' answer makes no sense"
        "la réponse des serveurs de noms est incohérente"
    web_server_says(status)
        "the web server answers with status {status}"
        "le serveur web répond par le statut {status}"
    web_server_senseless()
        "the web server does not keep to HTTP, or hangs up"
        "le serveur web ne respecte pas HTTP, ou raccroche"
    took_too_long()
        "it took too long"
        "cela a pris trop de temps"
    redirected_astray()
        "it leads to something that is not HTTPS on a public host's port 443"
        "il mène à autre chose que HTTPS sur le port 443 d'un hôte public"
    redirected_too_often()
        "it leads from one place to the next too often"
        "il renvoie trop de fois ailleurs"
    document_too_large()
        "it has more than 64 KiB"
        "il dépasse 64 Kio"
    document_unreadable()
        "it is no autoconfig document"
        "ce n'est pas un document autoconfig"
    document_without_imap()
        "it names no IMAP server"
        "il n'indique aucun serveur IMAP"
    document_without_tls()
        "it names only IMAP servers without TLS"
        "il n'indique que des serveurs IMAP sans TLS"
    not_in_the_table()
        "the domain is not in it"
        "le domaine n'y figure pas"

    // What is told before a password is sent.
    server_found(address, url, way)
        "{address} is {url}, by {way}."
        "{address} correspond à {url}, d'après {way}."
    outside_by_dns(host, domain)
        "{host} lies outside {domain}, and answers of DNS can be forged: say yes only if you know that host, for example from your provider's help pages."
        "{host} ne fait pas partie de {domain}, et une réponse DNS peut être falsifiée : n'acceptez que si vous connaissez cet hôte, par exemple par les pages d'aide de votre fournisseur."
    outside_by_document(host, domain)
        "{host} lies outside {domain}, which names it over HTTPS."
        "{host} ne fait pas partie de {domain}, qui l'indique par HTTPS."
    outside_by_table(host, domain)
        "{host} lies outside {domain}; it is the host of that provider."
        "{host} ne fait pas partie de {domain} ; c'est l'hôte de ce fournisseur."
    needs_token(host)
        "{host} takes OAuth tokens and no password: see --oauth-token-command."
        "{host} n'accepte que des jetons OAuth, pas de mot de passe : voir --oauth-token-command."
    filters_at(place)
        "Its filters are managed at {place}, which is sent the same password."
        "Ses filtres sont gérés sur {place}, qui reçoit le même mot de passe."
    log_in_there(host)
        "Log in at {host}? [y/N]"
        "Se connecter à {host} ? [o/N]"
    nobody_logged_in()
        "Nobody was logged in, and no password was sent."
        "Aucune connexion, aucun mot de passe envoyé."
    nobody_to_ask()
        "cannot log in to a server that was only looked up: there is no terminal to ask on"
        "impossible de se connecter à un serveur simplement recherché : pas de terminal pour poser la question"
    write_the_url(urls)
        "if that is right, write it instead of the address: {urls}"
        "si c'est exact, écrivez-le à la place de l'adresse : {urls}"
    server_not_found(address)
        "cannot find the IMAP server of {address}:"
        "impossible de trouver le serveur IMAP de {address} :"
    tried(way, why)
        "{way}: {why}"
        "{way} : {why}"
    not_looked_for(address)
        "cannot look for the IMAP server of {address}: --offline"
        "impossible de rechercher le serveur IMAP de {address} : --offline"
    write_a_url(user)
        "write imaps://{user}@HOST, with the host that your provider's help pages name"
        "écrivez imaps://{user}@SERVEUR, avec le serveur qu'indiquent les pages d'aide de votre fournisseur"
}
