#include "library/corpus_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/text.h"
#include "library/corpus.h"
#include "library/corpus_genres.h"
#include "library/corpus_languages.h"
#include "midi/phoneme.h"

namespace songscape {
namespace {

std::map<std::pair<int, int>, int> cells(int64_t n_songs) {
  std::map<std::pair<int, int>, int> counts;
  for (const SongPlan& plan : plan_corpus({.n_songs = n_songs})) ++counts[{plan.genre, plan.language}];
  return counts;
}

TEST(CorpusPlan, NineHundredSongsAreFourOfEachGenreAndLanguage) {
  const auto counts = cells(900);
  EXPECT_EQ(counts.size(), 225u);
  for (const auto& [cell, n] : counts) EXPECT_EQ(n, 4);
}

TEST(CorpusPlan, AnyNumberOfSongsFillsTheCellsEvenly) {
  for (const int64_t n : {450, 500, 225, 1000})
    for (const auto& [cell, count] : cells(n)) {
      EXPECT_GE(count, n / 225);
      EXPECT_LE(count, n / 225 + 1);
    }
  EXPECT_EQ(cells(100).size(), 100u);
}

TEST(CorpusPlan, AShortCorpusHoldsEveryFamilyAndLanguage) {
  std::set<int> families, languages;
  for (const SongPlan& plan : plan_corpus({.n_songs = 9})) {
    families.insert(plan.genre / kGenresPerFamily);
    languages.insert(plan.language);
  }
  EXPECT_EQ(families.size(), 9u);
  EXPECT_EQ(languages.size(), 5u);
}

TEST(CorpusPlan, AnArtistHasTwoSongsOfOneGenreAndLanguage) {
  std::map<std::string, std::vector<const SongPlan*>> by_artist;
  const auto plans = plan_corpus({});
  for (const SongPlan& plan : plans) by_artist[plan.artist_name].push_back(&plan);
  EXPECT_EQ(by_artist.size(), 450u);
  for (const auto& [name, songs] : by_artist) {
    ASSERT_EQ(songs.size(), 2u) << name;
    EXPECT_EQ(songs[0]->genre, songs[1]->genre);
    EXPECT_EQ(songs[0]->language, songs[1]->language);
    EXPECT_EQ(songs[0]->artist, songs[1]->artist);
  }
}

TEST(CorpusPlan, FactorsAreInRangeAndFillIt) {
  std::set<int> keys;
  int n_minor = 0;
  double lowest = 1, highest = 0;
  for (const SongPlan& plan : plan_corpus({})) {
    const Factors& f = plan.factors;
    const Genre& genre = corpus_genres()[static_cast<size_t>(plan.genre)];
    EXPECT_GE(f.tempo, genre.tempo_low);
    EXPECT_LE(f.tempo, genre.tempo_high);
    EXPECT_LE(f.loudness_db, -14);  // the synthesiser's contract
    keys.insert(f.key);
    n_minor += f.is_minor;
    lowest = std::min(lowest, f.density);
    highest = std::max(highest, f.density);
  }
  EXPECT_EQ(keys.size(), 12u);
  EXPECT_NEAR(n_minor, 450, 60);
  EXPECT_LT(lowest, 0.02);
  EXPECT_GT(highest, 0.98);
}

// Share of songs whose language, and whose theme, is the commonest of their genre.
std::pair<double, double> shares_at_home(const std::vector<SongPlan>& plans) {
  std::map<int, std::map<int, int>> languages, themes;
  for (const SongPlan& plan : plans) ++languages[plan.genre][plan.language], ++themes[plan.genre][plan.theme];
  const auto share = [&](const auto& by_genre) {
    int n = 0;
    for (const auto& [genre, counts] : by_genre)
      n += std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->second;
    return n / static_cast<double>(plans.size());
  };
  return {share(languages), share(themes)};
}

TEST(CorpusPlan, AffinityIsTheShareOfWordsAtHomeInTheirGenre) {
  const auto whole = plan_corpus({.n_songs = 4500, .affinity = 1});
  EXPECT_EQ(shares_at_home(whole), std::make_pair(1.0, 1.0));
  std::map<std::pair<int, int>, std::set<int>> genres;
  for (const SongPlan& plan : whole) genres[{plan.language, plan.theme}].insert(plan.genre);
  for (const auto& [home, own] : genres) EXPECT_LE(own.size(), 2u);
  // Drawn apart, one in five artists and one in six songs are at home as well.
  const auto [language, theme] = shares_at_home(plan_corpus({.n_songs = 4500, .affinity = 0.75}));
  EXPECT_NEAR(language, 0.75 + 0.25 / 5, 0.03);
  EXPECT_NEAR(theme, 0.75 + 0.25 / 6, 0.03);
}

TEST(CorpusPlan, AffinityKeepsGenresEvenAndArtistsToOneLanguageAndName) {
  std::map<int, int> n_of_genre;
  std::map<std::string, std::set<std::pair<uint64_t, int>>> of_name;
  const auto plans = plan_corpus({.affinity = 0.75}), apart = plan_corpus({});
  for (size_t i = 0; i < plans.size(); ++i) {
    ++n_of_genre[plans[i].genre];
    of_name[plans[i].artist_name].insert({plans[i].artist, plans[i].language});
    EXPECT_EQ(plans[i].factors.tempo, apart[i].factors.tempo);
    EXPECT_EQ(plans[i].stem, apart[i].stem);
  }
  for (const auto& [genre, n] : n_of_genre) EXPECT_EQ(n, 20);
  for (const auto& [name, own] : of_name) EXPECT_EQ(own.size(), 1u) << name;
  EXPECT_EQ(of_name.size(), 450u);
}

// Correlation of two factors after each genre's mean is taken away.
double correlation(const std::vector<SongPlan>& plans, double (*a)(const Factors&), double (*b)(const Factors&)) {
  std::map<int, std::array<double, 3>> sums;
  for (const SongPlan& plan : plans) {
    auto& s = sums[plan.genre];
    s = {s[0] + 1, s[1] + a(plan.factors), s[2] + b(plan.factors)};
  }
  double aa = 0, bb = 0, ab = 0;
  for (const SongPlan& plan : plans) {
    const auto& s = sums[plan.genre];
    const double x = a(plan.factors) - s[1] / s[0], y = b(plan.factors) - s[2] / s[0];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return ab / std::sqrt(aa * bb);
}

TEST(CorpusPlan, FactorsAreIndependentWithinAGenre) {
  const auto plans = plan_corpus({.n_songs = 9000});
  const std::vector<double (*)(const Factors&)> factors = {[](const Factors& f) { return f.tempo; },
                                                           [](const Factors& f) { return double(f.key); },
                                                           [](const Factors& f) { return double(f.is_minor); },
                                                           [](const Factors& f) { return f.centre_pitch; },
                                                           [](const Factors& f) { return f.loudness_db; },
                                                           [](const Factors& f) { return f.brightness_db; },
                                                           [](const Factors& f) { return f.density; }};
  for (size_t i = 0; i < factors.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_LT(std::fabs(correlation(plans, factors[i], factors[j])), 0.04) << i << " " << j;
}

TEST(CorpusPlan, LargeCorporaKeepArtistsApart) {
  std::map<std::string, int> n_songs;
  for (const SongPlan& plan : plan_corpus({.n_songs = 10000})) ++n_songs[plan.artist_name];
  for (const auto& [name, n] : n_songs) EXPECT_LE(n, 2) << name;
}

TEST(CorpusPlan, ASpecOutOfRangeIsRefused) {
  EXPECT_THROW(plan_corpus({.n_songs = 0}), Error);
  EXPECT_THROW(plan_corpus({.n_songs = 100001}), Error);
  EXPECT_THROW(plan_corpus({.n_songs = 1, .duration_sec = 1}), Error);
  EXPECT_THROW(plan_corpus({.n_songs = 1, .duration_sec = NAN}), Error);
  EXPECT_THROW(plan_corpus({.n_songs = 1, .affinity = 1.1}), Error);
  EXPECT_THROW(plan_corpus({.n_songs = 1, .affinity = NAN}), Error);
}

TEST(CorpusPlan, ThirtySecondsAreExactlyAClip) {
  EXPECT_EQ(corpus_song_samples(30), 661504);
  EXPECT_EQ(corpus_song_samples(10), 431 * 512);
}

TEST(CorpusMetadata, HasItsColumnsAndOneRowASong) {
  const auto plans = plan_corpus({.n_songs = 225});
  const CsvTable table = parse_csv(corpus_metadata(plans), ',', "metadata.csv");
  EXPECT_EQ(join(table.columns, ","),
            "path,title,artist,genre,family,language,tempo,key,mode,register,loudness,brightness,density");
  ASSERT_EQ(table.rows.size(), 225u);
  std::set<std::string> paths;
  for (const auto& row : table.rows) {
    paths.insert(row[0]);
    EXPECT_TRUE(row[0].ends_with(".flac"));
    for (const std::string& field : row) EXPECT_TRUE(is_valid_utf8(field) && !field.empty());
    for (const size_t column : {6, 9, 10, 11, 12}) EXPECT_TRUE(parse_number(row[column])) << row[column];
    EXPECT_TRUE(row[8] == "major" || row[8] == "minor");
  }
  EXPECT_EQ(paths.size(), 225u);
}

TEST(CorpusGenres, AreFortyFiveOfNineFamiliesWithPatternsOfOneLength) {
  std::set<std::string_view> names, families;
  for (const Genre& genre : corpus_genres()) {
    names.insert(genre.name);
    families.insert(genre.family);
    EXPECT_LT(genre.tempo_low, genre.tempo_high);
    const Groove& g = genre.groove;
    for (const std::string_view pattern : {g.snare, g.hat, g.hands, g.bass, g.chords})
      EXPECT_EQ(pattern.size(), g.kick.size()) << genre.name;
    EXPECT_EQ(g.kick.size() % static_cast<size_t>(g.beats_per_bar), 0u) << genre.name;
    EXPECT_EQ(480 * g.beats_per_bar % static_cast<int>(g.kick.size()), 0) << genre.name;
    EXPECT_EQ(genre.family, corpus_genres()[static_cast<size_t>(&genre - corpus_genres().data()) / 5 * 5].family);
  }
  EXPECT_EQ(names.size(), 45u);
  EXPECT_EQ(families.size(), 9u);
}

TEST(CorpusLanguages, EveryWordIsValidTextAndCanBeSung) {
  for (const Language& language : corpus_languages()) {
    std::set<std::string_view> words;
    for (const Word& word : language.vocabulary->words) {
      words.insert(word.text);
      EXPECT_TRUE(is_valid_utf8(word.text));
      EXPECT_GE(parse_syllables(word.sound).size(), 1u) << word.text;
    }
    for (const Word& word : language.vocabulary->connectors) EXPECT_GE(parse_syllables(word.sound).size(), 1u);
    EXPECT_EQ(words.size(), 60u) << language.name;
  }
}

}  // namespace
}  // namespace songscape
