# Most of a build from nothing would be other libraries' headers, read and instantiated again for
# each source. In two ways that is done less often, and by each the build takes half the time: the
# headers are compiled beforehand, and with CMAKE_UNITY_BUILD, as the preset "release" has it, the
# sources of a directory are compiled as one. So what they keep to themselves bears a name of its own
# within its directory, and each source includes what it needs all the same: ./run lint builds with
# neither.

set(SANDPROOF_STANDARD_HEADERS <algorithm> <array> <cerrno> <charconv> <chrono> <csignal> <cstdint>
    <cstdlib> <functional> <map> <memory> <optional> <set> <span> <string> <string_view> <utility>
    <vector>)
set(SANDPROOF_HARNESS_HEADERS ${SANDPROOF_STANDARD_HEADERS} <filesystem> <fstream> <fmt/format.h>
    <fmt/ranges.h> <nlohmann/json.hpp> <boost/asio/any_io_executor.hpp> <boost/asio/as_tuple.hpp>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
    <boost/asio/experimental/awaitable_operators.hpp> <boost/asio/io_context.hpp>
    <boost/asio/posix/stream_descriptor.hpp> <boost/asio/steady_timer.hpp>
    <boost/asio/use_awaitable.hpp>)

# CLI11 is not among the headers: its constants would be made anew in every object.
function(sandproof_share_headers target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  # From a precompiled header g++ 12 warns of what it inlines of its own library, which it otherwise
  # keeps to itself; lint has these warnings.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow
                                             -Wno-stringop-overread)
  endif()
  # Meant for headers; it is said of every source that another includes.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_UNITY_BUILD)
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source OUTPUT_VARIABLE directory)
    cmake_path(RELATIVE_PATH directory BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    cmake_path(GET directory PARENT_PATH directory)
    string(MAKE_C_IDENTIFIER "${directory}" directory)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${directory}")
  endforeach()
endfunction()
