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

constexpr int64_t kEpochs = 56, kWarmUpEpochs = 8, kBatch = 24, kPatience = 8, kHeldShare = 7, kRowsAtOnce = 32;
constexpr size_t kMostSongs = 3000;
constexpr double kLearningRate = 3e-3;
constexpr int kVersion = 3;  // of the judge's making

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
      : classifier_(classifier), tensors_(tensors), examples_(examples), adam_(tensors, 1e-4) {
    Random random(1, stream_id("judge split"));
    const auto order = permutation(static_cast<int64_t>(examples.clips.size()), random);
    for (size_t i = 0; i < order.size(); ++i) (i % kHeldShare == 0 ? held_ : fit_).push_back(order[i]);
    if (fit_.size() < 2) fit_ = order;
  }

  // Leaves the weights of the epoch that does best on the songs held aside.  Patience counts, and clips are
  // blurred, once it does better than half of chance: fast cues are found late, and never in blurred clips.
  void run(const std::string& column, double chance_loss) {
    double best = INFINITY;
    int64_t best_epoch = 0;
    std::vector<at::Tensor> kept = copies();
    Progress progress("judge of " + escape_for_terminal(column), kEpochs, "epochs");
    for (int64_t epoch = 0; epoch < kEpochs && (best > chance_loss / 2 || epoch <= best_epoch + kPatience); ++epoch) {
      train_epoch(epoch, best < chance_loss / 2);
      if (const double loss = held_loss(); loss < best) best = loss, best_epoch = epoch, kept = copies();
      progress.add(1, "loss " + format_number(best, 3));
    }
    const at::NoGradGuard no_grad;
    const std::vector<NamedTensor> tensors = all_tensors(tensors_);
    for (size_t i = 0; i < tensors.size(); ++i) at::Tensor(tensors[i].value).copy_(kept[i]);
  }

 private:
  static double learning_rate(double epoch) {
    if (epoch < kWarmUpEpochs) return kLearningRate * (epoch + 1) / kWarmUpEpochs;
    return kLearningRate * .5 *
           (1 + std::cos(std::numbers::pi * (epoch - kWarmUpEpochs) / static_cast<double>(kEpochs - kWarmUpEpochs)));
  }

  void train_epoch(int64_t epoch, bool blurs) {
    Random random(1, stream_id("judge", static_cast<uint64_t>(epoch)));
    std::vector<int64_t> rows = fit_;
    random.shuffle(rows);
    const Autocast autocast(cpu_has_bf16());
    for (size_t first = 0; first + 1 < rows.size(); first += kBatch) {
      throw_if_interrupted();
      const std::span<const int64_t> some(rows.data() + first, std::min<size_t>(kBatch, rows.size() - first));
      Batch batch = examples_.batch(some);
      if (blurs) blur_some(batch.x, random);
      Pass pass{.is_training = true, .noise = noise_for(1, "judge", static_cast<uint64_t>(epoch), first)};
      classifier_.loss(batch, pass).value.backward();
      adam_.step(learning_rate(static_cast<double>(epoch)));
    }
  }

  double held_loss() const {
    const at::NoGradGuard no_grad;
    double sum = 0;
    for (size_t first = 0; first < held_.size(); first += kBatch) {
      const std::span<const int64_t> some(held_.data() + first, std::min<size_t>(kBatch, held_.size() - first));
      Pass pass;
      sum += classifier_.loss(examples_.batch(some), pass).value.item<double>() * static_cast<double>(some.size());
    }
    return sum / static_cast<double>(held_.size());
  }

  std::vector<at::Tensor> copies() const {
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> out;
    for (const NamedTensor& t : all_tensors(tensors_)) out.push_back(t.value.detach().clone());
    return out;
  }

  const ClipClassifier& classifier_;
  const ParameterSet& tensors_;
  const Examples& examples_;
  Adam adam_;
  std::vector<int64_t> fit_, held_;
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
