//! What AWS's CLI prints when a call fails.

use super::place::account_of_arn;
use crate::{AccountId, Call};

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The operation that was called.
    pub(super) operation: String,
    /// The call, if it is one whose answers a snapshot is made of.
    pub(super) call: Option<Call>,
    /// AWS's error code.
    pub(super) code: String,
    /// The ARN of what was asked for, where the message names it.
    pub(super) resource: Option<String>,
    /// The account of the caller, where the message names the caller.
    pub(super) account: Option<AccountId>,
}

/// Reads a line such as `An error occurred (AccessDenied) when calling the ListUsers operation: …`.
/// Of the message behind it nothing is kept but the
/// resource's ARN and the caller's account.
pub(super) fn parse(line: &str) -> Option<Refusal> {
    let (_, rest) = line.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(')')?;
    let (operation, message) = rest.strip_prefix(" when calling the ")?.split_once(" operation")?;
    let is_word = |text: &str| {
        !text.is_empty()
            && text.len() <= 100
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':'))
    };
    if !is_word(code) || !is_word(operation) {
        return None;
    }
    let resource = message
        .split_once("on resource: ")
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .map(|arn| arn.trim_matches(['"', '\'']).to_owned())
        .filter(|arn| arn.starts_with("arn:"));
    let account = message
        .split_once("User: ")
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .and_then(account_of_arn)
        .map(AccountId::from);
    Some(Refusal {
        operation: operation.to_owned(),
        call: call_of(operation, code, message),
        code: code.to_owned(),
        resource,
        account,
    })
}

/// Several services have operations of one name; the message names the action that was missing.
fn call_of(operation: &str, code: &str, message: &str) -> Option<Call> {
    let service = message
        .split_once("perform: ")
        .and_then(|(_, action)| action.split_once(':'))
        .map(|(service, _)| service);
    let call = Call::ALL
        .iter()
        .copied()
        .find(|call| call.action().split_once(':').is_some_and(|(_, name)| name == operation))?;
    let own = call.action().split_once(':').map(|(service, _)| service);
    match service {
        Some(_) => (service == own).then_some(call),
        // IAM has operations of these names too, and it alone refuses with `AccessDenied`.
        None => match call {
            Call::ListPolicies | Call::ListDirectoryUsers | Call::ListDirectoryGroups => {
                (code != "AccessDenied").then_some(call)
            }
            _ => Some(call),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, parse};
    use crate::Call;

    #[track_caller]
    fn check(line: &str, call: Option<Call>, code: &str) {
        let refusal = parse(line).expect("it is an error of a call");
        assert_eq!((refusal.call, refusal.code.as_str()), (call, code));
    }

    #[test]
    fn the_call_and_the_code_are_read() {
        check(
            "An error occurred (AccessDenied) when calling the GetAccountSummary operation: no",
            Some(Call::GetAccountSummary),
            "AccessDenied",
        );
        check(
            "aws: [ERROR]: An error occurred (ThrottlingException) when calling the ListInstances \
             operation (reached max retries: 4): Rate exceeded",
            Some(Call::ListInstances),
            "ThrottlingException",
        );
    }

    #[test]
    fn an_operation_that_two_services_have_is_told_apart() {
        let line = |code: &str, action: &str| {
            format!(
                "An error occurred ({code}) when calling the ListUsers operation: User: x is not \
                 authorized to perform: {action} on resource: *"
            )
        };
        check(&line("AccessDenied", "iam:ListUsers"), None, "AccessDenied");
        check(
            &line("AccessDeniedException", "identitystore:ListUsers"),
            Some(Call::ListDirectoryUsers),
            "AccessDeniedException",
        );
        check(
            "An error occurred (AccessDenied) when calling the ListUsers operation: no",
            None,
            "AccessDenied",
        );
    }

    #[test]
    fn only_the_resource_of_the_message_is_kept() {
        let line = "An error occurred (AccessDeniedException) when calling the GetResourcePolicy \
                    operation: User: arn:aws:iam::111122223333:user/ci is not authorized to \
                    perform: secretsmanager:GetResourcePolicy on resource: \
                    arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf because";
        assert_eq!(
            parse(line),
            Some(Refusal {
                operation: "GetResourcePolicy".to_owned(),
                call: Some(Call::GetResourcePolicy),
                code: "AccessDeniedException".to_owned(),
                resource: Some(
                    "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf".to_owned()
                ),
                account: Some("111122223333".into()),
            })
        );
    }

    #[test]
    fn other_text_is_no_refusal() {
        for line in ["", "Unable to locate credentials", "An error occurred (x y) when calling"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
