#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Inherit() { return {}; }

}  // namespace sandproof::catalogue
