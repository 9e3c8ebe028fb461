#include "midi/voice_timeline.h"

#include <algorithm>

namespace songscape {
namespace {

constexpr double kShortestVowelShare = 0.4;  // of a syllable
constexpr double kLongestOnsetSec = 0.25;

double length_sec(std::string_view consonants) {
  double sum = 0;
  for (const char c : consonants) sum += find_phoneme(c).closure_sec + find_phoneme(c).duration_sec;
  return sum;
}

// Lays consonants from `at`, each shrunk by `scale`; returns where they end.
double lay(std::string_view consonants, double at, double scale, size_t syllable, std::vector<PhonemeSegment>& out) {
  for (const char c : consonants) {
    const Phoneme& phoneme = find_phoneme(c);
    const double end = at + scale * (phoneme.closure_sec + phoneme.duration_sec);
    out.push_back({at, end, &phoneme, syllable});
    at = end;
  }
  return at;
}

}  // namespace

std::vector<PhonemeSegment> voice_timeline(const MidiSong& song, std::span<const SungSyllable> line) {
  std::vector<PhonemeSegment> segments;
  double onset_scale = 1;  // of the coming syllable's onset
  for (size_t i = 0; i < line.size(); ++i) {
    const SungSyllable& sung = line[i];
    const double start = song.tick_to_sec(sung.tick), end = song.tick_to_sec(sung.tick + sung.duration);
    const double onset_sec = length_sec(sung.sound.onset);
    const bool begins_phrase = i == 0 || line[i - 1].tick + line[i - 1].duration < sung.tick;
    if (begins_phrase)
      onset_scale = std::min({1.0, kLongestOnsetSec / std::max(onset_sec, 1e-9), start / std::max(onset_sec, 1e-9)});
    lay(sung.sound.onset, start - onset_scale * onset_sec, onset_scale, i, segments);

    const bool is_joined = i + 1 < line.size() && line[i + 1].tick <= sung.tick + sung.duration;
    const double taken = length_sec(sung.sound.coda) + (is_joined ? length_sec(line[i + 1].sound.onset) : 0.0);
    const double room = (1.0 - kShortestVowelShare) * (end - start);
    const double scale = taken > room ? room / taken : 1.0;
    const double vowel_end = end - scale * taken;
    segments.push_back({start, vowel_end, &find_phoneme(sung.sound.vowel), i});
    lay(sung.sound.coda, vowel_end, scale, i, segments);
    onset_scale = scale;
  }
  return segments;
}

}  // namespace songscape
