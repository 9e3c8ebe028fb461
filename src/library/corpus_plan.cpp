#include "library/corpus_plan.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "library/corpus_genres.h"
#include "library/corpus_languages.h"
#include "midi/synthesizer.h"

namespace songscape {
namespace {

constexpr int64_t kNumCells = int64_t{kNumGenres} * kNumLanguages;
constexpr int64_t kSongsPerArtist = 2;
constexpr int64_t kHop = 512;

double to_hundredths(double x) { return std::round(x * 100.0) / 100.0; }

void check_range(const char* what, double seen, double low, double high, const char* flag) {
  if (seen >= low && seen <= high) return;
  fail(ExitCode::usage, {.what = std::string(what) + " is out of range",
                         .where = flag,
                         .seen = format_number(seen),
                         .wanted = format_number(low) + " to " + format_number(high),
                         .fix = {}});
}

Factors draw_factors(const Genre& genre, Random random) {
  Factors f;
  f.tempo = to_hundredths(random.uniform(genre.tempo_low, genre.tempo_high));
  f.key = static_cast<int>(random.below(12));
  f.is_minor = random.below(2) == 1;
  f.centre_pitch = to_hundredths(random.uniform(55, 69));
  f.loudness_db = to_hundredths(random.uniform(-24, -17));
  f.brightness_db = to_hundredths(random.uniform(-3.5, 3.5));
  f.density = to_hundredths(random.uniform());
  return f;
}

// Latin letters only: the other scripts have no capitals.
std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string draw_title(const Vocabulary& words, int theme, Random random) {
  const auto pick = [&] { return theme * kWordsPerTheme + static_cast<size_t>(random.below(kWordsPerTheme)); };
  const size_t first = pick();
  size_t second = pick();
  while (second == first) second = pick();
  const Word& connector = words.connectors[static_cast<size_t>(random.below(kNumConnectors))];
  return capitalised(std::string(words.words[first].text)) + " " + std::string(connector.text) +
         std::string(words.words[second].text);
}

// A given name and a word; every name of a language comes once before one comes again with a numeral.
std::string artist_name(const Vocabulary& words, int language, uint64_t nth, uint64_t seed) {
  constexpr uint64_t kNames = uint64_t{kNumGivenNames} * kNumWords;
  Random random(seed, stream_id("corpus artist names", static_cast<uint64_t>(language)));
  const auto order = permutation(static_cast<int64_t>(kNames), random);
  const auto i = static_cast<size_t>(order[nth % kNames]);
  std::string name =
      std::string(words.given_names[i / kNumWords]) + " " + capitalised(std::string(words.words[i % kNumWords].text));
  if (nth >= kNames) name += " " + std::to_string(nth / kNames + 1);
  return name;
}

std::string stem_of(const Genre& genre, int64_t number) {
  std::string folder(genre.name);
  std::replace(folder.begin(), folder.end(), ' ', '-');
  std::string digits = std::to_string(number + 1);
  return folder + "/" + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

// The language at home in a family and the theme at home in a genre: families f and f + 5 share a language, and of
// their genres at most two share a theme as well.
int home_language(int genre) { return genre / kGenresPerFamily % kNumLanguages; }
int home_theme(int genre) { return genre % kNumThemes; }

SongPlan plan_song(int64_t number, const CorpusSpec& spec) {
  const uint64_t seed = spec.seed;
  // Genre by family first, so that short corpora hold every family; 45 and 5 share a factor, hence the shift.
  const int64_t cell = number % kNumCells, round = number / kNumCells, place = cell % kNumGenres;
  const auto n = static_cast<uint64_t>(number);
  SongPlan plan;
  plan.number = number;
  plan.genre = static_cast<int>(place % kNumFamilies * kGenresPerFamily + place / kNumFamilies);
  plan.language = static_cast<int>((cell + cell / kNumGenres) % kNumLanguages);
  plan.theme = static_cast<int>(Random(seed, stream_id("corpus theme", n)).below(kNumThemes));
  const uint64_t nth_of_cell = static_cast<uint64_t>(round / kSongsPerArtist);
  plan.artist = nth_of_cell * kNumCells + static_cast<uint64_t>(cell);
  const auto is_at_home = [&](const char* stream, uint64_t id) {
    return Random(seed, stream_id(stream, id)).uniform() < spec.affinity;
  };
  if (is_at_home("corpus home language", plan.artist)) plan.language = home_language(plan.genre);
  if (is_at_home("corpus home theme", n)) plan.theme = home_theme(plan.genre);
  plan.factors =
      draw_factors(corpus_genres()[static_cast<size_t>(plan.genre)], Random(seed, stream_id("corpus factors", n)));
  const Vocabulary& words = *corpus_languages()[static_cast<size_t>(plan.language)].vocabulary;
  plan.title = draw_title(words, plan.theme, Random(seed, stream_id("corpus title", n)));
  // With affinity a language may have two artists of one genre and round, told apart by their cells.
  const uint64_t nth_of_language =
      spec.affinity > 0 ? plan.artist : nth_of_cell * kNumGenres + static_cast<uint64_t>(plan.genre);
  plan.artist_name = artist_name(words, plan.language, nth_of_language, seed);
  plan.stem = stem_of(corpus_genres()[static_cast<size_t>(plan.genre)], number);
  return plan;
}

}  // namespace

std::vector<SongPlan> plan_corpus(const CorpusSpec& spec) {
  check_range("number of songs", static_cast<double>(spec.n_songs), 1, 100000, "--songs");
  check_range("length of a song", spec.duration_sec, 10, 600, "--seconds");
  check_range("affinity of words and sound", spec.affinity, 0, 1, "--affinity");
  std::vector<SongPlan> plans;
  for (int64_t i = 0; i < spec.n_songs; ++i) plans.push_back(plan_song(i, spec));
  return plans;
}

int64_t corpus_song_samples(double duration_sec) {
  return static_cast<int64_t>(std::ceil(duration_sec * kSynthSampleRate / kHop)) * kHop;
}

const char* pitch_class_name(int pitch_class) {
  constexpr const char* kNames[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
  return kNames[pitch_class];
}

}  // namespace songscape
