// A music folder whose "songs" are lines of text, and the decoder that sounds them: ingest without audio files.
//   TONE 440 2.5 artist=A genre=G title=T lyrics=L     2.5 s of 440 Hz with harmonics, and these tags
//   BAD reason                                         rejected
#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <sstream>
#include <string>
#include <thread>

#include "core/error.h"
#include "core/file.h"
#include "data/library_index.h"
#include "library/ingest.h"
#include "temporary_folder.h"

namespace songscape {

inline DecodedSong fake_decode(const fs::path& file, const Excerpts& excerpts,
                               const std::function<void(DecodedClip)>& on_clip) {
  std::istringstream line(read_file(file));
  std::string kind;
  line >> kind;
  if (kind == "BAD") {
    std::string reason;
    std::getline(line >> std::ws, reason);
    throw DecodeFailure(reason);
  }
  if (kind != "TONE") throw DecodeFailure("not audio (detected: text)");
  double frequency_hz = 0, duration_sec = 0;
  line >> frequency_hz >> duration_sec;
  DecodedSong song;
  song.codec = "fake";
  song.sample_rate = 22050;
  song.n_channels = 1;
  song.decoded_sec = song.declared_sec = duration_sec;
  for (std::string tag; line >> tag;) {
    const std::string value = tag.substr(tag.find('=') + 1);
    if (tag.starts_with("artist=")) song.tags.artist = value;
    if (tag.starts_with("genre=")) song.tags.genre = value;
    if (tag.starts_with("title=")) song.tags.title = value;
    if (tag.starts_with("lyrics=")) song.tags.lyrics = value;
    if (tag.starts_with("warn=")) song.warnings.push_back(value);
  }
  const auto n_samples = static_cast<int64_t>(duration_sec * 22050);
  song.n_clips = excerpts.kind == Excerpts::count ? excerpts.n : 1;
  for (int64_t i = 0; i < song.n_clips; ++i) {
    DecodedClip clip{i, i * n_samples, std::vector<float>(static_cast<size_t>(n_samples))};
    for (size_t t = 0; t < clip.samples.size(); ++t)
      clip.samples[t] =
          static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * frequency_hz * static_cast<double>(t) / 22050));
    on_clip(std::move(clip));
  }
  return song;
}

class FakeMusic {
 public:
  FakeMusic() : folder_(in_memory()) { make_folder(music()); }
  fs::path music() const { return folder_.path() / "music"; }
  fs::path library() const { return folder_.path() / "x.songscape"; }
  const fs::path& folder() const { return folder_.path(); }

  void write(const fs::path& name, const std::string& text) const {
    make_folder((music() / name).parent_path());
    publish_file(music() / name, text);
  }
  void write_tones(int n) const {
    for (int i = 0; i < n; ++i)
      write("tone " + std::to_string(i) + ".wav", "TONE " + std::to_string(200 + 10 * i) + " 0.5");
  }
  IngestOptions options() const {
    IngestOptions out;
    out.music = music();
    out.library = library();
    out.decode = fake_decode;
    out.n_threads = 2;
    return out;
  }
  IngestReport ingest() const { return songscape::ingest(options()); }

 private:
  // Where every commit waits for a disk these tests take minutes; a killed process leaves the same files either way.
  static fs::path in_memory() {
    return ::access("/dev/shm", W_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path();
  }
  TemporaryFolder folder_;
};

// The paths of a library's songs, in the index's order.
inline std::vector<std::string> song_paths(const fs::path& library) {
  const LibraryIndex index(library);
  std::vector<std::string> out;
  for (int64_t i = 0; i < index.n_songs(); ++i) out.emplace_back(index.song(i).path);
  return out;
}

inline Error error_of(const IngestOptions& options) {
  try {
    ingest(options);
  } catch (const Error& e) {
    return e;
  }
  return Error(ExitCode::ok, {.what = "no error", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
}

inline bool says(const Error& e, const std::string& part) {
  return std::string(e.what()).find(part) != std::string::npos;
}

}  // namespace songscape
