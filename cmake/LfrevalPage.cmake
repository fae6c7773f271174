# What the report page ships, embedded in the library: its style, its explorer, and the bundle that draws the figures. The
# bundle needs node and the packages of src/report/page; where either is missing the library is the same but for pictures.
set(LFREVAL_PAGE_DIR ${CMAKE_CURRENT_SOURCE_DIR}/src/report/page)
set(LFREVAL_PAGE_BUNDLE ${CMAKE_CURRENT_BINARY_DIR}/page/figures.js)
find_program(LFREVAL_NODE NAMES node nodejs)
set(LFREVAL_PAGE_DEPENDS ${LFREVAL_PAGE_DIR}/page.css ${LFREVAL_PAGE_DIR}/explorer.js ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed_page.cmake)
if(LFREVAL_NODE AND EXISTS ${LFREVAL_PAGE_DIR}/node_modules/esbuild AND EXISTS ${LFREVAL_PAGE_DIR}/node_modules/vega-lite)
  add_custom_command(OUTPUT ${LFREVAL_PAGE_BUNDLE}
    COMMAND ${LFREVAL_NODE} bundle.mjs ${LFREVAL_PAGE_BUNDLE}
    DEPENDS ${LFREVAL_PAGE_DIR}/bundle.mjs ${LFREVAL_PAGE_DIR}/figures.mjs ${LFREVAL_PAGE_DIR}/package-lock.json
    WORKING_DIRECTORY ${LFREVAL_PAGE_DIR}
    COMMENT "Bundling the figures of the report page"
    VERBATIM)
  list(APPEND LFREVAL_PAGE_DEPENDS ${LFREVAL_PAGE_BUNDLE})
  set(LFREVAL_PAGE_FIGURES ${LFREVAL_PAGE_BUNDLE})
else()
  message(STATUS "lfreval: the report page is built without pictures (no node, or no packages in src/report/page: npm ci)")
  set(LFREVAL_PAGE_FIGURES "")
endif()
add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page/page_assets.cpp
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/page/page_assets.cpp -DFOLDER=${LFREVAL_PAGE_DIR}
    -DFIGURES=${LFREVAL_PAGE_FIGURES} -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed_page.cmake
  DEPENDS ${LFREVAL_PAGE_DEPENDS}
  COMMENT "Embedding the report page"
  VERBATIM)
target_sources(lfreval PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/page/page_assets.cpp)
