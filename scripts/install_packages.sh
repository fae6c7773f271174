#!/usr/bin/env bash
# Installs the Debian packages that are missing. Usage: install_packages.sh [build] [test] [all]
#   build  compilers and libraries for the library and the program      test  the plain test run      all  and --all
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config libboost-math-dev libeigen3-dev libexpected-dev nlohmann-json3-dev
  libtomlplusplus-dev libcli11-dev libssl-dev zlib1g-dev libhwy-dev)
test=(doctest-dev libbenchmark-dev python3-pytest python3-jsonschema python3-scipy)
all=(clang-14 libclang-rt-14-dev)

wanted=()
for group in "${@:-build}"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${build[@]}" "${test[@]}") ;;
    all) wanted+=("${build[@]}" "${test[@]}" "${all[@]}") ;;
    *) echo "install_packages.sh: unknown group $group" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
