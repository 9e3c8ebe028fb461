#include "proof/judge.h"

#include <ATen/TensorIndexing.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "nn/activation.h"
#include "nn/layers.h"
#include "nn/noise.h"
#include "train/adam.h"
#include "train/tensor_file.h"

namespace songscape {
namespace {

constexpr int64_t kPool = 4, kPooledFrames = kMelFrames / kPool;
constexpr int64_t kEpochs = 40, kPatience = 8, kBatch = 32, kHeldShare = 7;
constexpr double kLearningRate = 3e-3;
constexpr int kVersion = 1;  // of the judge's making

// [n × kMelValues] → [n, 128, 323]
at::Tensor pooled(MatrixView x) {
  at::Tensor t = at::from_blob(const_cast<float*>(x.data), {x.n_rows, kMelBands, kMelFrames}, at::kFloat);
  return at::avg_pool2d(t, {1, kPool}, {1, kPool});
}

// All clips at the judge's resolution: 165 kB each.
at::Tensor read_pooled(const LibraryIndex& library, const std::vector<int64_t>& clips) {
  at::Tensor out = at::empty({static_cast<int64_t>(clips.size()), kMelBands, kPooledFrames}, at::kFloat);
  constexpr int64_t kBlock = 64;
  for (int64_t first = 0; first < out.size(0); first += kBlock) {
    const int64_t n = std::min(kBlock, out.size(0) - first);
    Matrix x(n, kMelValues);
    parallel_for(n, worker_threads(),
                 [&](int64_t i) { library.read_mel(clips[static_cast<size_t>(first + i)], x.row(i)); });
    out.narrow(0, first, n).copy_(pooled(x));
  }
  return out;
}

// What a decoder does to a song, and what does not change its class.
at::Tensor changed(at::Tensor x, Random& random) {
  x = x.roll(random.below(kPooledFrames), 1);
  if (random.uniform() < .5) {
    const int64_t in_time = 1 + 2 * random.below(5), in_bands = 1 + 2 * random.below(3);
    x = at::avg_pool2d(x.unsqueeze(0), {in_bands, in_time}, {1, 1}, {in_bands / 2, in_time / 2}, false, false)
            .squeeze(0);
  }
  return x + random.uniform(-.08, .08);
}

struct Examples {
  at::Tensor x;                  // [n, 128, 323]
  std::vector<int64_t> classes;  // n
};

at::Tensor classes_of(const Examples& examples, std::span<const int64_t> rows) {
  const at::Tensor y = at::empty({static_cast<int64_t>(rows.size())}, at::kLong);
  for (size_t i = 0; i < rows.size(); ++i) y.data_ptr<int64_t>()[i] = examples.classes[static_cast<size_t>(rows[i])];
  return y;
}

}  // namespace

struct Judge::Net {
  ParameterSet tensors;
  std::vector<Conv2d> convs;
  std::vector<BatchNorm> norms;
  std::unique_ptr<Linear> to_class;

  explicit Net(int64_t n_classes, uint64_t seed) {
    const Scope root{tensors, seed};
    int64_t n_in = 1;
    for (const int64_t n_out : {8, 16, 32, 48}) {
      const Scope at = root / std::to_string(convs.size());
      convs.emplace_back(at / "conv", Conv2d::Shape{.n_in = n_in, .n_out = n_out});
      norms.emplace_back(at / "norm", n_out);
      n_in = n_out;
    }
    to_class = std::make_unique<Linear>(root / "to_class", n_in * kMelBands / 16, n_classes);
  }

  // [n, 128, 323] → [n, n_classes]
  at::Tensor operator()(const at::Tensor& x, Pass& pass) const {
    at::Tensor h = ((x - .25) / .2).unsqueeze(1);
    for (size_t i = 0; i < convs.size(); ++i) h = activate(norms[i](convs[i](h), pass), "leaky_relu");
    return (*to_class)(dropout(h.mean(3).flatten(1), .3, pass));  // [n, 48, 8, 20] → [n, 384]
  }

  std::vector<int64_t> classify(const at::Tensor& x) const {
    at::NoGradGuard no_grad;
    std::vector<int64_t> out;
    for (int64_t first = 0; first < x.size(0); first += 64) {
      Pass pass;
      const at::Tensor c =
          (*this)(x.narrow(0, first, std::min<int64_t>(64, x.size(0) - first)), pass).argmax(1).contiguous();
      out.insert(out.end(), c.const_data_ptr<int64_t>(), c.const_data_ptr<int64_t>() + c.numel());
    }
    return out;
  }
};

namespace {

// Loss on held songs, which decides the epoch that is kept.
template <class Net>
double loss_on(const Net& net, const Examples& examples, const std::vector<int64_t>& rows) {
  at::NoGradGuard no_grad;
  double sum = 0;
  for (size_t first = 0; first < rows.size(); first += kBatch) {
    const std::span<const int64_t> some(rows.data() + first, std::min<size_t>(kBatch, rows.size() - first));
    std::vector<at::Tensor> x;
    for (const int64_t r : some) x.push_back(examples.x[r]);
    Pass pass;
    sum += at::cross_entropy_loss(net(at::stack(x), pass), classes_of(examples, some)).template item<double>() *
           static_cast<double>(some.size());
  }
  return sum / static_cast<double>(rows.size());
}

template <class Net>
void train_epoch(Net& net, Adam& adam, const Examples& examples, std::vector<int64_t> rows, int64_t epoch) {
  Random random(1, stream_id("judge", static_cast<uint64_t>(epoch)));
  random.shuffle(rows);
  const double lr = kLearningRate * .5 * (1 + std::cos(3.14159265 * static_cast<double>(epoch) / kEpochs));
  for (size_t first = 0; first + 1 < rows.size(); first += kBatch) {
    throw_if_interrupted();
    const std::span<const int64_t> some(rows.data() + first, std::min<size_t>(kBatch, rows.size() - first));
    if (some.size() < 2) break;
    std::vector<at::Tensor> x;
    for (const int64_t r : some) x.push_back(changed(examples.x[r], random));
    Pass pass{.is_training = true, .noise = noise_for(1, "judge", static_cast<uint64_t>(epoch), first)};
    at::cross_entropy_loss(net(at::stack(x), pass), classes_of(examples, some), {}, at::Reduction::Mean, -100, .05)
        .backward();
    adam.step(lr);
  }
}

std::vector<at::Tensor> copies_of(const ParameterSet& set) {
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> out;
  for (const NamedTensor& t : all_tensors(set)) out.push_back(t.value.detach().clone());
  return out;
}

void put_back(const ParameterSet& set, const std::vector<at::Tensor>& copies) {
  at::NoGradGuard no_grad;
  const std::vector<NamedTensor> tensors = all_tensors(set);
  for (size_t i = 0; i < tensors.size(); ++i) at::Tensor(tensors[i].value).copy_(copies[i]);
}

// Every seventh song of those with a class, whole artists aside: training songs are already one group a split.
template <class Net>
void train_net(Net& net, const Examples& examples, const std::string& column) {
  std::vector<int64_t> order(examples.classes.size()), fit, held;
  Random random(1, stream_id("judge split"));
  order = permutation(static_cast<int64_t>(order.size()), random);
  for (size_t i = 0; i < order.size(); ++i) (i % kHeldShare == 0 ? held : fit).push_back(order[i]);
  if (fit.size() < 2) fit = order;
  Adam adam(net.tensors, 1e-4);
  double best = INFINITY;
  int64_t best_epoch = 0;
  std::vector<at::Tensor> kept = copies_of(net.tensors);
  Progress progress("judge of " + escape_for_terminal(column), kEpochs, "epochs");
  for (int64_t epoch = 0; epoch < kEpochs && epoch - best_epoch <= kPatience; ++epoch) {
    train_epoch(net, adam, examples, fit, epoch);
    if (const double loss = loss_on(net, examples, held); loss < best)
      best = loss, best_epoch = epoch, kept = copies_of(net.tensors);
    progress.add(1, "loss " + format_number(best, 3));
  }
  put_back(net.tensors, kept);
}

Examples training_examples(const ProofContext& context, const std::string& column,
                           const std::vector<std::string>& classes) {
  const ProofSongs& train = context.train;
  const std::vector<int64_t> codes = song_codes(*train.library, column, classes);
  ProofSongs labelled{train.library, {}};
  Examples examples;
  for (const int64_t s : train.songs)
    if (const int64_t c = codes[static_cast<size_t>(s)]; c >= 0)
      labelled.songs.push_back(s), examples.classes.push_back(c);
  if (std::set<int64_t>(examples.classes.begin(), examples.classes.end()).size() < 2)
    fail(ExitCode::usage, {.what = "a judge needs training songs of two classes",
                           .where = "--condition " + escape_for_terminal(column),
                           .seen = std::to_string(examples.classes.size()) + " training songs with a class",
                           .wanted = "two classes or more",
                           .fix = "name a label column with --condition"});
  examples.x = read_pooled(*train.library, labelled.middle_clips());
  return examples;
}

std::string name_of_file(const std::string& column) {
  std::string name = "judge_";
  for (const char c : column) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

}  // namespace

Judge::Judge(const ProofContext& context, const std::string& column, const std::vector<std::string>& classes)
    : net_(std::make_unique<Net>(static_cast<int64_t>(classes.size()), 1)) {
  const fs::path base = context.run.folder / name_of_file(column);
  const fs::path weights = base.string() + ".safetensors", marker = base.string() + ".json";
  const Json made_of{{"version", kVersion},
                     {"library", context.train.library->content_hash()},
                     {"columns", context.train.library->columns_hash()},
                     {"column", column},
                     {"n_songs", context.train.songs.size()},
                     {"first_song", context.train.songs.empty() ? -1 : context.train.songs.front()},
                     {"classes", classes}};
  if (fs::exists(marker) && fs::exists(weights) && read_json(marker) == made_of) {
    load_tensors(all_tensors(net_->tensors), weights);
    return;
  }
  train_net(*net_, training_examples(context, column, classes), column);
  save_tensors(all_tensors(net_->tensors), weights, {{"model", "judge"}});
  write_json(marker, made_of);
}

Judge::~Judge() = default;

std::vector<int64_t> Judge::classify(MatrixView x) const { return net_->classify(pooled(x)); }

std::vector<int64_t> Judge::classify(const LibraryIndex& library, const std::vector<int64_t>& clips) const {
  return net_->classify(read_pooled(library, clips));
}

}  // namespace songscape
