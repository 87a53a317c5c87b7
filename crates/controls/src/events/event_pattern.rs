//! Event patterns of EventBridge.
//!
//! Sources: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>,
//! <https://github.com/aws/event-ruler>.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::Truth;

/// A pattern, as JSON.
#[derive(Debug)]
pub(crate) struct EventPattern(Map<String, Value>);

impl EventPattern {
    /// Reads a pattern; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str(text) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err("it is no object".into()),
            Err(_) => Err("it is no JSON".into()),
        }
    }

    /// Whether the pattern matches an event.
    pub(crate) fn matches(&self, event: &Value) -> Truth {
        object(&self.0, Some(event))
    }
}

/// All members have to match, each by itself.
fn object(pattern: &Map<String, Value>, event: Option<&Value>) -> Truth {
    Truth::all(pattern.iter().map(|(name, wanted)| match (name.as_str(), wanted) {
        ("$or", Value::Array(choices)) if choices.len() > 1 => {
            Truth::any(choices.iter().map(|choice| match choice {
                Value::Object(choice) => object(choice, event),
                _ => Truth::open("`$or` of something that is no object"),
            }))
        }
        (name, _) if name.contains('.') => Truth::open(format!("the name `{name}` has a dot")),
        (name, wanted) => member(wanted, event.and_then(|event| event.get(name))),
    }))
}

/// What is asked of one member of the event; `None` if it has none of that name.
fn member(wanted: &Value, found: Option<&Value>) -> Truth {
    match wanted {
        Value::Object(pattern) => match found {
            // Each element of a list stands for the list; members of one have to match together.
            Some(Value::Array(elements)) => {
                Truth::any(elements.iter().map(|element| member(wanted, Some(element))))
            }
            found => object(pattern, found),
        },
        Value::Array(matchers) => Truth::any(matchers.iter().map(|it| leaf(it, found))),
        _ => Truth::open("a value that is no list"),
    }
}

/// One entry of the list of what a member may be.
fn leaf(matcher: &Value, found: Option<&Value>) -> Truth {
    if let Some(wanted) = matcher.get("exists") {
        // Only a value counts as existing; an object does not.
        let exists = found.is_some_and(|value| !value.is_object());
        return match wanted {
            Value::Bool(wanted) => (exists == *wanted).into(),
            _ => Truth::open("`exists` without a Boolean"),
        };
    }
    match found {
        None | Some(Value::Object(_)) => Truth::No,
        Some(Value::Array(elements)) => {
            Truth::any(elements.iter().map(|element| leaf(matcher, Some(element))))
        }
        Some(value) => value_matches(matcher, value),
    }
}

fn value_matches(matcher: &Value, value: &Value) -> Truth {
    let Value::Object(matcher) = matcher else {
        return is_same(matcher, value).into();
    };
    let mut operators = matcher.iter();
    let (Some((operator, operand)), None) = (operators.next(), operators.next()) else {
        return Truth::open("a matcher without one operator");
    };
    match operator.as_str() {
        "anything-but" => anything_but(operand, value),
        "numeric" => numeric(operand, value),
        "cidr" => cidr(operand, value),
        _ => text_matches(operator, operand, value),
    }
}

/// Operators over texts; no other value matches them.
fn text_matches(operator: &str, operand: &Value, value: &Value) -> Truth {
    let (wanted, ignores_case) = match operand {
        Value::String(wanted) => (wanted.as_str(), false),
        Value::Object(inner) if matches!(operator, "prefix" | "suffix") => {
            match inner.get("equals-ignore-case") {
                Some(Value::String(wanted)) if inner.len() == 1 => (wanted.as_str(), true),
                _ => return Truth::open(format!("the operand of `{operator}` can't be read")),
            }
        }
        _ => return Truth::open(format!("the operand of `{operator}` can't be read")),
    };
    let Value::String(text) = value else {
        return if is_text_operator(operator) { Truth::No } else { unknown(operator) };
    };
    let ignores_case = ignores_case || operator == "equals-ignore-case";
    let (text, wanted) = if ignores_case {
        (text.to_lowercase(), wanted.to_lowercase())
    } else {
        (text.clone(), wanted.to_owned())
    };
    match operator {
        "prefix" => text.starts_with(&wanted).into(),
        "suffix" => text.ends_with(&wanted).into(),
        "equals-ignore-case" => (text == wanted).into(),
        "wildcard" => wildcard(&wanted, &text),
        _ => unknown(operator),
    }
}

fn is_text_operator(operator: &str) -> bool {
    matches!(operator, "prefix" | "suffix" | "equals-ignore-case" | "wildcard")
}

fn unknown(operator: &str) -> Truth {
    Truth::open(format!("the operator `{operator}`"))
}

fn anything_but(operand: &Value, value: &Value) -> Truth {
    match operand {
        Value::Array(each) => Truth::all(each.iter().map(|it| anything_but(it, value))),
        Value::Object(inner) => {
            let mut operators = inner.iter();
            let (Some((operator, operand)), None) = (operators.next(), operators.next()) else {
                return Truth::open("`anything-but` without one operator");
            };
            if !is_text_operator(operator) {
                return unknown(operator);
            }
            let each = match operand {
                Value::Array(each) => each.as_slice(),
                one => std::slice::from_ref(one),
            };
            Truth::any(each.iter().map(|it| text_matches(operator, it, value))).not()
        }
        literal => Truth::from(is_same(literal, value)).not(),
    }
}

/// Pairs of a comparison and a number, all of which have to hold.
fn numeric(operand: &Value, value: &Value) -> Truth {
    let Some(number) = value.as_f64() else { return Truth::No };
    let Value::Array(pairs) = operand else { return Truth::open("`numeric` without a list") };
    Truth::all(pairs.chunks(2).map(|pair| match pair {
        [Value::String(comparison), limit] => match (comparison.as_str(), limit.as_f64()) {
            ("=", Some(limit)) => number.total_cmp(&limit).is_eq().into(),
            ("<", Some(limit)) => (number < limit).into(),
            ("<=", Some(limit)) => (number <= limit).into(),
            (">", Some(limit)) => (number > limit).into(),
            (">=", Some(limit)) => (number >= limit).into(),
            _ => Truth::open("a comparison of `numeric` can't be read"),
        },
        _ => Truth::open("a comparison of `numeric` can't be read"),
    }))
}

fn cidr(operand: &Value, value: &Value) -> Truth {
    let Value::String(range) = operand else { return Truth::open("`cidr` without a text") };
    let Some((network, length)) = range
        .split_once('/')
        .and_then(|(network, length)| Some((network.parse().ok()?, length.parse().ok()?)))
    else {
        return Truth::open(format!("the range `{range}` can't be read"));
    };
    let address = value.as_str().and_then(|text| text.parse::<IpAddr>().ok());
    address.is_some_and(|address| is_within(address, network, length)).into()
}

fn is_within(address: IpAddr, network: IpAddr, length: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) if length <= 32 => {
            let differing = u32::from(address) ^ u32::from(network);
            differing.checked_shr(32 - length).unwrap_or_default() == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) if length <= 128 => {
            let differing = u128::from(address) ^ u128::from(network);
            differing.checked_shr(128 - length).unwrap_or_default() == 0
        }
        _ => false,
    }
}

/// An asterisk stands for any text; a backslash takes its meaning from an asterisk and a backslash.
fn wildcard(pattern: &str, text: &str) -> Truth {
    let mut parts = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => parts.push(String::new()),
            '\\' => match (characters.next(), parts.last_mut()) {
                (Some(escaped @ ('*' | '\\')), Some(part)) => part.push(escaped),
                _ => return Truth::open("a backslash in `wildcard` can't be read"),
            },
            _ => parts.iter_mut().last().into_iter().for_each(|part| part.push(character)),
        }
    }
    has_parts(&parts, text).into()
}

/// Whether the text is the parts, with any text between them.
fn has_parts(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last.as_str())
}

/// Numbers are the same by their value, whatever their spelling.
fn is_same(wanted: &Value, value: &Value) -> bool {
    match (wanted.as_f64(), value.as_f64()) {
        (Some(wanted), Some(value)) => wanted.total_cmp(&value).is_eq(),
        _ => wanted == value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{EventPattern, Truth};

    fn event() -> Value {
        json!({
            "source": "aws.iam",
            "resources": ["arn:aws:ec2:us-east-1:111122223333:instance/i-1", "other"],
            "detail": {
                "state": "running", "c-count": 5, "x-limit": 301.8, "source-ip": "10.0.0.33",
                "nothing": null, "deep": {"c1": 100},
                "employees": [
                    {"first": "Anna", "last": "Smith"}, {"first": "Peter", "last": "Jones"},
                ],
            },
        })
    }

    fn matches(pattern: &Value) -> Truth {
        EventPattern::parse(&pattern.to_string())
            .unwrap_or_else(|why| panic!("{why}"))
            .matches(&event())
    }

    #[track_caller]
    fn case(pattern: impl Into<Value>, expected: bool) {
        let pattern = pattern.into();
        assert_eq!(matches(&pattern), Truth::from(expected), "{pattern}");
    }

    /// The matcher, asked of `detail.state`, which is `running`.
    #[track_caller]
    fn of_state(matcher: impl Into<Value>, expected: bool) {
        let matcher = matcher.into();
        case(json!({"detail": {"state": [matcher]}}), expected);
    }

    #[track_caller]
    fn open(matcher: impl Into<Value>) {
        let matcher = matcher.into();
        let pattern = json!({"detail": {"state": [matcher]}});
        assert!(matches!(matches(&pattern), Truth::Open(_)), "{pattern}");
    }

    #[test]
    fn members_are_joined_by_and_and_values_by_or() {
        case(json!({}), true);
        case(json!({"source": ["aws.ec2", "aws.iam"], "detail": {"state": ["running"]}}), true);
        case(json!({"source": ["aws.iam"], "detail": {"state": ["stopped"]}}), false);
        case(json!({"account": ["111122223333"]}), false);
        case(json!({"detail": {"nothing": [null]}}), true);
    }

    #[test]
    fn texts_are_matched_by_their_parts() {
        of_state(json!({"prefix": "run"}), true);
        of_state(json!({"prefix": {"equals-ignore-case": "RUN"}}), true);
        of_state(json!({"suffix": "ing"}), true);
        of_state(json!({"suffix": "run"}), false);
        of_state(json!({"equals-ignore-case": "RUNNING"}), true);
        of_state(json!({"wildcard": "r*n*g"}), true);
        of_state(json!({"wildcard": "*x*"}), false);
        of_state(json!({"wildcard": "run\\*"}), false);
        case(json!({"detail": {"c-count": [{"prefix": "5"}]}}), false);
    }

    #[test]
    fn anything_but_takes_what_is_there_and_not_named() {
        of_state(json!({"anything-but": "running"}), false);
        of_state(json!({"anything-but": ["stopped", "pending"]}), true);
        of_state(json!({"anything-but": {"prefix": "run"}}), false);
        of_state(json!({"anything-but": {"suffix": ["x", "ing"]}}), false);
        of_state(json!({"anything-but": {"wildcard": "*z*"}}), true);
        case(json!({"detail": {"missing": [{"anything-but": "x"}]}}), false);
    }

    #[test]
    fn existence_is_asked_of_leaves() {
        of_state(json!({"exists": true}), true);
        of_state(json!({"exists": false}), false);
        case(json!({"detail": {"missing": [{"exists": false}]}}), true);
        case(json!({"missing": {"inner": [{"exists": false}]}}), true);
        case(json!({"detail": {"deep": [{"exists": false}]}}), true);
    }

    #[test]
    fn numbers_and_addresses_are_compared() {
        case(json!({"detail": {"c-count": [{"numeric": [">", 0, "<=", 5]}]}}), true);
        case(json!({"detail": {"x-limit": [{"numeric": ["=", 3.018e2]}]}}), true);
        case(json!({"detail": {"c-count": [{"numeric": ["<", 5]}]}}), false);
        case(json!({"detail": {"source-ip": [{"cidr": "10.0.0.0/24"}]}}), true);
        case(json!({"detail": {"source-ip": [{"cidr": "10.0.1.0/24"}]}}), false);
        case(json!({"detail": {"source-ip": [{"cidr": "0.0.0.0/0"}]}}), true);
        case(json!({"detail": {"source-ip": [{"cidr": "::/0"}]}}), false);
    }

    #[test]
    fn elements_of_a_list_stand_for_it_one_at_a_time() {
        case(json!({"resources": ["other"]}), true);
        case(json!({"detail": {"employees": {"first": ["Anna"]}}}), true);
        case(json!({"detail": {"employees": {"first": ["Anna"], "last": ["Jones"]}}}), false);
    }

    #[test]
    fn or_joins_patterns_at_every_depth() {
        let either = |left: Value, right: Value| json!({"$or": [left, right]});
        let iam = json!({"source": ["aws.iam"]});
        let ec2 = json!({"source": ["aws.ec2"]});
        case(either(ec2.clone(), iam), true);
        case(either(ec2.clone(), ec2), false);
        case(json!({"detail": {"$or": [{"state": ["x"]}, {"c-count": [5]}]}}), true);
    }

    #[test]
    fn what_is_not_known_is_open() {
        open(json!({"regex": "r.*"}));
        open(json!({"prefix": "r", "suffix": "g"}));
        open(json!({"wildcard": "a\\b"}));
        open(json!({"exists": "yes"}));
        assert!(matches!(matches(&json!({"detail.state": ["running"]})), Truth::Open(_)));
        assert!(matches!(matches(&json!({"source": "aws.iam"})), Truth::Open(_)));
        for text in ["[]", "{", ""] {
            assert!(EventPattern::parse(text).is_err(), "{text}");
        }
    }
}
