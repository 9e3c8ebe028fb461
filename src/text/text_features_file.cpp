#include <cmath>
#include <cstring>
#include <optional>

#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"
#include "data/safetensors.h"
#include "text/text_features.h"
#include "text/words.h"

namespace songscape {
namespace {

constexpr const char* kFormat = "songscape text features";
constexpr int kVersion = 1;
constexpr const char* kTensors[] = {"components", "explained", "idf.ngrams", "idf.words", "mean",
                                    "ngram_ends", "ngrams",    "word_ends",  "words"};

// Strings one behind the other, and where each ends.
struct Strings {
  std::string text;
  std::vector<int64_t> ends;
  explicit Strings(const std::vector<std::string>& strings) {
    for (const std::string& s : strings) {
      text += s;
      ends.push_back(static_cast<int64_t>(text.size()));
    }
  }
};

template <class T>
TensorBytes tensor(std::string name, TensorType type, std::vector<int64_t> shape, const T& values) {
  return {std::move(name), type, std::move(shape), std::as_bytes(std::span(values))};
}

// Over the settings and every tensor, with names and shapes.
class ContentHash {
 public:
  explicit ContentHash(const std::string& config) {
    hash_.update(std::string(kFormat) + "\n" + std::to_string(kVersion) + "\n" + config);
  }
  void add(const std::string& name, const std::vector<int64_t>& shape, std::span<const std::byte> bytes) {
    std::string head = "\n" + name;
    for (const int64_t n : shape) head += " " + std::to_string(n);
    hash_.update(head + "\n");
    hash_.update(bytes);
  }
  std::string finish() { return to_hex(hash_.finish()); }

 private:
  Sha256 hash_;
};

class Reader {
 public:
  explicit Reader(const fs::path& path) : where_(escape_for_terminal(path.string())), file_(path) {}

  [[noreturn]] void refuse(std::string what, std::string wanted = {}, std::string fix = {}) const {
    fail(ExitCode::damaged,
         {.what = std::move(what), .where = where_, .seen = {}, .wanted = std::move(wanted), .fix = std::move(fix)});
  }

  TextFeatureConfig read_settings() const {
    if (meta("format") != kFormat) refuse("this file holds no text features", "a file that training wrote");
    const auto version = parse_integer(meta("version"));
    if (!version || *version < 1) refuse("the text features have no version");
    if (*version > kVersion)
      refuse("the text features have version " + meta("version") + ", newer than this program's " +
                 std::to_string(kVersion),
             {}, "use the newer Songscape that wrote them");
    check_hash();
    TextFeatureConfig config;
    try {
      read_config(config, ConfigMap::from_text(meta("config"), where_));
    } catch (const Error& e) {
      refuse("the settings of the text features cannot be read: " + e.parts().what);
    }
    return config;
  }

  template <class T>
  std::vector<T> values(const char* name, TensorType type, std::optional<std::vector<int64_t>> shape = {}) const {
    const TensorEntry& t = entry(name);
    if (t.type != type || (shape ? t.shape != *shape : t.shape.size() != 1))
      refuse("the tensor '" + std::string(name) + "' has another type or shape than text features have");
    const auto bytes = file_.bytes(t);
    std::vector<T> out(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
    if constexpr (std::is_floating_point_v<T>)
      for (const T v : out)
        if (!std::isfinite(v)) refuse("the tensor '" + std::string(name) + "' holds NaN or infinity");
    return out;
  }

  std::vector<std::string> strings(const char* text_name, const char* ends_name) const {
    const std::vector<char> text = values<char>(text_name, TensorType::u8);
    std::vector<std::string> out;
    int64_t start = 0;
    for (const int64_t end : values<int64_t>(ends_name, TensorType::i64)) {
      if (end <= start || end > static_cast<int64_t>(text.size())) refuse("the terms of the text features are cut");
      std::string term(text.data() + start, static_cast<size_t>(end - start));
      if (!is_valid_utf8(term) || (!out.empty() && out.back() >= term))
        refuse("the terms of the text features are out of order, or no text");
      out.push_back(std::move(term));
      start = end;
    }
    if (start != static_cast<int64_t>(text.size())) refuse("the terms of the text features are cut");
    return out;
  }

 private:
  std::string meta(const char* key) const {
    const auto it = file_.metadata().find(key);
    return it == file_.metadata().end() ? "" : it->second;
  }
  const TensorEntry& entry(const char* name) const {
    const TensorEntry* t = file_.find(name);
    if (!t) refuse("the tensor '" + std::string(name) + "' is missing");
    return *t;
  }
  void check_hash() const {
    ContentHash hash(meta("config"));
    for (const char* name : kTensors) hash.add(name, entry(name).shape, file_.bytes(entry(name)));
    if (hash.finish() != meta("sha256")) refuse("the checksum of the text features is wrong");
  }

  std::string where_;
  SafetensorsFile file_;
};

}  // namespace

void TextFeatures::save(const fs::path& path) const {
  const Strings words(words_.terms()), ngrams(ngrams_.terms());
  const auto size = [](const auto& v) { return std::vector{static_cast<int64_t>(v.size())}; };
  std::vector<double> explained = pca_.explained_variance;
  explained.push_back(pca_.explained_share);
  explained.push_back(pca_.residual);
  const std::vector<TensorBytes> tensors = {
      // in the order of kTensors
      tensor("components", TensorType::f32, {n_components(), n_terms()}, pca_.components.values),
      tensor("explained", TensorType::f64, size(explained), explained),
      tensor("idf.ngrams", TensorType::f32, size(ngrams_.idf()), ngrams_.idf()),
      tensor("idf.words", TensorType::f32, size(words_.idf()), words_.idf()),
      tensor("mean", TensorType::f32, size(pca_.mean), pca_.mean),
      tensor("ngram_ends", TensorType::i64, size(ngrams.ends), ngrams.ends),
      tensor("ngrams", TensorType::u8, size(ngrams.text), ngrams.text),
      tensor("word_ends", TensorType::i64, size(words.ends), words.ends),
      tensor("words", TensorType::u8, size(words.text), words.text)};
  const std::string config = to_toml(config_);
  ContentHash hash(config);
  for (const TensorBytes& t : tensors) hash.add(t.name, t.shape, t.bytes);
  write_safetensors(path, tensors,
                    {{"format", kFormat},
                     {"version", std::to_string(kVersion)},
                     {"config", config},
                     {"unicode", unicode_version()},
                     {"sha256", hash.finish()}});
}

TextFeatures TextFeatures::load(const fs::path& path) {
  const Reader reader(path);
  TextFeatures out;
  out.config_ = reader.read_settings();
  const auto take = [&](const char* text, const char* ends, const char* idf) {
    std::vector<std::string> terms = reader.strings(text, ends);
    std::vector<float> weights = reader.values<float>(idf, TensorType::f32, {{static_cast<int64_t>(terms.size())}});
    return Tfidf(std::move(terms), std::move(weights), out.config_.sublinear_tf);
  };
  out.words_ = take("words", "word_ends", "idf.words");
  out.ngrams_ = take("ngrams", "ngram_ends", "idf.ngrams");
  const int64_t k = out.config_.n_components, d = out.n_terms();
  out.pca_.mean = reader.values<float>("mean", TensorType::f32, {{d}});
  out.pca_.components.n_rows = k;
  out.pca_.components.n_cols = d;
  out.pca_.components.values = reader.values<float>("components", TensorType::f32, {{k, d}});
  out.pca_.explained_variance = reader.values<double>("explained", TensorType::f64, {{k + 2}});
  out.pca_.residual = out.pca_.explained_variance.back();
  out.pca_.explained_variance.pop_back();
  out.pca_.explained_share = out.pca_.explained_variance.back();
  out.pca_.explained_variance.pop_back();
  for (int64_t c = 0; c < k; ++c)
    for (const float v : out.pca_.components.row(c))
      if (v != 0) {
        out.pca_.rank = c + 1;
        break;
      }
  return out;
}

}  // namespace songscape
