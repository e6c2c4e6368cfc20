#!/usr/bin/env bash
# Usage: check_symbols.sh ONLY_QUOTES.o BUYS.o - what only dry-runs has no symbol of a carrier's purchase; what buys has.
set -euo pipefail
holds() { nm --demangle "$1" | grep "prober::Prober::$2<" >/dev/null; } # not -q: it would end nm early
fail() {
    echo "$1" >&2
    exit 1
}
holds "$1" acquire_number && fail "$1 only dry-runs and yet holds a carrier's purchase"
holds "$1" disconnect_number && fail "$1 only dry-runs and yet holds a carrier's release"
holds "$1" find_numbers || fail "$1 does not even search: the check proves nothing"
holds "$2" acquire_number || fail "$2 buys and yet holds no carrier's purchase: the check proves nothing"
