#!/usr/bin/env bash
# Usage: npm.sh FOLDER PACKAGE@VERSION - installs the package in the folder unless it is there. Exit code 77: this machine
# cannot, so there is nothing to test.
set -euo pipefail
folder=$1 package=$2
skip() {
    echo "skipped: $*"
    exit 77
}
command -v npm >/dev/null || skip "npm is not installed"
[ ! -e "$folder/installed" ] || exit 0
mkdir -p "$folder"
npm install --prefix "$folder" --no-audit --no-fund --silent "$package" >&2 || skip "npm cannot install $package here"
touch "$folder/installed"
