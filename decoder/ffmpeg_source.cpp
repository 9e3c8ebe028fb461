#include <sys/wait.h>

#include <bit>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "core/text.h"
#include "decoder/bytes.h"
#include "decoder/ffmpeg_process.h"
#include "decoder/pcm_source.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

// "Duration: 00:03:25.18," of the input's description; nothing where it is N/A or guessed from the bit rate.
std::optional<double> declared_duration(std::string_view messages) {
  if (messages.find("Estimating duration from bitrate") != std::string_view::npos) return std::nullopt;
  const size_t at = messages.find("  Duration: ");
  int hours = 0, minutes = 0;
  double seconds = 0;
  if (at == std::string_view::npos ||
      std::sscanf(std::string(messages.substr(at + 12, 32)).c_str(), "%d:%d:%lf", &hours, &minutes, &seconds) != 3)
    return std::nullopt;
  return hours * 3600.0 + minutes * 60.0 + seconds;
}

// "aac" of "Stream #0:0(und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, …".
std::string codec_name(std::string_view messages) {
  const size_t at = messages.find(": Audio: ");
  if (at == std::string_view::npos) return "unknown";
  const std::string_view rest = messages.substr(at + 9, 32);
  return std::string(rest.substr(0, rest.find_first_of(" ,\n")));
}

class FfmpegSource : public PcmSource {
 public:
  explicit FfmpegSource(const Layout& layout) : layout_(layout) {
    start();
    info_.codec = layout.codec.empty() ? codec_name(process_->messages()) : layout.codec;
    info_.declared_sec = layout.declared_sec;
    const bool knows_better = layout.kind == Kind::mp4 || layout.kind == Kind::adts || layout.kind == Kind::ogg;
    if (!info_.declared_sec && !knows_better) info_.declared_sec = declared_duration(process_->messages());
  }

  const PcmInfo& info() const override { return info_; }

  int64_t read(std::span<float> out) override {
    const size_t frame_bytes = sizeof(float) * static_cast<size_t>(info_.n_channels);
    const size_t n_frames =
        process_->read({reinterpret_cast<uint8_t*>(out.data()), out.size_bytes() / frame_bytes * frame_bytes}) /
        frame_bytes;
    for (float& sample : out.first(n_frames * static_cast<size_t>(info_.n_channels)))
      sample = std::bit_cast<float>(__builtin_bswap32(std::bit_cast<uint32_t>(sample)));
    return static_cast<int64_t>(n_frames);
  }

  void rewind() override { start(); }

  void finish(std::vector<std::string>& warnings) override {
    const int status = process_->wait();
    if (!WIFEXITED(status)) throw Rejected("ffmpeg crashed (signal " + std::to_string(WTERMSIG(status)) + ")");
    if (WEXITSTATUS(status) != 0) refuse();
    if (process_->n_errors() > 0)
      warnings.push_back("the codec reported " + std::to_string(process_->n_errors()) +
                         " errors, the last: " + escape_for_terminal(process_->last_error()));
  }

 private:
  void start() {
    process_.emplace(layout_.demuxer);
    uint8_t h[24];
    if (process_->read(h) != sizeof h || !starts_with(h, ".snd")) refuse();
    info_.sample_rate = static_cast<int>(big_endian<uint32_t>(h + 16));
    info_.n_channels = static_cast<int>(big_endian<uint32_t>(h + 20));
    check_rate_and_channels(info_.sample_rate, info_.n_channels);
    std::vector<uint8_t> rest(std::min<size_t>(big_endian<uint32_t>(h + 4), 1 << 16));
    if (rest.size() > sizeof h) process_->read(std::span(rest).subspan(sizeof h));
  }

  [[noreturn]] void refuse() {
    const int status = process_->wait();
    if (WIFSIGNALED(status)) throw Rejected("ffmpeg crashed (signal " + std::to_string(WTERMSIG(status)) + ")");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) throw Rejected("cannot decode: ffmpeg does not start");
    const std::string_view messages = process_->messages();
    if (messages.find("matches no streams") != std::string_view::npos) {
      const bool has_video = messages.find(": Video: ") != std::string_view::npos;
      throw Rejected(has_video ? "not audio (detected: video without an audio track)"
                               : "not audio (detected: a container without an audio track)");
    }
    throw Rejected("cannot decode: " + (process_->last_error().empty() ? "ffmpeg gives no samples"
                                                                       : escape_for_terminal(process_->last_error())));
  }

  const Layout& layout_;
  std::optional<FfmpegProcess> process_;
  PcmInfo info_;
};

}  // namespace

std::unique_ptr<PcmSource> open_ffmpeg(Input&, const Layout& layout) { return std::make_unique<FfmpegSource>(layout); }

}  // namespace songscape::decoder
