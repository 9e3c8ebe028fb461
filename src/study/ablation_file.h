// ablation.json: what a study was asked for, and of which data.
#pragma once

#include <filesystem>
#include <string>

#include "study/ablation.h"
#include "study/trial_data.h"

namespace songscape {

// Before the first trial of a new study, or of one that goes on: holds the folder against others until destroyed.
// Error `usage` where a study is there and request.is_resume is not set, or the other way round, or where the folder
// holds something else; `usage` with a diff where the request changes more than it adds; `damaged` for other data or
// labels.  Then writes the request.  `sweeps`: the request's, by whole keys.
class AblationFolder {
 public:
  AblationFolder(const AblationRequest& request, const std::vector<Sweep>& sweeps, const TrialData& data);
  ~AblationFolder();

 private:
  struct Lock;
  std::unique_ptr<Lock> lock_;
};

}  // namespace songscape
