#include "library/song_record.h"

#include "core/error.h"
#include "core/text.h"
#include "data/bytes.h"

namespace songscape {
namespace {

constexpr uint32_t kSongRecordVersion = 1;
constexpr uint32_t kMidiRecordVersion = 2;  // with tokens and facts behind the rest

void put_place(ByteWriter& w, const RecordPlace& place) {
  w.put(place.segment);
  w.put(place.offset);
  w.put(place.crc);
}

RecordPlace get_place(ByteReader& r) {
  RecordPlace out;
  out.segment = r.get<uint32_t>();
  out.offset = r.get<uint64_t>();
  out.crc = r.get<uint32_t>();
  return out;
}

void put_midi_parts(ByteWriter& w, const Content& c) {
  put_place(w, *c.tokens);
  w.put(static_cast<uint32_t>(c.facts.size()));
  for (const Fact& fact : c.facts) {
    w.put_text(fact.name);
    w.put(static_cast<uint32_t>(fact.kind));
    w.put_text(fact.value);
  }
}

void get_midi_parts(ByteReader& r, Content& c) {
  c.tokens = get_place(r);
  for (auto n = r.get<uint32_t>(); n > 0; --n) {
    Fact fact;
    fact.name = r.get_text();
    fact.kind = r.get<uint32_t>() == 0 ? ColumnKind::label : ColumnKind::factor;
    fact.value = r.get_text();
    c.facts.push_back(std::move(fact));
  }
}

}  // namespace

std::string to_song_payload(const SongRecord& record) {
  const Content& c = record.content;
  ByteWriter w;
  w.put(c.tokens ? kMidiRecordVersion : kSongRecordVersion);
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
    put_place(w, clip.place);
  }
  if (c.tokens) put_midi_parts(w, c);
  return w.bytes();
}

SongRecord read_song_payload(const std::string& payload, const Sha256Digest& song, const std::string& where) {
  ByteReader r(payload, where);
  const auto version = r.get<uint32_t>();
  if (version != kSongRecordVersion && version != kMidiRecordVersion)
    fail(ExitCode::damaged, {.what = "the song record has an unknown version",
                             .where = where,
                             .seen = {},
                             .wanted = "1 or 2",
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
    clip.place = get_place(r);
    c.clips.push_back(clip);
  }
  if (version == kMidiRecordVersion) get_midi_parts(r, c);
  return out;
}

Sha256Digest digest_from_hex(const std::string& hex) {
  check(hex.size() == 64, "a SHA-256 has 64 digits");
  Sha256Digest out{};
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  return out;
}

}  // namespace songscape
