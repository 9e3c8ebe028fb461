// Decoding as the rest of the program sees it: a path goes in, clips at kSampleRate come out.  Each file is decoded by
// a songscape-decode process of its own, so a file that crashes or stalls the decoder costs that file only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "library/excerpts.h"

namespace songscape {

// Why a file is rejected (outcome F of bad input): "not audio (detected: JPEG image)".  Names no path; bytes of the
// file in it are not escaped.
class DecodeFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Valid UTF-8, empty where the file does not say.
struct SongTags {
  std::string title, artist, album, album_artist, genre, date, track, language, lyrics;
};

struct DecodedClip {
  int64_t index;               // 0, 1, … within the song
  int64_t start_sample;        // at kSampleRate, from the song's start
  std::vector<float> samples;  // kMinClipSamples … kClipSamples, mono, finite, full scale ±1
};

struct DecodedSong {
  SongTags tags;
  std::string codec;         // "mp3", "flac", "pcm_s16", "aac", …
  int sample_rate = 0;       // of the file, Hz
  int n_channels = 0;        // of the file
  double declared_sec = -1;  // -1: the file does not say
  double decoded_sec = 0;
  int64_t n_clips = 0;
  std::vector<std::string> warnings;  // outcome W
};

struct DecoderOptions {
  std::filesystem::path program = {};  // empty: $SONGSCAPE_DECODE, or songscape-decode beside this program
  bool follow_links = false;           // of the file itself; folders on the way are the caller's concern
  double wall_limit_factor = 1;        // on decoder_protocol::wall_limit_sec
};

// Safe to use from many threads at once: a process is started per call.
class DecoderClient {
 public:
  explicit DecoderClient(DecoderOptions options = {});  // Error `failed` where the program is not found

  // Calls on_clip for each clip in order, from this thread.  Throws DecodeFailure for a file that is rejected, which
  // may be after clips have been handed out: a file's damage can show at its very end, so those clips must be dropped.
  // An exception of on_clip ends the decoder and goes through.  Error `interrupted` after Ctrl-C.
  DecodedSong decode(const std::filesystem::path& path, const Excerpts& excerpts,
                     const std::function<void(DecodedClip)>& on_clip) const;

  // JSON of `songscape-decode --capabilities`: which sandbox this kernel gives, which formats.
  std::string capabilities() const;

 private:
  DecoderOptions options_;
};

}  // namespace songscape
