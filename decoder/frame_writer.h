// The decoder's side of library/decoder_protocol.h.
#pragma once

#include <span>
#include <string_view>

#include "core/json.h"
#include "decoder/excerpt_cutter.h"
#include "library/decoder_protocol.h"

namespace songscape::decoder {

class FrameWriter {
 public:
  explicit FrameWriter(int fd) : fd_(fd) {}
  void text(decoder_protocol::FrameKind kind, const Json& value);
  void clip(const Clip& clip);

 private:
  void write(std::span<const uint8_t> bytes);
  void begin(decoder_protocol::FrameKind kind, size_t n_bytes);
  int fd_;
  bool has_begun_ = false;
};

}  // namespace songscape::decoder
