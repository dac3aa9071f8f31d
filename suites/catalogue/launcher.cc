#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Launcher() { return {}; }

}  // namespace sandproof::catalogue
