# The shipped policies: embedded in the library, and installed as files for people to read and to copy.
file(GLOB LFREVAL_POLICIES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/policies/*.toml)
set(LFREVAL_SHIPPED_POLICIES ${CMAKE_CURRENT_BINARY_DIR}/policies/shipped_policies.cpp)
add_custom_command(OUTPUT ${LFREVAL_SHIPPED_POLICIES}
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${LFREVAL_SHIPPED_POLICIES} "-DFILES=${LFREVAL_POLICIES}" -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed_policies.cmake
  DEPENDS ${LFREVAL_POLICIES} ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed_policies.cmake
  COMMENT "Embedding the policies"
  VERBATIM)
target_sources(lfreval PRIVATE ${LFREVAL_SHIPPED_POLICIES})
if(LFREVAL_INSTALL)
  install(FILES ${LFREVAL_POLICIES} DESTINATION ${CMAKE_INSTALL_DATADIR}/lfreval/policies COMPONENT program)
endif()
