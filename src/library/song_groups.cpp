#include "library/song_groups.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace songscape {
namespace {

class UnionFind {
 public:
  explicit UnionFind(size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t find(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(size_t a, size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<size_t> parent_;
};

std::string normalised(const std::string& artist) {
  const size_t start = artist.find_first_not_of(" \t");
  if (start == std::string::npos) return {};
  std::string out = artist.substr(start, artist.find_last_not_of(" \t") - start + 1);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  static const std::set<std::string> kNobody = {"unknown", "unknown artist", "<unknown>", "various", "various artists",
                                                "va",      "v.a.",           "none",      "n/a"};
  return kNobody.contains(out) ? "" : out;
}

}  // namespace

std::vector<int32_t> group_songs(const std::vector<std::string>& artists,
                                 const std::vector<std::pair<size_t, size_t>>& duplicates) {
  UnionFind groups(artists.size());
  std::map<std::string, size_t> first_of;
  for (size_t i = 0; i < artists.size(); ++i)
    if (const std::string artist = normalised(artists[i]); !artist.empty())
      groups.join(i, first_of.try_emplace(artist, i).first->second);
  for (const auto& [a, b] : duplicates) groups.join(a, b);
  std::map<size_t, int32_t> numbers;
  std::vector<int32_t> out;
  for (size_t i = 0; i < artists.size(); ++i)
    out.push_back(numbers.try_emplace(groups.find(i), static_cast<int32_t>(numbers.size())).first->second);
  return out;
}

}  // namespace songscape
