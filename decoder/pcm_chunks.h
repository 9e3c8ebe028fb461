// WAV (RIFF, RIFX, RF64, BW64), Wave64 and AIFF: the chunks read and judged by us, so that the samples can be given to
// libsndfile as raw PCM and no field of a hostile header reaches it.
#pragma once

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

// Rejected: rates, channels, bits or block sizes out of range, unsupported codecs, no samples, fewer samples than
// declared.
Layout read_wav(Input& input, int64_t start);
Layout read_w64(Input& input, int64_t start);
Layout read_aiff(Input& input, int64_t start);

}  // namespace songscape::decoder
