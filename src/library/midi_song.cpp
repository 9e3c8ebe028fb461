#include "library/midi_song.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "library/decoder_client.h"
#include "midi/smf_reader.h"
#include "midi/tempo_map.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

static_assert(kStoredVocabulary == kVocabularyVersion);

GridSong quantise(const MidiSong& song) {
  GridSong out;
  std::set<int> used;
  int n_bars = 1;
  for (const MidiTrack& t : song.tracks) {
    int program = t.is_drums() ? 128 : t.program;
    while (program < 128 && used.contains(program)) program = (program + 1) % 128;
    used.insert(program);
    if (out.melody_program < 0 && program < 128) out.melody_program = program;
    for (const MidiNote& n : t.notes) {
      const int64_t step = (n.tick * 24 + song.ticks_per_quarter / 2) / song.ticks_per_quarter;
      if (step / 96 >= kMaxBars) continue;
      n_bars = std::max(n_bars, static_cast<int>(step / 96) + 1);
      out.notes.push_back(
          {static_cast<int>(step / 96), static_cast<int>(step % 96), program, n.pitch, velocity_bin(n.velocity),
           program == 128 ? kDrumSteps : duration_of(nearest_duration(24.0 * n.duration / song.ticks_per_quarter))});
    }
  }
  std::sort(out.notes.begin(), out.notes.end());
  out.notes.erase(std::unique(out.notes.begin(), out.notes.end(),
                              [](const GridNote& a, const GridNote& b) {
                                return a.bar == b.bar && a.position == b.position && a.program == b.program &&
                                       a.pitch == b.pitch;
                              }),
                  out.notes.end());
  out.bars.resize(n_bars);
  return out;
}

StoredTokens to_stored(const GridSong& song) {
  StoredTokens out;
  out.melody_program = song.melody_program;
  out.tokens = to_tokens(song);
  for (size_t i = 0; i < out.tokens.size(); ++i)
    if (out.tokens[i] == to_token(TokenKind::bar)) out.bar_starts.push_back(static_cast<uint32_t>(i));
  return out;
}

MidiContent describe(const ReadSmf& read) {
  MidiContent out;
  out.duration_sec = TempoMap(read.song).sec(read.song.end_tick);
  out.title = read.song.title;
  out.warnings = read.warnings;
  out.tokens = to_stored(quantise(read.song));
  return out;
}

}  // namespace

MidiContent read_midi_song(std::string_view bytes) {
  try {
    return describe(read_smf(bytes));
  } catch (const Error& e) {
    const ErrorParts& parts = e.parts();
    throw DecodeFailure(parts.what + (parts.seen.empty() ? "" : ": " + parts.seen) +
                        (parts.where.empty() ? "" : " (" + parts.where + ")"));
  }
}

}  // namespace songscape
