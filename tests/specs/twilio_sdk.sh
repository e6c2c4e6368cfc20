#!/usr/bin/env bash
# Usage: twilio_sdk.sh NUMBERS NODE_FOLDER - Twilio's own client, for Node, against the sandbox of the program NUMBERS.
# Exit code 77: there is no npm, so nothing to test.
set -euo pipefail
numbers=$1 node=$2 here=$(cd "$(dirname "$0")" && pwd)
"$here/npm.sh" "$node" twilio@6.2.0

coproc sandbox { exec "$numbers" sandbox; }
pid=$sandbox_PID
trap 'kill "$pid" 2>/dev/null || true' EXIT
IFS= read -r -t 30 config <&"${sandbox[0]}"
node "$here/twilio_sdk.mjs" "$node" "$config"
