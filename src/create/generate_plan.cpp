#include "create/generate_plan.h"

#include <algorithm>
#include <cmath>

#include "audio/clip.h"
#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "create/latent_space.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& seen, const std::string& wanted,
                         const std::string& fix = {}) {
  fail(ExitCode::usage, {.what = what, .where = {}, .seen = escape_for_terminal(seen), .wanted = wanted, .fix = fix});
}

std::string numbered(const std::string& stem, int64_t i, int64_t n) {
  const size_t n_digits = std::max<size_t>(2, std::to_string(n).size());
  const std::string number = std::to_string(i + 1);
  return stem + "-" + std::string(n_digits - std::min(n_digits, number.size()), '0') + number;
}

class Planner {
 public:
  Planner(RunData& data, const GenerateRequest& request) : data_(data), request_(request) {}

  std::vector<PlannedItem> plan() {
    check_options();
    if (request_.class_name) label_ = find_class(data_, *request_.class_name);
    if (!request_.between.empty()) return between();
    if (request_.traverse) return traversal();
    if (!request_.song.empty()) return reconstruction();
    return samples();
  }

 private:
  bool is_given(bool song, bool component) const {
    return (song && !request_.song.empty()) || (component && request_.component);
  }

  void check_options() const {
    if (!request_.between.empty()) {
      check(request_.between.size() == 2, "an interpolation has two ends");
      if (is_given(true, true) || request_.traverse)
        refuse("these options do not go together", "--between with --song, --component or --traverse", "one of them");
    }
    if (request_.component && (is_given(true, false) || request_.traverse || request_.class_name))
      refuse("these options do not go together", "--component with --song, --traverse or --class", "one of them");
    if (!request_.song.empty() && !request_.traverse && request_.n_samples)
      refuse("a song is reconstructed once", "--song with --n-samples", "--song alone, or with --traverse");
    if (request_.n_samples && *request_.n_samples < 2 && (request_.traverse || !request_.between.empty()))
      refuse("a path has at least two points", std::to_string(*request_.n_samples), "--n-samples 2 or more");
  }

  int64_t label_of(int64_t row) { return label_ >= 0 ? label_ : class_of_row(data_, row); }

  int frames_of(int64_t row) const { return data_.library ? data_.library->clip(row).n_valid_frames : kNumFrames; }

  std::vector<PlannedItem> between() {
    const int64_t a = find_song_row(data_, request_.between[0]), b = find_song_row(data_, request_.between[1]);
    const std::vector<int64_t> rows{a, b};
    const Matrix ends = encode_places(data_, rows).mean;
    const int64_t labels[] = {label_of(a), label_of(b)}, n = request_.n_samples.value_or(10);
    std::vector<PlannedItem> items;
    for (int64_t i = 0; i < n; ++i) {
      const double t = static_cast<double>(i) / static_cast<double>(n - 1);
      PlannedItem item;
      item.name = numbered("between", i, n);
      item.source = "between";
      item.caption = format_number(100 * (1 - t), 3) + " % " + row_title(data_, a) + ", " + format_number(100 * t, 3) +
                     " % " + row_title(data_, b);
      for (int64_t d = 0; d < ends.n_cols; ++d)
        item.z.push_back(static_cast<float>((1 - t) * ends(0, d) + t * ends(1, d)));
      item.label = labels[t > 0.5];
      item.row = a, item.row_b = b, item.weight = t;
      item.n_valid_frames = static_cast<int>(std::lround((1 - t) * frames_of(a) + t * frames_of(b)));
      items.push_back(std::move(item));
    }
    return items;
  }

  std::vector<PlannedItem> traversal() {
    const int64_t latent_dim = data_.run.model->latent_dim(), d = *request_.traverse;
    if (d < 0 || d >= latent_dim)
      refuse("the model has no such latent dimension", std::to_string(d),
             "--traverse 0 to " + std::to_string(latent_dim - 1));
    const int64_t row = request_.song.empty() ? -1 : find_song_row(data_, request_.song);
    const AggregatePosterior all = aggregate_posterior(data_);
    std::vector<float> start(all.mean.begin(), all.mean.end());
    if (row >= 0) {
      const Matrix z = encode_places(data_, std::vector<int64_t>{row}).mean;
      start.assign(z.values.begin(), z.values.end());
    }
    const int64_t n = request_.n_samples.value_or(7), label = label_for_samples(row);
    std::vector<PlannedItem> items;
    for (int64_t i = 0; i < n; ++i) {
      const double step = -3 + 6 * static_cast<double>(i) / static_cast<double>(n - 1);
      PlannedItem item;
      item.name = numbered("axis-" + std::to_string(d), i, n);
      item.source = "axis";
      item.caption = "z" + std::to_string(d) + " at " + (step > 0 ? "+" : "") + format_number(step, 2) +
                     " standard deviations" + (row >= 0 ? ", else " + row_title(data_, row) : ", else the mean place");
      item.z = start;
      item.z[static_cast<size_t>(d)] =
          static_cast<float>(all.mean[static_cast<size_t>(d)] + step * all.deviation[static_cast<size_t>(d)]);
      item.label = label;
      item.row = row, item.weight = step, item.dimension = d;
      item.n_valid_frames = row >= 0 ? frames_of(row) : kNumFrames;
      items.push_back(std::move(item));
    }
    return items;
  }

  // Of a traversal that starts at no song: the class asked for, else the first.
  int64_t label_for_samples(int64_t row) {
    if (row >= 0) return label_of(row);
    return data_.is_conditional() ? std::max<int64_t>(0, label_) : -1;
  }

  std::vector<PlannedItem> reconstruction() {
    const int64_t row = find_song_row(data_, request_.song);
    const Matrix z = encode_places(data_, std::vector<int64_t>{row}).mean;
    PlannedItem original;
    original.name = "original";
    original.source = "the song itself";
    original.caption = row_title(data_, row) + ": its own mel";
    original.z = z.values;
    original.label = class_of_row(data_, row);
    original.row = row;
    original.n_valid_frames = frames_of(row);
    original.is_original = true;
    PlannedItem decoded = original;
    decoded.name = "reconstruction";
    decoded.source = "posterior mean";
    decoded.caption = row_title(data_, row) + ": decoded from the mean of q(z|x)";
    decoded.label = label_of(row);
    decoded.is_original = false;
    return {std::move(original), std::move(decoded)};
  }

  std::vector<PlannedItem> samples() {
    const int64_t n = request_.n_samples.value_or(4);
    std::vector<int64_t> labels;
    Random random(request_.seed, stream_id("class"));
    for (int64_t i = 0; i < n && data_.is_conditional(); ++i)
      labels.push_back(label_ >= 0 ? label_ : random.below(data_.run.model->n_classes()));
    const std::string stem = request_.component ? "component-" + std::to_string(*request_.component)
                             : label_ >= 0      ? "class"
                                                : "prior";
    const Matrix z = request_.component ? component_samples(n) : sample_prior_places(data_, n, labels, request_.seed);
    std::vector<PlannedItem> items;
    for (int64_t i = 0; i < n; ++i) {
      PlannedItem item;
      item.name = numbered(stem, i, n);
      item.source = request_.component ? "component" : label_ >= 0 ? "class" : "prior";
      item.z.assign(z.row(i).begin(), z.row(i).end());
      if (!labels.empty()) item.label = labels[static_cast<size_t>(i)];
      item.component = request_.component.value_or(-1);
      item.caption = "sample " + std::to_string(i + 1) + " of " +
                     (request_.component ? "component " + std::to_string(*request_.component) : "the prior") +
                     (item.label >= 0 ? ", " + data_.run.condition->column + " " +
                                            data_.run.condition->classes[static_cast<size_t>(item.label)]
                                      : "");
      item.n_valid_frames = kNumFrames;
      items.push_back(std::move(item));
    }
    return items;
  }

  Matrix component_samples(int64_t n) const {
    const int64_t n_known = n_components(data_);
    if (n_known == 0)
      refuse("the model's prior has no components", data_.run.model_name, "a model with a mixture prior",
             "train vade, or leave --component out");
    if (*request_.component < 0 || *request_.component >= n_known)
      refuse("the prior has no such component", std::to_string(*request_.component),
             "--component 0 to " + std::to_string(n_known - 1));
    return sample_component(data_, *request_.component, n, request_.seed);
  }

  RunData& data_;
  const GenerateRequest& request_;
  int64_t label_ = -1;  // of the class asked for
};

}  // namespace

int64_t find_class(const RunData& data, const std::string& name) {
  if (!data.is_conditional() || !data.run.condition)
    refuse("the model was trained without a condition and knows no classes", data.run.model_name, "a conditional model",
           "train cvae --condition COLUMN, or leave --class out");
  const auto& classes = data.run.condition->classes;
  const auto at = std::find(classes.begin(), classes.end(), name);
  if (at != classes.end()) return at - classes.begin();
  const auto near = nearest_name(name, classes);
  refuse("the model's condition '" + escape_for_terminal(data.run.condition->column) + "' has no such class", name,
         "one of " + escape_for_terminal(join(classes, ", ")),
         near ? "did you mean '" + escape_for_terminal(*near) + "'?" : "");
}

std::vector<PlannedItem> plan_generation(RunData& data, const GenerateRequest& request) {
  return Planner(data, request).plan();
}

}  // namespace songscape
