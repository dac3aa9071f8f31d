#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Uts() { return {}; }

}  // namespace sandproof::catalogue
