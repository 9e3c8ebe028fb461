// An independent judge: a classifier of spectrograms by one label (nn/clip_classifier.h), trained on real training
// clips alone.  No model that it judges takes part in its training, and none of its songs are ones that it judges.
//
// 1,500 steps of 24 songs (at most 100 epochs) with a learning rate that falls to 0.  Beside the classifier's own
// views, a quarter of the clips are blurred in both directions, since decoders blur, once it has learnt to tell real
// ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "nn/clip_classifier.h"
#include "proof/context.h"

namespace songscape {

class Judge {
 public:
  // `classes`: the label's classes in the order of the judge's codes.  Kept beside the runs (judges/), named by label
  // and library, and read from there the next time: runs on the same songs share their judge.  Error `usage` where
  // fewer than two classes have a training song.
  Judge(const ProofContext& context, const std::string& column, const std::vector<std::string>& classes);

  // x: [n × kMelValues] on [0, 1].  The likeliest class of each row.
  std::vector<int64_t> classify(MatrixView x) const;
  // The same of a library's clips.
  std::vector<int64_t> classify(const std::shared_ptr<const LibraryIndex>& library,
                                const std::vector<int64_t>& clips) const;

 private:
  ParameterSet tensors_;
  ClipClassifier classifier_;
};

// Where a run's judge of a label lies: its weights.
std::filesystem::path judge_path(const ProofContext& context, const std::string& column);

}  // namespace songscape
