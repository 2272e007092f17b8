//! Columns: what can be said of an account, by the words of a CSV header and of YAML keys.
//!
//! In: a word. Out: [`Column`].

/// One thing that can be said of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Account,
    Name,
    PasswordEnv,
    PasswordFile,
    PasswordCommand,
    OauthTokenCommand,
    LoginAs,
    MasterSeparator,
    Locale,
    Role,
    Target,
    Password,
}

impl Column {
    /// Every column, in the order in which messages list them.
    const EVERY: [Self; 12] = [
        Self::Account,
        Self::Name,
        Self::PasswordEnv,
        Self::PasswordFile,
        Self::PasswordCommand,
        Self::OauthTokenCommand,
        Self::LoginAs,
        Self::MasterSeparator,
        Self::Locale,
        Self::Role,
        Self::Target,
        Self::Password,
    ];

    /// Every column's word.
    pub(super) fn words() -> [&'static str; 12] {
        Self::EVERY.map(Self::word)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Name => "name",
            Self::PasswordEnv => "password_env",
            Self::PasswordFile => "password_file",
            Self::PasswordCommand => "password_command",
            Self::OauthTokenCommand => "oauth_token_command",
            Self::LoginAs => "login_as",
            Self::MasterSeparator => "master_separator",
            Self::Locale => "locale",
            Self::Role => "role",
            Self::Target => "target",
            Self::Password => "password",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|column| column.word() == word)
    }

    /// Whether it may hold several values.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Locale | Self::Role | Self::Target)
    }

    /// Whether it is a secret or says where one is. Its values are never shown, since a password may stand there by mistake.
    pub(super) fn is_secret(self) -> bool {
        matches!(
            self,
            Self::PasswordEnv
                | Self::PasswordFile
                | Self::PasswordCommand
                | Self::OauthTokenCommand
                | Self::Password
        )
    }
}
