#!/usr/bin/env bash
# Builds and tests everything. Usage: test.sh [--all]
#   plain   g++ and every test; address and undefined behaviour sanitizers over the stage tests; Python and page tests
#   --all   and the slow simulations, clang, the thread sanitizer where threads run, one minute of fuzzing per target
# The last line is `total: N passed, N failed, N skipped`. A step that does not build counts as one failure, and the
# steps after it still run. Logs and JUnit files are left in build/results.
set -euo pipefail
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
all=false
case "${1:-}" in
  "") ;;
  --all) all=true ;;
  *) echo "usage: test.sh [--all]" >&2; exit 2 ;;
esac
python=/usr/bin/python3
results=$root/build/results
jobs=$(nproc)
export LFREVAL_TEST_DATA
LFREVAL_TEST_DATA=$(realpath -m "${LFREVAL_TEST_DATA:-$root/../shared/data}")
export HOME=${HOME:-$root/build}
rm -rf "$results"
mkdir -p "$results"

# step NAME COMMAND...: runs the command with its output in a log; on failure shows the end of the log and carries on.
step() {
  local name=$1 began=$SECONDS; shift
  if "$@" >"$results/$name.log" 2>&1 </dev/null; then
    echo "$name: done in $((SECONDS - began)) s"
  else
    echo "$name: FAILED after $((SECONDS - began)) s, the end of build/results/$name.log:"
    tail -n 60 "$results/$name.log"
    echo "$name" >>"$results/failed_steps"
    return 1
  fi
}
# tests NAME COMMAND...: like step for a command that writes $results/NAME.xml, where failures are counted one by one.
tests() {
  local name=$1 began=$SECONDS; shift
  "$@" >"$results/$name.log" 2>&1 </dev/null || echo "$name" >>"$results/failing_runs"
  echo "$name: ran for $((SECONDS - began)) s"
}
# A race needs threads: the stages that start them, and every test that says so. The rest would run ten times slower to show nothing.
threaded_tests='^(bytes|counts|log):|thread'
threaded_targets=(test_bytes test_counts test_log)
mapfile -t -O 3 threaded_targets < <(grep -rlE 'TEST_CASE\("[^"]*thread' tests --include='test_*.cpp' | cut -d/ -f2 | sort -u | sed 's/^/test_/' | grep -vxE 'test_(bytes|counts|log)')

build() { # preset, options
  local preset=$1 targets=(all); shift
  if [ "$preset" = tsan ]; then targets=("${threaded_targets[@]}"); fi
  cmake --preset "$preset" -DLFREVAL_BUILD_BENCHMARKS=OFF "$@" && cmake --build "build/$preset" --parallel "$jobs" --target "${targets[@]}"
}
run_ctest() { # preset, options
  local preset=$1; shift
  ctest --test-dir "$root/build/$preset" --parallel "$jobs" --timeout 900 --output-on-failure --no-tests=error "$@"
}
build_and_ctest() { # preset, cmake options
  local preset=$1; shift
  step "build-$preset" build "$preset" "$@" || return 0
  local chosen=(-E 'slow: ')
  if $all && [ "$preset" = release ]; then chosen=(); fi
  if [ "$preset" = tsan ]; then chosen+=(-R "$threaded_tests"); fi
  tests "ctest-$preset" run_ctest "$preset" "${chosen[@]}" --output-junit "$results/ctest-$preset.xml"
}

if $all; then groups=(all); else groups=(test); fi
step packages scripts/install_packages.sh "${groups[@]}" || true

build_and_ctest release -DLFREVAL_BUILD_PYTHON=ON

# Where npm cannot be reached, the tests that need the demonstration models are skipped by name.
export LFREVAL_DEMO_MODELS=$root/build/models
scripts/fetch_demo_models.sh "$LFREVAL_DEMO_MODELS" >"$results/demo-models.log" 2>&1 </dev/null || echo "demonstration models: not fetched, their tests are skipped"

export LFREVAL_PROGRAM=$root/build/release/lfreval LFREVAL_PYTHON=$root/build/release/python
if $all; then export LFREVAL_EXAMPLES=1; fi
for folder in tests/cli tests/python; do
  [ -n "$(find "$folder" -name 'test_*.py' -print -quit 2>/dev/null)" ] || continue
  name=pytest-${folder#tests/}
  tests "$name" timeout 1200 "$python" -m pytest "$folder" -q -p no:cacheprovider --junitxml "$results/$name.xml"
done

mapfile -t page_tests < <(find src/report/page tests/page -name '*.test.*js' -not -path '*/node_modules/*' 2>/dev/null | sort)
if [ ${#page_tests[@]} -gt 0 ]; then
  if ! command -v node >/dev/null; then
    echo "page: skipped, node is not installed"
    echo "# skipped 1" >"$results/page.tap"
  else
    tests page timeout 900 node --test --test-reporter=tap --test-reporter-destination="$results/page.tap" "${page_tests[@]}"
  fi
fi

# The vision stage is left out of the sanitizers and of clang: OpenCV itself is not instrumented, and its headers take longest.
build_and_ctest asan -DLFREVAL_BUILD_PROGRAM=OFF -DLFREVAL_BUILD_VISION=OFF

if $all; then
  build_and_ctest clang -DLFREVAL_BUILD_VISION=OFF
  build_and_ctest tsan -DLFREVAL_BUILD_PROGRAM=OFF -DLFREVAL_BUILD_VISION=OFF
  fuzz() { # target
    local name=$1
    local corpus=("build/fuzz/$name")
    mkdir -p "build/fuzz/$name"
    if [ -d "tests/fuzz/corpus/${name#fuzz_}" ]; then corpus+=("tests/fuzz/corpus/${name#fuzz_}"); fi
    if step "$name" "build/clang/tests/fuzz/$name" -max_total_time=60 -timeout=10 -artifact_prefix="build/fuzz/$name-" "${corpus[@]}"; then
      echo "$name" >>"$results/passed_steps"
    fi
  }
  for source in tests/fuzz/fuzz_*.cpp; do
    name=$(basename "$source" .cpp)
    [ -x "build/clang/tests/fuzz/$name" ] || continue
    while [ "$(jobs -pr | wc -l)" -ge "$jobs" ]; do wait -n || true; done
    fuzz "$name" &
  done
  wait
fi

exec "$python" scripts/count_results.py "$results"
