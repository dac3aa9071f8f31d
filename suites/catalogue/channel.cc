#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Channel() { return {}; }

}  // namespace sandproof::catalogue
