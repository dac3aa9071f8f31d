#!/usr/bin/env bash
# Installs, and lets another project judge its sandboxes by sandproof_add_sandbox(): one that holds,
# one that does not, one whose launcher is missing, one that requires what no host has.
#
#   package_test.sh BUILD_DIRECTORY
set -euo pipefail
build=$1
scratch=$(mktemp -d /tmp/package-test.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
# shellcheck source=fixtures/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/../fixtures/checks.sh"

cmake --install "$build" --prefix "$scratch/prefix" > /dev/null
mkdir "$scratch/project"
cat > "$scratch/project/CMakeLists.txt" << 'EOF'
cmake_minimum_required(VERSION 3.25)
project(other LANGUAGES NONE)
enable_testing()
find_package(sandproof REQUIRED)
foreach(name holds open absent)
  sandproof_add_sandbox(NAME other.${name} CONFIG boxes.json SANDBOX ${name} LABELS "one" "two"
                        DEFINE "shown=/usr" REQUIRE bwrap)
endforeach()
sandproof_add_sandbox(NAME other.lacking CONFIG boxes.json SANDBOX holds DEFINE "shown=/usr"
                      REQUIRE nothing-has-this)
sandproof_add_sandbox(NAME other.wrong CONFIG boxes.json SANDBOX misspelt DEFINE "shown=/usr")
EOF
cat > "$scratch/project/boxes.json" << 'EOF'
{
  "sandboxes": {
    "holds": {
      "launch": ["bwrap", "--unshare-all", "--ro-bind", "{shown}", "/usr", "--proc", "/proc",
                 "--dev", "/dev", "--tmpfs", "/tmp", "{payload}"],
      "payload": ["/usr/bin/true"]
    },
    "open": {"launch": ["/usr/bin/env", "{payload}"], "payload": ["/usr/bin/true"]},
    "absent": {"launch": ["/absent/bwrap", "{payload}"], "payload": ["/usr/bin/true"]}
  }
}
EOF
cmake -S "$scratch/project" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" > /dev/null

# judged PATTERN: what ctest says of the tests with that name; its exit code goes to `code`.
judged() {
  code=0
  ctest --test-dir "$scratch/build" -R "$1" --output-on-failure --no-tests=error \
    > "$scratch/said" 2>&1 || code=$?
}

says() { grep -qF -- "$1" "$scratch/said"; }

judged '^other\.holds(/pid\.host_process_visible|/net\.tcp_loopback_reachable|\.required)$'
check "what holds passes (exit $code)" '[[ $code == 0 ]]'
check 'its launch ran once, before its checks' 'says other.holds.collect && says "out of 4"'
judged '^other\.open/pid\.host_process_visible$'
check "what does not hold fails (exit $code)" '[[ $code == 8 ]]'
check 'it says what was seen, the control and the fix' \
  'says "seen " && says "control " && says "reached"'
judged '^other\.open/net\.path_unix_ro_bind_connectable|^other\.holds/cgroup\.own_cgroup$'
check 'what is not asserted is skipped, and says why' '[[ $code == 0 ]] && says "***Skipped"'
judged '^other\.absent/pid\.host_process_visible$'
check 'without a launcher a check fails' '[[ $code == 8 ]] && says "inconclusive"'
judged '^other\.absent\.required$'
check 'without a launcher .required fails' '[[ $code == 8 ]]'
judged '^other\.lacking\.required$'
check 'what is required and lacking fails' '[[ $code == 8 ]]'
judged '^other\.wrong'
check 'a sandbox that is not in the file fails' '[[ $code == 8 ]] && says misspelt'
ctest --test-dir "$scratch/build" -N -L sandbox.other.holds -L two > "$scratch/listed"
check 'labels select' '[[ $(grep -c "Test *#" "$scratch/listed") -gt 100 ]]'
((failed == 0)) || cat "$scratch/said"
all_held
