#!/usr/bin/env bash
# Usage: prism.sh CARRIER REQUESTS NODE_FOLDER DATA - lets REQUESTS make all of a carrier's requests under the eyes of
# Prism, which reads the carrier's OpenAPI documents: those that CARRIER.cpp beside this file names. Where it says
# "Credentials:", they come in another way than the document's, and are not judged. The documents lie in DATA (or
# where TANDEM_CARRIER_DATA says) and not in the tree, for most have no free licence; without them there is nothing to test
# (exit code 77).
set -euo pipefail
carrier=$1 requests=$2 node=$3 data=${TANDEM_CARRIER_DATA:-$4} here=$(cd "$(dirname "$0")" && pwd)
read -ra names < <(sed -n 's|^// Documents: ||p' "$here/$carrier.cpp")
specs=("${names[@]/#/$data/$carrier/}")
for spec in "${specs[@]}"; do
    if [ ! -f "$spec" ]; then
        echo "skipped: there is no $spec (TANDEM_CARRIER_DATA says where the documents are)"
        exit 77
    fi
done
"$here/npm.sh" "$node" @stoplight/prism-cli@5.14.2

work=$(mktemp -d)
trap 'kill "$prism" 2>/dev/null || true; rm -rf "$work"' EXIT
options=()
! grep -q '^// Credentials: ' "$here/$carrier.cpp" || options+=(--without-security)
node "$here/merge_documents.mjs" "$node" "${options[@]}" "${specs[@]}" >"$work/document.json"
: >"$work/log"
"$node/node_modules/.bin/prism" mock -h 127.0.0.1 -p 0 "$work/document.json" >"$work/log" 2>&1 &
prism=$!
for _ in $(seq 300); do
    url=$(sed -n 's/.*Prism is listening on \(http[^ ]*\).*/\1/p' "$work/log")
    [ -z "$url" ] || break
    kill -0 "$prism" 2>/dev/null || break
    sleep 0.1
done
if [ -z "$url" ]; then
    cat "$work/log" >&2
    exit 1
fi
"$requests" "$carrier" "$work/document.json" "$url"
