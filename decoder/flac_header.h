// STREAMINFO of native FLAC (RFC 9639, 8.2).
#pragma once

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

Layout read_flac(Input& input, int64_t start);

}  // namespace songscape::decoder
