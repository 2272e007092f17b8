//! TLS, certificates, logins, and the service for filters.

use super::texts;

texts! {
    // TLS and certificates.
    cannot_speak_tls(host, port, why)
        "cannot speak TLS with {host}:{port}: {why}"
        "impossible de parler TLS avec {host}:{port} : {why}"
    try_is_it_tls()
        "is it a TLS port? For STARTTLS write imap:// (port 143) instead of imaps://"
        "est-ce un port TLS ? Pour STARTTLS, écrivez imap:// (port 143) au lieu de imaps://"
    try_again_is_it_tls()
        "try again; is it a TLS port? For STARTTLS write imap:// (port 143)"
        "réessayez ; est-ce un port TLS ? Pour STARTTLS, écrivez imap:// (port 143)"
    cannot_protect(why)
        "cannot protect the connection: {why}"
        "impossible de protéger la connexion : {why}"
    offers_no_starttls(host, port)
        "{host}:{port} does not offer STARTTLS"
        "{host}:{port} n'offre pas STARTTLS"
    try_imaps_or_plaintext()
        "try imaps://; --plaintext goes on without protection"
        "essayez imaps:// ; --plaintext continue sans protection"
    said_before_tls()
        "something was said between STARTTLS and TLS, as if somebody were in between"
        "quelque chose a été dit entre STARTTLS et TLS, comme si quelqu'un était entre les deux"
    try_other_network()
        "try imaps://, or another network"
        "essayez imaps://, ou un autre réseau"
    no_valid_host_name(host)
        "cannot check a certificate for \"{host}\": it is no valid host name"
        "impossible de vérifier un certificat pour « {host} » : ce n'est pas un nom de serveur valable"
    try_ascii_host()
        "write an international name in its ASCII form, xn--…"
        "écrivez un nom international sous sa forme ASCII, xn--…"
    cannot_trust(host, why)
        "cannot trust {host}: {why}"
        "impossible de faire confiance à {host} : {why}"
    certificate_expired()
        "its certificate has expired"
        "son certificat a expiré"
    try_renew()
        "the server's administrator must renew it"
        "l'administrateur du serveur doit le renouveler"
    certificate_not_yet()
        "its certificate is not valid yet"
        "son certificat n'est pas encore valable"
    try_clock()
        "is this machine's clock right?"
        "l'horloge de cette machine est-elle juste ?"
    certificate_other_name()
        "its certificate is for another name"
        "son certificat est pour un autre nom"
    certificate_other_names(names)
        "its certificate is for another name ({names})"
        "son certificat est pour un autre nom ({names})"
    try_name_of_certificate()
        "use the name that the certificate is for, which your provider's help pages tell"
        "utilisez le nom pour lequel le certificat est fait ; les pages d'aide de votre hébergeur le donnent"
    certificate_unknown_issuer()
        "its certificate was signed by nobody whom this system trusts"
        "son certificat n'est signé par personne en qui ce système a confiance"
    try_ca_file()
        "if that is right, name the issuer's certificate with --ca-file, or pin the server's with --tls-fingerprint"
        "si c'est normal, indiquez le certificat de l'émetteur avec --ca-file, ou fixez celui du serveur avec --tls-fingerprint"
    certificate_not_usable(why)
        "its certificate cannot be used: {why}"
        "son certificat ne peut pas être utilisé : {why}"
    try_replace_certificate()
        "the server's administrator must replace it; until then --tls-fingerprint pins it as it is"
        "l'administrateur du serveur doit le remplacer ; d'ici là, --tls-fingerprint le fixe tel qu'il est"
    answers_not_in_tls()
        "it does not answer in TLS"
        "il ne répond pas en TLS"
    fingerprint_is(fingerprint)
        "the certificate's fingerprint is {fingerprint}"
        "l'empreinte du certificat est {fingerprint}"
    try_not_pinned()
        "it is not the pinned one; was the certificate renewed, or is somebody in between?"
        "ce n'est pas celle qui est fixée ; le certificat a-t-il été renouvelé, ou quelqu'un est-il entre les deux ?"
    broke_off_handshake()
        "it broke off the handshake"
        "il a interrompu la négociation"
    try_other_name_or_version()
        "it may want another name than the one in the account's URL, or a newer or older version of TLS"
        "il veut peut-être un autre nom que celui de l'adresse du compte, ou une version de TLS plus récente ou plus ancienne"
    knows_no_tls_version()
        "it knows no version or cipher of TLS that rolecall takes (TLS 1.2 and 1.3)"
        "il ne connaît aucune version de TLS ni aucun chiffrement que rolecall accepte (TLS 1.2 et 1.3)"
    try_bring_up_to_date()
        "the server's administrator must bring it up to date"
        "l'administrateur du serveur doit le mettre à jour"
    breaks_protocol()
        "it does not keep to the protocol"
        "il ne respecte pas le protocole"
    try_network_or_administrator()
        "somebody may be in between; try another network, or tell the server's administrator"
        "quelqu'un est peut-être entre les deux ; essayez un autre réseau, ou prévenez l'administrateur du serveur"
    certificate_unreadable()
        "it cannot be read"
        "il est illisible"
    certificate_revoked()
        "it was revoked"
        "il a été révoqué"
    certificate_unknown_extension()
        "it has a critical extension that nobody here knows"
        "il a une extension critique inconnue ici"
    certificate_revocation_unknown()
        "whether it was revoked cannot be found out"
        "on ne peut pas savoir s'il a été révoqué"
    certificate_wrong_signature()
        "its signature is wrong"
        "sa signature est fausse"
    certificate_old_signature()
        "it is signed in a way that is no longer trusted, or not yet known"
        "sa signature est d'un genre auquel on ne se fie plus, ou pas encore connu"
    certificate_not_for_server()
        "it was not made for a server"
        "il n'est pas fait pour un serveur"
    certificate_old_kind()
        "it is of an old or broken kind (it must be X.509 version 3)"
        "il est d'un genre ancien ou abîmé (il faut X.509 version 3)"
    cannot_set_up_tls()
        "cannot set up TLS on this machine"
        "impossible de préparer TLS sur cette machine"
    ca_file_unreadable()
        "cannot use the --ca-file: it holds no readable certificate"
        "impossible d'utiliser le fichier de --ca-file : il ne contient aucun certificat lisible"
    try_pem()
        "it must be PEM: -----BEGIN CERTIFICATE-----"
        "il faut du PEM : -----BEGIN CERTIFICATE-----"
    no_trusted_roots()
        "cannot check certificates: this system has no trusted roots"
        "impossible de vérifier les certificats : ce système n'a pas d'autorité de confiance"
    try_install_roots()
        "install the system's CA certificates, or name a file with --ca-file"
        "installez les certificats d'autorité du système, ou indiquez un fichier avec --ca-file"

    // Logging in.
    cannot_log_in(why)
        "cannot log in: {why}"
        "impossible d'ouvrir la session : {why}"
    nothing_sent()
        "nothing was sent"
        "rien n'a été envoyé"
    no_token_mechanism()
        "cannot log in with a token: the server offers neither OAUTHBEARER nor XOAUTH2"
        "impossible d'ouvrir la session avec un jeton : le serveur n'offre ni OAUTHBEARER ni XOAUTH2"
    try_password()
        "use a password"
        "utilisez un mot de passe"
    no_login_for_another()
        "cannot log in for another user: the server does not offer AUTHENTICATE PLAIN"
        "impossible d'ouvrir la session pour un autre utilisateur : le serveur n'offre pas AUTHENTICATE PLAIN"
    try_master_separator()
        "some servers take user*master as the user: see --master-separator"
        "certains serveurs acceptent utilisateur*maître comme utilisateur : voir --master-separator"
    no_password_here()
        "the server takes no password on this connection"
        "le serveur n'accepte pas de mot de passe sur cette connexion"
    try_tls_or_token()
        "use TLS (imaps://), or a token (--oauth-token-command) where the provider wants OAuth"
        "utilisez TLS (imaps://), ou un jeton (--oauth-token-command) si l'hébergeur veut OAuth"
    unsendable_login()
        "the user or the password holds NUL, CR or LF"
        "l'utilisateur ou le mot de passe contient NUL, CR ou LF"
    try_line_too_many()
        "no server takes these; is there a line too many where the password is kept?"
        "aucun serveur ne les accepte ; y a-t-il une ligne de trop là où est gardé le mot de passe ?"
    login_not_ascii()
        "the user or the password is not ASCII, and the server does not offer AUTHENTICATE PLAIN"
        "l'utilisateur ou le mot de passe n'est pas en ASCII, et le serveur n'offre pas AUTHENTICATE PLAIN"
    try_ascii_password()
        "set a password of ASCII characters, or use a token (--oauth-token-command)"
        "choisissez un mot de passe en caractères ASCII, ou utilisez un jeton (--oauth-token-command)"
    try_user_and_password_silent()
        "check the user and the password: some servers answer a wrong one so"
        "vérifiez l'utilisateur et le mot de passe : certains serveurs répondent ainsi quand ils sont faux"
    try_server_problem()
        "the server has a problem of its own; try again later"
        "le serveur a lui-même un problème ; réessayez plus tard"
    try_close_other_programs()
        "close other mail programs of this account, or try again later"
        "fermez les autres logiciels de messagerie de ce compte, ou réessayez plus tard"
    try_tls()
        "use TLS: imaps://"
        "utilisez TLS : imaps://"
    password_expired()
        "the password has expired"
        "le mot de passe a expiré"
    try_no_login_command()
        "the server does not take the command LOGIN; some take a token only (--oauth-token-command)"
        "le serveur n'accepte pas la commande LOGIN ; certains n'acceptent qu'un jeton (--oauth-token-command)"
    cannot_log_in_as(admin, user, words)
        "cannot log in as {admin} for {user}: the server says: {words}"
        "impossible d'ouvrir la session de {user} en tant que {admin} : le serveur dit : {words}"
    try_administrator_login()
        "check the administrator's name and password, and whether the server lets this administrator log in for others"
        "vérifiez le nom et le mot de passe de l'administrateur, et si le serveur lui permet d'ouvrir la session des autres"
    try_user_and_password()
        "check the user and the password; some providers want an app password or a token (--oauth-token-command)"
        "vérifiez l'utilisateur et le mot de passe ; certains hébergeurs veulent un mot de passe d'application ou un jeton (--oauth-token-command)"
    this_login()
        "this login"
        "cet identifiant"
    may_not_act_for(user, who, words)
        "cannot log in for {user}: the server knows {who}, who may not act for this user (it says: {words})"
        "impossible d'ouvrir la session de {user} : le serveur connaît {who}, qui n'a pas le droit d'agir pour cet utilisateur (il dit : {words})"
    who_may_act_for_others()
        "the server's administrator says who may act for whom: Cyrus by proxyservers and admins, Dovecot by a master passdb"
        "c'est l'administrateur du serveur qui dit qui peut agir pour qui : Cyrus par proxyservers et admins, Dovecot par un passdb master"
    no_answer_to_login(seconds)
        "the server did not answer to the login within {seconds}"
        "le serveur n'a pas répondu à l'ouverture de session en {seconds}"
    try_timeout()
        "--timeout waits longer"
        "--timeout attend plus longtemps"
    shows_administrators_own(user, host, admin)
        "cannot log in for {user}: {host} lets {admin} in but shows the mailboxes of {admin}, as if nobody else had been named"
        "impossible d'ouvrir la session de {user} : {host} laisse entrer {admin} mais montre les dossiers de {admin}, comme si personne d'autre n'avait été nommé"
    try_log_in_as_user()
        "this server does not know administrators' logins by authorization identity; log in as the user, or see --master-separator"
        "ce serveur ne connaît pas les sessions d'administrateur par identité d'autorisation ; ouvrez la session de l'utilisateur, ou voyez --master-separator"

    // Filters (ManageSieve).
    cannot_use_filters(host, port, why)
        "cannot use the filters at {host}:{port}: {why}"
        "impossible d'utiliser les filtres de {host}:{port} : {why}"
    greeting_does_not_end()
        "its greeting does not end"
        "son accueil ne finit pas"
    it_offers_no_starttls()
        "it does not offer STARTTLS"
        "il n'offre pas STARTTLS"
    it_refuses_starttls(words)
        "it refuses STARTTLS: {words}"
        "il refuse STARTTLS : {words}"
    no_answer_to_starttls()
        "it does not answer to STARTTLS"
        "il ne répond pas à STARTTLS"
    offers_no_login_by(mechanisms)
        "it does not offer to log in by {mechanisms}"
        "il n'offre pas d'ouvrir la session par {mechanisms}"
    lets_nobody_in(words)
        "it lets nobody in: {words}"
        "il ne laisse entrer personne : {words}"
    login_asks_for_more()
        "it asks for more than its way to log in has"
        "il demande plus que n'a son procédé d'ouverture de session"
    server_does_not_answer()
        "the server does not answer"
        "le serveur ne répond pas"
    says_no_managesieve()
        "the server says something that is no ManageSieve"
        "le serveur dit autre chose que du ManageSieve"
    sends_too_much_at_once()
        "the server sends more than 1 MiB at once, which is not read"
        "le serveur envoie plus de 1 Mio à la fois, ce qui n'est pas lu"
    sends_line_without_end()
        "the server sends a line without end"
        "le serveur envoie une ligne sans fin"
    server_has_closed()
        "the server has closed the connection"
        "le serveur a fermé la connexion"
    server_takes_nothing()
        "the server takes nothing"
        "le serveur n'accepte rien"
    answer_does_not_end()
        "the server's answer does not end"
        "la réponse du serveur ne finit pas"
    script_name_not_utf8()
        "a script's name is not UTF-8"
        "le nom d'un script n'est pas en UTF-8"
    no_script_in_answer()
        "GETSCRIPT was answered by no script"
        "aucun script n'a été donné en réponse à GETSCRIPT"
    bad_script_name()
        "the script's name is too long, or holds control characters"
        "le nom du script est trop long, ou contient des caractères de contrôle"
    not_about_filters()
        "it is not about filters"
        "cela ne concerne pas les filtres"
    no_way_to_filters()
        "there is no way to this account's filters"
        "il n'y a pas d'accès aux filtres de ce compte"
}
