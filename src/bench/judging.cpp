#include "bench/judging.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "data/npy.h"

namespace songscape {
namespace {

std::string both(const std::string& figure, double ours, double peer) {
  return figure + " " + format_number(ours, 6) + " against " + format_number(peer, 6);
}

}  // namespace

BothResults read_results(const std::filesystem::path& folder) {
  BothResults r{read_npy_matrix(folder / kOurFile), read_npy_matrix(folder / kPeerFile)};
  if (r.ours.n_rows != r.peer.n_rows || r.ours.n_cols != r.peer.n_cols)
    fail(ExitCode::failed, {.what = "the results have different shapes",
                            .where = folder / kPeerFile,
                            .seen = std::to_string(r.peer.n_rows) + " x " + std::to_string(r.peer.n_cols),
                            .wanted = std::to_string(r.ours.n_rows) + " x " + std::to_string(r.ours.n_cols),
                            .fix = {}});
  return r;
}

Judgement judge_difference(const BothResults& results, double tolerance, const std::string& unit) {
  double most = 0;
  for (size_t i = 0; i < results.ours.values.size(); ++i)
    most = std::max(most, std::abs(double{results.ours.values[i]} - double{results.peer.values[i]}));
  return {most <= tolerance, "greatest difference " + format_number(most, 2) + " " + unit};
}

Judgement judge_not_above(const std::string& figure, double ours, double peer, double slack) {
  return {ours <= peer + slack, both(figure, ours, peer)};
}

Judgement judge_not_below(const std::string& figure, double ours, double peer, double slack) {
  return {ours >= peer - slack, both(figure, ours, peer)};
}

}  // namespace songscape
