#!/usr/bin/env bash
# Usage: check.sh COMPILER FILE.cpp INCLUDE - compiles a mistake twice. As written it must fail, its first error line hold
# the text behind the file's "// error: ", and say so in at most 20 lines; with TANDEM_REPAIRED it must compile, so that
# nothing but the mistake was at fault.
set -uo pipefail
compiler=$1 file=$2 include=$3
flags=(-std=c++20 -fsyntax-only -fno-diagnostics-color -I"$include")

expected=
case $("$compiler" --version) in *clang*) expected=$(sed -n 's|^// error with clang: ||p' "$file") ;; esac
[ -n "$expected" ] || expected=$(sed -n 's|^// error: ||p' "$file" | head -n 1)
if [ -z "$expected" ]; then
    echo "$file states no '// error: '" >&2
    exit 1
fi
if said=$("$compiler" "${flags[@]}" "$file" 2>&1); then
    echo "$file compiles, and must not" >&2
    exit 1
fi
first=$(grep -m 1 'error' <<<"$said")
# The compilers differ in spaces and quotation marks, which are no part of a sentence.
plain() { sed "s/[[:space:]]//g; s/‘\|’/'/g" <<<"$1"; }
if ! grep -qF "$(plain "$expected")" <<<"$(plain "$first")"; then
    printf '%s: the first error line\n%s\nlacks\n%s\n' "$file" "$first" "$expected" >&2
    exit 1
fi
if [ "$(wc -l <<<"$said")" -gt 20 ]; then
    printf '%s: %s lines, and 20 are allowed:\n%s\n' "$file" "$(wc -l <<<"$said")" "$said" >&2
    exit 1
fi
if ! said=$("$compiler" "${flags[@]}" -DTANDEM_REPAIRED "$file" 2>&1); then
    printf '%s does not compile when repaired:\n%s\n' "$file" "$said" >&2
    exit 1
fi
