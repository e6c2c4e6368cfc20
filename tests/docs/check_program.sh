#!/usr/bin/env bash
# Usage: check_program.sh NUMBERS DOCS - the documents' settings are settings, and every command of the program and every
# option of it stands in getting_started.md.
set -euo pipefail
numbers=$1 settings=$2/settings.example.json page=$2/getting_started.md
bad=0
complain() {
    printf '%s\n' "$*" >&2
    bad=1
}
# The options that a help text names, and their section of the page: `### numbers NAME` up to the next heading.
options() { grep -oE -- '--[a-z][a-z-]*' <<<"$1" | sort -u; }
section() { awk -v heading="$1" '/^#/ { inside = $0 == heading } inside' "$page"; }

help=$("$numbers" --help)
commands=$(awk '/^Subcommands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && /^  [a-z]/ { print $1 }' <<<"$help")
[ "$(wc -w <<<"$commands")" -gt 5 ] || complain "the help names too few commands: the check proves nothing"
for option in $(options "$help"); do
    grep -qF -- "\`$option" "$page" || complain "$page lacks $option, which every command has"
done
for command in $commands; do
    text=$(section "### numbers $command")
    [ -n "$text" ] || complain "$page has no section '### numbers $command'"
    for option in $(options "$("$numbers" "$command" --help)"); do
        [ "$option" = --help ] && continue
        grep -qF -- "\`$option" <<<"$text" || complain "$page: numbers $command lacks $option"
    done
done

TELNYX_API_KEY=KEY "$numbers" --config "$settings" --json carriers | grep '"name":"telnyx"' >/dev/null ||
    complain "$settings is not what the program reads"
exit "$bad"
