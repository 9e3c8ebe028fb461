#include "run/cluster_names.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/single_line.h"
#include "core/text.h"
#include "run/cluster_facts.h"
#include "text/language_guess.h"
#include "text/words.h"

namespace songscape {
namespace {

constexpr size_t kMostLabels = 2, kMostSounds = 3, kMostWords = 3;
constexpr double kLeastDeviations = .5, kSoundChance = .01;

std::string times_text(double times) {
  if (std::isinf(times)) return "none of the rest";
  return (times < 10 ? format_number(times, 2) : std::to_string(std::llround(times))) + " times the rest's";
}

// A class of few letters says little without its column: "key D".
std::string label_text(const Holdings& h, int32_t thing) {
  constexpr size_t kFewLetters = 3;
  const std::string text = single_line(h.things[static_cast<size_t>(thing)]);
  return letters_of(text).size() > kFewLetters ? text : single_line(h.kind) + " " + text;
}

Telling telling_of(const Holdings& h, const Held& held, std::string text) {
  return {std::move(text),
          h.kind + ", " + format_number(held.share, 2) + " of them, " + times_text(held.times_the_rest)};
}

// The first texts that are not there yet.
void take(std::vector<Telling>& out, Telling telling, size_t most) {
  const bool is_new = std::ranges::find(out, telling.text, &Telling::text) == out.end();
  if (is_new && out.size() < most) out.push_back(std::move(telling));
}

struct Sound {
  int64_t kind;
  double deviations;
};

// Mean and deviation over the rows where column `kind` is known.
struct Spread {
  double mean = 0, deviation = 0;
  int64_t n = 0;
};

template <class Takes>
Spread spread_of(const Matrix& sounds, int64_t kind, const Takes& takes) {
  Spread s;
  double squares = 0;
  for (int64_t i = 0; i < sounds.n_rows; ++i) {
    const double v = sounds(i, kind);
    if (std::isnan(v) || !takes(i)) continue;
    ++s.n;
    const double step = v - s.mean;
    s.mean += step / static_cast<double>(s.n);
    squares += step * (v - s.mean);
  }
  s.deviation = s.n > 0 ? std::sqrt(squares / static_cast<double>(s.n)) : 0;
  return s;
}

std::string joined_texts(const std::vector<Telling>& tellings) {
  std::vector<std::string> texts;
  for (const Telling& t : tellings) texts.push_back(t.text);
  return join(texts, ", ");
}

std::string with_evidence(const std::vector<Telling>& tellings) {
  std::vector<std::string> texts;
  for (const Telling& t : tellings) texts.push_back(t.text + " (" + t.evidence + ")");
  return join(texts, "; ");
}

std::string name_of(const ClusterName& c) {
  std::vector<std::string> parts;
  for (const auto* tellings : {&c.labels, &c.sound, &c.words})
    if (!tellings->empty()) parts.push_back(joined_texts(*tellings));
  return parts.empty() ? "cluster " + std::to_string(c.cluster) : join(parts, " - ");
}

}  // namespace

struct ClusterNamer::Facts {
  std::vector<Holdings> labels;  // guesses last
  Holdings words;
  Matrix sounds;

  void tell_labels(std::vector<ClusterName>& names, std::span<const int32_t> clusters) const {
    int64_t n_tests = 0;
    for (const Holdings& h : labels) n_tests += static_cast<int64_t>(h.things.size());
    struct Found {
      const Holdings* from;
      Held held;
    };
    std::vector<Found> found;
    for (const Holdings& h : labels)
      for (const Held& held : telling_things(h, clusters, static_cast<int64_t>(names.size()), n_tests))
        found.push_back({&h, held});
    std::ranges::stable_sort(
        found, {}, [](const Found& f) { return std::pair(f.from->kind == kLanguageGuessColumn, f.held.log_chance); });
    for (const Found& f : found) {
      auto& own = names[static_cast<size_t>(f.held.cluster)].labels;
      if (f.from->kind != kLanguageGuessColumn || own.empty())
        take(own, telling_of(*f.from, f.held, label_text(*f.from, f.held.thing)), kMostLabels);
    }
  }

  void tell_words(std::vector<ClusterName>& names, std::span<const int32_t> clusters) const {
    const auto n_tests = static_cast<int64_t>(words.things.size());
    for (const Held& held : telling_things(words, clusters, static_cast<int64_t>(names.size()), n_tests))
      take(names[static_cast<size_t>(held.cluster)].words,
           telling_of(words, held, words.things[static_cast<size_t>(held.thing)]), kMostWords);
  }

  void tell_sound(std::vector<ClusterName>& names, std::span<const int32_t> clusters) const {
    const double n_tests = static_cast<double>(kNumSounds) * static_cast<double>(names.size());
    for (ClusterName& name : names) {
      std::vector<Sound> found;
      for (int64_t kind = 0; kind < kNumSounds; ++kind) {
        const Spread all = spread_of(sounds, kind, [](int64_t) { return true; });
        const Spread own =
            spread_of(sounds, kind, [&](int64_t i) { return clusters[static_cast<size_t>(i)] == name.cluster; });
        if (own.n < 2 || all.deviation == 0) continue;
        const double deviations = (own.mean - all.mean) / all.deviation;
        const double chance = std::erfc(std::abs(deviations) * std::sqrt(static_cast<double>(own.n) / 2));
        if (std::abs(deviations) >= kLeastDeviations && chance * n_tests < kSoundChance)
          found.push_back({kind, deviations});
      }
      std::ranges::stable_sort(found, std::greater(), [](const Sound& s) { return std::abs(s.deviations); });
      for (const Sound& s : found) {
        const SoundWords& words_of = sound_words()[static_cast<size_t>(s.kind)];
        take(name.sound,
             {s.deviations < 0 ? words_of.low : words_of.high,
              (s.deviations < 0 ? "" : "+") + format_number(s.deviations, 2) + " deviations"},
             kMostSounds);
      }
    }
  }
};

ClusterNamer::ClusterNamer(std::shared_ptr<const LibraryIndex> library, int n_threads) {
  auto facts = std::make_unique<Facts>();
  facts->labels = label_holdings(*library);
  std::ranges::stable_partition(facts->labels, [](const Holdings& h) { return h.kind != kLanguageGuessColumn; });
  facts->words = word_holdings(*library, n_threads);
  std::vector<int64_t> measured;
  const int64_t n = library->n_songs(), n_measured = std::min(n, kMostMeasured);
  for (int64_t i = 0; i < n_measured; ++i) measured.push_back(i * n / n_measured);
  facts->sounds = song_sounds(*library, measured, n_threads);
  facts_ = std::move(facts);
}

ClusterNamer::~ClusterNamer() = default;

std::vector<ClusterName> ClusterNamer::names(const SongGroups& groups) const {
  std::vector<int32_t> clusters(static_cast<size_t>(facts_->sounds.n_rows), -1);
  std::vector<ClusterName> names;
  for (size_t i = 0; i < groups.songs.size(); ++i) {
    const int32_t c = groups.clusters[i];
    clusters[static_cast<size_t>(groups.songs[i])] = c;
    while (static_cast<int32_t>(names.size()) <= c)
      names.push_back({.cluster = static_cast<int64_t>(names.size()),
                       .n_songs = 0,
                       .name = {},
                       .labels = {},
                       .sound = {},
                       .words = {}});
    ++names[static_cast<size_t>(c)].n_songs;
  }
  facts_->tell_labels(names, clusters);
  facts_->tell_sound(names, clusters);
  facts_->tell_words(names, clusters);
  std::erase_if(names, [](const ClusterName& c) { return c.n_songs == 0; });
  for (ClusterName& c : names) c.name = name_of(c);
  return names;
}

Table cluster_name_table(const std::string& algorithm, const std::vector<ClusterName>& names) {
  Table t{{"algorithm", "cluster", "songs", "name", "labels", "sound", "words"}, {}};
  for (const ClusterName& c : names)
    t.add({algorithm, c.cluster, c.n_songs, c.name, with_evidence(c.labels), with_evidence(c.sound),
           with_evidence(c.words)});
  return t;
}

Table name_groups(const std::shared_ptr<const LibraryIndex>& library, const std::vector<SongGroups>& groups,
                  int n_threads) {
  const ClusterNamer namer(library, n_threads);
  Table all = cluster_name_table("", {});
  for (const SongGroups& g : groups) {
    if (g.is_control || g.fitted_on != "all") continue;
    const Table own = cluster_name_table(g.algorithm, namer.names(g));
    all.rows.insert(all.rows.end(), own.rows.begin(), own.rows.end());
  }
  return all;
}

}  // namespace songscape
