# sandproof_add_sandbox(NAME name CONFIG file
#                       [SANDBOX sandbox] [DEFINE name=value...] [REQUIRE ability...]
#                       [LABELS label...] [FIXTURES_REQUIRED fixture...] [TIMEOUT seconds])
#
# Makes CTest judge one sandbox of a sandproof configuration:
#   NAME.collect   launches it once, with its controls, and stores what was observed
#   NAME/ID        one test per check: fs.ro.open_write[/app]; nothing shown is a failure
#   NAME.required  fails when this host lacks an ability of REQUIRE, or nothing was judged at all
# SANDBOX is its name in the file, NAME by default. REQUIRE takes what `sandproof doctor` lists.
# Every test bears the labels `sandbox` and `sandbox.NAME`. Which checks there are is found each
# time CTest starts, from the configuration and without a launch.
function(sandproof_add_sandbox)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CONFIG;SANDBOX;TIMEOUT"
                        "DEFINE;REQUIRE;LABELS;FIXTURES_REQUIRED")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_CONFIG)
    message(FATAL_ERROR "sandproof_add_sandbox: NAME and CONFIG are needed; "
                        "not understood: \"${arg_UNPARSED_ARGUMENTS}\"")
  endif()
  if(NOT arg_NAME MATCHES "^[A-Za-z0-9_.-]+$")
    message(FATAL_ERROR "sandproof_add_sandbox: NAME \"${arg_NAME}\" may hold letters, digits, "
                        "'_', '.' and '-'")
  endif()
  if(NOT arg_SANDBOX)
    set(arg_SANDBOX ${arg_NAME})
  endif()
  get_filename_component(config ${arg_CONFIG} ABSOLUTE)
  set(base ${CMAKE_CURRENT_BINARY_DIR}/sandproof/${arg_NAME})
  set(words --config ${config} --sandbox ${arg_SANDBOX} --report ${base}.json --name ${arg_NAME})
  foreach(option define require label fixture)
    string(TOUPPER ${option} key)
    string(REPLACE LABEL LABELS key ${key})
    string(REPLACE FIXTURE FIXTURES_REQUIRED key ${key})
    foreach(value IN LISTS arg_${key})
      list(APPEND words --${option} ${value})
    endforeach()
  endforeach()
  if(arg_TIMEOUT)
    list(APPEND words --timeout ${arg_TIMEOUT})
  endif()
  set(quoted "")
  foreach(word IN LISTS words)
    string(APPEND quoted " [==[${word}]==]")
  endforeach()
  # CTest reads this when it starts. Where the checks cannot be found, one test fails and says why.
  file(GENERATE OUTPUT ${base}.cmake CONTENT "\
set(command [==[$<TARGET_FILE:sandproof::conformance>]==] --ctest${quoted})
execute_process(COMMAND \${command} OUTPUT_FILE [==[${base}.tests.cmake]==]
                RESULT_VARIABLE result ERROR_QUIET)
if(result EQUAL 0)
  include([==[${base}.tests.cmake]==])
else()
  add_test([==[${arg_NAME}.checks]==] \${command})
  set_tests_properties([==[${arg_NAME}.checks]==] PROPERTIES TIMEOUT 60
                       LABELS [==[sandbox;sandbox.${arg_NAME}]==])
endif()
unset(command)
unset(result)
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${base}.cmake)
endfunction()
