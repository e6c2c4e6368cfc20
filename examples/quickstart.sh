#!/usr/bin/env bash
# Installs what is missing, builds the numbers program and does its main job over real HTTP on this machine alone:
# small carriers and a stock of our own; a search, a dry run, a purchase, a release.
set -euo pipefail
cd "$(dirname "$0")/.."

bash tests/install_packages.sh --build
echo "Building numbers; this takes a few minutes." >&2
log=$(mktemp)
if ! { cmake --preset gcc-release && cmake --build --preset gcc-release --target numbers; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
rm -f "$log"
numbers=$PWD/build/gcc-release/examples/numbers

desk=$(mktemp -d)
sandbox=
clean_up() {
    [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
    rm -rf "$desk"
}
trap clean_up EXIT
cd "$desk"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
    printf '$ numbers %s\n' "$*"
    "$numbers" --config settings.json --as acme "$@"
}

say "Small carriers, each on a port of its own; the line they print is a settings file."
printf '$ numbers sandbox >settings.json &\n'
"$numbers" sandbox >settings.json &
sandbox=$!
for _ in $(seq 100); do
    [ -s settings.json ] && break
    sleep 0.05
done
[ -s settings.json ] || { echo "the sandbox did not start" >&2; exit 1; }

say "One carrier more is our own stock."
printf 'number,rack\n+1 415 555 0190,7\n+1 415 555 0191,7\n' >stock.csv
printf '$ numbers import stock.csv\n'
"$numbers" --config settings.json import stock.csv

say "One search over all of them: offers with their prices, one report for each carrier."
run search --prefix 415555 --quantity 200 >found
sed -n '1,4p' found
echo '…'
sed -n '/^CARRIER/,$p' found
number=$(awk '$2 == "telnyx" { print $1; exit }' found)

say "A dry run: the service plan, and the charges that buying would cause. Nothing is bought."
run quote "$number"

say "A purchase, followed until the carrier's order is complete."
run buy "$number" --max-price 5

say "The number in the SQLite store, with the carrier's order on it."
run show "$number"

say "And back to the carrier."
run release "$number"

say "A search recorded, and replayed with the carriers gone: what a bug report needs, without secrets."
run --record session.har search --prefix 212555 --carrier telnyx --quantity 3 >recorded
head -n 1 recorded
kill "$sandbox"
wait "$sandbox" 2>/dev/null || true
sandbox=
run --replay session.har search --prefix 212555 --carrier telnyx --quantity 3 >replayed
if [ "$(grep -c '^+1212555' recorded)" -eq 0 ] || ! cmp -s <(grep '^+' recorded) <(grep '^+' replayed); then
    echo "the replay is not what was recorded" >&2
    exit 1
fi
cat replayed

say "With your own credentials:"
cat <<END
  export TANDEM_TELNYX__API_KEY=KEY...         # or in a settings file: docs/settings.md
  $numbers search --prefix 415 --carrier telnyx
  $numbers --help                              # everything else
END
