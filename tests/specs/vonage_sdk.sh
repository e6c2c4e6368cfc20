#!/usr/bin/env bash
# Usage: vonage_sdk.sh NUMBERS NODE_FOLDER - Vonage's own client, for Node, against the sandbox of the program NUMBERS.
# Exit code 77: there is no npm, so nothing to test.
set -euo pipefail
numbers=$1 node=$2 here=$(cd "$(dirname "$0")" && pwd)
"$here/npm.sh" "$node" @vonage/numbers@1.22.0 # which brings @vonage/auth

coproc sandbox { exec "$numbers" sandbox; }
pid=$sandbox_PID
trap 'kill "$pid" 2>/dev/null || true' EXIT
IFS= read -r -t 30 config <&"${sandbox[0]}"
node "$here/vonage_sdk.mjs" "$node" "$config"
