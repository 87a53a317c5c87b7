//! What holds for all policies and requests.

use keyward_policy::{
    Caller, Context, Decision, Document, Effect, Fact, Policies, Policy, Request, Resources,
    Ternary, Verdict, evaluate, glob_matches, locate,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::scenario::{ALLOW_ALL, OTHER_USER, ROLE, ROOT, SESSION, USER, caller};

const KEYS: [&str; 5] =
    ["aws:SourceVpce", "aws:PrincipalTag/team", "aws:TagKeys", "aws:userid", "aws:SourceIp"];
const VALUES: [&str; 6] = ["a", "ab", "*", "", "AROACKCEVSQ6C2EXAMPLE:build-7", "203.0.113.7"];

/// A JSON list of what `strategy` gives, or one of it.
fn one_or_more(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    let count = choices.len();
    subsequence(choices, 1..=count).prop_map(|chosen| serde_json::to_string(&chosen).unwrap())
}

fn condition() -> impl Strategy<Value = String> {
    let prefix = select(&["", "", "ForAllValues:", "ForAnyValue:"][..]);
    let operator = select(
        &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "IpAddress", "Null"][..],
    );
    let suffix = select(&["", "", "IfExists"][..]);
    let values = one_or_more(&[
        "a",
        "*",
        "a*",
        "${aws:PrincipalTag/team}",
        "${aws:SourceVpce}b",
        "${aws:TagKeys, 'a'}",
        "203.0.113.0/24",
        "true",
        "",
    ]);
    (prefix, operator, suffix, select(&KEYS[..]), values).prop_map(
        |(prefix, operator, suffix, key, values)| {
            format!(r#""{prefix}{operator}{suffix}": {{"{key}": {values}}}"#)
        },
    )
}

fn statement(with_principal: bool) -> impl Strategy<Value = String> {
    let effect = prop::bool::weighted(0.15).prop_map(|deny| if deny { "Deny" } else { "Allow" });
    let action = select(&["Action", "Action", "Action", "NotAction"][..]);
    let actions = one_or_more(&["*", "s3:*", "s3:Get*", "sts:AssumeRole"]);
    let resource = select(&["Resource", "Resource", "NotResource"][..]);
    let resources = one_or_more(&[
        "*",
        "arn:aws:s3:::logs/*",
        "arn:aws:s3:::${aws:PrincipalTag/team}/*",
        "arn:aws:iam::*:role/*",
    ]);
    let principals = one_or_more(&["*", "111122223333", USER, ROLE, SESSION]);
    let principal = (select(&["Principal", "Principal", "NotPrincipal"][..]), principals).prop_map(
        move |(element, principals)| {
            if with_principal {
                format!(r#""{element}": {{"AWS": {principals}}}, "#)
            } else {
                String::new()
            }
        },
    );
    let conditions = prop::option::weighted(0.7, condition());
    (effect, action, actions, resource, resources, principal, conditions).prop_map(
        |(effect, action, actions, resource, resources, principal, condition)| {
            let condition = condition.unwrap_or_default();
            format!(
                r#"{{"Effect": "{effect}", {principal}"{action}": {actions},
                    "{resource}": {resources}, "Condition": {{{condition}}}}}"#
            )
        },
    )
}

fn policy(with_principal: bool) -> impl Strategy<Value = Policy> {
    prop::collection::vec(statement(with_principal), 1..4).prop_map(|statements| {
        let statements = statements.join(", ");
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        Document::parse(&text).unwrap().policy().clone()
    })
}

/// A policy that limits; half of them limit little, or nothing would be allowed.
fn limit() -> impl Strategy<Value = Policy> {
    (any::<bool>(), policy(false)).prop_map(|(open, mut policy)| {
        if open {
            policy.statements.extend(crate::scenario::policy(ALLOW_ALL).statements);
        }
        policy
    })
}

#[derive(Clone, Debug)]
struct World {
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    session: Vec<Policy>,
    scps: Vec<Policy>,
    rcps: Vec<Policy>,
    resource: Option<Policy>,
    who: &'static str,
    target: (&'static str, &'static str),
}

impl World {
    fn decide(&self, context: &Context) -> Decision {
        let policies = Policies {
            identity: self.identity.iter().collect(),
            boundary: self.boundary.as_ref(),
            session: self.session.iter().collect(),
            scps: self.scps.iter().map(|policy| vec![policy]).collect(),
            rcps: self.rcps.iter().map(|policy| vec![policy]).collect(),
            resource: self.resource.as_ref(),
            endpoint: None,
        };
        evaluate(
            &policies,
            &Request {
                caller: caller(self.who),
                action: self.target.0.to_owned(),
                resource: self.target.1.to_owned(),
                resource_account: None,
                context: context.clone(),
            },
        )
    }
}

fn world() -> impl Strategy<Value = World> {
    let limits = |most: usize| prop::collection::vec(limit(), 0..=most);
    let who = select(&[USER, ROLE, SESSION, ROOT, OTHER_USER, "anonymous", "s3.amazonaws.com"][..]);
    let target = select(
        &[
            ("s3:GetObject", "arn:aws:s3:::logs/x"),
            ("s3:PutObject", "arn:aws:s3:::a/x"),
            ("s3:ListAllMyBuckets", "*"),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/admin"),
        ][..],
    );
    (
        prop::collection::vec(policy(false), 0..=2),
        prop::option::weighted(0.3, limit()),
        limits(1),
        limits(2),
        limits(1),
        prop::option::of(policy(true)),
        who,
        target,
    )
        .prop_map(|(identity, boundary, session, scps, rcps, resource, who, target)| World {
            identity,
            boundary,
            session,
            scps,
            rcps,
            resource,
            who,
            target,
        })
}

fn fact() -> impl Strategy<Value = Fact> {
    let known = prop::collection::vec(select(&VALUES[..]), 0..3)
        .prop_map(|values| Fact::Known(values.into_iter().map(str::to_owned).collect()));
    prop_oneof![Just(Fact::Absent), known]
}

/// What each key holds, and whether that is known.
fn facts() -> impl Strategy<Value = Vec<(&'static str, Fact, bool)>> {
    KEYS.into_iter().map(|key| (Just(key), fact(), any::<bool>())).collect::<Vec<_>>()
}

fn known_and_unknown(facts: &[(&'static str, Fact, bool)]) -> (Context, Context) {
    facts.iter().fold(
        (Context::closed(), Context::closed()),
        |(full, partial), (key, fact, known)| {
            let seen = if *known { fact.clone() } else { Fact::Unknown };
            (full.with_fact(key, fact.clone()), partial.with_fact(key, seen))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn learning_a_key_never_contradicts_a_certain_verdict(world in world(), facts in facts()) {
        let (full, partial) = known_and_unknown(&facts);
        let (after, before) = (world.decide(&full), world.decide(&partial));
        match before.verdict {
            Verdict::Allow => prop_assert_eq!(after.verdict, Verdict::Allow),
            Verdict::Deny { explicit: true } => prop_assert_eq!(after.verdict, before.verdict),
            Verdict::Deny { explicit: false } => {
                prop_assert!(matches!(after.verdict, Verdict::Deny { .. }), "{after:?}");
            }
            Verdict::Depends => {}
        }
    }

    #[test]
    fn a_verdict_depends_exactly_where_it_names_keys_and_statements(
        world in world(), facts in facts(),
    ) {
        let (_, partial) = known_and_unknown(&facts);
        let decision = world.decide(&partial);
        let depends = decision.verdict == Verdict::Depends;
        prop_assert_eq!(depends, !decision.depends_on.is_empty());
        prop_assert!(!depends || !decision.because.is_empty());
        prop_assert!(decision.depends_on.is_sorted());
        prop_assert!(decision.because.is_sorted());
    }

    #[test]
    fn one_more_deny_never_allows(world in world(), facts in facts(), more in policy(false)) {
        let (full, partial) = known_and_unknown(&facts);
        let mut denies = more;
        for statement in &mut denies.statements {
            statement.effect = Effect::Deny;
        }
        for context in [full, partial] {
            let before = world.decide(&context).verdict;
            let mut stricter = world.clone();
            stricter.identity.push(denies.clone());
            stricter.resource.iter_mut().for_each(|resource| {
                resource.statements.extend(denies.statements.iter().cloned());
            });
            let after = stricter.decide(&context).verdict;
            let fine = match before {
                Verdict::Allow => true,
                Verdict::Depends => after != Verdict::Allow,
                Verdict::Deny { .. } => matches!(after, Verdict::Deny { .. }),
            };
            prop_assert!(fine, "{before:?} became {after:?}");
        }
    }

    #[test]
    fn writing_and_reading_gives_the_same_document(policy in statement(true)) {
        let document = Document::parse(&format!(r#"{{ "Statement":  [ {policy} ] }}"#)).unwrap();
        let written = serde_json::to_string(&document).unwrap();
        prop_assert!(!written.contains('\n'));
        prop_assert_eq!(serde_json::from_str::<Document>(&written).unwrap(), document);
    }

    #[test]
    fn a_pattern_matches_as_one_character_after_the_other(
        pattern in "[ab:*?]{0,8}", text in "[ab:]{0,10}",
    ) {
        prop_assert_eq!(glob_matches(&pattern, &text), slow_glob(pattern.as_bytes(), text.as_bytes()));
    }

    #[test]
    fn a_resource_pattern_keeps_its_bound_stars_in_their_segments(
        pattern in "[ab:*?]{0,9}", text in "[ab:]{1,12}",
    ) {
        let resources = Resources { negated: false, patterns: vec![pattern.as_str().into()] };
        let expected = slow_segments(pattern.as_bytes(), text.as_bytes());
        prop_assert_eq!(resources.matches(&text), Ternary::from(expected));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), pointer in any::<String>()) {
        let parsed = Document::parse(&text);
        let _ = Document::from_json(&text);
        let _ = locate(&text, &pointer);
        prop_assert!(parsed.is_err() || text.contains("Statement"));
    }

    #[test]
    fn what_the_parser_reports_is_found_in_the_text(json in any_policy_like()) {
        let text = serde_json::to_string_pretty(&json).unwrap();
        let diagnostics = match Document::parse(&text) {
            Ok(document) => document.warnings().to_vec(),
            Err(error) => error.diagnostics,
        };
        for diagnostic in diagnostics {
            prop_assert!(locate(&text, &diagnostic.pointer).is_some(), "{diagnostic}");
        }
    }

    #[test]
    fn no_caller_action_or_resource_makes_the_evaluator_panic(
        world in world(), who in any::<String>(), action in any::<String>(),
        resource in "(arn:)?[a-z:*/${},']{0,40}",
    ) {
        let request = Request {
            caller: Caller::Arn(who),
            action,
            resource,
            resource_account: None,
            context: Context::open(),
        };
        let policies = Policies {
            identity: world.identity.iter().collect(),
            resource: world.resource.as_ref(),
            ..Policies::default()
        };
        let decision = evaluate(&policies, &request);
        prop_assert_eq!(decision.verdict == Verdict::Depends, !decision.depends_on.is_empty());
    }
}

/// JSON that goes wrong in the places where policies do.
fn any_policy_like() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        select(&["Allow", "*", "s3:*", "111122223333", "2012-10-17", "x"][..]).prop_map(Into::into),
    ];
    let name = select(
        &[
            "Version",
            "Id",
            "Statement",
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "Condition",
            "StringLike",
            "ForSome:x",
            "AWS",
            "action",
            "a/b~",
        ][..],
    );
    let inner = leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            prop::collection::hash_map(name.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    inner.prop_map(|json| serde_json::json!({ "Statement": [json] }))
}

fn slow_glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => slow_glob(rest, text),
        (Some((b'*', rest)), Some((_, after))) => {
            slow_glob(rest, text) || slow_glob(pattern, after)
        }
        (Some((b'?', rest)), Some((_, after))) => slow_glob(rest, after),
        (Some((byte, rest)), Some((first, after))) => byte == first && slow_glob(rest, after),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn slow_segments(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => slow_segments(rest, text),
        (Some((b'*', rest)), Some((first, after))) => {
            let unbound = matches!(rest.first(), None | Some(b':'));
            slow_segments(rest, text)
                || ((unbound || *first != b':') && slow_segments(pattern, after))
        }
        (Some((b'?', rest)), Some((first, after))) => *first != b':' && slow_segments(rest, after),
        (Some((byte, rest)), Some((first, after))) => byte == first && slow_segments(rest, after),
        (None, Some(_)) | (Some(_), None) => false,
    }
}
