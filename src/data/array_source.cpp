#include "data/array_source.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"
#include "data/npy.h"

namespace songscape {

ArraySource::ArraySource(std::vector<float> values, std::vector<int64_t> item_shape, std::string name)
    : values_(std::move(values)), item_shape_(std::move(item_shape)), name_(std::move(name)) {
  check(!item_shape_.empty(), "rows have a shape");
  for (const int64_t d : item_shape_) item_size_ *= d;
  check(item_size_ >= 1 && values_.size() % static_cast<size_t>(item_size_) == 0, "values fill whole rows");
  n_rows_ = static_cast<int64_t>(values_.size()) / item_size_;
  if (n_rows_ == 0)
    fail(ExitCode::damaged,
         {.what = "the array has no rows", .where = name_, .seen = {}, .wanted = "at least one", .fix = {}});
  const auto bad = std::find_if(values_.begin(), values_.end(), [](float v) { return !std::isfinite(v); });
  if (bad != values_.end())
    fail(ExitCode::damaged, {.what = "a value is not finite",
                             .where = row_name((bad - values_.begin()) / item_size_),
                             .seen = std::isnan(*bad) ? "NaN" : "infinity",
                             .wanted = "finite numbers",
                             .fix = "repair or drop that row"});
}

ArraySource ArraySource::from_npy(const std::filesystem::path& path) {
  const std::string name = escape_for_terminal(path.string());
  const NpyFile file(path);
  const std::vector<int64_t>& shape = file.header().shape;
  if (shape.size() < 2)
    fail(ExitCode::damaged, {.what = "the array has no rows of values",
                             .where = name,
                             .seen = std::to_string(shape.size()) + " axes",
                             .wanted = "rows first, then at least one axis",
                             .fix = {}});
  if (file.header().n_elements() == 0)
    fail(ExitCode::damaged,
         {.what = "the array is empty", .where = name, .seen = {}, .wanted = "at least one row", .fix = {}});
  std::vector<float> values(file.header().n_elements());
  file.read(0, values);
  return ArraySource(std::move(values), {shape.begin() + 1, shape.end()}, name);
}

void ArraySource::read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const {
  for (size_t i = 0; i < rows.size(); ++i) {
    check(rows[i] >= 0 && rows[i] < n_rows_, "a row of the array");
    out = std::copy_n(values_.begin() + rows[i] * item_size_, item_size_, out);
    n_valid_frames[i] = static_cast<int32_t>(item_shape_.back());
  }
}

std::string ArraySource::content_hash() const {
  Sha256 hash;
  for (const int64_t d : item_shape_) hash.update(std::to_string(d) + ",");
  hash.update(std::as_bytes(std::span(values_)));
  const Sha256Digest digest = hash.finish();
  return to_hex(digest);
}

}  // namespace songscape
