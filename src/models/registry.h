// The models by name.  Adding one: its file pair, one row in registry.cpp, one line of the shared test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/vae.h"

namespace songscape {

struct ModelSpec {
  std::string name;                       // "conv_vae"
  std::string size = "spec";              // or "compact"
  std::vector<int64_t> input_shape = {};  // of the data; empty: what the settings say
  uint64_t seed = 0;                      // of the first weights
  ConfigMap settings = {};                // over the preset's
};

std::vector<std::string> model_names();

// The commented preset of a model, as it stands in configs/NAME.toml.
const std::string& preset_text(const std::string& model);
// The form that a model has in the documents, and those that its preset names beside it ([form.NAME] tables).
inline constexpr const char* kDocumentedForm = "documented";
std::vector<std::string> model_forms(const std::string& model);
// The preset's keys at one size and in one form: [compact] tables replace what stands above them, [form.NAME] tables
// those, [compact.form.NAME] these.  Keys under "train." are the trainer's, all others the model's.  Error `usage` for
// an unknown model, size or form, with those known.
ConfigMap preset(const std::string& model, const std::string& size, const std::string& form = kDocumentedForm);

// Preset, then spec.settings over it ("train." keys are left aside).  Error `usage` for unknown keys and values out of
// range, and where input_shape does not fit the data.
std::unique_ptr<Vae> make_model(const ModelSpec& spec);
// Every key of that model, resolved, without making it; Errors as make_model's of keys and values.
std::vector<ConfigRow> resolved_keys(const ModelSpec& spec);
// The keys that a model takes, with defaults at that size and help.
std::vector<ConfigRow> model_keys(const std::string& model, const std::string& size);

}  // namespace songscape
