#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Prints what the benchmarks measured as tables with ratios and goals, and writes them, with charts, into docs/.

Usage: report.py RESULTS_DIRECTORY PROJECT_DIRECTORY THEME...

Themes come in the order given. A theme is `benchmarks/THEME.json` (title, unit, about, goals, and why a goal is missed) beside its results,
`RESULTS_DIRECTORY/THEME.json`, in which each benchmark is called ROW/CONTENDER.
"""
import json
import os
import subprocess
import sys

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
OURS = "tandem"


class Contender:
    """One line of a row: its median time or rate, and its counters."""

    KNOWN = {"name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "threads",
             "aggregate_name", "aggregate_unit", "iterations", "real_time", "cpu_time", "time_unit", "items_per_second",
             "repetition_index", "label", "error_occurred", "error_message"}

    def __init__(self, entry):
        self.seconds = entry["real_time"] * SECONDS[entry["time_unit"]]
        self.rate = entry.get("items_per_second")
        self.counters = {key: value for key, value in entry.items() if key not in self.KNOWN}

    def speed(self):
        return self.rate if self.rate else 1 / self.seconds


def read_rows(path):
    """The rows of a result file: {row: {contender: Contender}}, in the order of registration; they ran in any."""
    rows = {}
    with open(path, encoding="utf-8") as file:
        for entry in sorted(json.load(file)["benchmarks"], key=lambda each: each.get("family_index", 0)):
            if entry.get("error_occurred"):
                raise SystemExit(f"{path}: {entry['name']}: {entry['error_message']}")
            if entry["run_type"] == "aggregate" and entry["aggregate_name"] == "median":
                row, contender = entry["run_name"].split("/")[:2]
                rows.setdefault(row, {})[contender] = Contender(entry)
    return rows


def number(value):
    """Three digits that count, with the thousands told apart."""
    if value >= 1e6:
        return f"{value / 1e6:.3g} M" if value < 1e9 else f"{value / 1e9:.3g} G"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def shown(contender):
    """A rate where something is counted, else the time."""
    if contender.rate:
        return number(contender.rate)
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if contender.seconds >= size:
            return f"{contender.seconds / size:.3g} {unit}"
    return f"{contender.seconds * 1e9:.3g} ns"


def judge(goal, rows):
    """A goal as a sentence, whether it is met, and what was measured. None where nothing was measured for it."""
    row = rows.get(goal["row"], {})
    ours = row.get(goal.get("contender", OURS))
    if ours is None or goal.get("against", OURS) not in row or goal.get("counter", "") not in {"", *ours.counters}:
        return None
    if "at_least" in goal:
        ratio = ours.speed() / row[goal["against"]].speed()
        return f"at least {goal['at_least']:g} × {goal['against']}", ratio >= goal["at_least"], f"{ratio:.2f} ×"
    if "at_most_times" in goal:
        ratio = row[goal["against"]].speed() / ours.speed()
        limit = goal["at_most_times"]
        return f"at most {limit:g} × the time of {goal['against']}", ratio <= limit, f"{ratio:.2f} ×"
    if "rate_at_least" in goal:
        limit = goal["rate_at_least"]
        return f"at least {number(limit)} a second", ours.speed() >= limit, number(ours.speed())
    if "seconds_at_most" in goal:
        limit = goal["seconds_at_most"]
        value = ours.seconds
        return f"at most {limit:g} s", value <= limit, f"{value:.3g} s"
    value, limit = ours.counters[goal["counter"]], goal["at_most"]
    return f"at most {limit:g} {goal['counter']}", value <= limit, f"{value:.3g}"


def table(rows):
    """Each row with its contenders, ours first and the others as ratios of ours to them."""
    lines = ["| | tandem | beside it (tandem is so many times as fast) | also |", "|---|---|---|---|"]
    for row, contenders in rows.items():
        ours = contenders.get(OURS)
        beside = []
        for name, contender in contenders.items():
            if name != OURS:
                ratio = f" ({ours.speed() / contender.speed():.2f} ×)" if ours else ""
                beside.append(f"{name} {shown(contender)}{ratio}")
        also = [f"{value:.3g} {key}" for key, value in ours.counters.items()] if ours else []
        lines.append(f"| {row} | {shown(ours) if ours else ''} | {', '.join(beside)} | {', '.join(also)} |")
    return lines


def chart(theme, text, rows, folder):
    """Bars of all contenders, on a logarithmic scale: `folder/THEME.svg`."""
    contenders = list(dict.fromkeys(name for row in rows.values() for name in row))
    data = ["row " + " ".join(f'"{name}"' for name in contenders)]
    for row, measured in rows.items():
        cells = (f"{measured[name].rate or measured[name].seconds:g}" if name in measured else "?" for name in contenders)
        data.append(f'"{row}" ' + " ".join(cells))
    script = f"""
set terminal svg noenhanced size {max(720, 130 * len(rows))},480 font "sans,11" background rgb "white"
set output "{folder}/{theme}.svg"
set title "{text['title']}"
set ylabel "{text['unit']}"
set logscale y
set grid ytics
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border -1
set boxwidth 0.9
set xtics rotate by -25
set key outside right top
set datafile missing "?"
$data << END
{chr(10).join(data)}
END
plot for [column=2:{len(contenders) + 1}] $data using column:xtic(1) title columnheader
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def machine():
    """What measured: processor, compiler, versions."""
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]

    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    packages = ["libboost1.81-dev", "libsimdjson-dev", "libpugixml-dev", "libcurl4-openssl-dev", "libsqlite3-dev",
                "redis-server", "postgresql", "libssl-dev", "libbenchmark-dev"]
    versions = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages],
                              capture_output=True, text=True, check=False).stdout.split("\n")
    return f"{model}, {os.cpu_count()} cores; {first_line('g++', '--version')}; " + ", ".join(filter(None, versions))


def report(results, project, *themes):
    charts = os.path.join(project, "docs/benchmarks")
    os.makedirs(charts, exist_ok=True)
    page = ["# Benchmarks", "",
            "Written by `bash benchmarks/run.sh`, which installs what it compares with, builds, runs and writes this page.",
            "Medians; all contenders of a row did the same work in one run of one program, and their results were compared.",
            "Read the ratios: the machine is small and not quiet.", "", f"Measured on: {machine()}.", ""]
    missed = []
    for theme in themes:
        path = os.path.join(results, theme + ".json")
        if not os.path.exists(path):
            continue
        with open(os.path.join(project, "benchmarks", theme + ".json"), encoding="utf-8") as file:
            text = json.load(file)
        rows = read_rows(path)
        chart(theme, text, rows, charts)
        page += [f"## {text['title']}", "", text["about"], "", f"In {text['unit']}.", "", *table(rows), "",
                 f"![{text['title']}](benchmarks/{theme}.svg)", "", "| goal | | measured | |", "|---|---|---|---|"]
        for goal in text["goals"]:
            verdict = judge(goal, rows)
            if verdict is None:
                page.append(f"| {goal['row']} | | not measured | |")
                continue
            sentence, met, value = verdict
            page.append(f"| {goal['row']} | {sentence} | {value} | {'met' if met else '**missed**'} |")
            if not met:
                missed.append((theme, goal["row"], sentence, value))
        page.append("")
        why = [(row, text["missed"].get(row)) for of, row, _, _ in missed if of == theme]
        for row, reason in dict.fromkeys(why):
            page += [f"*{row}*: {reason or 'missed, and not explained yet.'}", ""]
    with open(os.path.join(project, "docs/benchmarks.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(page))
    print("\n".join(page))


if __name__ == "__main__":
    report(*sys.argv[1:])
