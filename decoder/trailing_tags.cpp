#include "decoder/trailing_tags.h"

#include "decoder/bytes.h"

namespace songscape::decoder {
namespace {

// The bytes that end at `end`, or false.
template <size_t N>
bool tail(Input& input, int64_t end, int64_t start, uint8_t (&out)[N]) {
  return end - static_cast<int64_t>(N) >= start && input.read_at(end - static_cast<int64_t>(N), out) == N;
}

int64_t before_ape(Input& input, int64_t end, int64_t start) {
  uint8_t b[32];
  if (!tail(input, end, start, b) || !starts_with(b, "APETAGEX")) return end;
  const int64_t size = little_endian<uint32_t>(b + 12);
  const bool has_header = little_endian<uint32_t>(b + 20) >> 31;
  const int64_t begin = end - size - (has_header ? 32 : 0);
  return begin >= start ? begin : end;
}

int64_t before_lyrics3(Input& input, int64_t end, int64_t start) {
  uint8_t b[15];
  if (!tail(input, end, start, b) || !starts_with(b + 6, "LYRICS200")) return end;
  int64_t size = 0;
  for (int i = 0; i < 6; ++i) {
    if (b[i] < '0' || b[i] > '9') return end;
    size = size * 10 + (b[i] - '0');
  }
  const int64_t begin = end - size - 15;
  return begin >= start ? begin : end;
}

}  // namespace

int64_t start_of_trailing_tags(Input& input, int64_t start) {
  int64_t end = input.size();
  uint8_t id3[128];
  if (tail(input, end, start, id3) && starts_with(id3, "TAG")) end -= 128;
  end = before_ape(input, end, start);
  end = before_lyrics3(input, end, start);
  return before_ape(input, end, start);
}

}  // namespace songscape::decoder
