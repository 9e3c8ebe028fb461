// The decoder's main line: structure, tags, samples, clips, and the verdict on the whole.
#pragma once

#include "decoder/frame_writer.h"
#include "decoder/input.h"
#include "decoder/layout.h"
#include "library/excerpts.h"

namespace songscape::decoder {

// Writes the header, the clips and the trailer; Rejected at any point instead.
void decode_song(Input& input, const Layout& layout, const Excerpts& excerpts, FrameWriter& writer);

}  // namespace songscape::decoder
