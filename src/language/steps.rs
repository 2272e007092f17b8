//! What a client's user is told, step by step.

use super::texts;

texts! {
    sent_mail()
        "sent mail"
        "messages envoyés"
    drafts()
        "drafts"
        "brouillons"
    deleted_mail()
        "deleted mail"
        "messages supprimés (corbeille)"
    junk_mail()
        "junk"
        "indésirables"
    archive_mail()
        "archive"
        "archives"
    templates()
        "templates"
        "modèles"
    choice(role, mailbox)
        "{role}: {mailbox}"
        "{role} : {mailbox}"
    names_after_fix()
        "These are the names that `rolecall fix` with the same options gives. Run it first."
        "Ce sont les noms que donne `rolecall fix` avec les mêmes options. Exécutez-le d'abord."
    client_knows_no_role(client)
        "No mailbox of this account has a role that {client} knows."
        "Aucun dossier de ce compte n'a un rôle que {client} connaît."
    not_offerable(role)
        "{role}: the kept mailbox has no name that can be written here; choose it from the list."
        "{role} : le nom du dossier gardé ne peut pas être écrit ici ; choisissez-le dans la liste."
    thunderbird_copies()
        "Open Account Settings > Copies & Folders of this account, select \"Other\" and choose:"
        "Ouvrez Paramètres des comptes > Copies et dossiers de ce compte, cochez « Autre » et choisissez :"
    thunderbird_trash()
        "Open Server Settings, \"When I delete a message: Move it to this folder\", and choose:"
        "Ouvrez Paramètres serveur, « Quand je supprime un message : Le déplacer dans ce dossier », et choisissez :"
    thunderbird_junk()
        "Open Junk Settings, \"Move new junk messages to: Other\", and choose:"
        "Ouvrez Paramètres des indésirables, « Déplacer les nouveaux messages indésirables vers : Autre », et choisissez :"
    thunderbird_preferences()
        "Or close Thunderbird and put these lines into user.js in its profile folder. id1 and server1 are the first account's; Settings > General > Config Editor shows the numbers of others."
        "Ou fermez Thunderbird et mettez ces lignes dans user.js, dans le dossier du profil. id1 et server1 sont ceux du premier compte ; Paramètres > Général > Éditeur de configuration montre les numéros des autres."
    geary_file()
        "Close Geary and open its file of this account, ~/.config/geary/account_01/geary.ini; with Flatpak, ~/.var/app/org.gnome.Geary/config/geary/account_01/geary.ini. Other accounts have other numbers."
        "Fermez Geary et ouvrez son fichier de ce compte, ~/.config/geary/account_01/geary.ini ; avec Flatpak, ~/.var/app/org.gnome.Geary/config/geary/account_01/geary.ini. Les autres comptes ont d'autres numéros."
    geary_folders()
        "In its section [Folders], put these lines in place of those with the same keys. A mailbox that the server marks goes before them."
        "Dans sa section [Folders], mettez ces lignes à la place de celles qui ont les mêmes clés. Un dossier que le serveur marque passe avant elles."
    apple_mail()
        "Open Mail > Settings > Accounts, select this account, then Mailbox Behaviours, and choose:"
        "Ouvrez Mail > Réglages > Comptes, sélectionnez ce compte, puis le comportement des boîtes aux lettres (Mailbox Behaviours), et choisissez :"
    ios()
        "Open Settings > Apps > Mail > Accounts > this account > Advanced > Mailbox Behaviours, and choose \"On the Server\":"
        "Ouvrez Réglages > Apps > Mail > Comptes > ce compte > Avancé, le comportement des boîtes aux lettres (Mailbox Behaviours), et choisissez « Sur le serveur » :"
    ios_returns()
        "iOS goes back to \"Sent Messages\" and \"Deleted Messages\" as long as mailboxes of these names are there: apply the plan first."
        "iOS revient à « Sent Messages » et « Deleted Messages » tant que des dossiers de ces noms existent : appliquez d'abord le plan."
    roundcube()
        "Open Settings > Preferences > Special Folders, choose, and save:"
        "Ouvrez Paramètres > Préférences > Dossiers spéciaux, choisissez et enregistrez :"
    roundcube_locks()
        "From then on Roundcube no longer looks at what the server marks."
        "Dès lors, Roundcube ne regarde plus ce que le serveur marque."
    outlook_2010()
        "Open File > Account Settings > Account Settings, this account > Change > More Settings, and choose on the tabs Sent Items and Deleted Items:"
        "Ouvrez Fichier > Paramètres du compte > Paramètres du compte, ce compte > Modifier > Paramètres supplémentaires, et choisissez dans les onglets Éléments envoyés et Éléments supprimés :"
    outlook_once(client)
        "{client} takes these mailboxes when the account is set up, and nobody can choose others afterwards. Apply the plan first, and have the mailboxes marked where it says so."
        "{client} prend ces dossiers quand le compte est configuré, et il n'est plus possible d'en changer ensuite. Appliquez d'abord le plan, et faites marquer les dossiers là où il le dit."
    outlook_once_tidy(client)
        "{client} takes these mailboxes when the account is set up, and nobody can choose others afterwards. Only if it shows others than those below, go on:"
        "{client} prend ces dossiers quand le compte est configuré, et il n'est plus possible d'en changer ensuite. Ne continuez que s'il en montre d'autres que ceux ci-dessous :"
    outlook_remove()
        "Open File > Account Settings > Account Settings, select this account and Remove it. Its mail stays on the server; move what lies in \"This computer only\" elsewhere before."
        "Ouvrez Fichier > Paramètres du compte > Paramètres du compte, sélectionnez ce compte, puis Supprimer. Le courrier reste sur le serveur ; déplacez auparavant ce qui est dans « Cet ordinateur uniquement »."
    outlook_add()
        "Add the account again. It should now use:"
        "Ajoutez à nouveau le compte. Il devrait maintenant utiliser :"
    other_set(place)
        "Choose there ({place}):"
        "Choisissez à cet endroit (en anglais : « {place} ») :"
    other_choose()
        "In its settings for special mailboxes, choose:"
        "Dans ses paramètres de dossiers spéciaux, choisissez :"
    other_cannot(client)
        "Nobody can choose other mailboxes in {client}. Apply the plan first, then remove the account from it and add it again; mail that is only on the device must be saved before. The mailboxes that keep the roles:"
        "Il n'est pas possible de choisir d'autres dossiers dans {client}. Appliquez d'abord le plan, puis retirez-en le compte et ajoutez-le à nouveau ; sauvegardez auparavant ce qui n'est que sur l'appareil. Les dossiers qui gardent les rôles :"
    other_cannot_tidy(client)
        "Nobody can choose other mailboxes in {client}. Only if it shows others than these, remove the account from it and add it again; mail that is only on the device must be saved before. The mailboxes that keep the roles:"
        "Il n'est pas possible de choisir d'autres dossiers dans {client}. Seulement s'il en montre d'autres que ceux-ci, retirez-en le compte et ajoutez-le à nouveau ; sauvegardez auparavant ce qui n'est que sur l'appareil. Les dossiers qui gardent les rôles :"
    other_unknown(client)
        "Nobody documented where this is set in {client}. If it lets you choose, choose:"
        "On ne sait pas où cela se règle dans {client}. S'il vous laisse choisir, choisissez :"
}
