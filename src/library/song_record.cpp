#include "library/song_record.h"

#include "core/error.h"
#include "core/text.h"
#include "data/bytes.h"

namespace songscape {
namespace {

constexpr uint32_t kSongRecordVersion = 1;

}  // namespace

std::string to_song_payload(const SongRecord& record) {
  const Content& c = record.content;
  ByteWriter w;
  w.put(kSongRecordVersion);
  w.put_text(record.path);
  w.put_text(record.mel_reference);
  w.put_text(record.excerpts);
  w.put(c.n_bytes);
  w.put(c.duration_sec);
  w.put(c.declared_sec);
  w.put(c.sample_rate);
  w.put(c.n_channels);
  for (const std::string* text : {&c.codec, &c.title, &c.artist, &c.album, &c.genre, &c.lyrics, &c.fingerprint})
    w.put_text(*text);
  w.put_text(join(c.warnings, "\n"));
  w.put(static_cast<uint32_t>(c.clips.size()));
  for (const ClipEntry& clip : c.clips) {
    w.put(clip.number);
    w.put(clip.n_valid_frames);
    w.put(clip.start_sample);
    w.put(clip.place.segment);
    w.put(clip.place.offset);
    w.put(clip.place.crc);
  }
  return w.bytes();
}

SongRecord read_song_payload(const std::string& payload, const Sha256Digest& song, const std::string& where) {
  ByteReader r(payload, where);
  if (r.get<uint32_t>() != kSongRecordVersion)
    fail(ExitCode::damaged, {.what = "the song record has an unknown version",
                             .where = where,
                             .seen = {},
                             .wanted = std::to_string(kSongRecordVersion),
                             .fix = "use the Songscape that wrote it"});
  SongRecord out;
  Content& c = out.content;
  c.sha256 = to_hex(song);
  out.path = r.get_text();
  out.mel_reference = r.get_text();
  out.excerpts = r.get_text();
  c.n_bytes = r.get<int64_t>();
  c.duration_sec = r.get<double>();
  c.declared_sec = r.get<double>();
  c.sample_rate = r.get<int64_t>();
  c.n_channels = r.get<int64_t>();
  for (std::string* text : {&c.codec, &c.title, &c.artist, &c.album, &c.genre, &c.lyrics, &c.fingerprint})
    *text = r.get_text();
  if (const std::string warnings = r.get_text(); !warnings.empty()) c.warnings = split(warnings, '\n');
  for (auto n = r.get<uint32_t>(); n > 0; --n) {
    ClipEntry clip;
    clip.number = r.get<uint32_t>();
    clip.n_valid_frames = r.get<uint32_t>();
    clip.start_sample = r.get<int64_t>();
    clip.place.segment = r.get<uint32_t>();
    clip.place.offset = r.get<uint64_t>();
    clip.place.crc = r.get<uint32_t>();
    c.clips.push_back(clip);
  }
  return out;
}

Sha256Digest digest_from_hex(const std::string& hex) {
  check(hex.size() == 64, "a SHA-256 has 64 digits");
  Sha256Digest out{};
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  return out;
}

}  // namespace songscape
