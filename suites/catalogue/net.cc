#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Net() { return {}; }

}  // namespace sandproof::catalogue
