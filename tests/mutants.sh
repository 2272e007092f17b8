#!/usr/bin/env bash
# Takes each of rolecall's guards away in turn (src/guard.rs) and demands that the test which tests/mutants.tsv names
# turns red, and says why. A guard that nothing misses is a failure.
#   tests/mutants.sh [GUARD…]
set -uo pipefail
cd "$(dirname "$0")/.."
unset ROLECALL_WITHOUT

tests() {
    cargo nextest run --features mutants --lib --test world \
        --no-fail-fast --failure-output immediate --status-level none -E "$1" 2>&1
}
one() {
    local binary="rolecall::$1"
    [ "$1" = rolecall ] && binary=rolecall
    echo "binary_id(=$binary) & test(=$2)"
}

wanted=" $* "
rows=() all=""
while IFS=$'\t' read -r guard binary test says; do
    case "$guard" in '' | '#'*) continue ;; esac
    [ $# -gt 0 ] && [[ "$wanted" != *" $guard "* ]] && continue
    rows+=("$guard"$'\t'"$binary"$'\t'"$test"$'\t'"$says")
    all="$all | ($(one "$binary" "$test"))"
done <tests/mutants.tsv
[ ${#rows[@]} -gt 0 ] || { echo "tests/mutants.sh: no such guard:$wanted" >&2; exit 1; }

if ! said=$(tests "${all# | }"); then
    printf '%s\n' "$said" "tests/mutants.sh: with every guard in its place these must be green" >&2
    exit 1
fi

failed=0
for row in "${rows[@]}"; do
    IFS=$'\t' read -r guard binary test says <<<"$row"
    said=$(ROLECALL_WITHOUT=$guard tests "$(one "$binary" "$test")")
    # 100: a test has failed. Anything else is no answer.
    case $? in
    0) verdict="GREEN: nothing misses it" ;;
    100) if [[ "$said" == *"$says"* ]]; then verdict="red: $says"; else verdict="RED FOR ANOTHER REASON"; fi ;;
    *) verdict="DID NOT RUN" ;;
    esac
    printf '%-12s %-80s %s\n' "$guard" "$test" "$verdict"
    if [[ "$verdict" != red:* ]]; then
        failed=1
        printf '%s\n' "$said" >&2
    fi
done
exit "$failed"
