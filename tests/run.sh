#!/usr/bin/env bash
# Installs what is missing, builds the tests and runs them. Usage: tests/run.sh [--all]
# Without --all: everything with clang 19, which compiles it in half of g++'s time, under the address and undefined behaviour
# sanitizers; with g++ the core, the manager and what must not compile; what starts threads under the thread sanitizer; the
# fuzz targets for 20 seconds each; and the guard of instructions and templates, whose programs are g++'s.
# With --all also everything with g++, and every header compiled alone.
set -euo pipefail
cd "$(dirname "$0")/.."

everything=false
case ${1-} in
    --all) everything=true ;;
    '') ;;
    *)
        echo "usage: tests/run.sh [--all]" >&2
        exit 2
        ;;
esac

bash tests/install_packages.sh

passed=0 failed=0
# ctest's own count of a run, added to ours.
count() {
    local log=$1 total bad
    total=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p; s/^No tests were found.*/0/p' "$log" | tail -n 1)
    bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of [0-9]*$/\1/p' "$log" | tail -n 1)
    if [ -z "$total" ] || [ "$total" -eq 0 ]; then
        echo "a test run told nothing: $log" >&2
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + total - bad)) failed=$((failed + bad))
}
run_tests() { # PRESET [ctest options...]
    local preset=$1 log=build/$1/ctest.log
    shift
    ctest --preset "$preset" -j 2 "$@" 2>&1 | tee "$log" || true
    count "$log"
}
step() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }

export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1

step "clang 19 with address and undefined behaviour sanitizers"
cmake --preset clang-debug >/dev/null
cmake --build --preset clang-debug
run_tests clang-debug

step "g++ with address and undefined behaviour sanitizers"
cmake --preset gcc-debug >/dev/null
if $everything; then
    cmake --build --preset gcc-debug
    run_tests gcc-debug
else
    cmake --build --preset gcc-debug --target test_core test_settings test_manager
    run_tests gcc-debug -R '^(core|settings|manager|compile_fail_.*)$'
fi

step "the thread sanitizer"
cmake --preset tsan >/dev/null
cmake --build --preset tsan
run_tests tsan

step "libFuzzer"
if bash tests/fuzz/run.sh 20; then passed=$((passed + 1)); else failed=$((failed + 1)); fi

step "the guard of instructions and templates"
if bash benchmarks/guard/run.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi

if $everything; then
    step "every header alone"
    cmake --preset gcc-debug -DCMAKE_VERIFY_INTERFACE_HEADER_SETS=ON >/dev/null
    cmake --build --preset gcc-debug --target all_verify_interface_header_sets
    cmake --preset gcc-debug -DCMAKE_VERIFY_INTERFACE_HEADER_SETS=OFF >/dev/null
    passed=$((passed + 1))
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
