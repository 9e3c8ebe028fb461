// Standard MIDI Files put together byte by byte.
#pragma once

#include <string>
#include <vector>

namespace songscape {

inline std::string bytes(const std::vector<int>& values) {
  std::string out;
  for (const int v : values) out.push_back(static_cast<char>(v));
  return out;
}

inline std::string big_endian_bytes(uint64_t value, int n) {
  std::string out;
  while (n-- > 0) out.push_back(static_cast<char>(value >> (8 * n) & 0xFF));
  return out;
}

inline std::string smf_head(int format, int n_tracks, int division) {
  return "MThd" + big_endian_bytes(6, 4) + big_endian_bytes(static_cast<uint64_t>(format), 2) +
         big_endian_bytes(static_cast<uint64_t>(n_tracks), 2) + big_endian_bytes(static_cast<uint64_t>(division), 2);
}

inline std::string smf_track(const std::string& events) { return "MTrk" + big_endian_bytes(events.size(), 4) + events; }

inline const std::string kSmfEnd = bytes({0, 0xFF, 0x2F, 0});

// One track of a format 0 file, 480 ticks a quarter; `events` without the End of Track.
inline std::string smf_of(const std::string& events) { return smf_head(0, 1, 480) + smf_track(events + kSmfEnd); }

}  // namespace songscape
