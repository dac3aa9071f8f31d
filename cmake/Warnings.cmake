function(sandproof_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                           $<$<BOOL:${SANDPROOF_WERROR}>:-Werror>)
  # g++ 12 sees an overlap in "literal" + std::string, where there is none: GCC bug 105651.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
endfunction()

# For a program of tests, which runs once: what optimizing takes is never regained.
function(sandproof_build_quickly target)
  sandproof_warnings(${target})
  sandproof_share_headers(${target} ${SANDPROOF_STANDARD_HEADERS} <gtest/gtest.h>)
  target_compile_options(${target} PRIVATE -O0)
endfunction()

# A GoogleTest program of `sources`, linked with `library`; its tests bear `label`.
function(sandproof_test_program name library label timeout sources)
  if(NOT SANDPROOF_TESTS OR NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${library} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SANDPROOF_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             SANDPROOF_BINARY_DIR="${PROJECT_BINARY_DIR}")
  sandproof_build_quickly(${name})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label} TIMEOUT ${timeout})
endfunction()

# Every *_test.cc in `directory` needs no sandbox and no root, but for *_launch_test.cc.
function(sandproof_unit_tests name directory library)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${directory}/*_test.cc)
  list(FILTER tests EXCLUDE REGEX "_launch_test\\.cc$")
  sandproof_test_program(${name} ${library} unit 120 "${tests}")
endfunction()

# Every *_launch_test.cc in `directory` really launches sandboxes.
function(sandproof_launch_tests name directory library)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/${directory}/*_launch_test.cc)
  sandproof_test_program(${name} ${library} launch 300 "${tests}")
endfunction()
