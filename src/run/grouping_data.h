// The songs that clusterers are fitted on and those that they are judged on, as every feature set sees them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/library_index.h"
#include "run/controls.h"
#include "run/grouping.h"
#include "run/labels.h"
#include "run/open_run.h"
#include "run/own_groups.h"

namespace songscape {

inline constexpr const char* kLatents = "vae latents";
inline constexpr const char* kInferredLabels = "inferred labels";

struct GroupingData {
  OpenRun run;
  std::shared_ptr<const LibraryIndex> fitted;  // the run's own library
  std::shared_ptr<const LibraryIndex> judged;  // the same, or another
  std::vector<int64_t> fit_songs;              // of `fitted`; every song of `judged` where the run knows none of them
  std::vector<int64_t> held_out;               // of `judged`; empty where nothing was fitted apart from them
  std::vector<SongLabel> labels;               // of `judged`
};

// `library`: empty for the run's own.  Error `usage` where the run's own library is needed and not there.
GroupingData open_grouping_data(const std::filesystem::path& run, const std::string& library);

// Control features and the clusterings of them, made once for many runs.
class ControlCache {
 public:
  const std::vector<FeatureSet>& features(const std::string& key, const std::function<std::vector<FeatureSet>()>& make);
  const std::vector<SongGroups>& groups(const std::string& key, const std::function<std::vector<SongGroups>()>& make);

 private:
  std::map<std::string, std::vector<FeatureSet>> features_;
  std::map<std::string, std::vector<SongGroups>> groups_;
};

// Tells controls apart: the libraries, the songs of the fit, the number of components.
std::string control_key(const GroupingData& data);

// The run's latents first, then the controls that need no training, then those that are the run's own: an encoder of
// random weights; of songs with words the latents by the sound alone, by the lyrics alone and by the lyrics of others.
struct FeatureSets {
  FeatureSet latents;
  const std::vector<FeatureSet>* controls = nullptr;  // in the cache
  std::vector<FeatureSet> of_run = {};
  std::vector<OwnGroups> own = {};
  std::vector<const FeatureSet*> all() const;
  bool is_shared(const FeatureSet& set) const;  // with other runs
};
FeatureSets collect_features(GroupingData& data, const GroupingRequest& request, ControlCache& cache);

}  // namespace songscape
