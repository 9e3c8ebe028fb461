#include "data/split.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/hash.h"
#include "data/library_index.h"

namespace songscape {
namespace {

struct Group {
  std::string order;  // its place
  std::vector<int64_t> items;
};

std::vector<Group> groups_in_order(std::span<const SplitItem> items, uint64_t seed, bool singly) {
  std::map<int64_t, std::pair<std::string, std::vector<int64_t>>> by_number;
  for (size_t i = 0; i < items.size(); ++i) {
    auto& [smallest, members] = by_number[singly ? static_cast<int64_t>(i) : items[i].group];
    if (members.empty() || items[i].key < smallest) smallest = items[i].key;
    members.push_back(static_cast<int64_t>(i));
  }
  std::vector<Group> groups;
  for (auto& [number, group] : by_number)
    groups.push_back({sha256_hex(std::to_string(seed) + "\n" + group.first) + group.first, std::move(group.second)});
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.order < b.order; });
  return groups;
}

}  // namespace

Split split_by_group(std::span<const SplitItem> items, double fraction, uint64_t seed) {
  check(fraction > 0 && fraction < 1, "the validation share is between 0 and 1");
  std::vector<Group> groups = groups_in_order(items, seed, false);
  Split split;
  if (groups.size() == 1 && items.size() > 1) {
    split.groups_were_cut = true;
    groups = groups_in_order(items, seed, true);
  }
  const double most = fraction * static_cast<double>(items.size());
  std::vector<char> is_validation(items.size(), 0);
  size_t n_validation = 0;
  const auto take = [&](const Group& g) {
    n_validation += g.items.size();
    for (const int64_t i : g.items) is_validation[static_cast<size_t>(i)] = 1;
  };
  for (const Group& g : groups)
    if (static_cast<double>(n_validation + g.items.size()) <= most + 1e-9) take(g);
  if (n_validation == 0 && groups.size() > 1)
    take(*std::min_element(groups.begin(), groups.end(),
                           [](const Group& a, const Group& b) { return a.items.size() < b.items.size(); }));
  for (size_t i = 0; i < items.size(); ++i)
    (is_validation[i] ? split.validation : split.train).push_back(static_cast<int64_t>(i));
  return split;
}

std::vector<Split> folds_by_group(std::span<const SplitItem> items, int64_t n_folds, uint64_t seed) {
  check(n_folds >= 2, "there are at least two folds");
  const std::vector<Group> groups = groups_in_order(items, seed, false);
  if (static_cast<int64_t>(groups.size()) < n_folds)
    fail(ExitCode::usage, {.what = "too few groups of songs (artists, near-duplicates) for the folds", .where = {},
                           .seen = std::to_string(groups.size()) + " groups", .wanted = "at least " + std::to_string(n_folds),
                           .fix = "ask for fewer folds"});
  std::vector<size_t> n_in_fold(static_cast<size_t>(n_folds), 0), fold_of(items.size());
  for (const Group& g : groups) {
    const size_t fold = static_cast<size_t>(std::min_element(n_in_fold.begin(), n_in_fold.end()) - n_in_fold.begin());
    n_in_fold[fold] += g.items.size();
    for (const int64_t i : g.items) fold_of[static_cast<size_t>(i)] = fold;
  }
  std::vector<Split> folds(static_cast<size_t>(n_folds));
  for (size_t f = 0; f < folds.size(); ++f)
    for (size_t i = 0; i < items.size(); ++i)
      (fold_of[i] == f ? folds[f].validation : folds[f].train).push_back(static_cast<int64_t>(i));
  return folds;
}

namespace {

std::vector<SplitItem> items_of(const LibraryIndex& index) {
  std::vector<SplitItem> items;
  for (int64_t i = 0; i < index.n_songs(); ++i) {
    const IndexSong s = index.song(i);
    items.push_back({s.group, s.sha256});
  }
  return items;
}

}  // namespace

Split split_songs(const LibraryIndex& index, double fraction, uint64_t seed) {
  return split_by_group(items_of(index), fraction, seed);
}

Split split_songs_in_shares(const LibraryIndex& index, double validation, double test, uint64_t seed) {
  const std::vector<SplitItem> items = items_of(index);
  const Split first = split_by_group(items, test, seed);
  const std::vector<int64_t>& others = first.train;
  std::vector<SplitItem> left;
  for (const int64_t i : others) left.push_back(items[static_cast<size_t>(i)]);
  Split split = split_by_group(left, validation / (1 - test), seed);
  for (auto* part : {&split.train, &split.validation})
    for (int64_t& i : *part) i = others[static_cast<size_t>(i)];
  split.test = first.validation;
  return split;
}

std::vector<Split> fold_songs(const LibraryIndex& index, int64_t n_folds, uint64_t seed) {
  return folds_by_group(items_of(index), n_folds, seed);
}

std::vector<int64_t> clips_of_songs(const LibraryIndex& index, std::span<const int64_t> songs) {
  std::vector<int64_t> clips;
  for (const int64_t s : songs) {
    const IndexSong song = index.song(s);
    for (int64_t c = 0; c < song.n_clips; ++c) clips.push_back(song.first_clip + c);
  }
  std::sort(clips.begin(), clips.end());
  return clips;
}

Split clips_of_split(const LibraryIndex& index, const Split& songs) {
  return {.train = clips_of_songs(index, songs.train),
          .validation = clips_of_songs(index, songs.validation),
          .test = clips_of_songs(index, songs.test),
          .groups_were_cut = songs.groups_were_cut};
}

}  // namespace songscape
