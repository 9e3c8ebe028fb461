#include "library/song_maker.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "data/half_array.h"
#include "library/ingest_checks.h"
#include "library/midi_song.h"
#include "library/near_duplicates.h"
#include "library/song_record.h"
#include "library/walk.h"
#include "midi/smf_reader.h"

namespace songscape {
namespace {

// Without the errno number: reasons are for people, and equal on every run.
std::string reason_of(const Error& e) {
  const std::string& seen = e.parts().seen;
  return e.parts().what + " (" + seen.substr(0, seen.find(", errno")) + ")";
}

std::string read_whole(const fs::path& file) {
  try {
    return read_file(file, kMaxSmfBytes);
  } catch (const Error& e) {
    throw DecodeFailure(reason_of(e));
  }
}

}  // namespace

SongMaker::SongMaker(SongDecoder decode, Excerpts excerpts, MelReference reference, SegmentWriter& segments,
                     bool follow_links)
    : decode_(std::move(decode)),
      excerpts_(excerpts),
      reference_(reference),
      extractor_(reference),
      segments_(segments),
      follow_links_(follow_links) {}

std::string SongMaker::hash(const fs::path& file) const {
  try {
    Sha256 hash;
    read_file_in_blocks(file, [&](std::span<const std::byte> bytes) {
      throw_if_interrupted();
      hash.update(bytes);
    });
    return to_hex(hash.finish());
  } catch (const Error& e) {
    if (e.exit_code() == ExitCode::interrupted) throw;
    if (!stamp_of(file, follow_links_)) throw ChangedDuringRead();
    throw DecodeFailure(reason_of(e));
  }
}

ClipEntry SongMaker::store(const DecodedClip& clip, const Sha256Digest& song) const {
  const ClipFeatures features = extractor_.extract(clip.samples);
  const bool is_finite =
      std::all_of(features.features.begin(), features.features.end(), [](float f) { return std::isfinite(f); });
  if (!is_finite) throw DecodeFailure("features of clip " + std::to_string(clip.index) + " are not finite");
  StoredClip stored;
  stored.number = static_cast<uint32_t>(clip.index);
  stored.n_valid_frames = static_cast<uint32_t>(features.n_valid_frames);
  stored.start_sample = clip.start_sample;
  stored.reference_db = features.reference_db;
  stored.features = features.features;
  stored.mel.resize(features.mel.size());
  to_half(features.mel, stored.mel);
  return {stored.number, stored.n_valid_frames, stored.start_sample,
          segments_.append(RecordKind::clip, song, to_payload(stored))};
}

void SongMaker::decode_audio(const fs::path& file, const Sha256Digest& song, Content& c) const {
  const DecodedSong decoded = decode_(file, excerpts_, [&](DecodedClip clip) {
    throw_if_interrupted();
    if (clip.index == 0) c.fingerprint = to_bytes(make_fingerprint(clip.samples));
    c.clips.push_back(store(clip, song));
  });
  if (c.clips.empty()) throw DecodeFailure("no audio");
  c.duration_sec = decoded.decoded_sec;
  c.declared_sec = decoded.declared_sec;
  c.codec = decoded.codec;
  c.sample_rate = decoded.sample_rate;
  c.n_channels = decoded.n_channels;
  c.title = replace_invalid_utf8(decoded.tags.title);
  c.artist = replace_invalid_utf8(decoded.tags.artist);
  c.album = replace_invalid_utf8(decoded.tags.album);
  c.genre = replace_invalid_utf8(decoded.tags.genre);
  c.lyrics = replace_invalid_utf8(decoded.tags.lyrics);
  c.warnings = decoded.warnings;
}

void SongMaker::read_midi(const fs::path& file, const Sha256Digest& song, Content& c) const {
  MidiContent midi = read_midi_song(read_whole(file));
  c.codec = kMidiCodec;
  c.duration_sec = c.declared_sec = midi.duration_sec;
  c.title = std::move(midi.title);
  c.warnings = std::move(midi.warnings);
  c.facts = std::move(midi.facts);
  c.tokens = segments_.append(RecordKind::tokens, song, to_payload(midi.tokens));
}

Content SongMaker::make(const fs::path& file, const std::string& path, const std::string& sha256,
                        const FileStamp& stamp) const {
  const Sha256Digest song = digest_from_hex(sha256);
  Content c;
  c.sha256 = sha256;
  c.n_bytes = stamp.n_bytes;
  try {
    if (has_midi_name(path))
      read_midi(file, song, c);
    else
      decode_audio(file, song, c);
  } catch (const DecodeFailure&) {
    throw_if_interrupted();  // Ctrl-C reaches the decoder too, which then fails
    if (stamp_of(file, follow_links_) != stamp) throw ChangedDuringRead();
    throw;
  }
  if (stamp_of(file, follow_links_) != stamp) throw ChangedDuringRead();
  c.place = segments_.append(RecordKind::song, song,
                             to_song_payload({c, path, format_mel_reference(reference_), format_excerpts(excerpts_)}));
  return c;
}

}  // namespace songscape
