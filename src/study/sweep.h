// What an ablation varies: one setting and the values to try.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace songscape {

// Key of the sweep over models: its values are MODEL, MODEL:FORM, or the baseline below.
inline constexpr const char* kArchitecture = "architecture";
inline constexpr const char* kPcaBaseline = "pca";  // PCA of the rows and k-means: trains nothing

struct Sweep {
  std::string key;                  // as in configs/MODEL.toml, or kArchitecture
  std::vector<std::string> values;  // TOML, or names; each once
  bool operator==(const Sweep&) const = default;
};

// "latent_dim=4,8,16", "loss.beta=1..16*2", "train.batch=8..32+8", "widths=[64],[64,32]", "fusion=poe,mixture".  A
// range holds its ends and what lies between by factor or step.  Error `usage`: no key, no value, an empty value, a
// range that never ends, holds nothing or more than 1,000 values.
Sweep parse_sweep(std::string_view text);

// The documents' sweeps, of those keys that the model has, each by itself; with the model's forms and the baseline as
// its architectures.  Error `usage` for an unknown model.
std::vector<Sweep> default_sweeps(const std::string& model, const std::string& size);

}  // namespace songscape
