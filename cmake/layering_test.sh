#!/usr/bin/env bash
# One chain of includes: harness -> reports -> suites -> probes/wire <- probes. And one name for one
# thing: of two types with the same name, the linker would give both the functions of either.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0

# refuse WHERE PATTERN WHY: no source below WHERE, its tests apart, includes what matches.
refuse() {
  local found
  found=$(grep -rnE "^#include [<\"]($2)" "$1" --include='*.cc' --include='*.h' |
    grep -vE '(_test\.cc|_for_test\.h|testing\.h):' || true)
  [[ -z $found ]] && return 0
  printf '%s: %s\n%s\n' "$1" "$3" "$found"
  failed=1
}

refuse probes '(suites|reports|harness)/' 'probes know nothing but the wire'
refuse probes/wire 'probes/agent/' 'the wire is the ground floor'
refuse suites '(reports|harness|probes/agent)/' 'suites stand on the wire alone'
refuse reports '(harness|probes/agent)/' 'reports stand on suites'
refuse suites '(fstream|iostream|unistd\.h|fcntl\.h|ctime|sys/.*)>' 'suites do no input or output'
refuse reports '(fstream|iostream|unistd\.h|fcntl\.h|ctime|sys/.*)>' 'reports do no input or output'
for room in spec driver process canary arena collect supervise capture; do
  refuse "harness/$room" 'harness/cli/' 'nobody includes from the command line'
done
twice=$(grep -rhoE '^(class|struct|enum class) [A-Z][A-Za-z]*( final)?( : [^{]*)? \{' \
  harness reports suites probes/wire --include='*.h' | awk '{ print $1 == "enum" ? $3 : $2 }' |
  sort | uniq -d)
if [[ -n $twice ]]; then
  printf 'defined by two headers:\n%s\n' "$twice"
  failed=1
fi
((failed == 0)) && printf 'the includes run one way, and each type has a name of its own\n'
exit "$failed"
