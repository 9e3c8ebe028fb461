#include "proof/mixture_songs.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "proof/told.h"
#include "run/encode.h"

namespace songscape {

bool MixtureSongs::is_active(int64_t component) const {
  return weight[static_cast<size_t>(component)] >= .01 && n_train_songs[static_cast<size_t>(component)] > 0;
}

int64_t MixtureSongs::n_active() const {
  int64_t n = 0;
  for (size_t c = 0; c < weight.size(); ++c) n += is_active(static_cast<int64_t>(c));
  return n;
}

std::vector<int32_t> likeliest(const Matrix& share) {
  std::vector<int32_t> out;
  for (int64_t i = 0; i < share.n_rows; ++i)
    out.push_back(
        static_cast<int32_t>(std::max_element(share.row(i).begin(), share.row(i).end()) - share.row(i).begin()));
  return out;
}

std::optional<std::string> needs_mixture(const ProofContext& context) {
  if (auto reason = needs_library(context)) return reason;
  if (!context.run.model->mixture()) return "the model's prior is no mixture: it has no components (vade's has)";
  if (context.train.songs.empty()) return "there are no training songs";
  return std::nullopt;
}

MixtureSongs mixture_songs(const ProofContext& context) {
  at::NoGradGuard no_grad;
  const LatentMixture own_mixture = *context.run.model->mixture();
  const LatentMixture mixture{own_mixture.log_weight.cpu(), own_mixture.mean.cpu(), own_mixture.log_var.cpu()};
  const Matrix own = latents_of(context.run.folder).songs;
  MixtureSongs m;
  for (const float w : matrix_of(mixture.log_weight.exp().unsqueeze(0)).values) m.weight.push_back(w);
  m.mean = matrix_of(mixture.mean);
  m.variance = matrix_of(mixture.log_var.exp());
  m.train = select_rows(own, context.train.songs);
  m.judged =
      select_rows(context.library_name.empty() ? own : latents_of(context.run.folder, context.library_name).songs,
                  context.judged.songs);
  m.train_share = matrix_of(log_responsibilities(mixture, tensor_of(m.train)).exp());
  m.judged_share = matrix_of(log_responsibilities(mixture, tensor_of(m.judged)).exp());
  m.n_train_songs.assign(m.weight.size(), 0);
  for (const int32_t c : likeliest(m.train_share)) ++m.n_train_songs[static_cast<size_t>(c)];
  return m;
}

}  // namespace songscape
