"""Builds keyward, and measures commands as processes of their own."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "out"


def build():
    command = ["cargo", "build", "--release", "--locked", "--message-format=json"]
    built = subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.PIPE)
    messages = map(json.loads, built.stdout.splitlines())
    return [it["executable"] for it in messages if it.get("executable")][-1]


def measure(command, output, runs):
    """Medians of CPU seconds and peak MiB of the command's own process."""
    cpu, memory = [], []
    for _ in range(runs):
        with open(output, "wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, cwd=OUT)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"{command[0]} ended with {process.returncode}")
        cpu.append(usage.ru_utime + usage.ru_stime)
        memory.append(usage.ru_maxrss / 1024)
    return statistics.median(cpu), statistics.median(memory)
