//! What a server's administrator is told.

use super::texts;

texts! {
    // The message of an entry under "by hand".
    only_administrator_marks(marks)
        "only the server's administrator can mark {marks}"
        "seul l'administrateur du serveur peut marquer {marks}"
    mark_as(mailbox, attribute)
        "\"{mailbox}\" as {attribute}"
        "« {mailbox} » comme {attribute}"
    only_administrator_marks_in_cyradm(marks)
        "only the server's administrator can mark {marks}: in cyradm, started with --authz and this user's name,"
        "seul l'administrateur du serveur peut marquer {marks} : dans cyradm, lancé avec --authz et le nom de cet utilisateur,"
    courier_trash(mailbox)
        "Courier knows only one trash, which it protects and purges; only the server's administrator can make it \"{mailbox}\". What is older than the days said is deleted at once"
        "Courier ne connaît qu'une corbeille, qu'il protège et purge ; seul l'administrateur du serveur peut en faire « {mailbox} ». Ce qui est plus ancien que le nombre de jours indiqué est supprimé aussitôt"
    exchange_names()
        "once this plan is applied, an Exchange administrator can give the default mailboxes names of one language; not before, since the command fails where any mailbox has such a name already"
        "une fois ce plan appliqué, un administrateur Exchange peut donner aux dossiers par défaut des noms d'une seule langue ; pas avant, car la commande échoue si un dossier porte déjà un tel nom"

    // Comments in what they paste, at most 74 columns.
    dovecot_where()
        "into /etc/dovecot/conf.d/15-mailboxes.conf, then: doveadm reload"
        "dans /etc/dovecot/conf.d/15-mailboxes.conf, puis : doveadm reload"
    dovecot_mailcow()
        "mailcow: into data/conf/dovecot/extra.conf, restart dovecot-mailcow"
        "mailcow : dans data/conf/dovecot/extra.conf, redémarrer dovecot-mailcow"
    dovecot_iredmail()
        "iRedMail: only the mailbox parts, into the namespace in dovecot.conf"
        "iRedMail : seulement les mailbox, dans le namespace de dovecot.conf"
    dovecot_all()
        "holds for all accounts: where two are marked for a role, run rolecall"
        "vaut pour tous : si un compte a deux dossiers marqués, lancer rolecall"
    names_left_out(count)
        "left out, since their names cannot be written here: {count}"
        "omis, car leur nom ne peut pas être écrit ici : {count}"
    courier_where()
        "in /etc/courier/imapd, for all accounts; then restart courier-imap"
        "dans /etc/courier/imapd, pour tous les comptes ; redémarrer courier-imap"
    exchange_try()
        "add -WhatIf to try it first"
        "ajouter -WhatIf pour essayer d'abord"
    exchange_language()
        "another language: -Language fr-FR -DateFormat $null -TimeFormat $null"
        "autre langue : -Language fr-FR -DateFormat $null -TimeFormat $null"
}
