//! The filters of one account as the port [`Scripts`]: connects when it is first asked, and anew when the line was lost.
//!
//! In: an endpoint and a login. Out: typed answers. Never: a login tried again that was refused.

use super::{connect::greet, session::ScriptSession, session::Upload};
use crate::{
    imap::{ConnectError, Endpoint, Login},
    language::{Phrase, text},
    store::{Act, ActError, Answering, Later, ListedScript, LookError, Scripts},
};

/// The way to one account's scripts.
#[derive(Debug)]
pub struct AccountScripts {
    endpoint: Endpoint,
    login: Login,
    session: Option<ScriptSession>,
    /// Why nobody is let in.
    refused: Option<ConnectError>,
}

impl AccountScripts {
    /// Nothing is sent before something is asked.
    #[must_use]
    pub fn new(endpoint: Endpoint, login: Login) -> Self {
        Self {
            endpoint,
            login,
            session: None,
            refused: None,
        }
    }

    async fn session(&mut self) -> Result<&mut ScriptSession, LookError> {
        let session = self.session.take().filter(ScriptSession::is_alive);
        let session = match (session, &self.refused) {
            (Some(session), _) => session,
            (None, Some(error)) => return Err(as_look(error)),
            (None, None) => match connect(&self.endpoint, &self.login).await {
                Ok(session) => session,
                Err(error) => {
                    let look = as_look(&error);
                    if error.passing.is_none() {
                        self.refused = Some(error);
                    }
                    return Err(look);
                }
            },
        };
        Ok(self.session.insert(session))
    }
}

async fn connect(endpoint: &Endpoint, login: &Login) -> Result<ScriptSession, ConnectError> {
    let greeted = greet(endpoint).await?;
    greeted.log_in(login, endpoint).await
}

/// A service that nobody is let in to answers every question with a refusal; one that is away may be there later.
fn as_look(error: &ConnectError) -> LookError {
    match error.passing {
        Some(later) => LookError::Lost {
            why: error.message.clone(),
            later,
        },
        None => LookError::Refused {
            code: None,
            text: error.message.clone(),
        },
    }
}

impl Scripts for AccountScripts {
    fn list(&mut self) -> Answering<'_, Vec<ListedScript>, LookError> {
        Box::pin(async { self.session().await?.scripts().await })
    }

    fn read<'a>(&'a mut self, name: &'a str) -> Answering<'a, Option<Vec<u8>>, LookError> {
        Box::pin(async { self.session().await?.script(name).await })
    }

    fn check<'a>(&'a mut self, text: &'a [u8]) -> Answering<'a, (), LookError> {
        Box::pin(async { self.session().await?.check(text).await })
    }

    fn perform<'a>(&'a mut self, act: &'a Act) -> Answering<'a, (), ActError> {
        Box::pin(async move {
            let not_sent = |why: Phrase, later: Later| ActError::NotSent { why, later };
            let session = self.session().await.map_err(|error| match error {
                LookError::Lost { why, later } => not_sent(why, later),
                error => not_sent(error.said(), Later::default()),
            })?;
            match act {
                Act::PutScript { name, text } => {
                    let text = text.octets();
                    session.put(Upload { name, text }).await
                }
                Act::ActivateScript { name } => session.activate(name).await,
                _ => Err(not_sent(text::not_about_filters(), Later::default())),
            }
        })
    }
}
