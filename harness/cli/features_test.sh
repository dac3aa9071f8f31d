#!/bin/sh
# The table of what is checked is the one that the records make.
#
#   features_test.sh SANDPROOF FEATURES.md
"$1" list --format markdown | diff -u "$2" - && exit 0
echo "stale: build/release/bin/sandproof list --format markdown > suites/features.md" >&2
exit 1
