// Which songs are for training and which for validation: a pure function of the songs' groups, names and a seed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace songscape {

class LibraryIndex;

struct SplitItem {
  int32_t group;    // items of one group never part
  std::string key;  // what names the item for good (a song's SHA-256)
};

struct Split {
  std::vector<int64_t> train;       // item numbers, ascending
  std::vector<int64_t> validation;  // item numbers, ascending
  std::vector<int64_t> test = {};   // those of a test that training never sees, where one was asked for
  bool groups_were_cut = false;     // one group held all items, so items were split singly
};

// Groups in order of SHA-256(seed, smallest key of the group); a group goes to validation while that holds no more
// than `fraction` of all items.  Where every group is larger than that the smallest one goes; where there is a single
// group, items are split one by one and `groups_were_cut` is set.  One item: it is for training.
Split split_by_group(std::span<const SplitItem> items, double fraction = 0.2, uint64_t seed = 0);

// Over the songs of a library.
Split split_songs(const LibraryIndex& index, double fraction = 0.2, uint64_t seed = 0);

// Shares of the songs for validation and for a test.
Split split_songs_in_shares(const LibraryIndex& index, double validation, double test, uint64_t seed = 0);

// Cross-validation: the songs in n_folds parts, each the validation part of one split.  Groups in the order above, each
// into the part that has the fewest songs so far.  Error `usage` where there are fewer groups than folds.
std::vector<Split> fold_songs(const LibraryIndex& index, int64_t n_folds, uint64_t seed = 0);
std::vector<Split> folds_by_group(std::span<const SplitItem> items, int64_t n_folds, uint64_t seed = 0);

// The clips of `songs`, ascending; and a split of songs as one of clips.
std::vector<int64_t> clips_of_songs(const LibraryIndex& index, std::span<const int64_t> songs);
Split clips_of_split(const LibraryIndex& index, const Split& songs);

}  // namespace songscape
