#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Cap() { return {}; }

}  // namespace sandproof::catalogue
