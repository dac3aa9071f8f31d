# Two thirds of a build from nothing would be other libraries' headers, read again for each source.

set(SANDPROOF_STANDARD_HEADERS <algorithm> <array> <cerrno> <charconv> <chrono> <csignal> <cstdint>
    <cstdlib> <functional> <map> <memory> <optional> <set> <span> <string> <string_view> <utility>
    <vector>)
set(SANDPROOF_HARNESS_HEADERS ${SANDPROOF_STANDARD_HEADERS} <filesystem> <fstream> <fmt/format.h>
    <fmt/ranges.h> <nlohmann/json.hpp> <boost/asio/any_io_executor.hpp> <boost/asio/as_tuple.hpp>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
    <boost/asio/experimental/awaitable_operators.hpp> <boost/asio/io_context.hpp>
    <boost/asio/posix/stream_descriptor.hpp> <boost/asio/steady_timer.hpp>
    <boost/asio/use_awaitable.hpp>)

# Compiles the headers once for all sources of the target. Each source includes what it needs all
# the same: ./run lint builds without (CMAKE_DISABLE_PRECOMPILE_HEADERS). CLI11 is not among them:
# its constants would be made anew in every object.
function(sandproof_precompile target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  # From a precompiled header g++ 12 warns of what it inlines of its own library, which it otherwise
  # keeps to itself; lint has these warnings.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow
                                             -Wno-stringop-overread)
  endif()
endfunction()
