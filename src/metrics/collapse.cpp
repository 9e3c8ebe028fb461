#include "metrics/collapse.h"

#include "core/text.h"

namespace songscape {
namespace {

constexpr double kHighSilhouette = .5;
constexpr double kAriNearZero = .05;
constexpr double kFewActive = .1;

}  // namespace

std::optional<std::string> collapse_warning(const CollapseEvidence& e) {
  std::string reasons;
  if (e.silhouette > kHighSilhouette && e.ari < kAriNearZero)
    reasons = "the groups look tight (silhouette " + format_number(e.silhouette, 2) +
              ") but hardly follow the labels (ARI " + format_number(e.ari, 2) + ")";
  if (e.n_active_units >= 0 && e.n_latents > 0 &&
      static_cast<double>(e.n_active_units) < kFewActive * static_cast<double>(e.n_latents))
    reasons += std::string(reasons.empty() ? "" : ", and ") + "only " + std::to_string(e.n_active_units) + " of " +
               std::to_string(e.n_latents) + " latent dimensions are active";
  if (reasons.empty()) return std::nullopt;
  return "This latent space may have collapsed: " + reasons +
         ". A high silhouette alone is no sign of quality: points that all sit near a few spots have one too.";
}

}  // namespace songscape
