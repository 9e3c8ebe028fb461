#include "midi/smf_reader.h"

#include <algorithm>

#include "core/error.h"
#include "midi/smf_track.h"
#include "midi/tempo_map.h"

namespace songscape {
namespace {

uint32_t big_endian(std::string_view bytes, size_t at, size_t n) {
  uint32_t out = 0;
  for (size_t i = 0; i < n; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

uint32_t little_endian(std::string_view bytes, size_t at) {
  uint32_t out = 0;
  for (size_t i = 4; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

bool is_chunk_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

template <class Entry>
void add_entries(std::vector<Entry>& list, const std::vector<Entry>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

// By tick; of several at a tick the last one given.
template <class Entry>
void settle_list(std::vector<Entry>& list) {
  std::stable_sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) { return a.tick < b.tick; });
  size_t n = 0;
  for (const Entry& entry : list) {
    if (n > 0 && list[n - 1].tick == entry.tick) --n;
    list[n++] = entry;
  }
  list.resize(n);
}

class SmfReader {
 public:
  explicit SmfReader(std::string_view bytes) : file_(bytes) {}

  ReadSmf read() {
    if (file_.size() > kMaxSmfBytes)
      damaged_smf(0, 0, "the file is larger than " + std::to_string(kMaxSmfBytes >> 20) + " MiB");
    unwrap();
    read_head();
    read_chunks();
    settle();
    return {std::move(song_), mends_.texts()};
  }

 private:
  // Leaves [at_, end_) as the Standard MIDI File within the file.
  void unwrap() {
    end_ = file_.size();
    if (!file_.starts_with("RIFF") || file_.size() < 12 || file_.substr(8, 4) != "RMID") return;
    for (at_ = 12; end_ - at_ >= 8;) {
      const size_t n = little_endian(file_, at_ + 4), left = end_ - at_ - 8;
      const bool is_data = file_.substr(at_, 4) == "data";
      at_ += 8;
      if (is_data) {
        if (n > left) mends_.add("the RIFF wrapper says more bytes than there are", "byte " + std::to_string(at_ - 4));
        end_ = at_ + std::min(n, left);
        return;
      }
      at_ += std::min(n + n % 2, left);
    }
    damaged_smf(0, 0, "a RIFF RMID wrapper without its data");
  }

  void read_head() {
    if (end_ - at_ < 14 || file_.substr(at_, 4) != "MThd") damaged_smf(at_, 0, "not MIDI: no MThd at its start");
    const size_t n = big_endian(file_, at_ + 4, 4);
    if (n < 6 || n > end_ - at_ - 8) damaged_smf(at_ + 4, 0, "the header's length is out of range", std::to_string(n));
    format_ = big_endian(file_, at_ + 8, 2);
    n_tracks_ = big_endian(file_, at_ + 10, 2);
    if (format_ > 1)
      damaged_smf(at_ + 8, 0, "format " + std::to_string(format_) + " is not supported: only 0 and 1 are one piece");
    if (n_tracks_ == 0) damaged_smf(at_ + 10, 0, "the header says that there are no tracks");
    read_division(big_endian(file_, at_ + 12, 2));
    at_ += 8 + n;
  }

  void read_division(uint32_t division) {
    if (division > 0 && division < 0x8000) {
      song_.ticks_per_quarter = static_cast<int>(division);
      return;
    }
    const int rate = 256 - static_cast<int>(division >> 8), ticks = static_cast<int>(division & 255);
    const bool is_known = rate == 24 || rate == 25 || rate == 29 || rate == 30;
    if (!is_known || ticks == 0)
      damaged_smf(at_ + 12, 0, "the division is none that there is", std::to_string(division));
    const int per_sec = (rate == 29 ? 30 : rate) * ticks;
    const int quarters_per_sec = per_sec % 2 == 0 ? 2 : 1;
    song_.ticks_per_quarter = per_sec / quarters_per_sec;
    smpte_tempo_ = (rate == 29 ? 1'001'000 : 1'000'000) / quarters_per_sec;
  }

  void read_chunks() {
    uint32_t n_found = 0;
    while (end_ - at_ >= 8 && is_chunk_name(file_.substr(at_, 4))) {
      const size_t n = big_endian(file_, at_ + 4, 4), left = end_ - at_ - 8;
      const bool is_track = file_.substr(at_, 4) == "MTrk";
      at_ += 8;
      if (n > left)
        mends_.add("a chunk reaches past the end of the file, and is cut there", chunk_place(n_found, is_track));
      if (is_track && ++n_found > n_tracks_) break;
      const SmfChunk chunk{file_.substr(at_, std::min(n, left)), at_, static_cast<int>(n_found), n > left};
      if (is_track)
        take(read_smf_track(chunk, n_events_, mends_));
      else
        mends_.add("unknown chunks left out", "byte " + std::to_string(at_ - 8));
      at_ += chunk.bytes.size();
    }
    if (n_found != n_tracks_)
      damaged_smf(
          at_, 0, "the header says another number of tracks than there are",
          "says " + std::to_string(n_tracks_) + ", has " + (n_found > n_tracks_ ? "more" : std::to_string(n_found)));
    if (at_ < end_) mends_.add("bytes after the last chunk left out", "byte " + std::to_string(at_));
  }

  static std::string chunk_place(uint32_t n_found, bool is_track) {
    return is_track ? "track " + std::to_string(n_found + 1) : "after track " + std::to_string(n_found);
  }

  void take(SmfTrackContents contents) {
    const bool is_first = !has_tracks_;
    has_tracks_ = true;
    if (is_first && (format_ == 0 || contents.tracks.empty())) song_.title = contents.name;
    add_entries(song_.tempi, contents.tempi);
    add_entries(song_.time_signatures, contents.time_signatures);
    add_entries(song_.keys, contents.keys);
    song_.end_tick = std::max(song_.end_tick, contents.end_tick);
    if (!contents.lyrics.empty()) song_.end_tick = std::max(song_.end_tick, contents.lyrics.back().tick + 1);
    if (contents.tracks.empty() && !contents.lyrics.empty())
      wordy_.push_back({contents.name, 0, 0, {}, std::move(contents.lyrics)});
    else if (!contents.tracks.empty())
      contents.tracks.front().lyrics = std::move(contents.lyrics);
    for (MidiTrack& track : contents.tracks) {
      for (const MidiNote& note : track.notes) song_.end_tick = std::max(song_.end_tick, note.tick + note.duration);
      song_.tracks.push_back(std::move(track));
    }
  }

  void settle() {
    if (song_.tracks.empty()) mends_.add("no notes", "the whole file");
    std::move(wordy_.begin(), wordy_.end(), std::back_inserter(song_.tracks));
    settle_list(song_.tempi);
    settle_list(song_.time_signatures);
    settle_list(song_.keys);
    if (smpte_tempo_ > 0) {
      if (!song_.tempi.empty()) mends_.add("tempi left out: the file counts in seconds", "the whole file");
      song_.tempi = {{0, smpte_tempo_}};
    }
    if (song_.tempi.size() > kMaxSmfTempi) {
      mends_.add("tempi behind the 50,000th left out", "the whole file");
      song_.tempi.resize(kMaxSmfTempi);
    }
    if (TempoMap(song_).sec(song_.end_tick) > kMaxSmfSec) damaged_smf(0, 0, "longer than 24 hours");
  }

  std::string_view file_;
  size_t at_ = 0, end_ = 0;
  uint32_t format_ = 0, n_tracks_ = 0;
  int smpte_tempo_ = 0;  // 0: ticks are parts of a quarter
  int64_t n_events_ = 0;
  bool has_tracks_ = false;
  SmfMends mends_;
  MidiSong song_;
  std::vector<MidiTrack> wordy_;  // with lyrics alone
};

}  // namespace

ReadSmf read_smf(std::string_view bytes) { return SmfReader(bytes).read(); }

}  // namespace songscape
