"""The parts of a seeded organization: small functions, each with a weak and a sound variant.

`five_accounts.py` is made of `guardrails` (organization, control policies, root users), `people`
(IAM users), `roles` (whom they trust), `privilege` (what they may do), `center` (Identity Center),
`instances`, `plain_sight` (where credentials should not stand), `vault` (Secrets Manager), `record`
and `alarms` (CloudTrail), and `watch` (AWS Config and its kin). `principals` makes users and roles
with a past. A comment beside each weakness names the control that it is for.

`organization.py`, a bit of everything in every account for the checks of the emulator, is made of
`organizations`, `identities`, `compute`, `secrets`, `monitoring` and `single_sign_on`.
"""
