//! Filter patterns of CloudWatch Logs for log events that are JSON, as metric filters use them.
//!
//! Only what the documentation settles is answered. Text terms, regular expressions and comparisons
//! that the documentation leaves open make the answer [`Truth::Open`].
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html>.

use serde_json::Value;

use super::Truth;

/// How deep parentheses may nest. AWS takes patterns of 1024 characters.
const DEPTH_MAX: usize = 64;

/// A pattern, taken apart.
#[derive(Debug)]
pub(crate) struct FilterPattern(Expression);

#[derive(Debug)]
enum Expression {
    /// The empty pattern.
    Everything,
    All(Vec<Self>),
    Any(Vec<Self>),
    Test(Vec<Step>, Test),
}

/// A step into a value.
#[derive(Debug)]
enum Step {
    Member(String),
    Element(usize),
    EachElement,
}

/// What is asked of the value that a selector leads to.
#[derive(Debug)]
enum Test {
    Equals(Operand),
    Differs(Operand),
    Compares(Comparison, f64),
    Is(Value),
    Exists,
    NotExists,
}

#[derive(Debug)]
struct Operand {
    text: String,
    quoted: bool,
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl FilterPattern {
    /// Takes a pattern apart; the error says what in it can't be read.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(Expression::Everything));
        }
        let inner = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .ok_or("it is not a pattern for JSON")?;
        let mut parser = Parser { rest: inner, depth: 0 };
        let expression = parser.any()?;
        if parser.rest.trim().is_empty() {
            Ok(Self(expression))
        } else {
            Err(format!("`{}` can't be read", start_of(parser.rest)))
        }
    }

    /// Whether the pattern matches a log event.
    pub(crate) fn matches(&self, event: &Value) -> Truth {
        self.0.matches(event)
    }
}

impl Expression {
    fn matches(&self, event: &Value) -> Truth {
        match self {
            Self::Everything => Truth::Yes,
            Self::All(parts) => Truth::all(parts.iter().map(|part| part.matches(event))),
            Self::Any(parts) => Truth::any(parts.iter().map(|part| part.matches(event))),
            Self::Test(selector, test) => test.holds(selector, event),
        }
    }
}

impl Test {
    fn holds(&self, selector: &[Step], event: &Value) -> Truth {
        let mut found = Vec::new();
        select(event, selector, &mut found);
        let is_one = !selector.iter().any(|step| matches!(step, Step::EachElement));
        match self {
            Self::Exists => (!found.is_empty()).into(),
            Self::NotExists => found.is_empty().into(),
            Self::Is(value) => Truth::any(found.into_iter().map(|it| (it == value).into())),
            Self::Equals(operand) => Truth::any(found.into_iter().map(|it| operand.equals(it))),
            Self::Differs(_) if !is_one => Truth::open("`!=` over all elements of a list"),
            Self::Differs(operand) => match found.as_slice() {
                [] => Truth::open("`!=` on a member that the event does not have"),
                // Neither `=` nor `!=` matches what is no single value.
                [Value::Object(_) | Value::Array(_), ..] => Truth::No,
                [value, ..] => operand.equals(value).not(),
            },
            Self::Compares(comparison, limit) => Truth::any(
                found
                    .into_iter()
                    .filter_map(Value::as_f64)
                    .map(|value| comparison.holds(value, *limit).into()),
            ),
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::LessOrEqual => value <= limit,
            Self::Greater => value > limit,
            Self::GreaterOrEqual => value >= limit,
        }
    }
}

impl Operand {
    fn equals(&self, value: &Value) -> Truth {
        match value {
            Value::String(text) => self.is_like(text),
            Value::Number(number) => match (self.text.parse::<f64>(), number.as_f64()) {
                _ if self.quoted => Truth::open("a number compared with a text"),
                (Ok(wanted), Some(number)) => (wanted.total_cmp(&number).is_eq()).into(),
                _ => Truth::open("a number compared with a text"),
            },
            Value::Bool(_) => Truth::open("`=` on a Boolean"),
            Value::Null => Truth::open("`=` on null"),
            Value::Object(_) | Value::Array(_) => Truth::No,
        }
    }

    /// An asterisk stands for any text before or after a term.
    fn is_like(&self, text: &str) -> Truth {
        let ahead = self.text.strip_prefix('*');
        let term = ahead.unwrap_or(&self.text);
        let behind = term.strip_suffix('*');
        let term = behind.unwrap_or(term);
        if term.contains('*') {
            return Truth::open("an asterisk within a text");
        }
        let is_like = match (ahead.is_some(), behind.is_some()) {
            (true, true) => text.contains(term),
            (true, false) => text.ends_with(term),
            (false, true) => text.starts_with(term),
            (false, false) => text == term,
        };
        is_like.into()
    }
}

/// The values that the steps lead to.
fn select<'e>(value: &'e Value, steps: &[Step], found: &mut Vec<&'e Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return;
    };
    match step {
        Step::Member(name) => {
            if let Some(member) = value.get(name) {
                select(member, rest, found);
            }
        }
        Step::Element(index) => {
            if let Some(element) = value.get(*index) {
                select(element, rest, found);
            }
        }
        Step::EachElement => {
            for element in value.as_array().into_iter().flatten() {
                select(element, rest, found);
            }
        }
    }
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
}

impl Parser<'_> {
    /// `&&` binds closer than `||`.
    fn any(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.all()?];
        while self.takes("||") {
            parts.push(self.all()?);
        }
        Ok(Expression::Any(parts))
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.part()?];
        while self.takes("&&") {
            parts.push(self.part()?);
        }
        Ok(Expression::All(parts))
    }

    fn part(&mut self) -> Result<Expression, String> {
        if !self.takes("(") {
            return self.test();
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("its parentheses nest too deep".into());
        }
        let inner = self.any()?;
        self.depth -= 1;
        if self.takes(")") { Ok(inner) } else { Err("a parenthesis is not closed".into()) }
    }

    fn test(&mut self) -> Result<Expression, String> {
        let selector = self.selector()?;
        let test = if self.takes_word("IS") {
            Test::Is(self.literal()?)
        } else if self.takes_word("NOT") {
            if !self.takes_word("EXISTS") {
                return Err(format!("`NOT {}` can't be read", start_of(self.rest)));
            }
            Test::NotExists
        } else if self.takes_word("EXISTS") {
            Test::Exists
        } else if self.takes("!=") {
            Test::Differs(self.operand()?)
        } else if self.takes(">=") {
            Test::Compares(Comparison::GreaterOrEqual, self.number()?)
        } else if self.takes("<=") {
            Test::Compares(Comparison::LessOrEqual, self.number()?)
        } else if self.takes(">") {
            Test::Compares(Comparison::Greater, self.number()?)
        } else if self.takes("<") {
            Test::Compares(Comparison::Less, self.number()?)
        } else if self.takes("=") {
            Test::Equals(self.operand()?)
        } else {
            return Err(format!("`{}` can't be read", start_of(self.rest)));
        };
        Ok(Expression::Test(selector, test))
    }

    fn selector(&mut self) -> Result<Vec<Step>, String> {
        if !self.takes("$") {
            return Err(format!("`{}` is no selector", start_of(self.rest)));
        }
        let mut steps = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                let (name, rest) = rest.split_at_checked(end).unwrap_or_default();
                if name.is_empty() {
                    return Err(format!("`{}` is no selector", start_of(self.rest)));
                }
                steps.push(Step::Member(name.to_owned()));
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                let (index, rest) = rest.split_once(']').ok_or("a bracket is not closed")?;
                steps.push(match (index, index.parse()) {
                    ("*", _) => Step::EachElement,
                    (_, Ok(index)) => Step::Element(index),
                    (_, Err(_)) => return Err(format!("`[{index}]` can't be read")),
                });
                self.rest = rest;
            } else {
                return Ok(steps);
            }
        }
    }

    fn literal(&mut self) -> Result<Value, String> {
        if self.takes_word("NULL") {
            Ok(Value::Null)
        } else if self.takes_word("TRUE") {
            Ok(Value::Bool(true))
        } else if self.takes_word("FALSE") {
            Ok(Value::Bool(false))
        } else {
            Err(format!("`IS {}` can't be read", start_of(self.rest)))
        }
    }

    fn number(&mut self) -> Result<f64, String> {
        let Operand { text, quoted } = self.operand()?;
        match text.parse() {
            Ok(number) if !quoted => Ok(number),
            _ => Err(format!("`{text}` is no number")),
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('%') {
            return Err("it has a regular expression".into());
        }
        if self.takes("\"") {
            return self.quoted();
        }
        let is_end = |c: char| c.is_whitespace() || matches!(c, ')' | '(' | '&' | '|' | '"');
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        if text.is_empty() {
            return Err(format!("`{}` is no value", start_of(self.rest)));
        }
        self.rest = rest;
        Ok(Operand { text: text.to_owned(), quoted: false })
    }

    /// The rest of a text in double quotes.
    fn quoted(&mut self) -> Result<Operand, String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(Operand { text, quoted: true });
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                _ => text.push(character),
            }
        }
        Err("a quoted text is not closed".into())
    }

    fn takes(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some((head, tail)) = rest.split_at_checked(word.len()) else { return false };
        let ends = tail.chars().next().is_none_or(|c| !c.is_alphanumeric());
        if ends && head.eq_ignore_ascii_case(word) {
            self.rest = tail;
            true
        } else {
            false
        }
    }
}

/// The first characters, for messages.
fn start_of(text: &str) -> String {
    text.trim_start().chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{FilterPattern, Truth};

    /// The JSON of AWS's own examples.
    fn event() -> Value {
        json!({
            "eventType": "UpdateTrail",
            "sourceIPAddress": "111.111.111.111",
            "arrayKey": ["value", "another value"],
            "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
            "SomeObject": null,
            "ThisFlag": true,
            "latency": 500,
            "user": {"id": 1, "email": "John.Stiles@example.com"},
            "users": [{"id": 2, "email": "John.Doe@example.com"}],
            "actions": ["GET", "PUT", "DELETE"],
            "coordinates": [[0, 1, 2], [4, 5, 6]],
        })
    }

    #[track_caller]
    fn case(pattern: &str, expected: bool) {
        let matches = FilterPattern::parse(pattern).map(|pattern| pattern.matches(&event()));
        assert_eq!(matches, Ok(Truth::from(expected)), "{pattern}");
    }

    #[track_caller]
    fn open(pattern: &str) {
        match FilterPattern::parse(pattern) {
            Err(why) => assert!(!why.is_empty()),
            Ok(parsed) => assert!(
                matches!(parsed.matches(&event()), Truth::Open(_)),
                "{pattern}: {:?}",
                parsed.matches(&event())
            ),
        }
    }

    #[test]
    fn the_documented_examples_match() {
        case(r#"{ $.eventType = "UpdateTrail" }"#, true);
        case("{ $.sourceIPAddress != 123.123.* }", true);
        case(r#"{ $.arrayKey[0] = "value" }"#, true);
        case("{ $.objectList[1].id = 2 }", true);
        case("{ $.SomeObject IS NULL }", true);
        case("{ $.SomeOtherObject NOT EXISTS }", true);
        case("{ $.ThisFlag IS TRUE }", true);
        case(r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#, true);
        case(
            r#"{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }"#,
            false,
        );
    }

    #[test]
    fn and_binds_closer_than_or() {
        let or = r#"$.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch"#;
        case(&format!("{{ {or} && $.actions[2] = nomatch }}"), true);
        case(&format!("{{ ({or}) && $.actions[2] = nomatch }}"), false);
    }

    #[test]
    fn asterisks_stand_for_text_before_and_after_a_term() {
        case("{ $.eventType = *Trail }", true);
        case("{ $.eventType = \"Update*\" }", true);
        case("{ $.eventType = *date* }", true);
        case("{ $.eventType = * }", true);
        case("{ $.eventType = updatetrail }", false);
        case("{ $.eventType = Trail* }", false);
        open("{ $.eventType = Up*Trail }");
    }

    #[test]
    fn numbers_are_compared_by_value() {
        case("{ $.latency >= 500 }", true);
        case("{ $.latency > +1000 }", false);
        case("{ $.latency < 10e3 }", true);
        case("{ $.latency = 5e2 }", true);
        case("{ $.missing < 3 }", false);
        open("{ $.latency = \"500\" }");
        open("{ $.latency < many }");
    }

    #[test]
    fn what_is_no_single_value_neither_equals_nor_differs() {
        case("{ $.arrayKey = value }", false);
        case("{ $.arrayKey != value }", false);
        case("{ $.users[*].id = 2 }", true);
        open("{ $.users[*].id != 2 }");
    }

    #[test]
    fn existence_is_not_nullity() {
        case("{ $.SomeObject NOT EXISTS }", false);
        case("{ $.SomeObject EXISTS }", true);
        case("{ $.SomeOtherObject IS NULL }", false);
        case("{ $.ThisFlag is false }", false);
    }

    #[test]
    fn what_the_documentation_leaves_open_is_open() {
        open("{ $.missing != a }");
        open("{ $.ThisFlag = true }");
        open("{ $.eventType = %Update.*% }");
        open("ERROR");
        open("[ip, user]");
        open("{ $.eventType }");
        open("{ eventType = UpdateTrail }");
        open("{ ($.eventType = UpdateTrail }");
        open("{ $.eventType = \"UpdateTrail }");
        open("{ $.eventType = UpdateTrail $.user }");
        open(&format!("{{ {}$.a = b }}", "(".repeat(500)));
    }

    #[test]
    fn what_is_open_does_not_hide_what_is_certain() {
        case("{ $.missing != a && $.eventType = DeleteTrail }", false);
        case("{ $.missing != a || $.eventType = UpdateTrail }", true);
    }

    #[test]
    fn an_empty_pattern_matches_everything() {
        case("", true);
        case("  ", true);
    }
}
