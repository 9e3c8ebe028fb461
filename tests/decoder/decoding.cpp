#include "decoder/decoding.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace songscape {

bool Decoded::warns_of(const std::string& text) const {
  return std::any_of(song.warnings.begin(), song.warnings.end(),
                     [&](const std::string& w) { return w.find(text) != std::string::npos; });
}

bool Decoded::is_finite() const {
  for (const DecodedClip& c : clips)
    if (!std::all_of(c.samples.begin(), c.samples.end(), [](float s) { return std::isfinite(s); })) return false;
  return true;
}

int64_t Decoded::n_samples() const {
  int64_t n = 0;
  for (const DecodedClip& c : clips) n += static_cast<int64_t>(c.samples.size());
  return n;
}

std::ostream& operator<<(std::ostream& out, const Decoded& d) {
  if (!d.is_kept()) return out << "F " << d.failure;
  out << d.song.codec << ", " << d.song.decoded_sec << " of " << d.song.declared_sec << " s, " << d.clips.size()
      << " clips";
  for (const std::string& w : d.song.warnings) out << "; W " << w;
  return out;
}

Decoded decode(const std::filesystem::path& path, const Excerpts& excerpts) {
  static const DecoderClient client;
  Decoded out;
  try {
    out.song = client.decode(path, excerpts, [&](DecodedClip c) { out.clips.push_back(std::move(c)); });
  } catch (const DecodeFailure& e) {
    out.failure = e.what();
  }
  return out;
}

double difference_db(const std::vector<float>& wanted, const std::vector<float>& seen) {
  double signal = 0, error = 1e-30;
  for (size_t i = 0; i < std::min(wanted.size(), seen.size()); ++i) {
    signal += static_cast<double>(wanted[i]) * wanted[i];
    error += (static_cast<double>(wanted[i]) - seen[i]) * (static_cast<double>(wanted[i]) - seen[i]);
  }
  return 10 * std::log10(error / signal);
}

}  // namespace songscape
