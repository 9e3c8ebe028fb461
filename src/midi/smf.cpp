#include "midi/smf.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.h"

namespace songscape {
namespace {

constexpr uint32_t kLongestPause = (1u << 28) - 1;  // a longer one is told in parts

// Order among events of one tick: names and signatures, note-offs, lyrics, note-ons.
enum Rank { setup, note_off, lyric, note_on };

struct Event {
  int64_t tick;
  Rank rank;
  std::string bytes;
};

void put_big_endian(std::string& out, uint32_t value, int n_bytes) {
  for (int shift = 8 * (n_bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
}

// Seven bits a byte, most significant first, the high bit set on all but the last.
void put_variable_length(std::string& out, uint32_t value) {
  check(value < 1u << 28, "a MIDI quantity fits in 28 bits");
  for (int shift = 21; shift > 0; shift -= 7)
    if (value >> shift) out.push_back(static_cast<char>((value >> shift & 0x7F) | 0x80));
  out.push_back(static_cast<char>(value & 0x7F));
}

std::string meta(int type, std::string_view data) {
  std::string out = {'\xFF', static_cast<char>(type)};
  put_variable_length(out, static_cast<uint32_t>(data.size()));
  return out.append(data);
}

std::string message(int status, int channel, int first, int second) {
  return {static_cast<char>(status | channel), static_cast<char>(first), static_cast<char>(second)};
}

std::string to_chunk(std::vector<Event> events, int64_t end_tick) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.tick != b.tick ? a.tick < b.tick : a.rank < b.rank; });
  events.push_back({end_tick, setup, meta(0x2F, "")});
  std::string body;
  int64_t tick = 0;
  for (const Event& event : events) {
    for (; event.tick - tick > kLongestPause; tick += kLongestPause) {
      put_variable_length(body, kLongestPause);
      body += meta(0x01, "");
    }
    put_variable_length(body, static_cast<uint32_t>(event.tick - tick));
    body += event.bytes;
    tick = event.tick;
  }
  std::string chunk = "MTrk";
  put_big_endian(chunk, static_cast<uint32_t>(body.size()), 4);
  return chunk + body;
}

// That a song's list ascends within the song.
template <class Entry>
void check_order(const std::vector<Entry>& entries, int64_t end_tick) {
  int64_t before = -1;
  for (const Entry& entry : entries) {
    check(entry.tick > before && entry.tick <= end_tick, "tempi, time signatures and keys ascend within their song");
    before = entry.tick;
  }
}

void add_tempi(std::vector<Event>& events, const std::vector<MidiTempo>& tempi) {
  for (const MidiTempo& tempo : tempi) {
    check(tempo.microseconds_per_quarter > 0 && tempo.microseconds_per_quarter < 1 << 24, "a tempo fits in 24 bits");
    std::string data;
    put_big_endian(data, static_cast<uint32_t>(tempo.microseconds_per_quarter), 3);
    events.push_back({tempo.tick, setup, meta(0x51, data)});
  }
}

void add_time_signatures(std::vector<Event>& events, const std::vector<MidiTimeSignature>& signatures) {
  for (const MidiTimeSignature& s : signatures) {
    check(s.numerator > 0 && s.numerator < 256, "a time signature's numerator is a byte");
    int power = 0;
    while (power < 6 && 1 << power < s.denominator) ++power;
    check(1 << power == s.denominator, "a time signature's denominator is a power of two");
    const std::string data = {static_cast<char>(s.numerator), static_cast<char>(power), 24, 8};
    events.push_back({s.tick, setup, meta(0x58, data)});
  }
}

void add_keys(std::vector<Event>& events, const std::vector<MidiKey>& keys) {
  for (const MidiKey& key : keys) {
    const std::string data = {static_cast<char>(key_signature(key.pitch_class, key.is_minor)),
                              static_cast<char>(key.is_minor)};
    events.push_back({key.tick, setup, meta(0x59, data)});
  }
}

std::string conductor(const MidiSong& song) {
  check_order(song.tempi, song.end_tick);
  check_order(song.time_signatures, song.end_tick);
  check_order(song.keys, song.end_tick);
  std::vector<Event> events = {{0, setup, meta(0x03, song.title)}};
  add_tempi(events, song.tempi);
  add_time_signatures(events, song.time_signatures);
  add_keys(events, song.keys);
  return to_chunk(std::move(events), song.end_tick);
}

void add_notes(std::vector<Event>& events, const MidiTrack& track, int64_t end_tick) {
  std::vector<MidiNote> notes = track.notes;
  std::stable_sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) { return a.tick < b.tick; });
  std::array<int64_t, 128> next_start;  // of each pitch, from the end backwards
  next_start.fill(end_tick);
  for (size_t i = notes.size(); i-- > 0;) {
    const MidiNote& note = notes[i];
    check(note.pitch >= 0 && note.pitch < 128 && note.velocity > 0 && note.velocity < 128, "a MIDI note is in range");
    check(note.tick >= 0 && note.duration > 0 && note.tick < end_tick, "a note lies inside its song");
    int64_t& next = next_start[static_cast<size_t>(note.pitch)];
    if (next == note.tick) continue;  // the same note twice at once
    events.push_back({note.tick, note_on, message(0x90, track.channel, note.pitch, note.velocity)});
    events.push_back(
        {std::min(note.tick + note.duration, next), note_off, message(0x80, track.channel, note.pitch, 64)});
    next = note.tick;
  }
}

std::string part(const MidiTrack& track, int64_t end_tick) {
  std::vector<Event> events = {{0, setup, meta(0x03, track.name)},
                               {0, setup, {static_cast<char>(0xC0 | track.channel), static_cast<char>(track.program)}}};
  for (const MidiLyric& words : track.lyrics) {
    check(words.tick >= 0 && words.tick < end_tick, "a lyric lies inside its song");
    events.push_back({words.tick, lyric, meta(0x05, words.text)});
  }
  add_notes(events, track, end_tick);
  return to_chunk(std::move(events), end_tick);
}

}  // namespace

double MidiSong::tick_to_sec(int64_t tick) const {
  const auto duration_sec = [&](int64_t n_ticks, int microseconds) {
    return static_cast<double>(n_ticks) * microseconds / (1e6 * ticks_per_quarter);
  };
  double start_sec = 0;
  MidiTempo now;
  for (const MidiTempo& next : tempi) {
    if (next.tick >= tick) break;
    start_sec += duration_sec(next.tick - now.tick, now.microseconds_per_quarter);
    now = next;
  }
  return start_sec + duration_sec(tick - now.tick, now.microseconds_per_quarter);
}

int key_signature(int pitch_class, bool is_minor) {
  const int major = (pitch_class + (is_minor ? 3 : 0)) % 12;
  const int sharps = major * 7 % 12;
  return sharps > 6 ? sharps - 12 : sharps;
}

std::string to_smf(const MidiSong& song) {
  check(song.ticks_per_quarter > 0 && song.ticks_per_quarter < 1 << 15, "a quarter's ticks fit in 15 bits");
  std::string out = "MThd";
  put_big_endian(out, 6, 4);
  put_big_endian(out, 1, 2);
  put_big_endian(out, static_cast<uint32_t>(song.tracks.size() + 1), 2);
  put_big_endian(out, static_cast<uint32_t>(song.ticks_per_quarter), 2);
  out += conductor(song);
  for (const MidiTrack& track : song.tracks) out += part(track, song.end_tick);
  return out;
}

}  // namespace songscape
