#include "proof/judge.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "data/library_source.h"
#include "nn/autocast.h"
#include "nn/noise.h"
#include "train/adam.h"
#include "train/prefetch.h"
#include "train/tensor_file.h"

namespace songscape {
namespace {

constexpr int64_t kSteps = 1500, kMostEpochs = 100, kBatch = 24, kRowsAtOnce = 32;
constexpr size_t kMostSongs = 3000;
constexpr double kLearningRate = 2e-3;
constexpr int kVersion = 4;  // of the judge's making

// What a decoder does to a song, without changing its class.
void blur_some(at::Tensor& x, Random& random) {
  for (int64_t i = 0; i < x.size(0); ++i) {
    if (random.uniform() < .75) continue;
    const int64_t in_frames = 1 + 2 * random.below(9), in_bands = 1 + 2 * random.below(3);
    x[i].copy_(
        at::avg_pool2d(x[i].unsqueeze(0), {in_bands, in_frames}, {1, 1}, {in_bands / 2, in_frames / 2}, false, false)
            .squeeze(0));
  }
}

// The middle clips of songs that have a class.
struct Examples {
  LibrarySource source;
  std::vector<int64_t> clips, classes;  // n

  Batch batch(std::span<const int64_t> rows) const {
    std::vector<int64_t> some;
    for (const int64_t r : rows) some.push_back(clips[static_cast<size_t>(r)]);
    Batch out = read_batch(source, some);
    out.labels = at::empty({out.size()}, at::kLong);
    for (size_t i = 0; i < rows.size(); ++i) out.labels.data_ptr<int64_t>()[i] = classes[static_cast<size_t>(rows[i])];
    return out;
  }
};

class JudgeTraining {
 public:
  JudgeTraining(const ClipClassifier& classifier, const ParameterSet& tensors, const Examples& examples)
      : classifier_(classifier), examples_(examples), adam_(tensors, 0) {}

  // Clips are blurred once the loss of an epoch falls below half of chance: fast cues are never found in blurred clips.
  void run(const std::string& column, double chance_loss) {
    const auto n = static_cast<int64_t>(examples_.clips.size());
    const int64_t steps_per_epoch = (n + kBatch - 1) / kBatch;
    const int64_t n_steps = std::min(kSteps, kMostEpochs * steps_per_epoch);
    Progress progress("judge of " + escape_for_terminal(column), n_steps, "steps");
    bool blurs = false;
    for (int64_t step = 0, epoch = 0; step < n_steps; ++epoch) {
      Random random(1, stream_id("judge", static_cast<uint64_t>(epoch)));
      const std::vector<int64_t> rows = permutation(n, random);
      double loss = 0;
      int64_t n_seen = 0;
      for (; n_seen < n && step < n_steps; ++step) {
        const std::span<const int64_t> some(rows.data() + n_seen, static_cast<size_t>(std::min(kBatch, n - n_seen)));
        const double rate = kLearningRate * .5 * (1 + std::cos(std::numbers::pi * static_cast<double>(step) / n_steps));
        loss += take_step(some, rate, blurs, random, static_cast<uint64_t>(step)) * static_cast<double>(some.size());
        n_seen += static_cast<int64_t>(some.size());
        progress.add(1, "loss " + format_number(loss / static_cast<double>(n_seen), 3));
      }
      blurs = loss / static_cast<double>(n_seen) < chance_loss / 2;
    }
  }

 private:
  double take_step(std::span<const int64_t> rows, double rate, bool blurs, Random& random, uint64_t step) {
    throw_if_interrupted();
    const Autocast autocast(cpu_has_bf16());
    Batch batch = examples_.batch(rows);
    if (blurs) blur_some(batch.x, random);
    Pass pass{.is_training = true, .noise = noise_for(1, "judge", step, 0)};
    const at::Tensor loss = classifier_.loss(batch, pass).value;
    loss.backward();
    adam_.step(rate);
    return loss.item<double>();
  }

  const ClipClassifier& classifier_;
  const Examples& examples_;
  Adam adam_;
};

Examples training_examples(const ProofContext& context, const std::string& column,
                           const std::vector<std::string>& classes) {
  const ProofSongs& train = context.train;
  const std::vector<int64_t> codes = song_codes(*train.library, column, classes);
  ProofSongs labelled{train.library, {}};
  std::vector<int64_t> of_songs;
  for (const int64_t s : train.songs)
    if (codes[static_cast<size_t>(s)] >= 0) labelled.songs.push_back(s);
  if (labelled.songs.size() > kMostSongs) {
    Random random(1, stream_id("judge songs"));
    random.shuffle(labelled.songs);
    labelled.songs.resize(kMostSongs);
    std::ranges::sort(labelled.songs);
  }
  for (const int64_t s : labelled.songs) of_songs.push_back(codes[static_cast<size_t>(s)]);
  if (std::set<int64_t>(of_songs.begin(), of_songs.end()).size() < 2)
    fail(ExitCode::usage, {.what = "a judge needs training songs of two classes",
                           .where = "--condition " + escape_for_terminal(column),
                           .seen = std::to_string(of_songs.size()) + " training songs with a class",
                           .wanted = "two classes or more",
                           .fix = "name a label column with --condition"});
  return {LibrarySource(train.library), labelled.middle_clips(), of_songs};
}

}  // namespace

fs::path judge_path(const ProofContext& context, const std::string& column) {
  std::string name;
  for (const char c : column) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return context.run.folder.parent_path() / "judges" /
         (name + "-" + context.train.library->content_hash().substr(0, 12) + ".safetensors");
}

Judge::Judge(const ProofContext& context, const std::string& column, const std::vector<std::string>& classes)
    : classifier_(Scope{tensors_, 1}, {kMelBands, kMelFrames}, static_cast<int64_t>(classes.size()), {}) {
  const fs::path weights = judge_path(context, column);
  const fs::path marker = fs::path(weights).replace_extension(".json");
  const Json made_of{{"version", kVersion},
                     {"library", context.train.library->content_hash()},
                     {"columns", context.train.library->columns_hash()},
                     {"column", column},
                     {"songs", context.train.songs},
                     {"classes", classes}};
  if (fs::exists(marker) && fs::exists(weights) && read_json(marker) == made_of) {
    load_tensors(all_tensors(tensors_), weights);
    return;
  }
  JudgeTraining(classifier_, tensors_, training_examples(context, column, classes))
      .run(column, std::log(static_cast<double>(classes.size())));
  make_folder(weights.parent_path());
  save_tensors(all_tensors(tensors_), weights, {{"model", "judge"}});
  write_json(marker, made_of);
}

std::vector<int64_t> Judge::classify(MatrixView x) const {
  const at::NoGradGuard no_grad;
  const Autocast autocast(cpu_has_bf16());
  std::vector<int64_t> out;
  for (int64_t first = 0; first < x.n_rows; first += kRowsAtOnce) {
    const int64_t n = std::min(kRowsAtOnce, x.n_rows - first);
    Pass pass;
    const at::Tensor clips =
        at::from_blob(const_cast<float*>(x.row(first).data()), {n, kMelBands, kMelFrames}, at::kFloat);
    const at::Tensor c = classifier_.logits(clips, pass).argmax(1).contiguous();
    out.insert(out.end(), c.const_data_ptr<int64_t>(), c.const_data_ptr<int64_t>() + n);
  }
  return out;
}

std::vector<int64_t> Judge::classify(const std::shared_ptr<const LibraryIndex>& library,
                                     const std::vector<int64_t>& clips) const {
  std::vector<int64_t> out;
  Matrix x(std::min<int64_t>(kRowsAtOnce, static_cast<int64_t>(clips.size())), kMelBands * kMelFrames);
  for (size_t first = 0; first < clips.size(); first += kRowsAtOnce) {
    const auto n = static_cast<int64_t>(std::min<size_t>(kRowsAtOnce, clips.size() - first));
    for (int64_t i = 0; i < n; ++i) library->read_mel(clips[first + static_cast<size_t>(i)], x.row(i));
    const auto some = classify(MatrixView{x.values.data(), n, x.n_cols});
    out.insert(out.end(), some.begin(), some.end());
  }
  return out;
}

}  // namespace songscape
