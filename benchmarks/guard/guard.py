#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts what does not depend on how busy the machine is, and fails where it grew by more than 5 % against figures.json.

Usage: guard.py WORKLOADS_PROGRAM [--update]

Counted are the instructions of each of the program's workloads (valgrind --tool=callgrind), and what clang makes of the
programs of ../compile_time: instances of class templates, and statements (-Xclang -print-stats).
With --update: writes what it counted into figures.json, to be committed with the reason.
"""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIGURES = os.path.join(HERE, "figures.json")
ALLOWED = 1.05
INCLUDE = os.path.join(HERE, "../../include")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "../compile_time"))
from measure import PROGRAMS  # noqa: E402  the programs whose compile time is measured


def instructions(program, workload):
    """Those of the function `measured` and what it calls."""
    # The C library's choice of routines would follow the processor; without it every machine counts alike.
    environment = os.environ | {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX512F,-ERMS,-FSRM"}
    told = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no",
                           "--toggle-collect=measured", program, workload],
                          env=environment, capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", told.stderr)
    if told.returncode != 0 or not counted:
        raise SystemExit(f"{workload}: {told.stderr}")
    return int(counted[1])


def templates(arguments):
    """Instances of class templates, and statements."""
    told = subprocess.run(["clang++-19", "-std=c++20", "-fsyntax-only", "-I", INCLUDE, "-Xclang", "-print-stats", *arguments],
                          cwd=os.path.join(HERE, "../compile_time"), capture_output=True, text=True, check=True).stderr
    classes = re.search(r"(\d+) ClassTemplateSpecialization decls", told)
    statements = re.search(r"(\d+) stmts/exprs total", told)
    return int(classes[1]), int(statements[1])


def count(program):
    """Everything that is counted, by name."""
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    counted = {f"instructions: {name}": instructions(program, name) for name in names}
    for program_name, arguments in PROGRAMS.items():
        name, contender = program_name.split("/")
        if contender == "tandem":
            counted[f"class templates: {name}"], counted[f"statements: {name}"] = templates(arguments)
    return counted


def main(program, update):
    counted = count(program)
    if update:
        with open(FIGURES, "w", encoding="utf-8") as file:
            json.dump(counted, file, indent=4)
            file.write("\n")
        return 0
    with open(FIGURES, encoding="utf-8") as file:
        figures = json.load(file)
    if counted.keys() != figures.keys():
        raise SystemExit(f"counted and committed differ: {sorted(counted.keys() ^ figures.keys())}; see --update")
    grown = [name for name in counted if counted[name] > ALLOWED * figures[name]]
    for name, value in counted.items():
        print(f"{name:48} {value:>12,} {value / figures[name] - 1:+8.2%}{'  grown' if name in grown else ''}")
    if grown:
        print(f"{len(grown)} grew by more than {ALLOWED - 1:.0%}. Where that is right: "
              f"benchmarks/guard/guard.py {program} --update", file=sys.stderr)
    return 1 if grown else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--update"]):
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1], len(sys.argv) == 3))
