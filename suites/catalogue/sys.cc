#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Sys() { return {}; }

}  // namespace sandproof::catalogue
