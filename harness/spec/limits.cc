#include "harness/spec/limits.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 7> kLimitKeys = {
    "pids", "memory", "address_space", "open_files", "tmpfs", "disk", "cpus"};
constexpr double kMostCount = 4194304;             // PID_MAX_LIMIT of the kernel
constexpr double kMostBytes = 9007199254740992.0;  // 2^53, to which a number in JSON is exact
constexpr double kFewestCpus = 0.01;
constexpr double kMostCpus = 8192;  // NR_CPUS of the largest kernels

using Count = std::optional<std::uint64_t>;

bool IsWhole(const Place& at, double most) {
  const double number = at.node().number;
  return at.node().kind == JsonKind::kNumber && number >= 1 && number <= most &&
         number == std::floor(number);
}

Result<Count> ReadCount(const Place& at) {
  if (!IsWhole(at, kMostCount)) {
    return at.Unexpected(fmt::format("a whole number from 1 to {}", kMostCount));
  }
  return Count(static_cast<std::uint64_t>(at.node().number));
}

Result<Count> ReadSize(const Place& at) {
  constexpr std::string_view kForm =
      "a number of bytes, or a string like \"512M\" (K, M, G and T are powers of 1024)";
  if (IsWhole(at, kMostBytes)) return Count(static_cast<std::uint64_t>(at.node().number));
  if (at.node().kind != JsonKind::kString) return at.Unexpected(kForm);
  TRY(const std::string text, ReadExpanded(at));
  const Count size = ParseSize(text);
  if (!size) return at.Wrong(fmt::format("expected {}, found {}", kForm, Quoted(text)));
  return size;
}

Result<std::optional<double>> ReadCpus(const Place& at) {
  const bool is_right = at.node().kind == JsonKind::kNumber && at.node().number >= kFewestCpus &&
                        at.node().number <= kMostCpus;
  if (!is_right) {
    return at.Unexpected(
        fmt::format("a number of processors from {} to {}, of which 0.5 is half the time of one",
                    kFewestCpus, kMostCpus));
  }
  return std::optional(at.node().number);
}

}  // namespace

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.size() > 1) return std::nullopt;
  const std::size_t power = unit.empty() ? 0 : std::string_view("KMGT").find(unit) + 1;
  const unsigned shift = 10 * static_cast<unsigned>(power);
  // A unit that is none was not found, and npos + 1 is 0.
  if (!unit.empty() && power == 0) return std::nullopt;
  if (number > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
  return number << shift;
}

Result<LimitsSpec> ReadLimits(const Place& at) {
  if (std::optional<Error> wrong = at.WrongKeys(kLimitKeys)) return *std::move(wrong);
  LimitsSpec limits;
  TRY(limits.pids, ReadOr(limits.pids, at, "pids", ReadCount));
  TRY(limits.memory, ReadOr(limits.memory, at, "memory", ReadSize));
  TRY(limits.address_space, ReadOr(limits.address_space, at, "address_space", ReadSize));
  TRY(limits.open_files, ReadOr(limits.open_files, at, "open_files", ReadCount));
  TRY(limits.tmpfs, ReadOr(limits.tmpfs, at, "tmpfs", ReadSize));
  TRY(limits.disk, ReadOr(limits.disk, at, "disk", ReadSize));
  TRY(limits.cpus, ReadOr(limits.cpus, at, "cpus", ReadCpus));
  return limits;
}

}  // namespace sandproof
