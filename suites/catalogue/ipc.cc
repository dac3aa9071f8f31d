#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Ipc() { return {}; }

}  // namespace sandproof::catalogue
