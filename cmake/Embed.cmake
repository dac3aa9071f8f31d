# cmake -D FILE=… -D NAME=… -D OUT=… -P Embed.cmake: writes C++ that defines the bytes of FILE as
# std::string_view NAME.
file(READ ${FILE} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1,\n" bytes "${bytes}")
file(WRITE ${OUT} "#include <string_view>

namespace sandproof {

namespace {
constexpr unsigned char kBytes[] = {
${bytes}};
}  // namespace

extern const std::string_view ${NAME};
const std::string_view ${NAME}(reinterpret_cast<const char*>(kBytes), sizeof kBytes);

}  // namespace sandproof
")
