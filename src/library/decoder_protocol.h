// What songscape-decode writes to its standard output, and the limits that both sides hold it to (docs/decoder.md).
//
//   preamble   8 bytes, kPreamble: name and version
//   frames     u32 kind, u32 n_bytes, then n_bytes; little-endian
//     header   JSON: codec, sample_rate, n_channels, declared_sec (null where the file does not say), tags {…}
//     clip     i64 index, i64 start_sample, f32 samples at kSampleRate, mono
//     trailer  JSON: decoded_sec, n_clips, warnings […]; the last frame of a file that is kept
//     failure  JSON: reason; the last frame of a file that is rejected, at any point
// Both programs are built together: another version is an error, never an adaptation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "audio/clip.h"

namespace songscape::decoder_protocol {

inline constexpr std::string_view kPreamble{"SONGPCM\x01", 8};

enum class FrameKind : uint32_t { header = 'H', clip = 'C', trailer = 'T', failure = 'F' };

struct FrameHead {
  uint32_t kind;
  uint32_t n_bytes;
};
struct ClipHead {
  int64_t index;
  int64_t start_sample;
};

inline constexpr uint32_t kMaxTextBytes = 8u << 20;  // of a header, trailer or failure
inline constexpr uint32_t kMaxClipBytes = sizeof(ClipHead) + kClipSamples * sizeof(float);

inline constexpr int64_t kMinClipSamples = kFftSize;  // one frame; less is no clip
inline constexpr int64_t kMaxSongSec = 24 * 3600;     // the output cap, known before anything is decoded
inline constexpr int64_t kMaxClips = kMaxSongSec * kSampleRate / kClipSamples + 1;

inline constexpr uint64_t kAddressSpaceBytes = 2ull << 30;  // of the decoder and of each ffmpeg it starts
inline constexpr int kFileDescriptor = 3;                   // where the decoder finds its input

inline constexpr int kExitOutOfMemory = 12;
inline constexpr int kExitUsage = 2;

// CPU seconds for a file of this size: 20 times what the slowest measured kind takes, and never under a minute.
constexpr int64_t cpu_limit_sec(int64_t file_bytes) { return 60 + std::min<int64_t>(file_bytes >> 19, 6 * 3600); }
// Seconds that the reader waits for the decoder, all waits together (not the reader's own work).
constexpr int64_t wall_limit_sec(int64_t file_bytes) { return 4 * cpu_limit_sec(file_bytes); }

}  // namespace songscape::decoder_protocol
