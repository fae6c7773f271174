# Warnings and sanitizers for our own code only; nothing here reaches a consumer.
add_library(lfreval_compile_options INTERFACE)
target_compile_options(lfreval_compile_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow
  # g++ 12 reports overlapping copies in `"text" + std::string` that are not there (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Results must not depend on whether the compiler fuses a multiply and an add.
  -ffp-contract=off
  $<$<BOOL:${LFREVAL_WARNINGS_AS_ERRORS}>:-Werror>)
if(LFREVAL_SANITIZE)
  target_compile_options(lfreval_compile_options INTERFACE -fsanitize=${LFREVAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # The GCC manual: with sanitizers, this warning reports variables that are initialised.
  target_compile_options(lfreval_compile_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(lfreval_compile_options INTERFACE -fsanitize=${LFREVAL_SANITIZE})
endif()
if(PROJECT_IS_TOP_LEVEL)
  find_program(LFREVAL_CCACHE ccache)
  if(LFREVAL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${LFREVAL_CCACHE})
  endif()
endif()
