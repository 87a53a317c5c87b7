//! The root user of a member account, in a session that may only look at its credentials.

use aws_sdk_iam::Client;
use keyward_snapshot::{AccountId, Call};

use super::{Work, about};
use crate::ask::{Page, Sink};
use crate::json::{list, object};
use crate::session::client;

/// Opens the session, as whoever collects, and asks what the root user has.
pub(super) async fn collect(work: &Work, id: &AccountId, sink: &Sink) {
    if !work.options.root_sessions || *id == work.caller.account || !sink.makes(Call::AssumeRoot) {
        return;
    }
    let session = match work.caller.assume_root(id).await {
        Ok(session) => session,
        Err(failure) => {
            sink.unanswered(&about(Call::AssumeRoot, id.as_str()), &failure);
            return;
        }
    };
    let client = client!(session, aws_sdk_iam, &session.home);
    let root = format!("arn:{}:iam::{id}:root", session.partition);
    mfa_devices(sink, &client, &root).await;
    access_keys(sink, &client, &root).await;
    certificates(sink, &client, &root).await;
    password(sink, &client, &root).await;
}

async fn mfa_devices(sink: &Sink, client: &Client, root: &str) {
    let send = |token| client.list_mfa_devices().max_items(1000).set_marker(token).send();
    sink.ask_all(about(Call::ListMfaDevices, root), send, |out| {
        let devices = list(out.mfa_devices(), |device| {
            object! { "UserName": device.user_name(), "SerialNumber": device.serial_number() }
        });
        Page::new(object! { "MFADevices": devices }, out.marker)
    })
    .await;
}

async fn access_keys(sink: &Sink, client: &Client, root: &str) {
    let send = |token| client.list_access_keys().max_items(1000).set_marker(token).send();
    sink.ask_all(about(Call::ListAccessKeys, root), send, |out| {
        let keys = list(out.access_key_metadata(), |key| {
            object! {
                "UserName": key.user_name(),
                "AccessKeyId": key.access_key_id(),
                "Status": key.status().map(|status| status.as_str()),
                "CreateDate": key.create_date(),
            }
        });
        Page::new(object! { "AccessKeyMetadata": keys }, out.marker)
    })
    .await;
}

async fn certificates(sink: &Sink, client: &Client, root: &str) {
    let send = |token| client.list_signing_certificates().max_items(1000).set_marker(token).send();
    sink.ask_all(about(Call::ListSigningCertificates, root), send, |out| {
        let certificates = list(out.certificates(), |certificate| {
            object! {
                "CertificateId": certificate.certificate_id(),
                "Status": certificate.status().as_str(),
            }
        });
        Page::new(object! { "Certificates": certificates }, out.marker)
    })
    .await;
}

async fn password(sink: &Sink, client: &Client, root: &str) {
    let answer = client.get_login_profile().send();
    sink.ask(about(Call::GetLoginProfile, root), answer, |out| {
        let profile = out.login_profile().map(|profile| {
            object! {
                "UserName": profile.user_name(),
                "CreateDate": profile.create_date(),
            }
        });
        object! { "LoginProfile": profile }
    })
    .await;
}
