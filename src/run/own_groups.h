// Groups that a model makes by itself, without a clusterer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "run/encode.h"
#include "run/open_run.h"

namespace songscape {

inline constexpr const char* kMixture = "mixture";    // argmax q(c|z) of a mixture prior, at the song's mean latent
inline constexpr const char* kInferred = "inferred";  // argmax p(y|x) of a conditional model, summed over the clips

struct OwnGroups {
  std::string algorithm;
  int64_t k = 0;                       // components, or classes of the condition
  std::vector<int32_t> of_songs = {};  // every song of the library
};

// None for models that have neither.  No label of `library` is looked at.
std::vector<OwnGroups> own_groups(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library,
                                  const SongLatents& latents);

}  // namespace songscape
