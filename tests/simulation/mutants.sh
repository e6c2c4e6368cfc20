#!/usr/bin/env bash
# Breaks the purchase protocol in one way after another, in a copy of the headers, and shows that the simulation sees each
# within its share of CI. Usage: tests/simulation/mutants.sh [NAME...]
set -euo pipefail
cd "$(dirname "$0")/../.."

share=50 # seconds, as in CMakeLists.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# name | header | a sed script that breaks it
mutants=(
    'no_send_mark|manager/protocol.hpp|/phase = Operation::Phase::sending;/{n;d}'
    'no_fencing|stores/detail/transitions.hpp|s/if (next.revision != stored->revision .. !stored->open())/if (false)/; s/if (!held .. slot.record->revision != operation.after.revision)/if (false)/'
    'unknown_is_absent|manager/recover.hpp|s/case Finding::Kind::cannot_tell: break;/case Finding::Kind::cannot_tell: return {Operation::Phase::refused, operation.error};/'
    'blind_repeat|manager/look.hpp|s/retry == RetryClass::safe .. (retry/true || (retry/'
    'credit_behind_the_purchase|manager/protocol.hpp|s/store.claim(std::move(operation), credit)/store.claim(std::move(operation), std::nullopt)/'
    'refused_repeat_is_believed|manager/look.hpp|s/if (verdict.phase != Operation::Phase::refused) { return verdict; }/return verdict;/'
    'repeats_before_it_is_quiet|manager/recover.hpp|s/now < quiet)/false)/'
    'trusts_the_calendar|manager/recover.hpp|s/sweep == Sweep::all ? seen/false ? seen/'
)

missed=0
for mutant in "${mutants[@]}"; do
    IFS='|' read -r name header script <<<"$mutant"
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
    rm -rf "$work/include"
    cp -r include "$work/include"
    sed -i "$script" "$work/include/tandem/$header"
    if cmp -s "include/tandem/$header" "$work/include/tandem/$header"; then
        echo "$name: nothing of $header fits any more" >&2
        missed=$((missed + 1))
        continue
    fi
    # Not optimised: as slow as CI's build with its sanitizers, and compiled in a third of the time.
    ${CXX:-g++} -std=c++20 -O0 -w -I"$work/include" tests/simulation/main.cpp -o "$work/mutant" \
        -lboost_json -lboost_url -lboost_container -lpthread
    start=$(date +%s)
    if "$work/mutant" --seconds "$share" >"$work/log"; then
        echo "$name: not seen in $share s"
        missed=$((missed + 1))
    else
        echo "$name: seen after $(($(date +%s) - start)) s: $(grep '^broken' "$work/log")"
    fi
done
[ "$missed" -eq 0 ]
