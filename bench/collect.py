"""Measures `keyward collect` against an emulator of AWS: requests, CPU seconds, memory.

    python3 bench/collect.py           one large account; 50 and 200 small ones
    python3 bench/collect.py --peer    besides, Prowler on the same large account (minutes)

Each command is a process of its own, and the figures are those of the operating system. It fails if
a limit of requests is exceeded, or if memory grows with the number of accounts. The emulator's
packages are installed into `bench/.emulator`, the peer into `bench/.peer`.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request

from measure import HERE, OUT, build

EMULATOR = HERE.parent / "crates" / "testing" / "emulator"
PEER = "prowler==5.46.0"
SIZES = {"users": 300, "roles": 200, "policies": 150, "security-groups": 50, "secrets": 60}
SERVICES = ["iam", "secretsmanager", "ec2", "ssm", "awslambda", "ecs", "codebuild", "cloudtrail",
            "config", "securityhub", "guardduty", "accessanalyzer", "cloudwatch", "eventbridge", "sns"]
# Requests that are not about one thing at a time: of IAM, and of all services.
LIMITS = (40, 400)
# How much more memory four times as many accounts may take.
GROWTH_MAX = 1.25


def environment(name, requirement):
    """A Python with the packages, and its folder of programs."""
    place = HERE / name
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *requirement], check=True)
    return place / "bin"


class Emulator:
    def __init__(self):
        requirements = ["--require-hashes", "-r", EMULATOR / "requirements.txt"]
        self.python = environment(".emulator", requirements) / "python"
        command = [self.python, EMULATOR / "serve.py"]
        # It ends when its stdin closes.
        # What the peer asks for and moto does not know is written to its stderr.
        log = open(OUT / "emulator.txt", "wb")
        self.server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        self.endpoint = f"http://127.0.0.1:{int(self.server.stdout.readline())}"

    def ask(self, do, **arguments):
        body = json.dumps({"do": do, **arguments}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.endpoint}/moto-api/keyward", body, headers)
        return json.load(urllib.request.urlopen(request))

    def variables(self, account, exempt=False):
        given = self.ask("credentials", account=account, exempt=exempt)
        return os.environ | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": given["access_key"],
            "AWS_SECRET_ACCESS_KEY": given["secret_key"],
            "AWS_SESSION_TOKEN": given["session_token"],
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def seed(self, name, arguments):
        account = self.ask("account")["account"]
        command = [self.python, EMULATOR / "seed" / f"{name}.py", "--management", account]
        variables = self.variables(account, exempt=True)
        subprocess.run([*command, *arguments], env=variables, check=True, stdout=subprocess.DEVNULL)
        self.ask("reset_counts", accounts=[account])
        return account

    def requests(self, account):
        return self.ask("counts", accounts=[account]).get(account, {})


def run(command, variables, log):
    """CPU seconds, wall seconds and peak MiB of a command."""
    begin = time.monotonic()
    with open(OUT / log, "wb") as file:
        process = subprocess.Popen(command, env=variables, cwd=OUT, stdout=file, stderr=file)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"{command[0]} ended with {process.returncode}: see {OUT / log}")
    wall = time.monotonic() - begin
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def single():
    """The operations about one thing at a time, as the documentation lists them."""
    page = (HERE.parent / "docs" / "collect.md").read_text()
    rows = page.split("| IAM action |")[1].splitlines()[2:]
    return {row.split("`")[1].split(":")[1] for row in rows if "`" in row}


def told(name, measured, counts):
    cpu, wall, memory = measured
    iam = sum(number for call, number in counts.items() if call.startswith("iam:"))
    print(f"{name:34} {sum(counts.values()):6} requests ({iam} IAM)  {cpu:6.1f} CPU s  {wall:6.1f} s  {memory:5.0f} MiB")


def large(emulator, keyward, with_peer):
    sizes = [part for kind, number in SIZES.items() for part in (f"--{kind}", str(number))]
    account = emulator.seed("sized", sizes)
    # The budget is for AWS; here it would measure itself.
    command = [keyward, "collect", "--force", "-o", "large.kwd", "--rate", "100", "--quiet"]
    measured = run(command, emulator.variables(account), "collect.txt")
    counts = emulator.requests(account)
    told("keyward", measured, counts)
    one_by_one = single()
    many = {call: number for call, number in counts.items() if call.split(":")[1] not in one_by_one}
    iam = sum(number for call, number in many.items() if call.startswith("iam:"))
    everything = sum(many.values())
    print(f"  of them not about one thing:  {everything} ({iam} IAM)")
    for call, number in sorted(counts.items(), key=lambda it: -it[1])[:6]:
        print(f"  {call:50} {number:5}")
    emulator.ask("reset_counts", accounts=[account])
    measured = run([*command, "--without", "one-by-one"], emulator.variables(account), "collect.txt")
    told("keyward --without one-by-one", measured, emulator.requests(account))
    if with_peer:
        prowler = environment(".peer", [PEER]) / "prowler"
        for name, services in (("prowler, IAM alone", ["iam"]), ("prowler, 15 services", SERVICES)):
            emulator.ask("reset_counts", accounts=[account])
            peer = [prowler, "aws", "--region", "us-east-1", "--no-banner", "--ignore-exit-code-3"]
            peer += ["--output-formats", "json-ocsf", "--output-directory", OUT / "prowler"]
            measured = run([*peer, "--service", *services], emulator.variables(account), "prowler.txt")
            told(name, measured, emulator.requests(account))
    return iam < LIMITS[0] and everything < LIMITS[1]


def many(emulator, keyward):
    peaks = []
    for accounts in (50, 200):
        account = emulator.seed("many_accounts", ["--accounts", str(accounts)])
        command = [keyward, "collect", "--force", "-o", "many.kwd", "--rate", "100", "--quiet"]
        measured = run(command, emulator.variables(account), "collect.txt")
        cpu, wall, memory = measured
        print(f"{accounts:4} accounts                      {cpu:6.1f} CPU s  {wall:6.1f} s  {memory:5.1f} MiB")
        peaks.append(memory)
    print(f"  memory, four times the accounts:  {peaks[1] / peaks[0]:.2f} times")
    return peaks[1] / peaks[0] <= GROWTH_MAX


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", action="store_true", help="measures Prowler as well")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    keyward, emulator = build(), Emulator()
    held = [large(emulator, keyward, arguments.peer), many(emulator, keyward)]
    if not all(held):
        sys.exit("a limit was exceeded")


if __name__ == "__main__":
    main()
