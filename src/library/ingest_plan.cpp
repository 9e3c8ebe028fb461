#include "library/ingest_plan.h"

#include <algorithm>
#include <set>

#include "audio/clip.h"
#include "data/segment.h"

namespace songscape {
namespace {

// Rough figures of one core: decoding runs at this many times real time, a clip's features take this long, a process
// this much memory, and each thread with its decoder this much more.
constexpr double kDecodeSpeed = 400, kFeaturesSec = 0.1, kFixedBytes = 100e6, kThreadBytes = 80e6;
constexpr double kMidiSec = 0.02;  // a MIDI song

// Bytes of one second of music, by the usual settings of each kind of file.
double bytes_per_sec(const std::string& path) {
  static const std::map<std::string, double> kRates = {
      {"wav", 176e3},  {"wave", 176e3}, {"aif", 176e3}, {"aiff", 176e3}, {"au", 176e3}, {"w64", 176e3},
      {"rf64", 176e3}, {"flac", 90e3},  {"ape", 90e3},  {"wv", 90e3},    {"tta", 90e3}};
  const size_t dot = path.rfind('.');
  std::string extension = dot == std::string::npos ? "" : path.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto it = kRates.find(extension);
  return it == kRates.end() ? 20e3 : it->second;
}

bool lies_below(const std::string& path, const std::vector<std::string>& folders) {
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& f) { return path.starts_with(f + "/"); });
}

}  // namespace

IngestPlan plan_ingest(const std::filesystem::path& music, bool follow_links,
                       const std::map<std::string, PathEntry>& known) {
  IngestPlan plan;
  plan.walk = walk_music(music, follow_links);
  std::set<std::string> seen;
  for (const Candidate& c : plan.walk.candidates) {
    seen.insert(c.path);
    const auto it = known.find(c.path);
    if (it == known.end() || !(it->second.stamp == c.stamp)) {
      plan.to_do.push_back(c);
      continue;
    }
    ++plan.n_known;
    if (it->second.is_missing) plan.back.push_back(c.path);
  }
  for (const auto& [path, entry] : known)
    if (!entry.is_missing && !seen.contains(path) && !lies_below(path, plan.walk.unread_folders))
      plan.vanished.push_back(path);
  return plan;
}

void estimate(IngestPlan& plan, const Excerpts& excerpts, int n_threads) {
  constexpr double kClipSec = static_cast<double>(kClipSamples) / kSampleRate;
  plan.disk_bytes = 1e5;
  plan.duration_sec = 0;
  for (const Candidate& c : plan.to_do) {
    if (has_midi_name(c.path)) {
      plan.disk_bytes += 2 * static_cast<double>(c.stamp.n_bytes) + 8e3;
      plan.duration_sec += kMidiSec;
      continue;
    }
    const double song_sec = static_cast<double>(c.stamp.n_bytes) / bytes_per_sec(c.path);
    const double n_fitting = std::max(1.0, song_sec / kClipSec);
    const double n_clips = excerpts.kind == Excerpts::all     ? n_fitting + 1
                           : excerpts.kind == Excerpts::count ? std::min<double>(excerpts.n, n_fitting)
                                                              : 1;
    plan.disk_bytes += n_clips * static_cast<double>(record_bytes(kClipPayloadBytes)) + 8e3;
    plan.duration_sec += song_sec / kDecodeSpeed + n_clips * kFeaturesSec;
  }
  plan.duration_sec /= n_threads;
  plan.memory_bytes = kFixedBytes + n_threads * kThreadBytes;
}

}  // namespace songscape
