"""IAM's credential report and account summary, and the root user that stands in both.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import datetime

from front import state
from front.call import backend
from front.credentials import now
from front.registry import answers

from .membership import management_of

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
).split(",")


# The first device of a root user always has the same name.
DEVICES = ["mfa/root-account-mfa-device", "mfa/root-2", "mfa/root-3"]


def root_of(account):
    """The root user. A member account that Organizations made has no root password."""
    management = management_of(account)
    made = management is not None and management != account
    return state.extra(
        "iam",
        account,
        "aws",
        "root",
        lambda: {
            "password": not made,
            "mfa": not made,
            # How many of its devices are virtual ones.
            "virtual_mfa": 0,
            "password_last_used": None,
            "created": "2019-03-04T10:00:00+00:00",
            "keys": [],
        },
    )


@answers("iam", "GenerateCredentialReport")
def generate_credential_report(call):
    """The first call starts a report, the next finds it done; `report_polls` calls in between
    find it under way."""
    job = call.extra("report", dict)
    asked = job.get("asked", 0)
    job["asked"] = asked + 1
    if asked == 0:
        job["time"] = now().replace(microsecond=0)
        return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}
    if asked <= call.extra("report_polls", lambda: 0):
        return {"State": "INPROGRESS"}
    return {"State": "COMPLETE"}


@answers("iam", "GetCredentialReport")
def get_credential_report(call):
    job = call.extra("report", dict)
    if not job.get("asked"):
        call.refuse("ReportNotPresent", "No report is present. Generate one first.", 410)
    if job["asked"] <= call.extra("report_polls", lambda: 0):
        call.refuse("ReportInProgress", "The report is being generated.", 404)
    fields = call.extra("report_fields", dict)
    lines = [HEADER]
    rows = [_root_row(call.account)] + [_row(user) for user in call.backend().users.values()]
    for row in rows:
        row.update(fields.get(row["user"], {}))
        lines.append([row[name] for name in HEADER])
    text = "\n".join(",".join(line) for line in lines)
    generated = call.extra("report_generated", lambda: None) or job["time"]
    return {"Content": text.encode(), "ReportFormat": "text/csv", "GeneratedTime": generated}


def _root_row(account):
    root = root_of(account)
    row = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{account}:root",
        "user_creation_time": root["created"],
        "password_enabled": "not_supported" if root["password"] else "false",
        "password_last_used": root["password_last_used"] or "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": _truth(root["mfa"]),
    }
    keys = [(key["Status"], key["CreateDate"], key.get("LastUsed")) for key in root["keys"]]
    return row | _keys(keys) | _certificates([])


def _row(user):
    row = {
        "user": user.name,
        "arn": user.arn,
        "user_creation_time": _time(user.create_date),
        "password_enabled": _truth(user.password),
        "mfa_active": _truth(user.mfa_devices),
        "password_next_rotation": "N/A",
    }
    if user.password:
        changed = getattr(user, "password_last_changed", None) or user.create_date
        row["password_last_used"] = _time(user.password_last_used) or "no_information"
        row["password_last_changed"] = _time(changed)
    else:
        row["password_last_used"] = row["password_last_changed"] = "N/A"
    keys = []
    for key in user.access_keys:
        used = key.last_used
        if used is not None:
            region = getattr(used, "region", "us-east-1")
            service = getattr(used, "service", "iam")
            moment = used if isinstance(used, datetime.datetime) else used.timestamp
            used = (_time(moment), region, service)
        keys.append((key.status, _time(key.create_date), used))
    return row | _keys(keys) | _certificates(list(user.signing_certificates.values()))


def _keys(keys):
    row = {}
    for number in (1, 2):
        prefix = f"access_key_{number}"
        status, created, used = keys[number - 1] if number <= len(keys) else (None, None, None)
        row[f"{prefix}_active"] = _truth(status == "Active")
        row[f"{prefix}_last_rotated"] = created or "N/A"
        date, region, service = used or ("N/A", "N/A", "N/A")
        row[f"{prefix}_last_used_date"] = date
        row[f"{prefix}_last_used_region"] = region
        row[f"{prefix}_last_used_service"] = service
    return row


def _certificates(certificates):
    row = {}
    for number in (1, 2):
        one = certificates[number - 1] if number <= len(certificates) else None
        row[f"cert_{number}_active"] = _truth(one and one.status == "Active")
        row[f"cert_{number}_last_rotated"] = _time(one.upload_date) if one else "N/A"
    return row


def _truth(value):
    return "true" if value else "false"


def _time(moment):
    if moment is None or isinstance(moment, str):
        return moment
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


@answers("iam", "GetAccountSummary")
def get_account_summary(call):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"""
    answer = call.moto()
    root = root_of(call.account)
    devices = sum(len(user.mfa_devices) for user in call.backend().users.values())
    answer["SummaryMap"].update(
        {
            "AccountMFAEnabled": int(root["mfa"]),
            "AccountPasswordPresent": int(root["password"]),
            "AccountAccessKeysPresent": int(bool(root["keys"])),
            "MFADevicesInUse": devices + int(root["mfa"]),
        }
    )
    answer["SummaryMap"].update(call.extra("summary", dict))
    return answer


@answers("iam", "ListVirtualMFADevices")
def list_virtual_mfa_devices(call):
    """The root user's devices, those of them that are virtual, stand beside those of the users."""
    answer = call.moto()
    for device in answer.get("VirtualMFADevices") or []:
        # Only the answer to CreateVirtualMFADevice has the device's secret.
        device.pop("Base32StringSeed", None)
        device.pop("QRCodePNG", None)
    root = root_of(call.account)
    if root["mfa"] and call.get("AssignmentStatus") != "Unassigned":
        arn = f"arn:aws:iam::{call.account}:"
        user = {
            "UserId": call.account,
            "Arn": arn + "root",
            "CreateDate": root["created"],
            "Path": "/",
        }
        devices = [
            {"SerialNumber": arn + name, "EnableDate": root["created"], "User": user}
            for name in DEVICES[: int(root["virtual_mfa"])]
        ]
        answer["VirtualMFADevices"] = devices + (answer.get("VirtualMFADevices") or [])
    return answer


def set_root(account, **fields):
    """Sets fields of the root user; `keys` are dicts with AccessKeyId, Status, CreateDate and
    LastUsed (date, region, service)."""
    backend("iam", account, "aws")
    root_of(account).update(fields)
