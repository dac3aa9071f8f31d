// Text that others wrote, made fit for one line of a message.
#pragma once

#include <string>
#include <string_view>

namespace sandproof {

// The text with control characters, direction marks and bytes that are not UTF-8 shown as \u001b
// or \xff, cut after 200 bytes.
//
// Why: a message goes to a terminal and into a CI log, and the file may come from a pull request.
[[nodiscard]] std::string Escaped(std::string_view text);

// The same in double quotes.
[[nodiscard]] std::string Quoted(std::string_view text);

// The JSON path of a member: sandboxes.auth, sandboxes.auth.paths["/app"].
[[nodiscard]] std::string MemberPath(std::string_view object, std::string_view key);

// The JSON path of an element: sandboxes.auth.launch[3].
[[nodiscard]] std::string ElementPath(std::string_view array, std::size_t index);

// Whether the text has the form [A-Za-z_][A-Za-z0-9_]*: a variable of the environment or of ours.
[[nodiscard]] bool IsName(std::string_view text);

}  // namespace sandproof
