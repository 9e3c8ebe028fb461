#include "bench/piano_rolls.h"

#include <algorithm>
#include <cmath>

#include "bench/npz_file.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"

namespace songscape {
namespace {

// Of a key that training never plays.
constexpr double kLeastShare = 1e-6;

const NpzArray& array_of(const std::map<std::string, NpzArray>& arrays, const std::string& name,
                         const std::string& where) {
  const auto it = arrays.find(name);
  if (it != arrays.end()) return it->second;
  fail(ExitCode::damaged,
       {.what = "the archive lacks an array", .where = where, .seen = {}, .wanted = name, .fix = {}});
}

RollPart part_of(const std::map<std::string, NpzArray>& arrays, const std::string& part, const std::string& where) {
  const NpzArray &x = array_of(arrays, part + "data_x", where), &lengths = array_of(arrays, part + "data_len", where);
  RollPart roll{{x.values.begin(), x.values.end()}, lengths.values};
  int64_t sum = 0;
  bool fits = x.shape.size() == 2 && x.shape[1] == kKeys && !lengths.values.empty();
  for (const int64_t n : roll.lengths) {
    fits = fits && n > 0 && n <= roll.n_frames() - sum;
    if (fits) sum += n;
  }
  fits = fits && sum == roll.n_frames() && std::ranges::all_of(x.values, [](int64_t v) { return v == 0 || v == 1; });
  if (!fits)
    fail(ExitCode::damaged, {.what = "rolls and lengths do not fit together",
                             .where = where + ", " + part,
                             .seen = {},
                             .wanted = "rows of 88 zeros and ones, as many as the lengths add up to",
                             .fix = {}});
  return roll;
}

}  // namespace

PianoRolls read_piano_rolls(const std::filesystem::path& path) {
  const auto arrays = read_npz(path);
  const std::string where = escape_for_terminal(path.string());
  return {part_of(arrays, "train", where), part_of(arrays, "valid", where), part_of(arrays, "test", where)};
}

RollWindows::RollWindows(std::vector<float> frames, const std::vector<int64_t>& lengths, int64_t window)
    : frames_(std::move(frames)), window_(window) {
  int64_t first = 0;
  for (size_t song = 0; song < lengths.size(); ++song) {
    const int64_t n_pieces = (lengths[song] + window - 1) / window;
    for (int64_t i = 0; i < n_pieces; ++i) {
      const int64_t begin = lengths[song] * i / n_pieces, end = lengths[song] * (i + 1) / n_pieces;
      pieces_.push_back({static_cast<int64_t>(song), first + begin, end - begin});
    }
    first += lengths[song];
  }
  check(first * kKeys == static_cast<int64_t>(frames_.size()), "lengths add up to the frames");
}

void RollWindows::read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const {
  for (size_t i = 0; i < rows.size(); ++i, out += kKeys * window_) {
    const Piece& p = pieces_.at(static_cast<size_t>(rows[i]));
    std::fill_n(out, kKeys * window_, 0.f);
    for (int64_t t = 0; t < p.n_frames; ++t)
      for (int64_t key = 0; key < kKeys; ++key)
        out[key * window_ + t] = frames_[static_cast<size_t>((p.first + t) * kKeys + key)];
    n_valid_frames[i] = static_cast<int32_t>(p.n_frames);
  }
}

std::string RollWindows::row_name(int64_t row) const {
  const Piece& p = pieces_.at(static_cast<size_t>(row));
  return "song " + std::to_string(p.song) + ", frame " + std::to_string(p.first);
}

std::string RollWindows::content_hash() const {
  Sha256 hash;
  for (const Piece& p : pieces_) hash.update(std::to_string(p.first) + "+" + std::to_string(p.n_frames) + ",");
  hash.update(std::as_bytes(std::span(frames_)));
  return to_hex(hash.finish());
}

double independent_keys_nll(const PianoRolls& rolls) {
  std::vector<double> share(kKeys, 0);
  for (size_t i = 0; i < rolls.train.frames.size(); ++i) share[i % kKeys] += rolls.train.frames[i];
  for (double& p : share) p = std::clamp(p / static_cast<double>(rolls.train.n_frames()), kLeastShare, 1 - kLeastShare);
  double nats = 0;
  for (size_t i = 0; i < rolls.test.frames.size(); ++i) {
    const double p = share[i % kKeys];
    nats -= std::log(rolls.test.frames[i] > 0 ? p : 1 - p);
  }
  return nats / static_cast<double>(rolls.test.n_frames());
}

}  // namespace songscape
