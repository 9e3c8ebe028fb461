#include "library/midi_song.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "library/decoder_client.h"
#include "midi/harmony.h"
#include "midi/quantise.h"
#include "midi/smf_reader.h"
#include "midi/tempo_map.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

static_assert(kStoredVocabulary == kVocabularyVersion);

StoredTokens to_stored(const GridSong& song) {
  StoredTokens out;
  out.melody_program = song.melody_program;
  out.tokens = to_tokens(song);
  for (size_t i = 0; i < out.tokens.size(); ++i)
    if (out.tokens[i] == to_token(TokenKind::bar)) out.bar_starts.push_back(static_cast<uint32_t>(i));
  return out;
}

class Facts {
 public:
  void label(const char* name, std::string value) { facts_.push_back({name, ColumnKind::label, std::move(value)}); }
  void factor(const char* name, double value) { facts_.push_back({name, ColumnKind::factor, format_number(value, 6)}); }
  std::vector<Fact> by_name() {
    std::ranges::sort(facts_, {}, &Fact::name);
    return std::move(facts_);
  }

 private:
  std::vector<Fact> facts_;
};

// The value that most of the song's time has, of what a bar says.
template <class Value>
int usual(const GridSong& song, const Value& value) {
  std::map<int, int64_t> steps;
  for (const GridBar& bar : song.bars) steps[value(bar)] += time_signature_of(bar.time_signature).steps();
  return std::ranges::max_element(steps, {}, [](const auto& entry) { return entry.second; })->first;
}

std::vector<Fact> facts_of(const GridSong& song, const BeatGrid& beats) {
  Facts facts;
  facts.factor("n_bars", static_cast<double>(song.bars.size()));
  facts.factor("n_notes", static_cast<double>(song.notes.size()));
  if (song.notes.empty()) return facts.by_name();
  if (const KeyEstimate key = estimate_key(song); key.key >= 0) {
    const std::string name = key_name(key.key);
    facts.label("key", name.substr(0, name.find(' ')));
    facts.label("mode", is_minor_key(key.key) ? "minor" : "major");
    facts.factor("key_confidence", key.confidence);
  }
  const TimeSignature& signature = time_signature_of(usual(song, [](const GridBar& b) { return b.time_signature; }));
  facts.label("time_signature", std::to_string(signature.numerator) + "/" + std::to_string(signature.denominator));
  facts.factor("time_signature_confidence", beats.bar_confidence);
  facts.factor("tempo_bpm", tempo_of(usual(song, [](const GridBar& b) { return b.tempo; })));
  facts.factor("tempo_confidence", beats.beat_confidence);
  return facts.by_name();
}

MidiContent describe(const ReadSmf& read) {
  const BeatGrid beats = find_beats(read.song);
  const GridSong grid = quantise(read.song, beats);
  return {.duration_sec = TempoMap(read.song).sec(read.song.end_tick),
          .title = read.song.title,
          .facts = facts_of(grid, beats),
          .tokens = to_stored(grid),
          .warnings = read.warnings};
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
