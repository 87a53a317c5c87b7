//! Whom an alarm's action or a rule's target reaches.

use keyward_policy::{Caller, Context, Policies, Request, Verdict, evaluate};
use keyward_snapshot::{Call, Gap, Listing, Subscription, Topic};

use super::search::Reach;
use crate::View;

/// The service that publishes to a topic, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) enum Publisher<'a> {
    /// CloudWatch, for the alarm with this ARN.
    Alarm(&'a str),
    /// EventBridge.
    Rule,
}

/// The gap that leaves open what a list holds in `region`.
pub(super) fn gap_in<'a, T>(list: &'a Listing<T>, region: &str) -> Option<&'a Gap> {
    list.gaps.iter().find(|gap| gap.region.as_deref().is_none_or(|it| it == region))
}

/// The part of an ARN: 2 is the service, 3 the region, 4 the account.
pub(super) fn part_of(arn: &str, index: usize) -> &str {
    arn.split(':').nth(index).unwrap_or_default()
}

/// The last part of an ARN.
pub(super) fn name_of(arn: &str) -> &str {
    arn.rsplit([':', '/']).next().unwrap_or(arn)
}

/// Whom an alarm's action reaches.
pub(super) fn of_action(view: &View<'_>, alarm: &str, action: &str) -> Reach {
    match part_of(action, 2) {
        "sns" => of_topic(view, action, Publisher::Alarm(alarm)),
        service @ ("lambda" | "ssm" | "ssm-incidents") => Reach::Told(taken(service, action)),
        service => Reach::Broken(format!("an action of `{service}` tells nobody")),
    }
}

/// Something that takes the event, and is not followed further.
pub(super) fn taken(service: &str, arn: &str) -> String {
    format!("then `{}` of {service}, which is not followed further", name_of(arn))
}

/// Whom a topic reaches.
pub(super) fn of_topic(view: &View<'_>, arn: &str, publisher: Publisher<'_>) -> Reach {
    let (region, owner) = (part_of(arn, 3), part_of(arn, 4));
    if owner != view.account.id.as_str() {
        return Reach::Open(format!("topic `{}` is of account {owner}", name_of(arn)));
    }
    let Some(topic) = view.account.topics.iter().find(|topic| topic.arn == arn) else {
        let gaps = &view.account.topics.gaps;
        let about = |gap: &&Gap| gap.about.as_deref().is_none_or(|about| about == arn);
        let gap = gaps.iter().find(about).cloned();
        let unread = || Gap::not_collected(Call::GetTopicAttributes).about(arn).in_region(region);
        return Reach::Unread(gap.unwrap_or_else(unread));
    };
    match may_publish(view, topic, publisher) {
        Ok(()) => of_subscriptions(view, topic, region),
        Err(hindrance) => hindrance,
    }
}

/// Whether the service may publish to the topic, or where that ends.
///
/// Sources: <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>,
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>,
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>.
fn may_publish(view: &View<'_>, topic: &Topic, publisher: Publisher<'_>) -> Result<(), Reach> {
    let name = name_of(&topic.arn);
    if topic.kms_key.as_deref().is_some_and(|key| key.ends_with("alias/aws/sns")) {
        let why = "is encrypted with `alias/aws/sns`, which lets no other service publish";
        return Err(Reach::Broken(format!("topic `{name}` {why}")));
    }
    let Some(policy) = &topic.policy else {
        return Err(Reach::Open(format!("AWS shows no policy of topic `{name}`")));
    };
    let account = view.account.id.as_str();
    let context = Context::open().with("aws:SecureTransport", "true");
    let (service, context) = match publisher {
        Publisher::Alarm(alarm) => (
            "cloudwatch.amazonaws.com",
            context
                .with("aws:SourceArn", alarm)
                .with("aws:SourceAccount", account)
                .with("aws:SourceOwner", account),
        ),
        Publisher::Rule => ("events.amazonaws.com", context.without("aws:SourceOwner")),
    };
    let request = Request {
        caller: Caller::Service(service.to_owned()),
        action: "sns:Publish".to_owned(),
        resource: topic.arn.clone(),
        resource_account: None,
        context,
    };
    let policies = Policies { resource: Some(policy.policy()), ..Policies::default() };
    let decision = evaluate(&policies, &request);
    match decision.verdict {
        Verdict::Allow => Ok(()),
        Verdict::Deny { .. } => {
            let why = format!("the policy of topic `{name}` does not let {service} publish");
            Err(Reach::Broken(why))
        }
        Verdict::Depends => {
            let keys = decision.depends_on.join(", ");
            let why = format!("whether {service} may publish to topic `{name}` depends on {keys}");
            Err(Reach::Open(why))
        }
    }
}

fn of_subscriptions(view: &View<'_>, topic: &Topic, region: &str) -> Reach {
    let list = &view.account.subscriptions;
    let own = list.iter().filter(|it| it.topic == topic.arn);
    // What Firehose gets is stored, and tells nobody.
    let (confirmed, others): (Vec<_>, Vec<_>) =
        own.partition(|it| it.arn.is_some() && it.protocol != "firehose");
    let name = name_of(&topic.arn);
    if let Some(first) = confirmed.first() {
        let key = topic.kms_key.as_deref().map_or_else(String::new, |key| {
            format!(", encrypted with `{}`, whose policy is not looked at", name_of(key))
        });
        return Reach::Told(format!("topic `{name}`{key}, {}", in_words(first)));
    }
    if let Some(gap) = gap_in(list, region) {
        return Reach::Unread(gap.clone());
    }
    match topic.confirmed {
        Some(count) if count > 0 && others.iter().all(|it| it.arn.is_none()) => Reach::Told(
            format!("topic `{name}`, {count} confirmed subscriptions of other accounts"),
        ),
        _ => Reach::Broken(format!(
            "topic `{name}` has no confirmed subscription ({} wait for it)",
            others.iter().filter(|it| it.arn.is_none()).count()
        )),
    }
}

fn in_words(subscription: &Subscription) -> String {
    match &subscription.domain {
        Some(domain) => format!("{} at {domain}", subscription.protocol),
        None => subscription.protocol.clone(),
    }
}
