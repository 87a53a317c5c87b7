"""Times `keyward audit` on the authorization details of large accounts, beside cloudsplaining.

    python3 bench/audit.py             2,000 and 10,000 roles, the peer on 2,000
    python3 bench/audit.py --no-peer   without the peer

It builds keyward, generates the input (`generate.py`, seeded), runs each command as a process of
its own, and prints CPU seconds and peak memory as the operating system accounts for them. It fails
if a limit is exceeded or a planted weakness is not found. The peer is installed from PyPI into
`bench/.venv`.
"""

import argparse
import json
import pathlib
import subprocess
import sys

from measure import HERE, OUT, build, measure

PEER = "cloudsplaining==0.9.1"
# CPU seconds and MiB that `keyward audit` may take, by number of roles.
LIMITS = {2000: (0.5, 150), 10000: (2.5, 500)}


def generate(roles):
    details, planted = OUT / f"{roles}-roles.json", OUT / f"{roles}-planted.json"
    command = [sys.executable, HERE / "generate.py", "--roles", str(roles), "--planted", planted]
    with open(details, "wb") as file:
        subprocess.run(command, check=True, stdout=file)
    return details, json.loads(planted.read_text())


def missing(output, planted):
    findings = json.loads(pathlib.Path(output).read_text())["findings"]
    found = {(it["control"], it["resource"]) for it in findings if it["state"] == "weak"}
    # An inline policy's finding names its holder, or the holder and the policy.
    def is_found(control, resource):
        return any(c == control and r.startswith(resource) for c, r in found)

    return [it for it in planted if not is_found(*it)]


def peer():
    python = HERE / ".venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / ".venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
    return HERE / ".venv" / "bin" / "cloudsplaining"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-peer", action="store_true")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    keyward = build()
    failed = False
    for roles, (cpu_max, memory_max) in LIMITS.items():
        details, planted = generate(roles)
        output = OUT / f"{roles}-findings.json"
        cpu, memory = measure([keyward, "audit", details, "--format", "json"], output, runs=5)
        lost = missing(output, planted)
        size = details.stat().st_size / 2**20
        print(f"{roles} roles, {size:.0f} MiB: keyward {cpu:.2f} s CPU, {memory:.0f} MiB; "
              f"{len(planted) - len(lost)} of {len(planted)} planted weaknesses found")
        failed |= bool(lost) or cpu > cpu_max or memory > memory_max
        for control, resource in lost:
            print(f"  not found: {control} {resource}")
        if roles == min(LIMITS) and not arguments.no_peer:
            command = [peer(), "scan", "--input-file", details, "--output", OUT, "--skip-open-report"]
            peer_cpu, peer_memory = measure(command, OUT / "peer.txt", runs=1)
            print(f"{roles} roles: cloudsplaining {peer_cpu:.1f} s CPU, {peer_memory:.0f} MiB; "
                  f"{peer_cpu / cpu:.0f} times the CPU, {peer_memory / memory:.1f} times the memory")
    sys.exit("a limit was exceeded, or a weakness was missed" if failed else 0)


if __name__ == "__main__":
    main()
