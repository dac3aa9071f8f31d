#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Time() { return {}; }

}  // namespace sandproof::catalogue
