#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compile times of what users write, each beside its twin, as Google Benchmark writes results.

Usage: measure.py INCLUDE_DIRECTORY RESULT.json [ROUNDS]

One compiler after another, round by round, so that a slow minute of the machine falls on all; processor time, the least of
all rounds. `-fsyntax-only`: parsing and instantiation are the library's, code generation depends on the options.
"""
import json
import os
import resource
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ONE = ["-include", "tandem/carriers/telnyx.hpp", "-DCARRIERS=tandem::Carriers<tandem::carriers::Telnyx>"]
ALL = ["-include", "tandem/carriers/all.hpp", "-DCARRIERS=tandem::carriers::All"]
PROGRAMS = {
    "carrier.hpp/tandem": ["carrier_header.cpp"],
    "carrier.hpp/twin": ["carrier_header_twin.cpp"],
    "file of a carrier's author/tandem": ["author.cpp"],
    "file of a carrier's author/twin": ["author_twin.cpp"],
    "program with one carrier/tandem": ["program.cpp", *ONE],
    "program with one carrier/twin": ["program_twin.cpp"],
    "program with all carriers/tandem": ["program.cpp", *ALL],
}


def seconds(include, arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    compiler = os.environ.get("CXX", "g++")
    subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-I", include, *arguments], cwd=HERE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def carriers(include):
    """How many carriers with an interface of their own `All` has: labels are one template."""
    with open(os.path.join(include, "tandem/carriers/all.hpp"), encoding="utf-8") as header:
        return sum(line.startswith("#include <tandem/carriers/") and "label" not in line for line in header)


def main(include, result, rounds=3):
    include = os.path.abspath(include)
    least = {}
    for _ in range(rounds):
        for name, arguments in PROGRAMS.items():
            least[name] = min(least.get(name, float("inf")), seconds(include, arguments))
    further = least["program with all carriers/tandem"] - least["program with one carrier/tandem"]
    least["each further carrier/tandem"] = further / (carriers(include) - 1)
    rows = [{"name": name, "run_name": name, "run_type": "aggregate", "aggregate_name": "median",
             "real_time": time, "cpu_time": time, "time_unit": "s"} for name, time in least.items()]
    with open(result, "w", encoding="utf-8") as out:
        json.dump({"benchmarks": rows}, out, indent=1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
