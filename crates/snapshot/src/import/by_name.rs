//! What is asked about one thing at a time, after a list that names the things: the user data of
//! instances, task definitions, values of parameters, build projects. What was named and not read
//! is a gap about it.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Answer;
use super::error::ImportError;
use super::gathered::{Gathered, Regions, list_of_region};
use super::item::Item;
use super::lists::UNKNOWN_REGION;
use super::origin::Origin;
use super::place::{Evidence, region_of_arn};
use super::plain_sight::{self, FoundParameter, FoundProject};
use super::recognise::item_of;
use crate::{
    Account, BuildProject, Call, Gap, Known, Listing, Parameter, ParameterValue, TaskDefinition,
    UserData,
};

/// A name that a list holds, and its region, which is empty where the list does not tell.
#[derive(Clone)]
pub(super) struct Name {
    name: String,
    region: String,
}

/// The lists that are read here.
pub(super) const MEMBERS: [&str; 4] = ["Parameters", "families", "projects", "taskDefinitionArns"];

/// Items of the lists that a document holds.
#[derive(Default)]
pub(super) struct Items {
    families: Vec<Name>,
    parameters: Vec<FoundParameter>,
    projects: Vec<FoundProject>,
}

impl Items {
    /// Takes an item of one of [`MEMBERS`]; false if it belongs to another call.
    pub(super) fn take(
        &mut self,
        item: &Item<'_>,
        evidence: &mut Evidence,
    ) -> Result<bool, ImportError> {
        fn put<T>(found: Option<T>, into: &mut Vec<T>) -> bool {
            let is_own = found.is_some();
            into.extend(found);
            is_own
        }
        let is_name = item.text.starts_with('"');
        Ok(match item.key {
            "projects" => put(plain_sight::project(item, evidence)?, &mut self.projects),
            "Parameters" if !is_name => {
                put(plain_sight::parameter(item, evidence)?, &mut self.parameters)
            }
            "Parameters" => false,
            _ => put(is_name.then(|| family(item, evidence)).transpose()?, &mut self.families),
        })
    }
}

/// An item of `families`, or of `taskDefinitionArns`, which lists each revision by its ARN.
fn family(item: &Item<'_>, evidence: &mut Evidence) -> Result<Name, ImportError> {
    let text: String = item.parse()?;
    let region = region_of_arn(&text).unwrap_or_default().to_owned();
    evidence.arn(&text);
    let revision = text.rsplit_once('/').and_then(|(_, rest)| rest.rsplit_once(':'));
    let name = revision.map_or(text.as_str(), |(family, _)| family).to_owned();
    Ok(Name { name, region })
}

/// What a call answered.
pub(super) enum Content {
    UserData(String, UserData),
    Families(Vec<Name>),
    TaskDefinition(TaskDefinition),
    Described(Vec<Parameter>),
    Values(Vec<Parameter>),
    Names(Vec<Name>),
    Projects(Vec<BuildProject>),
}

/// The calls that a document answers, each with its region, if the answer tells, and its content.
pub(super) fn recognise(
    origin: &Origin,
    answer: &mut Answer,
) -> Result<Vec<(Call, Option<String>, Content)>, ImportError> {
    let mut found = Vec::new();
    let items = std::mem::take(&mut answer.lists.by_name);
    if let (Some(id), Some(data)) =
        (answer.held.remove("InstanceId"), answer.held.remove("UserData"))
    {
        let id = item_of(&origin.path, "InstanceId", &id).parse()?;
        let data = plain_sight::user_data(&item_of(&origin.path, "UserData", &data))?;
        found.push((Call::DescribeInstanceAttribute, None, Content::UserData(id, data)));
    }
    let Answer { present, foreign, .. } = answer;
    let is_own = |member: &str| present.contains(member) && !foreign.contains(member);
    if is_own("families") || is_own("taskDefinitionArns") {
        let region = first_region(items.families.iter().map(|it| it.region.as_str()));
        let content = Content::Families(items.families);
        found.push((Call::ListTaskDefinitionFamilies, region, content));
    }
    if let Some(held) = answer.held.remove("taskDefinition") {
        let item = item_of(&origin.path, "taskDefinition", &held);
        let definition = plain_sight::task_definition(&item, &mut answer.evidence)?;
        let region = first_region([definition.region.as_str()].into_iter());
        found.push((Call::DescribeTaskDefinition, region, Content::TaskDefinition(definition)));
    }
    // Of an empty list nobody can tell whose it is, where several calls have one.
    let may_be = |call: Call, is_empty: bool| !is_empty || origin.names_call(call);
    if is_own("Parameters") {
        let (values, described) = sorted(items.parameters);
        if values.is_empty() && may_be(Call::DescribeParameters, described.is_empty()) {
            let region = first_region(described.iter().map(|it| it.region.as_str()));
            found.push((Call::DescribeParameters, region, Content::Described(described)));
        } else if may_be(Call::GetParameters, values.is_empty()) {
            let region = first_region(values.iter().map(|it| it.region.as_str()));
            found.push((Call::GetParameters, region, Content::Values(values)));
        }
    }
    if is_own("projects") {
        let (mut names, mut projects) = (Vec::new(), Vec::new());
        for project in items.projects {
            match project {
                FoundProject::Named(name) => names.push(Name { name, region: String::new() }),
                FoundProject::Described(project) => projects.push(project),
            }
        }
        if projects.is_empty() && may_be(Call::ListProjects, names.is_empty()) {
            found.push((Call::ListProjects, None, Content::Names(names)));
        } else if may_be(Call::BatchGetProjects, projects.is_empty()) {
            let region = first_region(projects.iter().map(|it| it.region.as_str()));
            found.push((Call::BatchGetProjects, region, Content::Projects(projects)));
        }
    }
    Ok(found)
}

/// Parameters whose values were asked for, and parameters that were listed.
fn sorted(parameters: Vec<FoundParameter>) -> (Vec<Parameter>, Vec<Parameter>) {
    let (mut values, mut described) = (Vec::new(), Vec::new());
    for parameter in parameters {
        match parameter {
            FoundParameter::Read(parameter) => values.push(parameter),
            FoundParameter::Described(parameter) => described.push(parameter),
        }
    }
    (values, described)
}

fn first_region<'a>(mut regions: impl Iterator<Item = &'a str>) -> Option<String> {
    regions.find(|region| !region.is_empty()).map(str::to_owned)
}

/// The parts of one account.
#[derive(Default)]
pub(super) struct Parts {
    user_data: BTreeMap<String, UserData>,
    families: Gathered<Name>,
    task_definitions: Vec<TaskDefinition>,
    parameters: Gathered<Parameter>,
    values: Vec<Parameter>,
    names: Gathered<Name>,
    projects: Vec<BuildProject>,
    refused: Vec<Refused>,
}

/// A call about one thing, or some, that has no answer.
struct Refused {
    gap: Gap,
    origin: Origin,
    resource: Option<String>,
}

impl Refused {
    /// Whether it was about `name`; of what is named nowhere it may have been about.
    fn is_about(&self, name: &str) -> bool {
        let ends = |arn: &str| {
            let end = arn.rsplit_once('/').map_or(arn, |(_, end)| end);
            end == name || end.rsplit_once(':').is_some_and(|(end, _)| end == name)
        };
        // Some calls take several names at a time.
        let mut names = self.origin.about().split([',', ' ']);
        self.resource.as_deref().is_some_and(ends)
            || self.origin.names(name)
            || names.any(|it| it == name)
    }
}

impl Parts {
    /// Adds what a call answered in `region`.
    pub(super) fn add(
        &mut self,
        origin: &Origin,
        region: Option<&str>,
        more: bool,
        content: Content,
    ) {
        let list = list_of_region(region, origin.folder());
        let place = |own: &mut String| {
            if own.is_empty() {
                region.unwrap_or(UNKNOWN_REGION).clone_into(own);
            }
        };
        match content {
            Content::UserData(id, data) => drop(self.user_data.insert(id, data)),
            Content::Families(mut names) => {
                for it in &mut names {
                    place(&mut it.region);
                }
                self.families.page(&list, more, names);
            }
            Content::TaskDefinition(mut definition) => {
                place(&mut definition.region);
                self.task_definitions.push(definition);
            }
            Content::Described(mut parameters) => {
                for it in &mut parameters {
                    place(&mut it.region);
                }
                self.parameters.page(&list, more, parameters);
            }
            Content::Values(values) => self.values.extend(values),
            Content::Names(mut names) => {
                for it in &mut names {
                    place(&mut it.region);
                }
                self.names.page(&list, more, names);
            }
            Content::Projects(projects) => self.projects.extend(projects),
        }
    }

    /// Notes that a call has no answer; false if it is not one of these.
    pub(super) fn refuse(
        &mut self,
        origin: &Origin,
        region: Option<&str>,
        gap: &Gap,
        resource: Option<&str>,
    ) -> bool {
        let list = list_of_region(region, origin.folder());
        match gap.call {
            Call::ListTaskDefinitionFamilies => self.families.refuse(&list, gap.clone()),
            Call::DescribeParameters => self.parameters.refuse(&list, gap.clone()),
            Call::ListProjects => self.names.refuse(&list, gap.clone()),
            Call::DescribeInstanceAttribute
            | Call::DescribeTaskDefinition
            | Call::GetParameters
            | Call::BatchGetProjects => self.refused.push(Refused {
                gap: gap.clone(),
                origin: origin.clone(),
                resource: resource.map(str::to_owned),
            }),
            _ => return false,
        }
        true
    }

    /// The regions in which there is something.
    pub(super) fn regions(&self) -> BTreeSet<String> {
        let families = self.families.items().iter().map(|it| &it.region);
        let definitions = self.task_definitions.iter().map(|it| &it.region);
        let parameters = self.parameters.items().iter().map(|it| &it.region);
        let names = self.names.items().iter().map(|it| &it.region);
        let projects = self.projects.iter().map(|it| &it.region);
        let all = families.chain(definitions).chain(parameters).chain(names).chain(projects);
        all.filter(|region| !region.is_empty() && *region != UNKNOWN_REGION).cloned().collect()
    }

    /// Puts what was read into the account, whose instances are there already.
    pub(super) fn assemble(self, regions: &Regions, account: &mut Account) {
        let Self { mut user_data, refused, .. } = self;
        for instance in &mut account.instances.items {
            instance.user_data = user_data.remove(&instance.id).map_or_else(
                || {
                    let call = Call::DescribeInstanceAttribute;
                    Known::Gap(unread(&refused, call, &instance.id, &instance.region))
                },
                Known::Value,
            );
        }
        let families = self.families.regional(Call::ListTaskDefinitionFamilies, regions, key);
        account.task_definitions =
            of_names(families, latest(self.task_definitions), |call, name, region| {
                unread(&refused, call, name, region)
            });
        let names = self.names.regional(Call::ListProjects, regions, key);
        account.build_projects = of_names(names, self.projects, |call, name, region| {
            unread(&refused, call, name, region)
        });
        account.parameters = self
            .parameters
            .regional(Call::DescribeParameters, regions, |it| (it.region.clone(), it.name.clone()));
        put_values(&mut account.parameters, self.values);
        for parameter in &mut account.parameters.items {
            if let ParameterValue::Plain(Known::Gap(gap)) = &mut parameter.value {
                *gap = unread(&refused, Call::GetParameters, &parameter.name, &parameter.region);
            }
        }
    }
}

fn key(name: &Name) -> (String, String) {
    (name.region.clone(), name.name.clone())
}

/// Why `call` has no answer about `name`.
fn unread(refused: &[Refused], call: Call, name: &str, region: &str) -> Gap {
    let is_here = |it: &&Refused| {
        it.gap.call == call && it.gap.region.as_deref().is_none_or(|gap| gap == region)
    };
    let about = refused.iter().filter(is_here).find(|it| it.is_about(name));
    // Whose name does not tell what it was about may have been about this.
    let any = || refused.iter().filter(is_here).find(|it| !it.origin.is_about_something(call));
    let gap = about.or_else(any).map_or_else(|| Gap::not_collected(call), |it| it.gap.clone());
    let gap = gap.about(name);
    if region == UNKNOWN_REGION { gap } else { gap.in_region(region) }
}

/// Something that a list names and another call describes.
trait Described {
    const CALL: Call;
    fn name(&self) -> &str;
    fn region(&self) -> &str;
    fn arn(&self) -> &str;
}

impl Described for TaskDefinition {
    const CALL: Call = Call::DescribeTaskDefinition;

    fn name(&self) -> &str {
        &self.family
    }

    fn region(&self) -> &str {
        &self.region
    }

    fn arn(&self) -> &str {
        &self.arn
    }
}

impl Described for BuildProject {
    const CALL: Call = Call::BatchGetProjects;

    fn name(&self) -> &str {
        &self.name
    }

    fn region(&self) -> &str {
        &self.region
    }

    fn arn(&self) -> &str {
        &self.arn
    }
}

/// What was described, the gaps of the list of names, and a gap for each name without description.
fn of_names<T: Described>(
    names: Listing<Name>,
    mut items: Vec<T>,
    gap: impl Fn(Call, &str, &str) -> Gap,
) -> Listing<T> {
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.arn().to_owned()));
    let is_read = |it: &Name| {
        let is_here = |item: &T| it.region == UNKNOWN_REGION || it.region == item.region();
        items.iter().any(|item| item.name() == it.name && is_here(item))
    };
    let open = names.items.iter().filter(|it| !is_read(it));
    let open: Vec<Gap> = open.map(|it| gap(T::CALL, &it.name, &it.region)).collect();
    let mut gaps = names.gaps;
    gaps.extend(open);
    Listing { items, gaps }
}

/// Of each family the latest revision that was read.
fn latest(mut definitions: Vec<TaskDefinition>) -> Vec<TaskDefinition> {
    let revision = |it: &TaskDefinition| {
        it.arn.rsplit_once(':').and_then(|(_, number)| number.parse::<u64>().ok())
    };
    definitions.sort_by_key(|it| std::cmp::Reverse(revision(it)));
    let mut seen = BTreeSet::new();
    definitions.retain(|it| seen.insert((it.region.clone(), it.family.clone())));
    definitions.sort_by(|left, right| left.arn.cmp(&right.arn));
    definitions
}

/// Puts values to the parameters that were listed; a parameter that no list names is one too.
fn put_values(parameters: &mut Listing<Parameter>, values: Vec<Parameter>) {
    for read in values {
        let is_meant = |it: &&mut Parameter| {
            it.name == read.name && (it.region == read.region || it.region == UNKNOWN_REGION)
        };
        match parameters.items.iter_mut().find(is_meant) {
            None => parameters.items.push(read),
            Some(known) => *known = read,
        }
    }
}
