#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Usage: carriers_table.py NUMBERS ROOT [--write] - what the carriers say of themselves as tables of README.md and
docs/carriers.md. Without --write it fails where they differ from what the program NUMBERS says."""
import json
import pathlib
import re
import subprocess
import sys

program, root = sys.argv[1], pathlib.Path(sys.argv[2])
write = "--write" in sys.argv[3:]
carriers = json.loads(subprocess.run([program, "--json", "carriers"], check=True, capture_output=True).stdout)["carriers"]


def header_of(carrier):
    name = carrier["name"] if carrier["buys"] else "label"
    return f"include/tandem/carriers/{name}.hpp"


def source(carrier):
    """What its header says that it was made after: the first sentence behind `Source:`."""
    found = re.search(r"/// Sources?: (.*?)\n(?:struct|template)", (root / header_of(carrier)).read_text("utf-8"), re.S)
    text = re.sub(r"\s*\n///\s*", " ", found.group(1))
    return re.split(r"\. [A-Z]", text)[0].rstrip(".")


def yes(truth):
    return "yes" if truth else ""


def names(carrier):
    return ", ".join(f"`{name}`" for name in [carrier["name"], *carrier["aliases"]])


def price(carrier):
    return {
        "unknown": "not told",
        "search": "in the search",
        "price_list": "from its price list",
        "groups": "of its groups",
        "free": "free",
    }[carrier["price_source"]]


def reservation(carrier):
    seconds = carrier["reservation_seconds"]
    if not carrier["operations"]["reserve_number"]:
        return ""
    return f"{seconds // 3600} h" if seconds >= 3600 else f"{seconds // 60} min"


def order(carrier):
    if not carrier["buys"]:
        return "no"
    if carrier["local"]:
        return "the record alone"
    return "followed to its end" if carrier["operations"]["follow_order"] else "at once"


def look_up(carrier):
    operations = carrier["operations"]
    if carrier["local"]:
        return "not needed"
    if operations["find_order"]:
        return "by our order" + (", among our numbers" if operations["owns_number"] else "")
    return "among our numbers" if operations["owns_number"] else ""


def referees(carrier):
    if carrier["local"] or not carrier["buys"]:
        return "the laws"
    name = carrier["name"]
    found = ["the laws, its sandbox"]
    if (root / f"tests/specs/{name}.cpp").exists():
        found.append("its OpenAPI document")
    if (root / f"tests/specs/{name}_sdk.sh").exists():
        found.append("its own client")
    return ", ".join(found)


def table(columns, rows):
    lines = ["| " + " | ".join(title for title, _ in columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell(row) for _, cell in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def rate(carrier):
    per_second = carrier["requests_per_second"]
    if per_second is None:
        return ""
    return f"{per_second:g}/s" if per_second >= 1 else f"{per_second * 60:g}/min"


sellers = [carrier for carrier in carriers if carrier["buys"]]
tables = {
    "README.md": table(
        [
            ("carrier", names),
            ("order", order),
            ("prices", price),
            ("blocks", lambda c: yes(c["block_search"])),
            ("a lost answer is looked up", look_up),
        ],
        sellers,
    ),
    "docs/carriers.md": table(
        [
            ("carrier", lambda c: f"[{names(c)}](../{header_of(c)})" if not c["aliases"] else f"{names(c)}: [header](../{header_of(c)})"),
            ("searches by digits", lambda c: str(c["max_prefix_length"]) if c["buys"] else ""),
            ("a page", lambda c: "" if c["max_page"] is None else str(c["max_page"])),
            ("features told", lambda c: ", ".join(c["features"])),
            ("countries", lambda c: ", ".join(c["countries"])),
            ("prices", price),
            ("charged", lambda c: yes(c["billable"])),
            ("holds", reservation),
            ("order", order),
            ("look-up", look_up),
            ("lists ours", lambda c: yes(c["operations"]["owned_numbers"])),
            ("blocks", lambda c: yes(c["block_search"])),
            ("repeats", lambda c: c["retry"].replace("_", " ")),
            ("rate", rate),
            ("judged by", referees),
            ("made after", source),
        ],
        carriers,
    ),
}
begin, end = "<!-- carriers: made by tests/docs/carriers_table.py -->\n", "<!-- /carriers -->\n"
bad = False
for name, made in tables.items():
    page = root / name
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        sys.exit(f"{name} has no place for the table of carriers")
    head, rest = text.split(begin, 1)
    shown, tail = rest.split(end, 1)
    if shown == made:
        continue
    if write:
        page.write_text(head + begin + made + end + tail, encoding="utf-8")
    else:
        print(f"{name} shows other carriers than the program has; carriers_table.py --write mends it", file=sys.stderr)
        bad = True
sys.exit(bad)
