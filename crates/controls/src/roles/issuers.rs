//! OpenID Connect issuers that vouch for other people's code: pipelines and deployments.

/// An issuer, and how its tokens tell one customer from another.
#[derive(Debug)]
pub(super) struct Issuer {
    /// The product's name.
    pub(super) name: &'static str,
    /// Where its tokens name the customer.
    pub(super) owner: Owner,
}

/// Where a token names the customer whose code asks.
#[derive(Debug)]
pub(super) enum Owner {
    /// In its claims: all customers share this address, and AWS's condition keys begin with it.
    Claims(&'static Shared),
    /// In the issuer's address, which begins and ends like this: each customer has one.
    Address {
        /// What comes before the customer's name.
        before: &'static str,
        /// What comes after it.
        after: &'static str,
    },
}

/// How the tokens of an issuer that all customers share are made.
#[derive(Debug)]
pub(super) struct Shared {
    /// The issuer's address without the scheme.
    pub(super) address: &'static str,
    /// What comes before the customer's name in the claim `sub`.
    pub(super) before: &'static str,
    /// What comes after it, as far as it separates.
    pub(super) separator: &'static str,
    /// What comes after the separator in some subject.
    pub(super) rest: &'static str,
    /// Words of which one is in every part of a subject that names a customer, where customers may
    /// choose the claims that their subjects are made of.
    pub(super) customisable: &'static [&'static str],
    /// What else tells that a token is of somebody else, as context keys without the address (or
    /// whole, with a prefix of AWS's own).
    pub(super) foreign: &'static [(&'static str, &'static str)],
    /// Claims that whoever runs a pipeline chooses.
    pub(super) chosen: &'static [&'static str],
}

/// The customer in whose name the questions are asked.
pub(super) const SOMEONE_ELSE: &str = "someone-else";

/// The issuers that are known. The shared ones are those of the table in
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html>
/// that run customers' code.
pub(super) static ISSUERS: &[Issuer] = &[
    // https://docs.github.com/en/actions/reference/security/oidc
    Issuer { name: "GitHub Actions", owner: Owner::Claims(&GITHUB) },
    // The same page: an enterprise may have an address of its own.
    Issuer {
        name: "GitHub Actions of one enterprise",
        owner: Owner::Address { before: "token.actions.githubusercontent.com/", after: "" },
    },
    // https://docs.gitlab.com/ci/secrets/id_token_authentication/
    Issuer { name: "GitLab", owner: Owner::Claims(&GITLAB) },
    // https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
    Issuer {
        name: "Bitbucket Pipelines",
        owner: Owner::Address {
            before: "api.bitbucket.org/2.0/workspaces/",
            after: "/pipelines-config/identity/oidc",
        },
    },
    // https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/workload-identity-tokens
    Issuer { name: "HCP Terraform", owner: Owner::Claims(&TERRAFORM) },
    // https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
    Issuer {
        name: "CircleCI",
        owner: Owner::Address { before: "oidc.circleci.com/org/", after: "" },
    },
    // https://buildkite.com/docs/pipelines/security/oidc/aws
    Issuer { name: "Buildkite", owner: Owner::Claims(&BUILDKITE) },
    // https://codefresh.io/docs/docs/integrations/oidc-pipelines/
    Issuer { name: "Codefresh", owner: Owner::Claims(&CODEFRESH) },
    // https://docs.scalr.io/docs/aws
    Issuer { name: "Scalr", owner: Owner::Claims(&SCALR) },
    // https://www.pulumi.com/docs/administration/access-identity/oidc-client/
    Issuer { name: "Pulumi Cloud", owner: Owner::Claims(&PULUMI) },
    // https://vercel.com/docs/oidc/reference
    Issuer { name: "Vercel", owner: Owner::Claims(&VERCEL) },
    // The same page: by default each team has an address of its own.
    Issuer {
        name: "Vercel, for one team",
        owner: Owner::Address { before: "oidc.vercel.com/", after: "" },
    },
    // https://learn.microsoft.com/en-us/azure/devops/pipelines/library/connect-to-azure
    Issuer {
        name: "Azure Pipelines",
        owner: Owner::Address { before: "vstoken.dev.azure.com/", after: "" },
    },
    // https://docs.semaphoreci.com/using-semaphore/openid
    Issuer { name: "Semaphore", owner: Owner::Address { before: "", after: ".semaphoreci.com" } },
    // https://docs.spacelift.io/integrations/cloud-providers/oidc
    Issuer { name: "Spacelift", owner: Owner::Address { before: "", after: ".app.spacelift.io" } },
];

/// Subjects look like `repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`; newer ones carry ids as well:
/// `repo:OWNER@ID/REPOSITORY@ID:…`.
static GITHUB: Shared = Shared {
    address: "token.actions.githubusercontent.com",
    before: "repo:",
    separator: "/",
    rest: "anything:ref:refs/heads/main",
    customisable: &["repo", "enterprise", "workflow_ref", "actor"],
    foreign: &[
        ("repository", "someone-else/anything"),
        ("repository_id", "1"),
        ("repository_owner", SOMEONE_ELSE),
        ("repository_owner_id", "1"),
        ("enterprise", SOMEONE_ELSE),
        ("enterprise_id", "1"),
        ("actor", SOMEONE_ELSE),
        ("actor_id", "1"),
    ],
    chosen: &["aud", "ref", "environment", "workflow"],
};

/// Subjects look like `project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH`.
static GITLAB: Shared = Shared {
    address: "gitlab.com",
    before: "project_path:",
    separator: "/",
    rest: "anything:ref_type:branch:ref:main",
    customisable: &[],
    foreign: &[
        ("namespace_id", "1"),
        ("namespace_path", SOMEONE_ELSE),
        ("project_id", "1"),
        ("project_path", "someone-else/anything"),
        ("user_login", SOMEONE_ELSE),
    ],
    chosen: &["aud", "ref", "ref_type", "environment"],
};

/// Subjects look like `organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:PHASE`.
static TERRAFORM: Shared = Shared {
    address: "app.terraform.io",
    before: "organization:",
    separator: ":",
    rest: "project:anything:workspace:anything:run_phase:apply",
    customisable: &[],
    foreign: &[],
    chosen: &["aud"],
};

/// Subjects look like `organization:SLUG:pipeline:SLUG:ref:REF:commit:COMMIT:step:STEP`. Some
/// claims also come as session tags, if the pipeline asks for them.
static BUILDKITE: Shared = Shared {
    address: "agent.buildkite.com",
    before: "organization:",
    separator: ":",
    rest: "pipeline:anything:ref:refs/heads/main:commit:0000000:step:deploy",
    customisable: &["organization", "pipeline_id", "agent_id", "job_id", "build_id"],
    foreign: &[
        ("aws:RequestTag/organization_slug", SOMEONE_ELSE),
        ("aws:RequestTag/organization_id", "00000000-0000-0000-0000-000000000000"),
        ("aws:RequestTag/pipeline_id", "00000000-0000-0000-0000-000000000000"),
    ],
    chosen: &["aud"],
};

/// Subjects look like `account:ACCOUNT:pipeline:PIPELINE:…`.
static CODEFRESH: Shared = Shared {
    address: "oidc.codefresh.io",
    before: "account:",
    separator: ":",
    rest: "pipeline:anything:initiator:anything",
    customisable: &[],
    foreign: &[],
    chosen: &["aud"],
};

/// Subjects look like `account:ACCOUNT:environment:ENVIRONMENT:workspace:WORKSPACE:…`.
static SCALR: Shared = Shared {
    address: "scalr.io",
    before: "account:",
    separator: ":",
    rest: "environment:anything:workspace:anything",
    customisable: &[],
    foreign: &[],
    chosen: &["aud"],
};

/// Subjects look like `pulumi:deploy:org:ORGANIZATION:project:PROJECT:…`. The audience names the
/// organization as well.
static PULUMI: Shared = Shared {
    address: "api.pulumi.com/oidc",
    before: "pulumi:deploy:org:",
    separator: ":",
    rest: "project:anything:stack:anything:operation:update:scope:write",
    customisable: &[],
    foreign: &[("aud", "aws:someone-else")],
    chosen: &[],
};

/// Subjects look like `owner:TEAM:project:PROJECT:environment:ENVIRONMENT`. The audience names the
/// team as well.
static VERCEL: Shared = Shared {
    address: "oidc.vercel.com",
    before: "owner:",
    separator: ":",
    rest: "project:anything:environment:production",
    customisable: &[],
    foreign: &[
        ("aud", "https://vercel.com/someone-else"),
        ("owner", SOMEONE_ELSE),
        ("owner_id", "team_0"),
        ("project_id", "prj_0"),
    ],
    chosen: &[],
};

/// The issuer at this address, if it is a known one.
pub(super) fn at(address: &str) -> Option<&'static Issuer> {
    ISSUERS.iter().find(|issuer| match issuer.owner {
        Owner::Claims(shared) => shared.address == address,
        Owner::Address { before, after } => address
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|customer| !customer.is_empty()),
    })
}

impl Shared {
    /// The subject of some token of somebody else.
    pub(super) fn foreign_subject(&self) -> String {
        let Self { before, separator, rest, .. } = self;
        format!("{before}{SOMEONE_ELSE}{separator}{rest}")
    }

    /// Subjects that somebody else could have and that meet `pattern`, as far as it leaves room for
    /// another customer.
    pub(super) fn foreign_subjects(&self, pattern: &str) -> Vec<String> {
        let mut subjects: Vec<String> = self
            .fillings(pattern)
            .into_iter()
            .filter(|subject| self.is_foreign(subject, pattern))
            .collect();
        // Where a customer may choose the claims of the subject, only those that name somebody
        // bind it to one.
        let names_somebody = self.customisable.iter().any(|word| pattern.contains(word));
        if !self.customisable.is_empty() && !names_somebody {
            subjects.push(super::trust::filled(pattern));
        }
        subjects
    }

    /// The pattern with each of its `*` in turn standing for somebody else's part.
    fn fillings(&self, pattern: &str) -> Vec<String> {
        let Self { before, separator, rest, .. } = self;
        let pattern = pattern.replace('?', "x");
        let pieces: Vec<&str> = pattern.split('*').collect();
        let named = format!("{SOMEONE_ELSE}{separator}");
        let parts = [
            SOMEONE_ELSE.to_owned(),
            format!("{named}anything"),
            format!("{named}{rest}"),
            format!("{before}{SOMEONE_ELSE}"),
            format!("{before}{named}anything"),
            format!("{before}{named}{rest}"),
        ];
        let mut fillings = vec![pieces.join("anything")];
        for star in 1..pieces.len() {
            for part in &parts {
                let (head, tail) = pieces.split_at(star);
                fillings.push(format!("{}{part}{}", head.concat(), tail.join("anything")));
            }
        }
        fillings
    }

    /// Whether a subject that meets the pattern names a customer whom the pattern does not pin.
    fn is_foreign(&self, subject: &str, pattern: &str) -> bool {
        let owner = |text: &'_ str| {
            let rest = text.strip_prefix(self.before)?;
            Some(rest.split_once(self.separator)?.0.to_owned())
        };
        let asked = owner(pattern).is_some_and(|owner| owner.contains(['*', '?']));
        owner(subject).is_some_and(|owner| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
            !owner.is_empty()
                && owner.chars().all(is_name)
                && (asked || owner.contains(SOMEONE_ELSE))
        })
    }
}
