// One file to one content: decoded, turned to clips, or read as MIDI and turned to tokens, and its records appended to
// the segments.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "audio/features.h"
#include "data/segment_writer.h"
#include "library/catalogue.h"
#include "library/decoder_client.h"

namespace songscape {

using SongDecoder = std::function<DecodedSong(const std::filesystem::path&, const Excerpts&,
                                              const std::function<void(DecodedClip)>& on_clip)>;

// A file that is not what it was when it was looked at first: its failure says nothing of its bytes.
class ChangedDuringRead : public DecodeFailure {
 public:
  ChangedDuringRead() : DecodeFailure("changed during read") {}
};

// Safe to share between threads.
class SongMaker {
 public:
  SongMaker(SongDecoder decode, Excerpts excerpts, MelReference reference, SegmentWriter& segments, bool follow_links);

  // SHA-256 of the file, hexadecimal.  DecodeFailure where it cannot be read.
  std::string hash(const std::filesystem::path& file) const;
  // `path` stands in the song record, `sha256` must be hash(file), `stamp` the file's before it was hashed.  Throws
  // DecodeFailure for a file that is rejected (its clips then lie unreferenced), ChangedDuringRead where the stamp is
  // another at the end; Error `interrupted` after Ctrl-C, `failed` on a full disk.
  Content make(const std::filesystem::path& file, const std::string& path, const std::string& sha256,
               const FileStamp& stamp) const;

 private:
  void decode_audio(const std::filesystem::path& file, const Sha256Digest& song, Content& c) const;
  void read_midi(const std::filesystem::path& file, const Sha256Digest& song, Content& c) const;
  ClipEntry store(const DecodedClip& clip, const Sha256Digest& song) const;
  SongDecoder decode_;
  Excerpts excerpts_;
  MelReference reference_;
  FeatureExtractor extractor_;
  SegmentWriter& segments_;
  bool follow_links_;
};

}  // namespace songscape
