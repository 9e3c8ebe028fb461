// The boxes of an MP4 or QuickTime file (ISO 14496-12), for what ffmpeg would hide: a cut file, protection, tables that
// do not fit.
#pragma once

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

// Rejected with the box's name: moov missing, a table larger than its box, too many tracks, no audio track, protected.
Layout read_mp4(Input& input, int64_t start);
// Windows Media: Rejected "protected" where a content encryption object is there.
Layout read_asf(Input& input, int64_t start);

}  // namespace songscape::decoder
