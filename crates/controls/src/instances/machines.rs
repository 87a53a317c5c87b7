//! What answers call an instance, and whether Systems Manager knows it.

use keyward_snapshot::{Gap, Instance, ManagedInstance};

use crate::view::partition_of_region;
use crate::{Subject, View};

/// The instance as a finding's resource.
pub(crate) fn subject(view: &View<'_>, instance: &Instance) -> Subject {
    let Instance { id, region, .. } = instance;
    let partition = partition_of_region(region);
    Subject::new(format!("arn:{partition}:ec2:{region}:{}:instance/{id}", view.account.id))
        .in_region(region)
}

/// What a title calls the instance.
pub(crate) fn label(instance: &Instance) -> String {
    match &instance.name {
        Some(name) => format!("Instance `{name}` ({})", instance.id),
        None => format!("Instance {}", instance.id),
    }
}

/// What Systems Manager says of the instance: `None` if it does not list it, a gap if the list of
/// the instance's region was not read to its end.
pub(super) fn managed<'a>(
    view: &View<'a>,
    instance: &Instance,
) -> Result<Option<&'a ManagedInstance>, Gap> {
    let listed = &view.account.managed_instances;
    if let Some(found) = listed.iter().find(|managed| managed.id == instance.id) {
        return Ok(Some(found));
    }
    let here = |gap: &&Gap| gap.region.as_ref().is_none_or(|region| *region == instance.region);
    match listed.gaps.iter().find(here) {
        Some(gap) => Err(gap.clone()),
        None => Ok(None),
    }
}
