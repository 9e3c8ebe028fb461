#include "midi/smf_track.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "midi/smf_reader.h"

namespace songscape {
namespace {

constexpr size_t kMaxName = 256;  // bytes of a track's name: it stands in each of its MidiTracks
constexpr int kChannels = 16, kPitches = 128;

// The bytes of a clipped chunk end here.
struct ClippedEnd {};

std::string in_track(int number) { return "track " + std::to_string(number); }

std::string hexadecimal(int byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  return {'0', 'x', kDigits[byte >> 4 & 15], kDigits[byte & 15]};
}

class TrackBytes {
 public:
  explicit TrackBytes(const SmfChunk& chunk) : chunk_(chunk) {}
  bool is_at_end() const { return at_ == chunk_.bytes.size(); }
  int peek() const {
    if (is_at_end()) end_early();
    return static_cast<unsigned char>(chunk_.bytes[at_]);
  }
  int byte() {
    const int out = peek();
    ++at_;
    return out;
  }
  int data() {
    const int out = byte();
    if (out >= 0x80) fail_at(at_ - 1, "a status where a data byte belongs", hexadecimal(out));
    return out;
  }
  uint32_t variable_length() {
    uint32_t out = 0;
    for (int n = 0; n < 4; ++n) {
      const int next = byte();
      out = out << 7 | static_cast<uint32_t>(next & 0x7F);
      if (next < 0x80) return out;
    }
    fail_at(at_, "vlq too long: a variable-length number of five bytes or more");
  }
  std::string_view block(const char* what) {
    const size_t start = at_;
    const uint32_t n = variable_length();
    if (n > chunk_.bytes.size() - at_) {
      if (chunk_.is_clipped) throw ClippedEnd();
      fail_at(start, std::string(what) + " reaches past the end of its track", std::to_string(n) + " bytes");
    }
    at_ += n;
    return chunk_.bytes.substr(at_ - n, n);
  }
  [[noreturn]] void fail_at(size_t at, std::string what, std::string seen = {}) const {
    damaged_smf(chunk_.offset + at, chunk_.number, std::move(what), std::move(seen));
  }
  size_t at() const { return at_; }

 private:
  [[noreturn]] void end_early() const {
    if (chunk_.is_clipped) throw ClippedEnd();
    fail_at(at_, "the track ends within an event");
  }
  const SmfChunk& chunk_;
  size_t at_ = 0;
};

class TrackReader {
 public:
  TrackReader(const SmfChunk& chunk, int64_t& n_events, SmfMends& mends)
      : bytes_(chunk), where_(in_track(chunk.number)), n_events_(n_events), mends_(mends) {
    for (auto& places : track_of_) places.fill(-1);
  }

  SmfTrackContents read() {
    try {
      while (!has_ended_ && !bytes_.is_at_end()) read_event();
      if (is_in_sysex_) bytes_.fail_at(bytes_.at(), "a system exclusive message without its end");
    } catch (const ClippedEnd&) {
    }
    if (!has_ended_) mend("no End of Track");
    if (!bytes_.is_at_end()) mend("bytes after the End of Track left out");
    end_all_notes();
    std::erase_if(out_.tracks, [](const MidiTrack& track) { return track.notes.empty(); });
    for (MidiTrack& track : out_.tracks) finish(track);
    return std::move(out_);
  }

 private:
  struct Sounding {
    int64_t tick = -1;  // −1: silent
    int velocity = 0, program = 0;
    bool is_held = false;       // by the pedal alone
    int64_t n_due = 0;          // ends still to come of earlier notes of the pitch
    int64_t last_release = -1;  // when the last of those came
  };

  void mend(const char* what) { mends_.add(what, where_); }

  void read_event() {
    if (++n_events_ > kMaxSmfEvents)
      bytes_.fail_at(bytes_.at(), "more than " + std::to_string(kMaxSmfEvents) + " events");
    out_.end_tick += bytes_.variable_length();
    int status = bytes_.peek();
    if (status >= 0x80)
      bytes_.byte();
    else if (running_ == 0)
      bytes_.fail_at(bytes_.at(), "a data byte where no status holds", hexadecimal(status));
    else
      status = running_;
    if (is_in_sysex_ && status != 0xF7) bytes_.fail_at(bytes_.at(), "a system exclusive message without its end");
    if (status < 0xF0)
      read_channel_event(running_ = status);
    else if (status == 0xFF)
      read_meta();
    else if (status == 0xF0 || status == 0xF7)
      read_sysex(status);
    else
      bytes_.fail_at(bytes_.at() - 1, "a status that files do not have", hexadecimal(status));
  }

  void read_channel_event(int status) {
    const auto channel = static_cast<size_t>(status & 15);
    const int kind = status & 0xF0, first = bytes_.data();
    const int second = kind == 0xC0 || kind == 0xD0 ? 0 : bytes_.data();
    if (kind == 0x90 && second > 0)
      start_note(channel, first, second);
    else if (kind == 0x90 || kind == 0x80)
      release_note(channel, first);
    else if (kind == 0xB0)
      control(channel, first, second);
    else if (kind == 0xC0)
      program_[channel] = first;
  }

  void control(size_t channel, int controller, int value) {
    const bool is_pedal = controller == 64;
    if (is_pedal) pedal_[channel] = value >= 64;
    if (controller == 121) pedal_[channel] = false;
    if ((is_pedal || controller == 121) && !pedal_[channel])
      for (int pitch = 0; pitch < kPitches; ++pitch)
        if (sounding(channel, pitch).is_held) end_note(channel, pitch, out_.end_tick);
    if (controller == 120 || controller >= 123)
      for (int pitch = 0; pitch < kPitches; ++pitch)
        if (sounding(channel, pitch).tick >= 0) end_note(channel, pitch, out_.end_tick);
  }

  Sounding& sounding(size_t channel, int pitch) { return sounding_[channel][static_cast<size_t>(pitch)]; }

  void start_note(size_t channel, int pitch, int velocity) {
    Sounding& now = sounding(channel, pitch);
    int64_t n_due = 0;
    if (now.tick >= 0) {
      if (!now.is_held) {
        mend("notes that start again before they end");
        n_due = now.n_due + 1;
      }
      if (now.tick < out_.end_tick) end_note(channel, pitch, out_.end_tick);
    }
    now = {out_.end_tick, velocity, program_[channel], false, n_due, -1};
    place_of(channel, now.program);
  }

  void release_note(size_t channel, int pitch) {
    Sounding& now = sounding(channel, pitch);
    if (now.tick < 0) return;
    if (now.n_due > 0) {
      --now.n_due;
      now.last_release = out_.end_tick;
    } else if (pedal_[channel]) {
      now.is_held = true;
    } else {
      end_note(channel, pitch, out_.end_tick);
    }
  }

  void end_note(size_t channel, int pitch, int64_t tick) {
    Sounding& now = sounding(channel, pitch);
    if (now.tick == tick) mend("notes without length, which last a tick");
    MidiTrack& track = out_.tracks[place_of(channel, now.program)];
    track.notes.push_back({now.tick, std::max<int64_t>(tick - now.tick, 1), pitch, now.velocity});
    now = {};
  }

  void end_all_notes() {
    for (size_t channel = 0; channel < kChannels; ++channel)
      for (int pitch = 0; pitch < kPitches; ++pitch) {
        const Sounding& now = sounding(channel, pitch);
        if (now.tick < 0) continue;
        const bool was_released = now.last_release >= 0;
        if (!now.is_held && !was_released) mend("notes without an end, which last to that of their track");
        end_note(channel, pitch, was_released ? now.last_release : out_.end_tick);
      }
  }

  size_t place_of(size_t channel, int program) {
    int& place = track_of_[channel][static_cast<size_t>(program)];
    if (place < 0) {
      place = static_cast<int>(out_.tracks.size());
      out_.tracks.push_back({{}, static_cast<int>(channel), program, {}, {}});
    }
    return static_cast<size_t>(place);
  }

  void finish(MidiTrack& track) const {
    track.name = out_.name;
    std::stable_sort(track.notes.begin(), track.notes.end(), [](const MidiNote& a, const MidiNote& b) {
      return a.tick != b.tick ? a.tick < b.tick : a.pitch < b.pitch;
    });
  }

  void read_sysex(int status) {
    const size_t start = bytes_.at();
    const std::string_view block = bytes_.block("a system exclusive message");
    if (status == 0xF7 && !is_in_sysex_) return;  // an escape: any bytes
    const bool is_whole = block.ends_with('\xF7');
    const auto bad = std::find_if(block.begin(), block.end() - (is_whole ? 1 : 0), [](char c) { return c & '\x80'; });
    if (bad != block.end() - (is_whole ? 1 : 0))
      bytes_.fail_at(start, "a status within a system exclusive message",
                     hexadecimal(static_cast<unsigned char>(*bad)));
    is_in_sysex_ = !is_whole;
  }

  void read_meta() {
    const int type = bytes_.data();
    const std::string_view block = bytes_.block("a meta event");
    const auto at = [&](size_t i) { return static_cast<int>(static_cast<unsigned char>(block[i])); };
    if (type == 0x2F)
      has_ended_ = true;
    else if (type == 0x03 || type == 0x05)
      read_text(type, block);
    else if (type == 0x51 && block.size() >= 3)
      add_tempo(at(0) << 16 | at(1) << 8 | at(2));
    else if (type == 0x58 && block.size() >= 2)
      add_time_signature(at(0), at(1));
    else if (type == 0x59 && block.size() >= 2)
      add_key(static_cast<signed char>(block[0]), at(1));
    else if (type == 0x51 || type == 0x58 || type == 0x59)
      mend("tempi, time signatures or keys cut short, left out");
    else if (block.size() > kMaxSmfText)
      mend("long texts left out");
  }

  void read_text(int type, std::string_view block) {
    if (block.size() > kMaxSmfText) return mend("long texts left out");
    if (!is_valid_utf8(block)) mend("texts that are not UTF-8, their other bytes replaced");
    if (type == 0x05)
      out_.lyrics.push_back({out_.end_tick, replace_invalid_utf8(block)});
    else if (out_.name.empty())
      out_.name = replace_invalid_utf8(block.substr(0, kMaxName));
  }

  void add_tempo(int microseconds) {
    const int kept = std::clamp(microseconds, kMinSmfTempo, kMaxSmfTempo);
    if (kept != microseconds) mend("tempi outside 4 to 1,000 beats a minute, brought there");
    out_.tempi.push_back({out_.end_tick, kept});
  }

  void add_time_signature(int numerator, int power) {
    const int kept = std::max(numerator, 1), kept_power = std::min(power, 6);
    if (kept != numerator || kept_power != power) mend("time signatures out of range, brought there");
    out_.time_signatures.push_back({out_.end_tick, kept, 1 << kept_power});
  }

  void add_key(int n_sharps, int mode) {
    if (n_sharps < -7 || n_sharps > 7 || mode > 1) return mend("keys that there are not, left out");
    const int major = ((n_sharps * 7) % 12 + 12) % 12;
    out_.keys.push_back({out_.end_tick, (major + (mode == 1 ? 9 : 0)) % 12, mode == 1});
  }

  TrackBytes bytes_;
  std::string where_;
  int64_t& n_events_;
  SmfMends& mends_;
  SmfTrackContents out_;  // its end_tick is the present tick
  int running_ = 0;
  bool is_in_sysex_ = false, has_ended_ = false;
  std::array<int, kChannels> program_{};
  std::array<bool, kChannels> pedal_{};
  std::array<std::array<Sounding, kPitches>, kChannels> sounding_{};
  std::array<std::array<int, 128>, kChannels> track_of_{};  // by program; −1: none
};

}  // namespace

void damaged_smf(size_t offset, int track, std::string what, std::string seen) {
  const std::string place = "byte " + std::to_string(offset);
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = track > 0 ? in_track(track) + ", " + place : place,
                           .seen = std::move(seen),
                           .wanted = {},
                           .fix = {}});
}

std::vector<std::string> SmfMends::texts() const {
  std::vector<std::string> out;
  for (const auto& [what, mend] : mends_)
    out.push_back(what + " (" + mend.where + (mend.n > 1 ? ", " + std::to_string(mend.n) + " times" : "") + ")");
  return out;
}

SmfTrackContents read_smf_track(const SmfChunk& chunk, int64_t& n_events, SmfMends& mends) {
  return TrackReader(chunk, n_events, mends).read();
}

}  // namespace songscape
