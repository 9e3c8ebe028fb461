#include "decoder/frame_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.h"

namespace songscape::decoder {

using namespace decoder_protocol;

void FrameWriter::write(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) ::_exit(1);  // the reader has gone
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
}

void FrameWriter::begin(FrameKind kind, size_t n_bytes) {
  uint8_t head[kPreamble.size() + sizeof(FrameHead)];
  const FrameHead frame{static_cast<uint32_t>(kind), static_cast<uint32_t>(n_bytes)};
  std::memcpy(head, kPreamble.data(), kPreamble.size());
  std::memcpy(head + kPreamble.size(), &frame, sizeof frame);
  write(std::span(head).subspan(has_begun_ ? kPreamble.size() : 0));
  has_begun_ = true;
}

void FrameWriter::text(FrameKind kind, const Json& value) {
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  check(text.size() <= kMaxTextBytes, "a text frame keeps to its limit");
  begin(kind, text.size());
  write({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void FrameWriter::clip(const Clip& clip) {
  const ClipHead head{clip.index, clip.start_sample};
  begin(FrameKind::clip, sizeof head + clip.samples.size_bytes());
  write({reinterpret_cast<const uint8_t*>(&head), sizeof head});
  write({reinterpret_cast<const uint8_t*>(clip.samples.data()), clip.samples.size_bytes()});
}

}  // namespace songscape::decoder
