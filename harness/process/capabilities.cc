#include "harness/process/capabilities.h"

#include <memory>
#include <type_traits>

namespace sandproof {

namespace {

using Sets = std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)>;

Sets OwnSets() { return {::cap_get_proc(), ::cap_free}; }

bool Has(const Sets& sets, cap_value_t capability) {
  cap_flag_value_t is_set = CAP_CLEAR;
  return sets && ::cap_get_flag(sets.get(), capability, CAP_EFFECTIVE, &is_set) == 0 &&
         is_set == CAP_SET;
}

}  // namespace

bool HasCapabilities(std::initializer_list<cap_value_t> wanted) {
  const Sets sets = OwnSets();
  for (const cap_value_t capability : wanted) {
    if (!Has(sets, capability)) return false;
  }
  return true;
}

bool MayFillNamespaces() {
  return HasCapabilities({CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE});
}

}  // namespace sandproof
