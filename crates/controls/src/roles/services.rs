//! Services that say on whose behalf they assume a role.

/// The services, by the first part of their principal's name, whose documentation gives a role
/// trust policy with `aws:SourceAccount` or `aws:SourceArn` against confused deputies.
///
/// A service is not listed where no page of AWS's says that it sends the keys when it assumes a
/// role: such a condition would lock it out. Among those are EC2 and Lambda, whose roles reach only
/// what runs in the same account. The page stands above each entry.
pub(super) const SERVICES: &[&str] = &[
    // https://docs.aws.amazon.com/mwaa/latest/userguide/cross-service-confused-deputy-prevention.html
    "airflow",
    "airflow-env",
    // https://docs.aws.amazon.com/amplify/latest/userguide/cross-service-confused-deputy-prevention.html
    "amplify",
    "amplifybackend",
    // https://docs.aws.amazon.com/appstream2/latest/developerguide/example-fleet-machine.html
    "appstream",
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/cross-service-confused-deputy-prevention.html
    "autoscaling",
    // https://docs.aws.amazon.com/batch/latest/userguide/cross-service-confused-deputy-prevention.html
    "batch",
    // https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html
    "bedrock",
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-copy-trail-to-lake.html
    "cloudtrail",
    // https://docs.aws.amazon.com/comprehend/latest/dg/cross-service-confused-deputy-prevention.html
    "comprehend",
    // https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html
    "config",
    // https://docs.aws.amazon.com/datasync/latest/userguide/cross-service-confused-deputy-prevention.html
    "datasync",
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/oracle-kerberos-setting-up.html
    "directoryservice.rds",
    // https://docs.aws.amazon.com/dms/latest/userguide/cross-service-confused-deputy-prevention.html
    "dms",
    // https://docs.aws.amazon.com/directoryservice/latest/admin-guide/cross-service-confused-deputy-prevention.html
    "ds",
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    "ecs-tasks",
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cross-service-confused-deputy-prevention.html
    "es",
    // https://docs.aws.amazon.com/resilience-hub/latest/userguide/next-gen-resilience-testing-iam-single-account.html
    "fis",
    // https://docs.aws.amazon.com/greengrass/v2/developerguide/greengrass-service-role.html
    "greengrass",
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/registry-public.html
    "hooks.cloudformation",
    "resources.cloudformation",
    // https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html
    "iot",
    "iotdeviceadvisor",
    "iotfleethub",
    // https://docs.aws.amazon.com/msk/latest/developerguide/msk-connect-service-execution-role.html
    "kafkaconnect",
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    "logs",
    // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
    "mediaconvert",
    // https://docs.aws.amazon.com/personalize/latest/dg/cross-service-confused-deputy-prevention.html
    "personalize",
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-pipes-pipe.html
    "pipes",
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/cross-service-confused-deputy-prevention.html
    "rds",
    // https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html
    "rekognition",
    // https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
    "sagemaker",
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    "scheduler",
    // https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-firehose.html
    "ses",
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/cross-service-confused-deputy-prevention.html
    "ssm",
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    "ssm-incidents",
    // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    "states",
    // https://docs.aws.amazon.com/transcribe/latest/dg/security_iam_id-based-policy-examples.html
    "transcribe",
    "transcribe.streaming",
    // https://docs.aws.amazon.com/transfer/latest/userguide/confused-deputy.html
    "transfer",
    // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
    "vpc-flow-logs",
];

/// Whether the principal, such as `logs.eu-west-1.amazonaws.com`, is of one of [`SERVICES`].
pub(super) fn says_for_whom(principal: &str) -> bool {
    let principal = principal.to_ascii_lowercase();
    let domains = [".amazonaws.com.cn", ".amazonaws.com"];
    let Some(name) = domains.iter().find_map(|domain| principal.strip_suffix(domain)) else {
        return false;
    };
    let regionless = name.rsplit_once('.').filter(|(_, region)| is_region(region));
    let name = regionless.map_or(name, |(name, _)| name);
    SERVICES.contains(&name)
}

/// Whether the text has the shape of a region's name: `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() >= 3
        && parts.first().is_some_and(|area| area.len() == 2)
        && parts.last().is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
