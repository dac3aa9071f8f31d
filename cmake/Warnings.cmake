function(sandproof_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                           $<$<BOOL:${SANDPROOF_WERROR}>:-Werror>)
endfunction()

# A GoogleTest program of every *_test.cc in `directory`, linked with `library`.
function(sandproof_unit_tests name directory library)
  if(NOT SANDPROOF_TESTS)
    return()
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${directory}/*_test.cc)
  if(NOT tests)
    return()
  endif()
  add_executable(${name} ${tests})
  target_link_libraries(${name} PRIVATE ${library} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SANDPROOF_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             SANDPROOF_BINARY_DIR="${PROJECT_BINARY_DIR}")
  sandproof_warnings(${name})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 120)
endfunction()
