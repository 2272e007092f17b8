//! What each code means, in French; its English is with the code itself, which JSON Schema speaks from.

use super::Phrase;

/// A code's headline in both languages.
#[must_use]
pub fn code_headline(code: &str, english: &str) -> Phrase {
    with_french(english, in_french(code).map(|(headline, _)| headline))
}

/// A code's explanation in both languages.
#[must_use]
pub fn code_explanation(code: &str, english: &str) -> Phrase {
    with_french(english, in_french(code).map(|(_, explanation)| explanation))
}

fn with_french(english: &str, french: Option<&str>) -> Phrase {
    Phrase {
        english: english.into(),
        french: french.unwrap_or(english).into(),
    }
}

fn in_french(code: &str) -> Option<(&'static str, &'static str)> {
    let mut codes = CODES.iter();
    codes
        .find(|(known, _, _)| *known == code)
        .map(|(_, headline, explanation)| (*headline, *explanation))
}

/// Code, headline, explanation.
const CODES: &[(&str, &str, &str)] = &[
    (
        "role-split",
        "plusieurs dossiers jouent le même rôle",
        "Des logiciels différents classent le même genre de courrier dans des dossiers différents ; chacun n'en voit donc qu'une partie. `rolecall fix` les réunit dans celui qu'il dit garder.",
    ),
    (
        "role-unmarked",
        "le dossier gardé ne porte pas de marque spéciale",
        "Le serveur marque les dossiers spéciaux (RFC 6154), mais pas celui-ci ; les logiciels devinent donc d'après le nom et peuvent créer le leur. Si le serveur permet aux logiciels de marquer un dossier, `rolecall fix` le fait ; sinon l'administrateur ajoute la ligne affichée sous « À la main ». Si le serveur ne marque aucun dossier, ce n'est qu'une information.",
    ),
    (
        "attribute-conflict",
        "plusieurs dossiers portent la même marque, ou un dossier en porte plusieurs",
        "Les logiciels qui trouvent deux dossiers marqués pour un rôle ne prennent pas tous le même : certains le premier, d'autres le dernier. La fusion n'en laisse qu'un.",
    ),
    (
        "attribute-vs-name",
        "le serveur marque un dossier pour un rôle, son nom en dit un autre",
        "La marque décide pour les logiciels qui la lisent, le nom pour les autres ; ils y classent donc des courriers différents. Rien n'est fusionné d'après un tel nom ; dites lequel c'est avec `--role DOSSIER=RÔLE`.",
    ),
    (
        "role-unsubscribed",
        "le dossier qui garde un rôle n'est pas dans les abonnements",
        "Outlook et Thunderbird ne montrent que les dossiers abonnés ; ils ne voient donc pas celui-ci et créent le leur. `rolecall fix` l'abonne.",
    ),
    (
        "role-missing",
        "aucun dossier n'a encore ce rôle",
        "Le prochain logiciel qui en a besoin le créera, sous un nom de son choix. Le créer d'avance garde les logiciels ensemble.",
    ),
    (
        "role-on-noselect",
        "un rôle est porté par un nom qui ne contient pas de messages",
        "Ce nom n'est qu'un niveau de l'arborescence (\\Noselect) ou n'existe pas ; un logiciel qui le suit ne peut donc rien y classer.",
    ),
    (
        "name-ambiguous",
        "ce nom sert pour plus d'un rôle",
        "Les logiciels de messagerie utilisent ce nom pour des choses différentes ; on n'y touche donc pas. Dites son rôle avec `--role DOSSIER=RÔLE`, ou `--role DOSSIER=none`.",
    ),
    (
        "role-doubtful",
        "un dossier au rôle douteux ; aucun courrier n'est donc déplacé d'après lui",
        "Son rôle se déduit de ce qu'il contient, de ce qu'il y a d'autre dans le compte, d'un nom peu attesté ou qui ressemble seulement à un nom connu, ou d'une marque à un endroit étrange : sous la corbeille, au fond d'une arborescence. Rien n'est fusionné sur cette seule base. Regardez dedans et dites lequel c'est avec `--role DOSSIER=RÔLE`, ou `--role DOSSIER=none` ; dans un terminal, `rolecall fix` pose la question.",
    ),
    (
        "second-inbox",
        "un dossier nommé comme une boîte de réception, à côté de celle où le courrier arrive",
        "Des programmes créent un tel dossier quand ils copient un compte ou prennent la boîte de réception pour un de leurs dossiers, dans la langue de l'utilisateur ou avec un numéro. Le courrier n'arrive que dans INBOX ; ce qui se trouve ici passe donc facilement inaperçu. `rolecall fix --include inbox` le fusionne dans INBOX, après une question ; `--role DOSSIER=inbox` le dit d'un dossier dont le nom seul ne le dit pas. Un dossier dont le nom n'est fait que de mots pour une boîte de réception (« Eingang », « Old inbox ») n'est mentionné que si presque tout ce qu'il contient a été livré à l'adresse du compte et qu'aucune règle n'y range du courrier. INBOX elle-même n'est jamais vidée, et `rolecall undo` ramène le courrier.",
    ),
    (
        "mail-tree",
        "un dossier contient une série complète de dossiers, comme un compte à part",
        "Les programmes qui copient un compte, et les logiciels au préfixe mal réglé, créent de telles arborescences. Si les dossiers du compte lui-même sont vides, ceux de l'arborescence passent pour ceux qui servent, avec chacun un rôle douteux. Sinon, on n'y touche pas. Pour en fusionner un, dites son rôle : `--role 'Ancien compte/Sent=sent'` ; pour se défaire de la copie d'un autre compte, déplacez ce qu'il vous faut avec un logiciel de messagerie.",
    ),
    (
        "name-garbled",
        "un nom codé deux fois ou dans le mauvais jeu de caractères",
        "Un programme a mal écrit le nom ; on lit donc `Ã‰lÃ©ments` ou `&AMk-l&AOk-ments` au lieu de `Éléments`, et les logiciels ne connaissent pas le dossier. `rolecall fix --repair-names` lui donne le nom voulu ; son courrier reste tel quel, et `undo` le renomme en sens inverse.",
    ),
    (
        "mark-on-unknown-name",
        "le serveur marque un dossier dont les logiciels ne connaissent pas le nom, à côté d'un autre dont ils le connaissent",
        "La marque décide : le dossier marqué garde le rôle. Mais une marque peut avoir suivi un dossier renommé, et les logiciels qui se fient aux noms utilisent l'autre. Regardez dedans ; `--target RÔLE=DOSSIER` garde celui que vous voulez.",
    ),
    (
        "keeper-unclear",
        "rien ne dit lequel de plusieurs dossiers doit rester",
        "Ni les marques du serveur, ni l'hébergeur, ni les logiciels, ni les dates ou le nombre des messages ne les départagent ; rien n'est donc fusionné avant votre choix : `--target RÔLE=DOSSIER`, ou la question de `rolecall fix` dans un terminal.",
    ),
    (
        "lookalike-name",
        "le nom ressemble seulement à celui d'un dossier spécial",
        "Il contient des caractères invisibles ou des lettres d'une autre écriture ou forme ; les logiciels ne le prennent donc pas pour le dossier auquel il ressemble. Il n'est jamais fusionné de lui-même ; regardez dedans, puis utilisez `--role DOSSIER=RÔLE` s'il est bien ce qu'il paraît.",
    ),
    (
        "dangling-subscription",
        "un abonnement désigne un dossier qui n'existe pas",
        "Certains logiciels le montrent comme un dossier vide ou grisé. `rolecall fix` supprime l'abonnement si le nom est le mot même d'un rôle (Sent, Drafts, Trash, Junk, Archive) ; il ne touche pas aux autres, car le dossier est peut-être sur un serveur momentanément absent.",
    ),
    (
        "subscriptions-unknown",
        "le serveur ne dit pas quels dossiers sont abonnés",
        "Il refuse toutes les façons de le demander (LIST RETURN (SUBSCRIBED), LSUB) ; rien n'est donc abonné ni désabonné. Les logiciels qui ne montrent que les dossiers abonnés risquent de ne pas voir celui qui garde un rôle, ou d'en montrer encore un qui a été supprimé ; abonnez-les et désabonnez-les dans le logiciel.",
    ),
    (
        "same-mailbox-twice",
        "deux noms, un seul dossier",
        "Les deux noms mènent aux mêmes messages (un alias ou un lien sur le serveur). Les fusionner déplacerait chaque message sur lui-même ; ils ne sont donc jamais fusionnés. Pour cacher l'autre nom, désabonnez-le dans chaque logiciel, ou demandez à l'administrateur de le cacher : `list = no` dans le namespace d'un alias Dovecot, ou supprimer le lien.",
    ),
    (
        "role-duplicate-empty",
        "un dossier vide en trop, que le serveur garde",
        "La configuration du serveur le marque ; le serveur le recrée donc quand il est supprimé, ou refuse de le supprimer ; ou bien une exécution antérieure n'a pas pu le supprimer, pour la raison que dit `rolecall runs RUN`. Il ne contient rien ; on le laisse tel quel, tout au plus désabonné. `rolecall fix --role DOSSIER=RÔLE` réessaie ce qu'une exécution antérieure n'a pas pu faire ; ou supprimez-le avec un logiciel de messagerie.",
    ),
    (
        "role-bound-to-name",
        "le serveur lie le rôle à ce nom",
        "La marque appartient au nom dans la configuration du serveur et ne suivrait pas un renommage ; ce dossier n'est donc jamais renommé.",
    ),
    (
        "clients-disagree",
        "les logiciels utilisent des dossiers différents pour un rôle",
        "Configurés maintenant, ces logiciels classeraient le même genre de courrier dans des dossiers différents. `rolecall clients COMPTE -v` dit pour chacun lequel et pourquoi ; `--client NOM:LANGUE` dit quels logiciels sont utilisés. Pour des logiciels que personne n'a indiqués, ce n'est qu'une information.",
    ),
    (
        "client-will-create",
        "un logiciel ne trouve pas le dossier du rôle et créera le sien",
        "Ces logiciels cherchent une marque ou un nom qui n'est pas là ; ils créent donc leur propre dossier à côté de celui qui garde le rôle. Marquez-le si le serveur le permet, renommez-le avec `--target RÔLE=NOM --make-target`, ou réglez-le dans chaque logiciel ; `rolecall clients COMPTE -v` dit pourquoi et où. Si vous avez indiqué le logiciel avec `--client`, c'est un avertissement.",
    ),
    (
        "clients-meet-elsewhere",
        "les logiciels que vous indiquez se retrouvent sous un autre nom que celui du dossier",
        "Davantage des logiciels indiqués avec `--client` trouvent le dossier du rôle s'il porte ce nom ; `rolecall fix` avec les mêmes logiciels le renomme donc. `--target RÔLE=DOSSIER` garde le nom qu'il a.",
    ),
    (
        "client-to-be-told",
        "l'utilisateur doit indiquer le dossier à un logiciel",
        "Aucun dossier et aucun nom ne convient à tous les logiciels que vous avez indiqués avec `--client`. Le plan convient à la plupart, et d'abord à ceux que personne ne peut régler ; l'entrée dit ce qu'il faut régler dans celui-ci, et où. Ce qu'elle dit d'un logiciel déjà utilisé n'arrive pas avec un logiciel configuré maintenant. `rolecall clients COMPTE --client …` dit pourquoi.",
    ),
    (
        "deleted-marked-mail",
        "des messages marqués \\Deleted resteraient en place",
        "Ils sont marqués pour être supprimés mais toujours là. Les déplacer emporterait la marque ; ils restent donc, et le dossier aussi. `--move-deleted` les déplace aussi.",
    ),
    (
        "children-stay",
        "un dossier à vider a des sous-dossiers",
        "Les sous-dossiers d'un dossier fusionné le suivent si leur nom est libre sous celui qui est gardé ; sinon, eux et leur parent restent où ils sont. `--with-children` les fusionne aussi.",
    ),
    (
        "no-safe-removal",
        "le serveur ne sait ni déplacer des messages ni en effacer de choisis",
        "Sans MOVE ni UIDPLUS, il n'y a aucune façon de vider un dossier qui ne risque pas d'effacer aussi le courrier de quelqu'un d'autre. Rien n'est copié sans `--remove-without-uidplus`.",
    ),
    (
        "held-back",
        "corbeille et indésirables ne sont fusionnés que si on le dit",
        "Ces dossiers peuvent être vidés par une minuterie, qui sur certains serveurs repart quand on y déplace des messages et sur d'autres suit la date de chaque message ; et déplacer vers les indésirables peut influencer l'apprentissage d'un filtre antispam. Ajoutez `--include trash` ou `--include junk` pour les fusionner.",
    ),
    (
        "target-ordinary",
        "un dossier à vous doit garder un rôle",
        "`--target` désigne un dossier auquel ni le serveur ni son nom ne donne ce rôle, et il contient du courrier. Ce qui relève du rôle sera mis parmi ce courrier. Si c'est une erreur, indiquez un autre dossier ; si c'est celui que vous voulez, rien d'autre n'est nécessaire.",
    ),
    (
        "kept-before",
        "un dossier gardé par une exécution précédente est maintenant fusionné dans un autre",
        "Une exécution précédente, qui n'a pas été annulée, a déplacé du courrier dans ce dossier parce qu'il gardait le rôle, par exemple à cause de `--target`. Maintenant, un autre le garderait : le serveur le marque, ou ce qui décide a changé. Rien n'est perdu, mais les logiciels de messagerie montreraient une fois de plus leur courrier ailleurs. `--target RÔLE=DOSSIER` garde le premier ; indiquez-le à chaque « fix » du compte.",
    ),
    (
        "mapping-unused",
        "des entrées de votre table de noms ne correspondent à aucun dossier",
        "Une table donnée avec `--mappings` contient des noms pour lesquels ce compte n'a pas de dossier. C'est normal pour une table faite pour beaucoup de comptes ; pour une table faite pour celui-ci, cherchez une faute de frappe : un nom compte en entier ou pas du tout. `rolecall mappings lookup NOM` montre comment un nom est comparé.",
    ),
    (
        "not-personal",
        "le dossier est à quelqu'un d'autre ou partagé",
        "Il se trouve hors de l'espace de noms personnel ; il n'a donc pas de rôle dans ce compte, et on n'y touche jamais.",
    ),
    (
        "other-namespace",
        "le dossier se trouve dans un autre espace de noms du compte",
        "Il se trouve dans un autre espace de noms personnel qu'INBOX : une réserve de courrier archivé ou effacé, ou des vues. Personne qui fusionne « Sent » ne pense à ce qui s'y trouve ; il n'a donc pas de rôle, et on n'y touche jamais. `--role DOSSIER=RÔLE` en prend un en compte ; il est alors vidé, mais ni renommé ni supprimé.",
    ),
    (
        "mailbox-is-view",
        "le dossier montre le courrier d'autres dossiers",
        "C'est une recherche que le serveur montre comme un dossier (les dossiers virtuels de Dovecot). Ce qui en est déplacé quitte les dossiers d'origine, et le supprimer peut détruire leur courrier ; on n'y touche donc jamais, même avec `--role`.",
    ),
    (
        "removal-waits",
        "un dossier vidé attend d'être supprimé",
        "`rolecall fix --remove later` l'a vidé et mis de côté sous un nom à lui. `rolecall resume`, ou le prochain `rolecall fix` du compte, le supprime quand le moment est venu et s'il est toujours vide ; ce qui y est arrivé entre-temps est d'abord déplacé. `rolecall undo` lui rend son nom.",
    ),
    (
        "may-be-purged",
        "du courrier va là où le serveur peut l'effacer",
        "Les serveurs vident la corbeille et les indésirables par une minuterie (Gmail après 30 jours, Courier après 7, Dovecot selon sa configuration, aussi par nombre), et pour beaucoup le délai repart avec le déplacement. Une annulation ne ramène que ce qui est encore là.",
    ),
    (
        "may-be-truncated",
        "le serveur ne montre peut-être qu'une partie d'un dossier",
        "Exactement 1000, 2000, 5000 ou 10000 messages, c'est une limite que certains hébergeurs mettent à ce que montre IMAP. Les messages peuvent être déplacés ; le dossier n'est alors pas supprimé.",
    ),
    (
        "set-aside-unknown",
        "un dossier porte un nom de dossier mis de côté, et aucune exécution d'ici ne le connaît",
        "Un dossier nommé rolecall-… est sur le serveur, et aucun journal de cette machine ne le nomme : une autre machine l'a mis de côté, le dossier d'état a disparu, ou il est à quelqu'un. Rien d'autre n'en est bloqué. Si une autre machine a une exécution inachevée sur ce compte, `rolecall resume` là-bas la reprend. Sinon, `rolecall fix --role DOSSIER=RÔLE` déplace ce qu'il contient dans le dossier qui garde ce rôle, et le supprime ; un dossier vide peut être supprimé avec n'importe quel logiciel de messagerie.",
    ),
    (
        "set-aside-given-up",
        "un dossier a été mis de côté par une exécution abandonnée",
        "`rolecall resume EXÉCUTION --give-up` a libéré le compte pour d'autres exécutions alors qu'un dossier de celle-là était mis de côté. `rolecall resume EXÉCUTION` déplace ce qu'il contient dans le dossier gardé et le supprime ; `rolecall undo EXÉCUTION` lui rend son nom. `rolecall runs` nomme l'exécution.",
    ),
    (
        "removed-mailbox-kept",
        "le serveur a déplacé un dossier supprimé au lieu de l'effacer",
        "Ce serveur déplace un dossier qu'on supprime, d'ordinaire sous la corbeille. rolecall l'avait vidé et vu vide avant ; il peut être effacé pour de bon avec n'importe quel logiciel de messagerie, et ne bloque rien.",
    ),
    (
        "unfinished-run",
        "une exécution sur ce compte a été interrompue",
        "Un dossier nommé rolecall-… est sur le serveur : des messages d'une exécution inachevée s'y trouvent peut-être. `rolecall resume` termine l'exécution, ou une dont une commande a été exécutée après sa fin ; `rolecall runs` la nomme.",
    ),
    (
        "undo-incomplete",
        "une annulation ne peut pas tout ramener",
        "Une annulation ne supprime jamais un dossier, et en recrée un sans les droits qu'il avait peut-être. L'avertissement dit ce qui reste tel quel. Tout le courrier revient.",
    ),
    (
        "undo-leaves-mail",
        "une annulation laisse du courrier où il est",
        "Une annulation ramène ce que son journal prouve n'être que dans le dossier gardé, si le serveur peut le déplacer et si l'ancien dossier existe. L'avertissement dit quel courrier reste. Le code de sortie est 3.",
    ),
    (
        "uids-not-stable",
        "le serveur ne garde pas les numéros des messages",
        "Sans UID stables, aucun message ne se distingue d'un autre après une coupure ; rien n'est donc fusionné ici.",
    ),
    (
        "mark-by-administrator",
        "seul l'administrateur peut marquer ce dossier",
        "Les marques spéciales du serveur viennent de sa configuration. La ligne à ajouter est sous « À la main ».",
    ),
    (
        "filter-files-here",
        "un filtre classe du courrier dans un dossier qui doit être fusionné",
        "Une règle du script de filtres actif du compte (Sieve) met du courrier dans un dossier qui ne garde pas son rôle. Après une fusion, ce dossier n'existe plus : certains serveurs le recréent, d'autres laissent le message dans INBOX et abandonnent tout ce que le script en aurait fait d'autre, comme transférer ou répondre (c'est alors une erreur). Modifiez la règle là où elle a été faite, ou laissez `rolecall fix --repair-filters` enregistrer un script modifié, que `undo` reprend.",
    ),
    (
        "filter-files-nowhere",
        "un filtre classe du courrier dans un dossier qui n'est pas là",
        "Une règle du script de filtres actif du compte (Sieve) nomme un dossier que le serveur ne liste pas, ou écrit son nom sous une forme que le serveur prend pour un autre. Le message reste alors dans INBOX, et sur certains serveurs tout ce que le script en aurait fait d'autre est abandonné, comme transférer ou répondre (c'est alors une erreur). Corrigez le nom là où la règle a été faite, ou créez le dossier.",
    ),
    (
        "filters-not-readable",
        "les filtres du compte ne sont pas connus, ou pas tous",
        "Le serveur gère des filtres (ManageSieve) et ne les a pas laissé lire, ou un script est illisible, en inclut un de l'administrateur, ou compose le nom d'un dossier quand il tourne. On ne sait alors pas si du courrier est classé dans un dossier fusionné ; regardez les filtres avant une fusion. `--sieve-host` et `--sieve-port` disent où les filtres sont gérés, `--no-filters` les laisse de côté.",
    ),
    (
        "filter-would-break",
        "un filtre qui transfère du courrier ou y répond cesserait de le faire",
        "Le plan supprime un dossier où le script de filtres actif classe du courrier, et le même script transfère du courrier ou y répond. Sur certains serveurs, un classement qui échoue fait abandonner tout cela, sans un mot à personne. `--repair-filters` modifie aussi le script ; sans cela, un `rolecall fix --yes` sans surveillance n'applique un tel plan qu'avec `--despite-filters`.",
    ),
    (
        "filter-may-learn",
        "un filtre antispam peut apprendre de ce qui est déplacé",
        "Certains serveurs instruisent leur filtre antispam par ce qui est déplacé vers les indésirables, comme spam, et par ce qui en sort, comme courrier voulu (imapsieve). L'avertissement dit dans quel sens va le courrier. Un renommage n'apprend rien, un dry run non plus. Si ce n'est pas voulu, demandez à l'administrateur du serveur de couper l'apprentissage pendant l'exécution.",
    ),
    (
        "named-by-administrator",
        "seul l'administrateur peut changer ces noms",
        "Exchange nomme lui-même ses dossiers par défaut, d'après la configuration régionale de chaque boîte. La commande qui leur donne des noms d'une seule langue est sous « À la main » ; elle échoue tant qu'un autre dossier porte un tel nom, elle vient donc après la fusion.",
    ),
    (
        "sent-saved-twice",
        "des messages envoyés sont enregistrés deux fois",
        "Parmi les messages envoyés les plus récents, certains sont là deux fois, avec le même Message-ID : le serveur garde ce qui a été envoyé par lui, et le logiciel de messagerie en enregistre une seconde copie. Réglez le logiciel pour qu'il n'enregistre pas de copie ; rien n'est supprimé.",
    ),
];
