//! The settings of GuardDuty's detectors, whose answers name neither the detector nor the region.

use super::argument;
use super::error::ImportError;
use super::lists::UNKNOWN_REGION;
use super::origin::Origin;
use crate::{Call, Detector, DetectorState, Known};

/// What was answered about one detector.
pub(super) struct Answer {
    origin: Origin,
    region: Option<String>,
    state: Known<DetectorState>,
}

impl Answer {
    pub(super) fn new(origin: &Origin, region: Option<&str>, state: Known<DetectorState>) -> Self {
        Self { origin: origin.clone(), region: region.map(str::to_owned), state }
    }
}

/// Gives every detector what was answered about it. Answers about detectors that nobody listed say
/// nothing: in their region the list is a gap.
pub(super) fn settle(detectors: &mut [Detector], answers: Vec<Answer>) -> Result<(), ImportError> {
    for Answer { origin, region, state } in answers {
        let mut meant = meant(detectors, &origin, region.as_deref());
        match state {
            Known::Value(_) if meant.len() > 1 => {
                return Err(argument::unknown(&origin.path, Call::GetDetector));
            }
            Known::Value(state) => {
                if let Some(detector) = meant.pop() {
                    detector.state = Known::Value(state);
                }
            }
            // A refusal does not take away what another file answers.
            Known::Gap(gap) => {
                for detector in meant {
                    if matches!(detector.state, Known::Gap(_)) {
                        detector.state = Known::Gap(gap.clone().about(&detector.id));
                    }
                }
            }
        }
    }
    Ok(())
}

/// The detector whose id was asked about, or stands in the path; else those that may be of the region, of which each
/// has one at most.
fn meant<'d>(
    detectors: &'d mut [Detector],
    origin: &Origin,
    region: Option<&str>,
) -> Vec<&'d mut Detector> {
    let is_named = detectors.iter().any(|detector| origin.names(&detector.id));
    let is_meant = |detector: &Detector| {
        if is_named {
            return origin.names(&detector.id);
        }
        let own = detector.region.as_str();
        own == UNKNOWN_REGION || region.is_none_or(|region| region == own)
    };
    detectors.iter_mut().filter(|detector| is_meant(detector)).collect()
}
