#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Pid() { return {}; }

}  // namespace sandproof::catalogue
