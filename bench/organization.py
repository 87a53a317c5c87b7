"""Reads and audits an organization of 1,000 accounts with 100 roles each.

    python3 bench/organization.py

It writes the output of AWS's CLI for each account (`generate.py`, seeded), imports the folder into
a snapshot, audits the snapshot, and prints CPU seconds and peak memory of both. It fails if the
audit takes more memory than the limit.
"""

import json
import shutil
import sys

import generate
from measure import OUT, build, measure

ROLES = 100
# Peak MiB of an audit, however many accounts the snapshot holds.
MEMORY_MAX = 150


def write(folder, accounts):
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(accounts):
        account = f"{100000000000 + number:012}"
        place = folder / account
        place.mkdir(parents=True)
        output = generate.Account(account, number, 10, ROLES, 20).output()
        (place / "details.json").write_text(json.dumps(output))


def main():
    OUT.mkdir(exist_ok=True)
    keyward = build()
    failed = False
    for accounts in (250, 500, 1000):
        folder, snapshot = OUT / "organization", OUT / "organization.kwd"
        write(folder, accounts)
        size = sum(file.stat().st_size for file in folder.glob("*/*")) / 2**20
        importing = [keyward, "import", folder, "-o", snapshot, "--force", "--quiet"]
        cpu, memory = measure(importing, OUT / "import.txt", runs=1)
        print(f"{accounts} accounts, {accounts * ROLES} roles, {size:.0f} MiB: "
              f"import {cpu:.1f} s CPU, {memory:.0f} MiB", end="; ")
        auditing = [keyward, "audit", snapshot, "--severity", "critical", "--quiet"]
        cpu, memory = measure(auditing, OUT / "audit.txt", runs=1)
        print(f"snapshot {snapshot.stat().st_size / 2**20:.1f} MiB, "
              f"audit {cpu:.1f} s CPU, {memory:.0f} MiB")
        failed |= memory > MEMORY_MAX
    sys.exit("the audit took too much memory" if failed else 0)


if __name__ == "__main__":
    main()
