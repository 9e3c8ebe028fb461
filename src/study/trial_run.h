// One trial, from its folder's trial.json to its result.json.
#pragma once

#include <filesystem>

namespace songscape {

// folder: STUDY/trials/NAME.  A run that is begun there goes on, one that cannot is begun anew; a finished one is
// measured.  Of the run its settings, history and best weights stay; what only a resume needs is removed.  Errors as
// train_run's.
void run_trial(const std::filesystem::path& folder);

}  // namespace songscape
