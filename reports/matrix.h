// What each sandbox of a run reaches of each other one, as a table.
#pragma once

#include "reports/page.h"
#include "reports/run.h"

namespace sandproof {

// Adds the table, a row for each property about other sandboxes and a column for each pair; nothing
// where no such property was judged.
void AddMatrix(Page& page, const Run& run);

}  // namespace sandproof
