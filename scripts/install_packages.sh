#!/usr/bin/env bash
# Installs the Debian packages that are missing. Usage: install_packages.sh [build] [python] [pictures] [test] [all]
#   build  compilers and libraries for the library and the program      test  the plain test run      all  and --all
#   python  what the Python package is built with, and NumPy, pandas and matplotlib
#   pictures  the npm packages that draw the figures of the report page, where node and npm are there already
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config libboost-math-dev libeigen3-dev libexpected-dev nlohmann-json3-dev
  libtomlplusplus-dev libcli11-dev libssl-dev zlib1g-dev libhwy-dev)
python=(pybind11-dev python3-dev python3-numpy python3-pandas python3-matplotlib)
vision=(python3-pil libopencv-dev opencv-data libopenblas0-pthread)
test=(doctest-dev libbenchmark-dev python3-pytest python3-jsonschema python3-scipy python3-hypothesis)
page=(chromium poppler-utils)
all=(clang-14 libclang-rt-14-dev python3-distributed python3-nbformat python3-tqdm mypy)
# A machine may have a newer node that brings its own npm, with which Debian's npm conflicts.
command -v node >/dev/null || page+=(nodejs)
command -v npm >/dev/null || page+=(npm)

page_folder=$(dirname "${BASH_SOURCE[0]}")/../src/report/page
# npm_packages OPTIONS...: what the lock names, once for each lock.
npm_packages() {
  cmp -s "$page_folder/package-lock.json" "$page_folder/node_modules/.installed$*" && return 0
  npm ci --prefix "$page_folder" --ignore-scripts --no-audit --no-fund "$@" </dev/null >/dev/null 2>&1 || return 1
  cp "$page_folder/package-lock.json" "$page_folder/node_modules/.installed$*"
}

wanted=() after=()
for group in "${@:-build}"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    pictures) after+=(pictures) ;;
    python) wanted+=("${build[@]}" "${python[@]}") ;;
    test) wanted+=("${build[@]}" "${python[@]}" "${vision[@]}" "${test[@]}" "${page[@]}") after+=(page) ;;
    all) wanted+=("${build[@]}" "${python[@]}" "${vision[@]}" "${test[@]}" "${page[@]}" "${all[@]}") after+=(page) ;;
    *) echo "install_packages.sh: unknown group $group" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  echo "installing: ${missing[*]}" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
fi

for group in "${after[@]}"; do
  case $group in
    # Without them the page has its tables and says that the pictures were left out.
    pictures)
      if command -v node >/dev/null && command -v npm >/dev/null && [ ! -d "$page_folder/node_modules/vega-lite" ]; then
        npm_packages --omit=dev || echo "install_packages.sh: the npm packages of the report page could not be installed; it is built without pictures" >&2
      fi ;;
    page) npm_packages || echo "install_packages.sh: the npm packages of the report page could not be installed; its tests are skipped" >&2 ;;
  esac
done
