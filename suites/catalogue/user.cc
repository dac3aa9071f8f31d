#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> User() { return {}; }

}  // namespace sandproof::catalogue
