#include "decoder/layout.h"

#include <cstdio>

#include "decoder/rejected.h"

namespace songscape::decoder {

std::string format_seconds(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f s", seconds);
  return text;
}

void check_rate_and_channels(int64_t sample_rate, int64_t n_channels) {
  if (sample_rate < kMinRate || sample_rate > kMaxRate)
    throw Rejected("sample rate " + std::to_string(sample_rate) + " Hz is out of range (4000 to 384000)");
  if (n_channels < 1 || n_channels > kMaxChannels)
    throw Rejected(std::to_string(n_channels) + " channels are out of range (1 to 8)");
}

}  // namespace songscape::decoder
