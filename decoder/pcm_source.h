// Samples as they come out of a codec, whichever decodes it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "decoder/layout.h"

namespace songscape::decoder {

struct PcmInfo {
  std::string codec;
  int sample_rate = 0;  // Hz
  int n_channels = 0;
  std::optional<double> declared_sec;
  bool is_integer = false;  // every sample is finite and within full scale
};

class PcmSource {
 public:
  virtual ~PcmSource() = default;
  virtual const PcmInfo& info() const = 0;
  // Interleaved samples into out (room for out.size() / n_channels frames); frames read, 0 at the end.  Rejected where
  // the codec reports damage.
  virtual int64_t read(std::span<float> out) = 0;
  // From the beginning again.
  virtual void rewind() = 0;
  // After the end: Rejected where the whole proves damaged.
  virtual void finish(std::vector<std::string>& warnings) = 0;
};

std::unique_ptr<PcmSource> open_sndfile(Input& input, const Layout& layout);
std::unique_ptr<PcmSource> open_mpg123(Input& input, const Layout& layout);
std::unique_ptr<PcmSource> open_ffmpeg(Input& input, const Layout& layout);

}  // namespace songscape::decoder
