// Tags that follow the audio.
#pragma once

#include <cstdint>

#include "decoder/input.h"

namespace songscape::decoder {

// Where ID3v1 ("TAG"), Lyrics3v2 and APE tags at the file's end begin: the end of the audio that started at `start`.
int64_t start_of_trailing_tags(Input& input, int64_t start);

}  // namespace songscape::decoder
