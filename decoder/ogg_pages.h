// The pages of an Ogg file (RFC 3533): every page's checksum, order and end are checked here, since the libraries drop
// a damaged page in silence.
#pragma once

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

// The first audio stream of the first link.  Rejected: no audio stream, a page with a wrong checksum or out of order,
// no end-of-stream page (truncated).
Layout read_ogg(Input& input, int64_t start);

// CRC-32 of RFC 3533 (polynomial 0x04c11db7, not reflected), continued from `crc`.
uint32_t ogg_crc(std::span<const uint8_t> bytes, uint32_t crc);

}  // namespace songscape::decoder
