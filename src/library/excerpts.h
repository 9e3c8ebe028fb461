// Which parts of a song become clips.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/text.h"

namespace songscape {

// middle: one clip of kClipSamples at the song's centre.
// count:  n clips, each at the centre of one of n equal parts; never overlapping, so as many as fit where n do not.
// all:    clips one after the other from the start; the last one is shorter, and kept if it has kMinClipSamples.
// A song shorter than a clip is one clip, whole.
struct Excerpts {
  enum Kind { middle, count, all } kind = middle;
  int n = 1;  // of `count`: 1 … kMaxExcerpts
  bool operator==(const Excerpts&) const = default;
};

inline constexpr int kMaxExcerpts = 1000;

// "middle", "all" or a number, as the flag --excerpts takes it; std::nullopt for anything else.
inline std::optional<Excerpts> parse_excerpts(std::string_view text) {
  if (text == "middle") return Excerpts{};
  if (text == "all") return Excerpts{Excerpts::all, 1};
  const auto n = parse_integer(text);
  if (!n || *n < 1 || *n > kMaxExcerpts) return std::nullopt;
  return Excerpts{Excerpts::count, static_cast<int>(*n)};
}

inline std::string format_excerpts(const Excerpts& e) {
  return e.kind == Excerpts::middle ? "middle" : e.kind == Excerpts::all ? "all" : std::to_string(e.n);
}

}  // namespace songscape
