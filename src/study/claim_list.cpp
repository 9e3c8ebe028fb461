#include "study/claims.h"

namespace songscape {
namespace {

using enum ClaimRule;

const char* const kHeldOut = "held-out songs, means over songs and seeds";
const char* const kGenreKmeans = "ari|genre|kmeans|train";

std::vector<Claim> reconstruction() {
  std::vector<Claim> rows;
  for (const auto& [model, bound, text] : {std::tuple{"basic_vae", .015, ".015"},
                                           {"conv_vae", .012, ".012"},
                                           {"beta_vae", .018, ".018"},
                                           {"cvae", .013, ".013"},
                                           {"vade", .014, ".014"}})
    rows.push_back({"reconstruction", std::string(model) + ": MSE on [0, 1]", text, kHeldOut, model, "", at_most,
                    figure::kMse, bound, std::string("songscape train ") + model});
  rows.push_back({"reconstruction", "conv_vae: at or below PCA-128", "≤ PCA-128",
                  "the same songs, PCA of 128 components fitted on the training songs", "conv_vae", "",
                  at_most_baseline, "PCA-128", 0, "songscape train conv_vae"});
  rows.push_back({"reconstruction", "conv_vae: best", "lowest MSE", "paired interval of its lead", "conv_vae", "",
                  wins_contest, "reconstruction"});
  rows.push_back({"reconstruction", "conv_vae: sharper at edges", "highest", "gradient energy kept", "conv_vae", "",
                  wins_contest, "edges"});
  rows.push_back({"reconstruction", "conv_vae: sharper at beats", "highest", "onset-envelope correlation", "conv_vae",
                  "", wins_contest, "beats"});
  return rows;
}

std::vector<Claim> clustering() {
  const char* const how = "clusterer fitted on training songs, held-out songs assigned";
  const char* const inferred = "label inferred by the model itself, held-out songs; it was taught the label";
  return {
      {"clustering", "basic_vae: genre ARI", ".35 (.3–.5)", how, "basic_vae", "", at_least, kGenreKmeans, .35,
       "songscape train basic_vae"},
      {"clustering", "conv_vae: genre ARI", ".48 (.4–.6)", how, "conv_vae", "", at_least, kGenreKmeans, .48,
       "songscape train conv_vae"},
      {"clustering", "beta_vae: genre ARI", ".42", how, "beta_vae", "", at_least, kGenreKmeans, .42,
       "songscape train beta_vae"},
      {"clustering", "cvae, language: ARI", ".82 (.7–.9)", inferred, "cvae", "language", at_least,
       "ari|language|inferred|train", .82, "songscape train cvae --condition language"},
      {"clustering", "cvae, language: purity", "> .9", inferred, "cvae", "language", at_least,
       "purity|language|inferred|train", .9, "songscape train cvae --condition language"},
      {"clustering", "cvae, genre: ARI", ".63 (.5–.7)", inferred, "cvae", "genre", at_least, "ari|genre|inferred|train",
       .63, "songscape train cvae --condition genre"},
      {"clustering", "vade: genre ARI", ".71 (.6–.8)", "argmax q(c|x) of held-out songs", "vade", "", at_least,
       "ari|genre|mixture|train", .71, "songscape train vade"},
      {"clustering", "vade: above k-means on every model's latents", "ARI above", "paired interval", "vade", "",
       above_kmeans, "", 0, "songscape train vade"},
      {"clustering", "best model: over the best control", "≥ 1.25 ×",
       "the same clusterer and songs; paired interval of the difference above 0", "", "", over_control, "", 1.25,
       "songscape compare --library L2"},
  };
}

std::vector<Claim> disentanglement() {
  std::vector<Claim> rows;
  const char* const how = "MIG on μ of held-out songs, 20 bins, shuffled-factor null subtracted, mean over factors";
  for (const auto& [model, bound, text] :
       {std::tuple{"basic_vae", .05, ".05"}, {"conv_vae", .12, ".12"}, {"cvae", .15, ".15"}, {"vade", .10, ".10"}})
    rows.push_back({"disentanglement", std::string(model) + ": MIG", text, how, model, "", at_least, figure::kMig,
                    bound, std::string("songscape prove disentanglement --run ") + model});
  rows.insert(rows.begin() + 2, {"disentanglement", "beta_vae family: MIG", ".38 (.3–.5)", how, "beta_vae", "",
                                 at_least, figure::kMig, .38, "songscape prove disentanglement --run beta_vae"});
  return rows;
}

std::vector<Claim> cost() {
  std::vector<Claim> rows;
  const char* const time = "from the epochs that were trained (at least 200 steps), extrapolated to 100";
  for (const auto& [model, hours, text] : {std::tuple{"basic_vae", 2.0, "2 h"},
                                           {"conv_vae", 3.0, "3 h"},
                                           {"beta_vae", 3.0, "3 h"},
                                           {"cvae", 3.2, "3.2 h"},
                                           {"vade", 4.0, "4 h"}})
    rows.push_back({"time for 100 epochs", model, text, time, model, "", at_most, figure::kHours, hours,
                    std::string("songscape train ") + model});
  rows.push_back({"time for 100 epochs", "all models", "24 h", "sum of the five, extrapolated", "", "", sum_at_most,
                  figure::kHours, 24, "songscape train-all"});
  rows.push_back({"time for 100 epochs", "all proofs", "30 min", "wall time", "", "", elsewhere, "", 0,
                  "time songscape prove all"});
  for (const auto& [model, n, text] : {std::tuple{"basic_vae", 5e6, "~5M"},
                                       {"conv_vae", 3e6, "~3M"},
                                       {"beta_vae", 3e6, "~3M"},
                                       {"cvae", 3.5e6, "~3.5M"},
                                       {"vade", 5.5e6, "~5.5M"}})
    rows.push_back({"parameters", model, text, "counted", model, "", about, figure::kParameters, n,
                    std::string("songscape train ") + model});
  for (const auto& [what, text] : {std::pair{"multimodal", "1,256,897"},
                                   {"FC-hybrid", "205,824"},
                                   {"conv-hybrid", "187,392"},
                                   {"cvae-hybrid", "238,848"}})
    rows.push_back({"parameters", what, text, "counted", "multimodal_vae", "", elsewhere, "", 0,
                    "songscape train multimodal_vae"});
  return rows;
}

std::vector<Claim> winners() {
  const auto wins = [](const char* what, const char* model, const char* contest) {
    return Claim{"which model wins", what,   model, "highest of all models, paired interval of its lead", model, "",
                 wins_contest,       contest};
  };
  return {wins("reconstruction", "conv_vae", "reconstruction"),
          wins("supervised clustering", "cvae", "supervised clustering"),
          wins("unsupervised clustering", "vade", "unsupervised clustering"),
          wins("interpretability", "beta_vae", "interpretability"),
          wins("fastest", "basic_vae", "speed"),
          {"which model wins", "most versatile", "conv_vae",
           "lowest mean rank over reconstruction, unsupervised clustering, interpretability and speed", "conv_vae", "",
           wins_contest, "versatility"}};
}

std::vector<Claim> proofs() {
  const auto row = [](const char* area, const char* promise, const char* claimed, const char* model, const char* test,
                      const char* condition = "", const char* measure = "") {
    return Claim{.area = area,
                 .promise = promise,
                 .claimed = claimed,
                 .how = std::string("songscape prove ") + test,
                 .model = model,
                 .condition = condition,
                 .rule = proof,
                 .figure = test,
                 .command = std::string("songscape prove ") + test + " --run " + model,
                 .measure = measure};
  };
  return {row("smoothness", "basic_vae: steps along an interpolation alike", ".0022–.0025", "basic_vae", "smoothness"),
          row("filters", "conv_vae: 32 first-layer filters: frequency, rhythm, pitch-change, complex", "32", "conv_vae",
              "filters"),
          row("traversal", "beta_vae: one dimension moves one attribute", "0 tempo, 1 pitch, 2 energy, 3 genre",
              "beta_vae", "traversal"),
          row("structure", "conv_vae: genre → subgenre hierarchy", "shown", "conv_vae", "clustering_comparison", "",
              "dendrogram purity"),
          row("structure", "cvae, genre: families together", "shown", "cvae", "clustering_comparison", "genre",
              "dendrogram purity"),
          row("structure", "beta_vae: axis-aligned", "MIG above randomly rotated z", "beta_vae", "disentanglement"),
          row("separation", "cvae: language clusters that do not overlap; silhouette highest of all", "5", "cvae",
              "separation"),
          row("separation", "cvae: samples of a class are recognised as that class", "≥ .9 of the judge's own", "cvae",
              "generate"),
          row("soft clustering", "vade: confidence, active components", "mean .87, min .42, max .99; 45 of 50 active",
              "vade", "soft_clustering"),
          row("soft clustering", "vade: above VAE + k-means in NMI and ARI", "above", "vade", "clustering_comparison",
              "", "k-means"),
          row("symbolic", "all dimensions active", "all", "music_transformer", "music", "", "active dimensions"),
          row("symbolic", "MIG", ".038", "music_transformer", "music", "", "mig"),
          row("symbolic", "SAP", ".8", "music_transformer", "music", "", "sap"),
          row("symbolic", "KL a dimension", ".1–1.0", "music_transformer", "music", "", "dimensions with a KL"),
          row("symbolic", "total KL", "~.6", "music_transformer", "music", "", "total KL"),
          row("symbolic", "reconstruction", "~6.7", "music_transformer", "music", "", "reconstruction against")};
}

std::vector<Claim> of_other_models() {
  const auto row = [](const char* area, const char* promise, const char* claimed, const char* model) {
    return Claim{area,      promise, claimed, "no run here is of that model",         model, "",
                 elsewhere, "",      0,       std::string("songscape train ") + model};
  };
  return {row("multimodal, 4 clusters", "VAE + k-means",
              "silhouette .935, CH 12,067.75, DB .225, ARI .004, NMI .018, purity .225", "multimodal_vae"),
          row("multimodal, 4 clusters", "VAE + agglomerative",
              "silhouette .889, CH 9,856.32, DB .287, ARI .003, NMI .015, purity .218", "multimodal_vae"),
          row("multimodal, 4 clusters", "PCA + k-means",
              "silhouette .174, CH 210.44, DB 2.497, ARI .010, NMI .022, purity .258", "multimodal_vae"),
          row("multimodal, 4 clusters", "best loss", "1.0371", "multimodal_vae"),
          {"ablation", "latent 16, hidden 256, lr .001, batch 32", "best", "a sweep of them", "", "", elsewhere, "", 0,
           "songscape ablate"},
          {"ablation", "higher β: more disentangled, lower silhouette, lower reconstruction error, higher KL",
           "all four", "a sweep of β", "", "", elsewhere, "", 0, "songscape ablate beta_vae --sweep beta=…"},
          row("symbolic", "hierarchical: memory and time", "+15 %, < 5 %", "music_transformer")};
}

}  // namespace

const std::vector<Claim>& all_claims() {
  static const std::vector<Claim> rows = [] {
    std::vector<Claim> all;
    for (const auto& part :
         {reconstruction(), clustering(), disentanglement(), cost(), winners(), proofs(), of_other_models()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return rows;
}

}  // namespace songscape
