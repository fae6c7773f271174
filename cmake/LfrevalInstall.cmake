# Install rules, exported package and pkg-config file. A static lfreval needs its libraries at link time, so the
# package and the .pc both name them.
include(CMakePackageConfigHelpers)

install(TARGETS lfreval EXPORT lfrevalTargets
  FILE_SET HEADERS COMPONENT dev
  ARCHIVE COMPONENT dev
  LIBRARY COMPONENT lib)
install(EXPORT lfrevalTargets NAMESPACE lfreval:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lfreval COMPONENT dev)
configure_package_config_file(cmake/lfrevalConfig.cmake.in lfrevalConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lfreval)
write_basic_package_version_file(lfrevalConfigVersion.cmake COMPATIBILITY SameMinorVersion)
configure_file(cmake/lfreval.pc.in lfreval.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lfrevalConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/lfrevalConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lfreval COMPONENT dev)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lfreval.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
if(LFREVAL_BUILD_PROGRAM)
  install(TARGETS lfreval_program COMPONENT program)
endif()
