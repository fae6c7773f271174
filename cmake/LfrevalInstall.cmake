# Install rules, exported package and pkg-config file. A static lfreval needs its libraries at link time, so the
# package and the .pc both name them; header-only libraries used inside src/ are named by neither.
if(NOT LFREVAL_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)
set(LFREVAL_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/lfreval)

install(TARGETS lfreval EXPORT lfrevalTargets
  FILE_SET HEADERS COMPONENT dev
  ARCHIVE COMPONENT dev
  LIBRARY COMPONENT lib NAMELINK_COMPONENT dev)
install(EXPORT lfrevalTargets NAMESPACE lfreval:: DESTINATION ${LFREVAL_CONFIG_DIR} COMPONENT dev)
# Of its own, so that only who asks for COMPONENTS vision needs OpenCV.
if(TARGET lfreval_vision)
  install(TARGETS lfreval_vision EXPORT lfrevalVisionTargets
    FILE_SET HEADERS COMPONENT dev
    ARCHIVE COMPONENT dev
    LIBRARY COMPONENT lib NAMELINK_COMPONENT dev)
  install(EXPORT lfrevalVisionTargets NAMESPACE lfreval:: DESTINATION ${LFREVAL_CONFIG_DIR} COMPONENT dev)
endif()
configure_package_config_file(cmake/lfrevalConfig.cmake.in lfrevalConfig.cmake INSTALL_DESTINATION ${LFREVAL_CONFIG_DIR})
write_basic_package_version_file(lfrevalConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lfrevalConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/lfrevalConfigVersion.cmake
  DESTINATION ${LFREVAL_CONFIG_DIR} COMPONENT dev)

# The .pc finds its prefix from where it lies, however deep the library directory is (lib, lib/x86_64-linux-gnu).
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  set(LFREVAL_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH LFREVAL_PC_UP "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/p")
  string(REGEX REPLACE "/$" "" LFREVAL_PC_UP "${LFREVAL_PC_UP}")
  set(LFREVAL_PC_PREFIX "\${pcfiledir}/${LFREVAL_PC_UP}")
endif()
foreach(dir LIB INCLUDE)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}DIR}")
    set(LFREVAL_PC_${dir}DIR "${CMAKE_INSTALL_${dir}DIR}")
  else()
    set(LFREVAL_PC_${dir}DIR "\${prefix}/${CMAKE_INSTALL_${dir}DIR}")
  endif()
endforeach()
# An archive pulls its libraries in on a plain `pkg-config --libs`; a shared library already knows them.
get_target_property(LFREVAL_LIBRARY_TYPE lfreval TYPE)
if(LFREVAL_LIBRARY_TYPE STREQUAL "STATIC_LIBRARY")
  set(LFREVAL_PC_PRIVATE "")
else()
  set(LFREVAL_PC_PRIVATE ".private")
endif()
configure_file(cmake/lfreval.pc.in lfreval.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lfreval.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

if(LFREVAL_BUILD_PROGRAM)
  install(TARGETS lfreval_program COMPONENT program)
endif()
