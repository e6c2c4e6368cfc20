#!/usr/bin/env bash
# Builds the fuzz targets and runs each of them for a while, two at once. Usage: tests/fuzz/run.sh [SECONDS [TARGET]]
# It starts from the inputs in tests/fuzz/corpus; carriers, which are many in one target and have five times as long, also
# from what their sandboxes answer. Those that reach more are kept in build/fuzz/corpus, where the next run
# goes on; what breaks a target is kept in build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1-20} only=${2-}
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]] || [ $# -gt 2 ]; then
    echo "usage: tests/fuzz/run.sh [SECONDS [TARGET]]" >&2
    exit 2
fi
targets=()
for source in tests/fuzz/*.cpp; do
    name=$(basename "$source" .cpp)
    [ "$name" != seeds ] || continue
    if [ -z "$only" ] || [ "$only" = "$name" ]; then targets+=("$name"); fi
done
if [ ${#targets[@]} -eq 0 ]; then
    echo "there is no target $only; there are: $(cd tests/fuzz && echo *.cpp | sed 's/\.cpp//g')" >&2
    exit 2
fi

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target fuzz_seeds "${targets[@]/#/fuzz_}"
rm -rf build/fuzz/seeds
mkdir -p build/fuzz/seeds/carriers
build/fuzz/tests/fuzz/fuzz_seeds build/fuzz/seeds/carriers
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1

run() { # TARGET
    local name=$1 kept=build/fuzz/corpus/$1 seeds=build/fuzz/seeds/$1 findings=build/fuzz/findings
    local log=build/fuzz/$1.log options=() result=0 time=$seconds
    mkdir -p "$kept" "$seeds" "$findings"
    [ "$name" != carriers ] || time=$((seconds * 5))
    if [ -f "tests/fuzz/dictionaries/$name" ]; then options+=("-dict=tests/fuzz/dictionaries/$name"); fi
    build/fuzz/tests/fuzz/fuzz_"$name" "${options[@]}" -max_total_time="$time" -max_len=20000 -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$findings/$name-" "$kept" "$seeds" "tests/fuzz/corpus/$name" \
        >"$log" 2>&1 || result=$?
    local executions
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    if [ $result -eq 0 ] && [ "${executions:-0}" -gt 0 ]; then
        printf '%-12s %10d executions\n' "$name" "$executions"
        return
    fi
    grep -v '^#' "$log" | tail -n 60 >&2
    printf '%-12s FAILED; its log is %s\n' "$name" "$log"
    return 1
}

failed=0 started=0
for name in "${targets[@]}"; do
    if [ $started -ge 2 ]; then wait -n || failed=$((failed + 1)); fi
    run "$name" &
    started=$((started + 1))
done
for ((left = started < 2 ? started : 2; left > 0; --left)); do wait -n || failed=$((failed + 1)); done
[ $failed -eq 0 ]
