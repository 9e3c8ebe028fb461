// What tells a cluster's songs from the rest of their library: its labels, how it sounds, the words of its lyrics.
// Descriptive only: found after the clustering, and used by none.
//
// Labels and words: held by a third of the cluster's songs that have any, by three of them at least, at least twice as
// often as in the rest, and more often than chance would have it (Fisher's exact test, one-sided, .01 over all tests of
// that kind); those of the least chance first.  Words of one letter, numbers and the most frequent words of the
// languages that we know are left out (text/language_words.h), and `language_guess` names a cluster only where no other
// label does.  Sound: the cluster's mean loudness, brightness, register, density, tempo and mode
// (audio/mel_attributes.h, of each song's middle excerpt) lies half a deviation or more from the library's mean, and
// further than chance would have it (normal, .01 over all tests); the furthest first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/library_index.h"
#include "report/table.h"
#include "run/grouping.h"

namespace songscape {

struct Telling {
  std::string text;      // "jazz", "fast", "river"
  std::string evidence;  // "genre, .81 of them, 9.2 times the rest's"
};

struct ClusterName {
  int64_t cluster = 0, n_songs = 0;
  std::string name;                           // "jazz - fast, bright - river, stone"; "cluster 7" where nothing tells
  std::vector<Telling> labels, sound, words;  // at most 2, 3 and 3
};

class ClusterNamer {
 public:
  // Reads and measures what names are made of; of more than kMostMeasured songs the sound of as many, evenly taken.
  static constexpr int64_t kMostMeasured = 5000;
  ClusterNamer(std::shared_ptr<const LibraryIndex> library, int n_threads);
  ~ClusterNamer();

  // One a cluster that has songs, by number.  groups: of this library.
  std::vector<ClusterName> names(const SongGroups& groups) const;

 private:
  struct Facts;
  std::unique_ptr<const Facts> facts_;
};

// algorithm, cluster, songs, name, labels, sound, words (with their evidence).
Table cluster_name_table(const std::string& algorithm, const std::vector<ClusterName>& names);

// Names of the run's own groups over all songs, one table below the other.
Table name_groups(const std::shared_ptr<const LibraryIndex>& library, const std::vector<SongGroups>& groups,
                  int n_threads);

}  // namespace songscape
