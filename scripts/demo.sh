#!/usr/bin/env bash
# Builds the program and evaluates the committed example study; the last line names the evaluation that was written. The
# report page lies beside it as report.html, with pictures where node and npm are on the machine.
set -euo pipefail
export LC_ALL=C.UTF-8
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install_packages.sh build pictures
mkdir -p build
if ! {
  cmake -S . -B build/demo -G Ninja -DCMAKE_BUILD_TYPE=Release -DLFREVAL_BUILD_TESTS=OFF -DLFREVAL_BUILD_BENCHMARKS=OFF -DLFREVAL_BUILD_VISION=OFF &&
    cmake --build build/demo --target lfreval_program
} >build/demo.log 2>&1; then
  cat build/demo.log >&2
  exit 1
fi
exec build/demo/lfreval evaluate datasets/mps_lfr/study.toml -o out/mps_lfr
