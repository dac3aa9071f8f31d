// What went wrong with us, passed up by TRY.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace sandproof {

enum class ErrorKind : std::uint8_t {
  kInternal,       // exit code 4, or inconclusive for the sandbox it hit
  kConfiguration,  // exit code 2: the user's file, arguments or command line
};

// Default-constructible and not constructible from a string, as boost::system::result 1.81 needs.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message = {};
};

[[nodiscard]] inline Error Internal(std::string message) {
  return Error{ErrorKind::kInternal, std::move(message)};
}
[[nodiscard]] inline Error BadInput(std::string message) {
  return Error{ErrorKind::kConfiguration, std::move(message)};
}

// value() on an error is a bug of ours; found by argument-dependent lookup from boost.
[[noreturn]] inline void throw_exception_from_error(const Error& /*error*/,
                                                    const boost::source_location& /*where*/) {
  std::abort();
}

template <typename T>
using Result = boost::system::result<T, Error>;

}  // namespace sandproof

// TRY(auto x, F()) declares x from F()'s value or returns its error.
#define SANDPROOF_TRY_NAME_(line) try_result_##line
#define SANDPROOF_TRY_NAME(line) SANDPROOF_TRY_NAME_(line)
#define SANDPROOF_TRY_IMPL(name, declaration, ...) \
  auto name = (__VA_ARGS__);                       \
  if (!name) return std::move(name).error();       \
  declaration = *std::move(name)
#define TRY(declaration, ...) \
  SANDPROOF_TRY_IMPL(SANDPROOF_TRY_NAME(__LINE__), declaration, __VA_ARGS__)
