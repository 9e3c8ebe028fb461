// The components of a mixture prior over the songs' latents, as ellipses in two dimensions.
#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "proof/mixture_songs.h"
#include "proof/proofs.h"
#include "report/ellipses.h"
#include "stats/pca.h"

namespace songscape {
namespace {

// Two principal components of the training songs: most of what the songs differ by.
Figure ellipses_of(const ProofContext& context, const MixtureSongs& songs) {
  const Pca pca = fit_pca(songs.train, 2);
  Matrix plane(songs.judged.n_rows, 2), centres(songs.mean.n_rows, 2);
  const Matrix flat = pca.transform(songs.judged), flat_centres = pca.transform(songs.mean);
  const int64_t k = pca.components.n_rows;
  for (int64_t j = 0; j < k; ++j) {
    for (int64_t i = 0; i < plane.n_rows; ++i) plane(i, j) = flat(i, j);
    for (int64_t i = 0; i < centres.n_rows; ++i) centres(i, j) = flat_centres(i, j);
  }
  const auto ratio = [&](size_t j) {
    return j < pca.explained_variance_ratio.size() ? 100 * pca.explained_variance_ratio[j] : 0;
  };
  EllipseFigure figure{.title = context.run.model_name + ": components of the mixture over held-out songs",
                       .caption =
                           "Two principal components of the training songs' latents. Ellipses hold two standard "
                           "deviations of a component, seen from this side; grey and dashed: inactive (weight "
                           "under 1 % or no song). Colours of the songs show labels, which nothing was taught.",
                       .x_label = "first component, " + format_number(ratio(0), 2) + " % of the variance",
                       .y_label = "second component, " + format_number(ratio(1), 2) + " %",
                       .positions = plane};
  for (const char* name : {"family", "language", "genre"})
    if (const SongLabel* label = find_label(context.labels, name); label && figure.classes.names.empty()) {
      figure.classes.names = label->classes;
      for (const int64_t s : context.judged.songs)
        figure.classes.labels.push_back(label->codes[static_cast<size_t>(s)]);
    }
  for (int64_t c = 0; c < songs.mean.n_rows; ++c) {
    Ellipse e{.x = centres(c, 0),
              .y = centres(c, 1),
              .name = std::to_string(c),
              .colour = static_cast<int>(c % 8),
              .weight = songs.weight[static_cast<size_t>(c)]};
    for (int64_t j = 0; j < songs.mean.n_cols; ++j) {
      const double v = songs.variance(c, j);
      const double x = k > 0 ? pca.components(0, j) : 0, y = k > 1 ? pca.components(1, j) : 0;
      e.covariance[0] += v * x * x, e.covariance[1] += v * x * y, e.covariance[2] += v * y * y;
    }
    if (!songs.is_active(c)) e.colour = -1, e.name.clear();
    figure.ellipses.push_back(std::move(e));
  }
  return draw_ellipses(figure);
}

ProofResult prove_components(ProofContext& context) {
  const MixtureSongs songs = mixture_songs(context);
  double entropy = 0;
  Table table{{"component", "weight", "train_songs", "judged_songs", "mean_sd", "active"}, {}};
  std::vector<int64_t> judged(songs.weight.size(), 0);
  for (const int32_t c : likeliest(songs.judged_share)) ++judged[static_cast<size_t>(c)];
  for (size_t c = 0; c < songs.weight.size(); ++c) {
    if (songs.weight[c] > 0) entropy -= songs.weight[c] * std::log(songs.weight[c]);
    double sd = 0;
    for (const float v : songs.variance.row(static_cast<int64_t>(c))) sd += std::sqrt(v);
    table.add({static_cast<int64_t>(c), songs.weight[c], songs.n_train_songs[c], judged[c],
               sd / static_cast<double>(songs.variance.n_cols), songs.is_active(static_cast<int64_t>(c))});
  }
  ProofResult result;
  const std::string of = "of " + std::to_string(songs.weight.size());
  result.measures.push_back(measured("components", static_cast<double>(songs.weight.size())));
  result.measures.push_back(measured("active components", static_cast<double>(songs.n_active()),
                                     of + ": weight of 1 % or more and at least one training song"));
  result.measures.push_back(measured("effective components", std::exp(entropy),
                                     "exponential of the weights' entropy; " + of + " where all weigh the same"));
  result.measures.push_back(measured("largest weight", *std::max_element(songs.weight.begin(), songs.weight.end())));
  result.tables.push_back({"", std::move(table)});
  result.figures.push_back({"", ellipses_of(context, songs)});
  return result;
}

}  // namespace

ProofSpec gmm_components_proof() {
  return {"gmm_components", "the mixture prior's components over the songs, as ellipses", needs_mixture,
          prove_components};
}

}  // namespace songscape
