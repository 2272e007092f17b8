//! What people are told, in every language: to correct a translation, change the line here.
//!
//! In: a language, what goes between the braces. Out: a sentence. Never: a sentence that one language lacks (it would
//! not compile), one that reads what it was given for braces of its own.

/// A language that rolecall speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

impl Language {
    /// Every language.
    pub const EVERY: [Self; 2] = [Self::English, Self::French];

    /// The language of a locale as POSIX writes it (`fr_FR.UTF-8`); English where it is none of ours.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '.', '@', '-']).next();
        if language.is_some_and(|language| language.eq_ignore_ascii_case("fr")) {
            Self::French
        } else {
            Self::English
        }
    }
}

macro_rules! texts {
    ($($text:ident { $en:literal $fr:literal })*) => {
        /// A sentence. What stands between braces is filled in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Text {
            $(#[doc = $en] $text,)*
        }

        impl Text {
            /// Every sentence.
            pub const EVERY: &'static [Self] = &[$(Self::$text,)*];

            /// As it stands in a language, its braces empty.
            #[must_use]
            pub fn raw(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$text, Language::English) => $en,)*
                    $((Self::$text, Language::French) => $fr,)*
                }
            }
        }
    };
}

// English first, then French.
texts! {
    // For administrators: the message of an entry under "by hand".
    Mark {
        "only the server's administrator can mark {marks}"
        "seul l'administrateur du serveur peut marquer {marks}"
    }
    MarkOne {
        "\"{mailbox}\" as {attribute}"
        "\"{mailbox}\" comme {attribute}"
    }
    MarkInCyradm {
        "only the server's administrator can mark {marks}: in cyradm, started with --authz and this user's name,"
        "seul l'administrateur du serveur peut marquer {marks} : dans cyradm, lancé avec --authz et le nom de cet utilisateur,"
    }
    CourierTrash {
        "Courier knows only one trash, which it protects and purges; only the server's administrator can make it \"{mailbox}\". What is older than the days said is deleted at once"
        "Courier ne connaît qu'une corbeille, qu'il protège et purge ; seul l'administrateur du serveur peut en faire \"{mailbox}\". Ce qui est plus ancien que le nombre de jours indiqué est supprimé aussitôt"
    }
    Exchange {
        "once this plan is applied, an Exchange administrator can give the default mailboxes names of one language; not before, since the command fails where any mailbox has such a name already"
        "une fois ce plan appliqué, un administrateur Exchange peut donner aux dossiers par défaut des noms d'une seule langue ; pas avant, car la commande échoue si un dossier porte déjà un tel nom"
    }

    // For administrators: comments in what they paste, at most 74 columns.
    DovecotWhere {
        "into /etc/dovecot/conf.d/15-mailboxes.conf, then: doveadm reload"
        "dans /etc/dovecot/conf.d/15-mailboxes.conf, puis : doveadm reload"
    }
    DovecotMailcow {
        "mailcow: into data/conf/dovecot/extra.conf, restart dovecot-mailcow"
        "mailcow : dans data/conf/dovecot/extra.conf, redémarrer dovecot-mailcow"
    }
    DovecotIredmail {
        "iRedMail: only the mailbox parts, into the namespace in dovecot.conf"
        "iRedMail : seulement les mailbox, dans le namespace de dovecot.conf"
    }
    DovecotAll {
        "holds for all accounts: where two are marked for a role, run rolecall"
        "vaut pour tous les comptes : où deux sont marqués, lancer rolecall"
    }
    LeftOut {
        "left out, since their names cannot be written here: {count}"
        "omis, car leur nom ne peut pas être écrit ici : {count}"
    }
    CourierWhere {
        "in /etc/courier/imapd, for all accounts; then restart courier-imap"
        "dans /etc/courier/imapd, pour tous les comptes ; redémarrer courier-imap"
    }
    ExchangeTry {
        "add -WhatIf to try it first"
        "ajouter -WhatIf pour essayer d'abord"
    }
    ExchangeLanguage {
        "another language: -Language fr-FR -DateFormat $null -TimeFormat $null"
        "autre langue : -Language fr-FR -DateFormat $null -TimeFormat $null"
    }

    // For a client's user.
    Sent { "sent mail" "messages envoyés" }
    Drafts { "drafts" "brouillons" }
    Trash { "deleted mail" "messages supprimés (corbeille)" }
    Junk { "junk" "indésirables" }
    Archive { "archive" "archives" }
    Templates { "templates" "modèles" }
    Choice {
        "{role}: {mailbox}"
        "{role} : {mailbox}"
    }
    NoRole {
        "No mailbox of this account has a role that {client} knows."
        "Aucun dossier de ce compte n'a un rôle que {client} connaît."
    }
    NotOfferable {
        "{role}: the kept mailbox has no name that can be written here; choose it from the list."
        "{role} : le nom du dossier gardé ne peut pas être écrit ici ; choisissez-le dans la liste."
    }
    ThunderbirdCopies {
        "Open Account Settings > Copies & Folders of this account, select \"Other\" and choose:"
        "Ouvrez Paramètres des comptes > Copies et dossiers de ce compte, cochez \"Autre\" et choisissez :"
    }
    ThunderbirdTrash {
        "Open Server Settings, \"When I delete a message: Move it to this folder\", and choose:"
        "Ouvrez Paramètres serveur, \"Quand je supprime un message : Le déplacer dans ce dossier\", et choisissez :"
    }
    ThunderbirdJunk {
        "Open Junk Settings, \"Move new junk messages to: Other\", and choose:"
        "Ouvrez Paramètres des indésirables, \"Déplacer les nouveaux messages indésirables vers : Autre\", et choisissez :"
    }
    ThunderbirdPreferences {
        "Or close Thunderbird and put these lines into user.js in its profile folder. id1 and server1 are the first account's; Settings > General > Config Editor shows the numbers of others."
        "Ou fermez Thunderbird et mettez ces lignes dans user.js, dans le dossier du profil. id1 et server1 sont ceux du premier compte ; Paramètres > Général > Éditeur de configuration montre les numéros des autres."
    }
    AppleMail {
        "Open Mail > Settings > Accounts, select this account, then Mailbox Behaviours, and choose:"
        "Ouvrez Mail > Réglages > Comptes, sélectionnez ce compte, puis le comportement des boîtes aux lettres (Mailbox Behaviours), et choisissez :"
    }
    Ios {
        "Open Settings > Apps > Mail > Accounts > this account > Advanced > Mailbox Behaviours, and choose \"On the Server\":"
        "Ouvrez Réglages > Apps > Mail > Comptes > ce compte > Avancé, le comportement des boîtes aux lettres (Mailbox Behaviours), et choisissez \"Sur le serveur\" :"
    }
    IosReturns {
        "iOS goes back to \"Sent Messages\" and \"Deleted Messages\" as long as mailboxes of these names are there: apply the plan first."
        "iOS revient à \"Sent Messages\" et \"Deleted Messages\" tant que des dossiers de ces noms existent : appliquez d'abord le plan."
    }
    Roundcube {
        "Open Settings > Preferences > Special Folders, choose, and save:"
        "Ouvrez Paramètres > Préférences > Dossiers spéciaux, choisissez et enregistrez :"
    }
    RoundcubeLocks {
        "From then on Roundcube no longer looks at what the server marks."
        "Dès lors, Roundcube ne regarde plus ce que le serveur marque."
    }
    Outlook2010 {
        "Open File > Account Settings > Account Settings, this account > Change > More Settings, and choose on the tabs Sent Items and Deleted Items:"
        "Ouvrez Fichier > Paramètres du compte > Paramètres du compte, ce compte > Modifier > Paramètres supplémentaires, et choisissez dans les onglets Éléments envoyés et Éléments supprimés :"
    }
    OutlookOnce {
        "{client} takes these mailboxes when the account is set up, and nobody can choose others afterwards. Apply the plan first, and have the mailboxes marked where it says so."
        "{client} prend ces dossiers quand le compte est configuré, et nul ne peut en choisir d'autres ensuite. Appliquez d'abord le plan, et faites marquer les dossiers là où il le dit."
    }
    OutlookRemove {
        "Then open File > Account Settings > Account Settings, select this account and Remove it. Its mail stays on the server; move what lies in \"This computer only\" elsewhere before."
        "Ouvrez ensuite Fichier > Paramètres du compte > Paramètres du compte, sélectionnez ce compte et Supprimez-le. Le courrier reste sur le serveur ; déplacez auparavant ce qui est dans \"Cet ordinateur uniquement\"."
    }
    OutlookAdd {
        "Add the account again. It should now use:"
        "Ajoutez à nouveau le compte. Il devrait maintenant utiliser :"
    }
    OtherSet {
        "In {place}, choose:"
        "Dans {place}, choisissez :"
    }
    OtherChoose {
        "In its settings for special mailboxes, choose:"
        "Dans ses paramètres de dossiers spéciaux, choisissez :"
    }
    OtherCannot {
        "Nobody can choose other mailboxes in {client}. Apply the plan first, then remove the account from it and add it again; mail that is only on the device must be saved before. The mailboxes that keep the roles:"
        "Nul ne peut choisir d'autres dossiers dans {client}. Appliquez d'abord le plan, puis retirez-en le compte et ajoutez-le à nouveau ; sauvegardez auparavant ce qui n'est que sur l'appareil. Les dossiers qui gardent les rôles :"
    }
    OtherUnknown {
        "Nobody documented where this is set in {client}. If it lets you choose, choose:"
        "Personne n'a documenté où cela se règle dans {client}. S'il vous laisse choisir, choisissez :"
    }

    // Before anything is changed.
    ConsentDownload {
        "Mail clients will download {count} messages again under their new mailbox; a client that is still set to a merged mailbox must be set to the kept one. Close other mail programs of this account meanwhile, if you can."
        "Les clients de messagerie téléchargeront à nouveau {count} messages sous leur nouveau dossier ; un client encore réglé sur un dossier fusionné doit être réglé sur celui qui est gardé. Fermez entre-temps, si possible, les autres logiciels de messagerie de ce compte."
    }
    ConsentStays {
        "A mailbox that is made stays, empty, after an undo."
        "Un dossier créé reste, vide, après une annulation."
    }
    ConsentUndo {
        "`rolecall undo` can reverse this until the server purges the mail, the kept mailbox is made anew, or the journal is deleted. Message numbers (UIDs) change and do not come back."
        "`rolecall undo` peut l'annuler tant que le serveur n'a pas purgé le courrier, que le dossier gardé n'a pas été recréé et que le journal existe. Les numéros des messages (UID) changent et ne reviennent pas."
    }
    ConsentAsk {
        "Apply this plan? [y/N]"
        "Appliquer ce plan ? [o/N]"
    }
    ConsentNo {
        "nothing was changed"
        "rien n'a été modifié"
    }
}

impl Text {
    /// The sentence with its braces filled: `{mailbox}` becomes what is given for `mailbox`, as it is.
    #[must_use]
    pub fn with(self, language: Language, given: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.raw(language);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((key, after)) = after.split_once('}') else {
                break;
            };
            let value = given.iter().find(|(name, _)| *name == key);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        filled + rest
    }

    /// A sentence without braces.
    #[must_use]
    pub fn say(self, language: Language) -> String {
        self.with(language, &[])
    }
}
