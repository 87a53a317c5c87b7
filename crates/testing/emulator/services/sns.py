"""Amazon SNS: who gets mail has to confirm it first.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from front.registry import answers

# Their endpoints have to answer before they get messages.
CONFIRMED_BY_HAND = {"email", "email-json", "http", "https"}


def _pending(call):
    return call.extra("pending", dict)


@answers("sns", "Subscribe")
def subscribe(call):
    answer = call.moto()
    if call.get("Protocol") not in CONFIRMED_BY_HAND:
        return answer
    arn = answer["SubscriptionArn"]
    _pending(call).setdefault(arn, call.get("TopicArn"))
    if call.get("ReturnSubscriptionArn"):
        return answer
    return {"SubscriptionArn": "pending confirmation"}


@answers("sns", "ConfirmSubscription")
def confirm_subscription(call):
    """Every token confirms all subscriptions of the topic: the tests read no mail."""
    topic = call.get("TopicArn")
    waiting = [arn for arn, of in _pending(call).items() if of == topic]
    if not waiting:
        call.refuse("InvalidParameter", "Invalid token")
    for arn in waiting:
        del _pending(call)[arn]
    return {"SubscriptionArn": waiting[0]}


@answers("sns", "ListSubscriptions", "ListSubscriptionsByTopic")
def list_subscriptions(call):
    answer = call.moto()
    for subscription in answer.get("Subscriptions") or []:
        if subscription["SubscriptionArn"] in _pending(call):
            subscription["SubscriptionArn"] = "PendingConfirmation"
    return answer


@answers("sns", "GetTopicAttributes")
def get_topic_attributes(call):
    answer, topic = call.moto(), call.get("TopicArn")
    all_of_it = [it.arn for it in call.backend().subscriptions.values() if it.topic.arn == topic]
    pending = sum(arn in _pending(call) for arn in all_of_it)
    answer["Attributes"]["SubscriptionsPending"] = str(pending)
    answer["Attributes"]["SubscriptionsConfirmed"] = str(len(all_of_it) - pending)
    return answer
