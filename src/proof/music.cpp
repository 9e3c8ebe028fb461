// Music: how much of held-out pieces a symbolic model keeps, at how many nats, beside the same decoder alone.
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/log.h"
#include "core/random.h"
#include "core/text.h"
#include "proof/music_rebuild.h"
#include "proof/proofs.h"
#include "run/find_run.h"
#include "run/music_training.h"
#include "run/run_config.h"

namespace songscape {
namespace {

constexpr int64_t kWindows = 200, kWindowsOfBound = 60, kSamplesOfBound = 64;
constexpr double kMostBoundOverLanguageModel = 1.03, kMostReconstructionOverLanguageModel = .8;

struct Judged {
  std::unique_ptr<TokenSource> source;
  std::vector<int64_t> rows;
  std::vector<int32_t> groups;  // of each row's song
  std::vector<int64_t> first(int64_t n) const {
    return {rows.begin(), rows.begin() + std::min<int64_t>(n, std::ssize(rows))};
  }
};

// Windows of the judged songs, evenly spread over them.
Judged windows_to_judge(const ProofContext& context, const ConfigMap& settings, int64_t most) {
  Judged judged{.source = music_rows(settings, context.judged.library), .rows = {}, .groups = {}};
  const std::vector<int64_t> all = judged.source->rows_of(context.judged.songs);
  const auto n = std::min<int64_t>(most, std::ssize(all));
  // In an order of no meaning, so that the first few are a sample as well.
  Random random(context.options.seed, stream_id("windows to judge"));
  for (const int64_t place : permutation(std::ssize(all), random)) {
    if (std::ssize(judged.rows) == n) break;
    judged.rows.push_back(all[static_cast<size_t>(place)]);
    judged.groups.push_back(context.judged.library->song(judged.source->song_of(judged.rows.back())).group);
  }
  return judged;
}

Interval mean_interval(const std::vector<double>& values, std::span<const int32_t> groups, uint64_t seed) {
  return bootstrap(
      std::ssize(values),
      [&](std::span<const int64_t> rows) {
        double sum = 0;
        for (const int64_t r : rows) sum += values[static_cast<size_t>(r)];
        return sum / static_cast<double>(rows.size());
      },
      {.seed = seed}, groups);
}

// Σ values / Σ units.
Interval ratio_interval(const std::vector<double>& values, const std::vector<double>& units,
                        std::span<const int32_t> groups, uint64_t seed) {
  return bootstrap(
      std::ssize(values),
      [&](std::span<const int64_t> rows) {
        double sum = 0, unit = 0;
        for (const int64_t r : rows) {
          sum += values[static_cast<size_t>(r)];
          unit += units[static_cast<size_t>(r)];
        }
        return sum / unit;
      },
      {.seed = seed}, groups);
}

std::vector<double> f1_of(const std::vector<RebuiltMusic>& all, NoteMatch RebuiltMusic::*match) {
  std::vector<double> f1;
  for (const RebuiltMusic& r : all) f1.push_back((r.*match).f1);
  return f1;
}

// The newest finished run of the same decoder and windows without latent variables.
std::optional<std::filesystem::path> language_model_beside(const ProofContext& context, const ConfigMap& settings) {
  if (context.options.runs.empty()) return std::nullopt;
  std::optional<std::filesystem::path> found;
  for (const RunSummary& run : list_runs(context.options.runs)) {
    if (run.model != context.run.model_name || run.state != "finished") continue;
    const ConfigMap other = read_run_config(run.path).settings;
    const auto equal = [&](const std::string& key) {
      const auto it = other.entries.find(key);
      return it != other.entries.end() && it->second.value == settings.entries.at(key).value;
    };
    if (other.entries.at("language_model").value != ConfigValue(true)) continue;
    const auto is_of_decoder = [](const std::string& key) {
      return key.starts_with("decoder.") || key == "bars" || key == "tracks" || key == "chords" ||
             key == "max_tokens" || key == "structure";
    };
    if (std::ranges::all_of(settings.entries, [&](const auto& e) { return !is_of_decoder(e.first) || equal(e.first); }))
      found = run.path;
  }
  return found;
}

void add_rebuilt(ProofResult& result, MusicTransformer& model, const Judged& judged, uint64_t seed) {
  const at::Tensor means = posterior_means(model, *judged.source, judged.rows);
  const std::vector<RebuiltMusic> all = rebuild_music(model, *judged.source, judged.rows, means);
  std::vector<int64_t> order(judged.rows.size());
  std::iota(order.begin(), order.end(), 1);
  order.back() = 0;
  const at::Tensor others = means.index_select(0, at::tensor(order, at::kLong));
  const std::vector<RebuiltMusic> control = rebuild_music(model, *judged.source, judged.rows, others);
  const auto interval = [&](const std::vector<double>& f1) { return mean_interval(f1, judged.groups, seed); };
  result.measures.push_back(measured("note F1, onset and pitch equal", interval(f1_of(all, &RebuiltMusic::exact)),
                                     "decoded from the mean, the likeliest token each time, no skip connections"));
  result.measures.push_back(measured("note F1, onset within a 24th of a quarter",
                                     interval(f1_of(all, &RebuiltMusic::near)), "pitch and program equal"));
  result.measures.push_back(measured("note F1 of another window's z", interval(f1_of(control, &RebuiltMusic::near)),
                                     "the same measure by chance"));
}

Table table_of_kinds(const std::vector<KindNats>& kinds) {
  Table table{{"kind", "tokens", "nats_a_token"}, {}};
  for (const KindNats& k : kinds) table.add({k.kind, k.n_tokens, k.nats});
  return table;
}

struct Nats {
  MusicNats model;
  std::optional<MusicNats> language_model;
};

void add_nats(ProofResult& result, const Nats& nats, std::span<const int32_t> groups, uint64_t seed) {
  const MusicNats& m = nats.model;
  const auto a_token = [&](const std::string& name, const std::vector<double>& values, const char* reason) {
    result.measures.push_back(measured(name, ratio_interval(values, m.n_tokens, groups, seed), reason));
  };
  a_token("reconstruction, nats a token", m.reconstruction, "of one sample of z");
  a_token("KL, nats a token", m.kl, "");
  result.measures.push_back(measured("KL, nats a bar", ratio_interval(m.kl, m.n_bars, groups, seed)));
  std::vector<double> elbo(m.kl.size());
  std::ranges::transform(m.kl, m.reconstruction, elbo.begin(), std::plus<>());
  a_token("-ELBO, nats a token", elbo, "");
  a_token("-IWAE-64, nats a token", m.bound, "of the importance-weighted bound");
  a_token("reconstruction by a z of the prior, nats a token", m.from_prior, "what z is worth: beside the first row");
  if (!nats.language_model) {
    for (const char* name : {"reconstruction over the language model's", "-IWAE-64 over the language model's"})
      result.measures.push_back(not_measured(name,
                                             "no finished run of the same decoder with language_model = true among the "
                                             "runs; train one: --form language_model"));
    return;
  }
  const std::vector<double>& alone = nats.language_model->reconstruction;
  a_token("the same decoder as a language model, nats a token", alone, "");
  const auto ratio = [&](const std::string& name, const std::vector<double>& values, double most) {
    result.measures.push_back(
        judged(measured(name, ratio_interval(values, alone, groups, seed)), Threshold{.most = most}));
  };
  ratio("reconstruction over the language model's", m.reconstruction, kMostReconstructionOverLanguageModel);
  ratio("-IWAE-64 over the language model's", m.bound, kMostBoundOverLanguageModel);
}

ProofResult prove(ProofContext& context) {
  auto& model = dynamic_cast<MusicTransformer&>(*context.run.model);
  const ConfigMap settings = read_run_config(context.run.folder).settings;
  const uint64_t seed = context.options.seed;
  const Judged judged =
      windows_to_judge(context, settings, context.options.n_samples > 0 ? context.options.n_samples : kWindows);
  ProofResult result;
  if (!model.config().language_model) add_rebuilt(result, model, judged, seed);
  const std::vector<int64_t> some = judged.first(kWindowsOfBound);
  Nats nats{nats_of_music(model, *judged.source, some, kSamplesOfBound, seed), {}};
  if (const auto other = language_model_beside(context, settings)) {
    log_info("beside the language model " + other->string());
    const auto alone = open_model(*other);
    nats.language_model =
        nats_of_music(dynamic_cast<MusicTransformer&>(*alone), *judged.source, some, kSamplesOfBound, seed);
  }
  add_nats(result, nats, std::span(judged.groups).first(some.size()), seed);
  result.tables.push_back({"kinds", table_of_kinds(nats_by_kind(model, *judged.source, some, seed))});
  return result;
}

}  // namespace

ProofSpec music_proof() {
  return {.name = "music",
          .help = "how much of held-out MIDI a symbolic model keeps, at how many nats; what it makes beside real music",
          .why_not = [](const ProofContext& context) -> std::optional<std::string> {
            if (!reads_tokens(context.run.model_name)) return "the model does not read MIDI";
            return needs_library(context);
          },
          .prove = prove};
}

}  // namespace songscape
