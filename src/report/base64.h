// Bytes as text for data: addresses (RFC 4648, with padding).
#pragma once

#include <string>
#include <string_view>

namespace songscape {

std::string to_base64(std::string_view bytes);

}  // namespace songscape
