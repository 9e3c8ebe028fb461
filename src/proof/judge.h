// An independent judge: a small classifier of spectrograms by one label, trained on real training clips alone.  No
// model that it judges takes part in its training, and none of its songs are ones that it judges.
//
// Mels are averaged to 128 × 323, then four 4×4 convolutions of stride 2 with batch norm, the mean over time, dropout,
// a linear layer.  Training changes each clip's level, start, sharpness in both directions and noise, since decoders
// blur; the epoch that does best on a seventh of the training songs is kept.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "proof/context.h"

namespace songscape {

class Judge {
 public:
  // `classes`: the label's classes in the order of the judge's codes.  Kept in the run's folder
  // (judge_<column>.safetensors) with the library's content hash, and read from there the next time.  Error `usage`
  // where fewer than two classes have a training song.
  Judge(const ProofContext& context, const std::string& column, const std::vector<std::string>& classes);
  ~Judge();

  // x: [n × kMelValues] on [0, 1].  The likeliest class of each row.
  std::vector<int64_t> classify(MatrixView x) const;
  // The same of a library's clips.
  std::vector<int64_t> classify(const LibraryIndex& library, const std::vector<int64_t>& clips) const;

 private:
  struct Net;
  std::unique_ptr<Net> net_;
};

}  // namespace songscape
