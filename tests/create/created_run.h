// One library and one trained run, shared by the tests that make things of them.
#pragma once

#include <memory>
#include <string>

#include "core/file.h"
#include "temporary_folder.h"

namespace songscape {

// 36 songs of one clip.  Factor "height" (0 … 1) raises the bands that sound and "power" (0 … 1) how loud they are;
// "random" is in nothing, "same" is constant, "gaps" is height where known and missing in a third of the songs.
// Label "half": "high" or "low" height; label "artist" pairs songs.  Song i is folder/song1ii.wav.
struct CreatedRun {
  TemporaryFolder folder;
  fs::path library, run;      // basic_vae, latent 6
  fs::path clip_referenced;   // the same library, as if ingested with --mel-ref clip
  fs::path array, array_run;  // 60 rows of 4 × 4

  CreatedRun();
  static const CreatedRun& shared();
};

}  // namespace songscape
