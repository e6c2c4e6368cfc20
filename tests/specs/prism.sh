#!/usr/bin/env bash
# Usage: prism.sh CARRIER REQUESTS NODE_FOLDER DATA - lets REQUESTS make all of a carrier's requests under the eyes of
# Prism, which reads the carrier's OpenAPI document. Those have no free licence and stay in DATA (or where
# TANDEM_CARRIER_DATA says); without them there is nothing to test (exit code 77).
set -euo pipefail
carrier=$1 requests=$2 node=$3 data=${TANDEM_CARRIER_DATA:-$4}
shopt -s nullglob
specs=("$data/$carrier"/*.openapi.json)
if [ ${#specs[@]} -ne 1 ]; then
    echo "skipped: no OpenAPI document in $data/$carrier (TANDEM_CARRIER_DATA says where they are)"
    exit 77
fi
"$(dirname "$0")/npm.sh" "$node" @stoplight/prism-cli@5.14.2

log=$(mktemp)
"$node/node_modules/.bin/prism" mock -h 127.0.0.1 -p 0 "${specs[0]}" >"$log" 2>&1 &
prism=$!
trap 'kill "$prism" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 300); do
    url=$(sed -n 's/.*Prism is listening on \(http[^ ]*\).*/\1/p' "$log")
    [ -z "$url" ] || break
    kill -0 "$prism" 2>/dev/null || break
    sleep 0.1
done
if [ -z "$url" ]; then
    cat "$log" >&2
    exit 1
fi
"$requests" "$carrier" "${specs[0]}" "$url"
