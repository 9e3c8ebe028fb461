// Music: how much of held-out pieces a symbolic model keeps, at how many nats, beside the same decoder alone.
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "proof/music_parts.h"
#include "proof/music_rebuild.h"
#include "proof/proofs.h"
#include "report/bars.h"
#include "run/find_run.h"
#include "run/music_training.h"
#include "run/run_config.h"

namespace songscape {
namespace {

constexpr int64_t kWindows = 2000, kRebuilt = 200, kWindowsOfBound = 60, kSamplesOfBound = 64;
constexpr double kClaimedReconstruction = 6.7;  // nats a token
constexpr double kMostBoundOverLanguageModel = 1.03, kMostReconstructionOverLanguageModel = .8;

template <class T>
std::span<const T> first_of(const std::vector<T>& all, int64_t most) {
  return std::span(all).first(static_cast<size_t>(std::min(most, std::ssize(all))));
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

void add_rebuilt(ProofResult& result, const MusicProof& proof) {
  MusicTransformer& model = proof.model;
  const TokenSource& source = *proof.held_out.source;
  const auto rows = first_of(proof.held_out.rows, kRebuilt);
  const at::Tensor means = posterior_means(model, source, rows);
  const std::vector<RebuiltMusic> all = rebuild_music(model, source, rows, means);
  std::vector<int64_t> order(rows.size());
  std::iota(order.begin(), order.end(), 1);
  order.back() = 0;
  const at::Tensor others = means.index_select(0, at::tensor(order, at::kLong));
  const std::vector<RebuiltMusic> control = rebuild_music(model, source, rows, others);
  const auto interval = [&](const std::vector<double>& f1) {
    return mean_by_group(f1, first_of(proof.held_out.groups, kRebuilt), proof.seed);
  };
  result.measures.push_back(measured("note F1, onset and pitch equal", interval(f1_of(all, &RebuiltMusic::exact)),
                                     "decoded from the mean, the likeliest token each time, no skip connections"));
  result.measures.push_back(measured("note F1, onset within a 24th of a quarter",
                                     interval(f1_of(all, &RebuiltMusic::near)), "pitch and program equal"));
  result.measures.push_back(measured("note F1 of another window's z", interval(f1_of(control, &RebuiltMusic::near)),
                                     rows.size() > 1 ? "the same measure by chance" : "there is no other window"));
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
    result.measures.push_back(measured(name, ratio_by_group(values, m.n_tokens, groups, seed), reason));
  };
  a_token("reconstruction, nats a token", m.reconstruction, "of one sample of z");
  a_token("KL, nats a token", m.kl, "");
  result.measures.push_back(measured("KL, nats a bar", ratio_by_group(m.kl, m.n_bars, groups, seed)));
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
        judged(measured(name, ratio_by_group(values, alone, groups, seed)), Threshold{.most = most}));
  };
  ratio("reconstruction over the language model's", m.reconstruction, kMostReconstructionOverLanguageModel);
  ratio("-IWAE-64 over the language model's", m.bound, kMostBoundOverLanguageModel);
}

// The documents' figure is what a model that knows nothing has.
void judge_documents(ProofResult& result, const MusicNats& nats) {
  const double uniform = std::log(static_cast<double>(kVocabularySize));
  double sum = 0, tokens = 0;
  for (size_t i = 0; i < nats.n_tokens.size(); ++i) sum += nats.reconstruction[i], tokens += nats.n_tokens[i];
  Measure m = measured("reconstruction against the documents' 6.7 nats a token", sum / tokens,
                       "guessing each of the " + std::to_string(kVocabularySize) + " tokens alike costs ln " +
                           std::to_string(kVocabularySize) + " = " + format_number(uniform, 3) + " nats");
  m.threshold = "about 6.7";
  if (kClaimedReconstruction >= uniform) {
    m.verdict = Verdict::refuted;
    m.reason += ": 6.7 is no figure of a model that has learnt";
  } else {
    m = judged(std::move(m), {.most = kClaimedReconstruction});
  }
  result.measures.push_back(std::move(m));
}

Figure kinds_figure(const std::string& model, std::vector<KindNats> kinds) {
  std::ranges::sort(kinds, std::greater<>{}, &KindNats::nats);
  BarPanel panel{.title = "nats a token",
                 .value_label = "nats",
                 .bars = {},
                 .reference = std::log(static_cast<double>(kVocabularySize)),
                 .reference_text = "all tokens alike"};
  for (const KindNats& k : kinds)
    panel.bars.push_back({.name = k.kind + ", " + std::to_string(k.n_tokens), .value = k.nats});
  return draw_bars({.title = model + ": what each kind of token costs",
                    .caption = "Reconstruction from one sample of z, held-out windows; how many tokens of the kind.",
                    .panels = {std::move(panel)}});
}

// Of the run's own library, or of another one that is judged.
std::shared_ptr<const TokenSource> known_source(const ProofContext& context, const ConfigMap& settings,
                                                std::shared_ptr<const TokenSource> judged) {
  if (!context.train.library) return nullptr;
  if (context.train.library == context.judged.library) return judged;
  return music_rows(settings, context.train.library);
}

ProofResult prove(ProofContext& context) {
  auto& model = dynamic_cast<MusicTransformer&>(*context.run.model);
  const ConfigMap settings = read_run_config(context.run.folder).settings;
  const uint64_t seed = context.options.seed;
  const std::shared_ptr<const TokenSource> source = music_rows(settings, context.judged.library),
                                           known = known_source(context, settings, source);
  const MusicWindows held_out = choose_windows(*source, context.judged, kWindows, seed),
                     trained_on = known ? choose_windows(*known, context.train, 0, seed) : MusicWindows{};
  if (held_out.rows.empty())
    fail(ExitCode::usage, {.what = "there is no music to judge on",
                           .where = escape_for_terminal(context.judged.library->path().string()),
                           .seen = "no window of two notes among the songs that the run did not train on",
                           .wanted = "one or more",
                           .fix = "name another library with --library"});
  const MusicProof proof{context, model, held_out, trained_on, seed};
  ProofResult result;
  if (proof.has_latents()) add_rebuilt(result, proof);
  const auto some = first_of(held_out.rows, kWindowsOfBound);
  Nats nats{nats_of_music(model, *source, some, kSamplesOfBound, seed), {}};
  if (const auto other = proof.has_latents() ? language_model_beside(context, settings) : std::nullopt) {
    log_info("beside the language model " + other->string());
    const auto alone = open_model(*other);
    nats.language_model = nats_of_music(dynamic_cast<MusicTransformer&>(*alone), *source, some, kSamplesOfBound, seed);
  }
  if (proof.has_latents())
    add_nats(result, nats, first_of(held_out.groups, kWindowsOfBound), seed);
  else
    result.measures.push_back(measured("nats a token, a language model",
                                       ratio_by_group(nats.model.reconstruction, nats.model.n_tokens,
                                                      first_of(held_out.groups, kWindowsOfBound), seed),
                                       "it has no latent variables: what they hold and move cannot be asked"));
  judge_documents(result, nats.model);
  const std::vector<KindNats> kinds = nats_by_kind(model, *source, some, seed);
  result.tables.push_back({"kinds", table_of_kinds(kinds)});
  result.figures.push_back({"kinds", kinds_figure(context.run.model_name, kinds)});
  if (proof.has_latents()) {
    add_latents(result, proof);
    add_moves(result, proof);
  }
  add_samples(result, proof);
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
