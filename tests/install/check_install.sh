#!/usr/bin/env bash
# Usage: check_install.sh prefix|find_package|pkg-config|add_subdirectory, with the settings of tests/install/CMakeLists.txt
# in the environment.
set -euo pipefail
consumer=$SOURCE/tests/install/consumer
first=$WORK/first moved="$WORK/moved prefix"
says="false alerts per face seen: 7 of 8,600"

fail() { echo "$1" >&2; exit 1; }
runs() { [ "$("$1")" = "$says" ] || fail "$1 does not print: $says"; }
build_consumer() { # folder, options
  local folder=$1; shift
  rm -rf "$folder"
  "$CMAKE" -S "$consumer" -B "$folder" -G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_BUILD_TYPE="$BUILD_TYPE" "$@"
  "$CMAKE" --build "$folder" --parallel 2
  runs "$folder/consumer"
}

case $1 in
  prefix)
    rm -rf "$first" "$moved"
    "$CMAKE" --install "$BUILD" --prefix "$first" --component dev
    "$CMAKE" --install "$BUILD" --prefix "$first" --component lib
    mv "$first" "$moved"
    ! grep -rnF -e "$first" -e "$SOURCE" "$moved/$LIBDIR/cmake/lfreval" "$moved/$LIBDIR/pkgconfig" \
      || fail "the installed package names a folder of this machine"
    ! grep -rniE 'boost|nlohmann|CLI11|doctest' "$moved/$LIBDIR/cmake/lfreval" "$moved/$LIBDIR/pkgconfig" \
      || fail "a header-only library used inside src/ reaches the consumer"
    ;;
  find_package)
    build_consumer "$WORK/find_package" -DCMAKE_PREFIX_PATH="$moved"
    ;;
  pkg-config)
    export PKG_CONFIG_PATH="$moved/$LIBDIR/pkgconfig"
    [ "$(pkg-config --modversion lfreval)" = "$VERSION" ] || fail "pkg-config names another version than $VERSION"
    for static in "" --static; do
      rm -f "$WORK/plain"
      # pkg-config escapes the blank in the prefix, as a shell expects
      eval "\"$CXX\" \"$consumer/main.cpp\" -o \"$WORK/plain\" $(pkg-config $static --cflags --libs lfreval)"
      runs "$WORK/plain"
    done
    ;;
  add_subdirectory)
    # Warnings as errors, as in the outer build, so that a compiler cache may answer.
    build_consumer "$WORK/add_subdirectory" -DLFREVAL_SOURCE="$SOURCE" -DLFREVAL_WARNINGS_AS_ERRORS=ON \
      -DCMAKE_CXX_COMPILER_LAUNCHER="$LAUNCHER"
    extra=$(find "$WORK/add_subdirectory" -type f -perm -u+x ! -path '*/CMakeFiles/*' ! -name consumer)
    [ -z "$extra" ] || fail "a subproject builds more than the library: $extra"
    [ ! -e "$WORK/add_subdirectory/lfreval/tests" ] || fail "a subproject configures the tests"
    ;;
  *) fail "unknown way: $1" ;;
esac
