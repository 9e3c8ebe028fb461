#include "decoder/decode_song.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audio/clip.h"
#include "decoder/excerpt_cutter.h"
#include "decoder/pcm_source.h"
#include "decoder/rejected.h"
#include "decoder/sample_check.h"
#include "decoder/tags.h"
#include "library/decoder_protocol.h"

namespace songscape::decoder {
namespace {

using namespace decoder_protocol;

constexpr int64_t kBlockFrames = 1 << 13;

void require_below_cap(double seconds) {
  if (!(seconds <= static_cast<double>(kMaxSongSec)))
    throw Rejected("output cap: " + format_seconds(seconds) + " declared, at most " +
                   std::to_string(kMaxSongSec / 3600) + " h are decoded");
}

// Frames of the whole song, by decoding it.
int64_t count_frames(PcmSource& source) {
  std::vector<float> block(static_cast<size_t>(kBlockFrames * source.info().n_channels));
  int64_t n_frames = 0;
  for (int64_t n; (n = source.read(block)) > 0;) {
    n_frames += n;
    require_below_cap(static_cast<double>(n_frames) / source.info().sample_rate);
  }
  return n_frames;
}

// The mean of the channels.
void mix_down(std::span<const float> interleaved, int n_channels, std::span<float> mono) {
  const auto c = static_cast<size_t>(n_channels);
  if (c == 1) {
    std::copy_n(interleaved.begin(), mono.size(), mono.begin());
  } else if (c == 2) {
    for (size_t i = 0; i < mono.size(); ++i) mono[i] = (interleaved[2 * i] + interleaved[2 * i + 1]) * 0.5f;
  } else {
    for (size_t i = 0; i < mono.size(); ++i) {
      float sum = 0;
      for (size_t k = 0; k < c; ++k) sum += interleaved[c * i + k];
      mono[i] = sum / static_cast<float>(n_channels);
    }
  }
}

// Clips as they go out, and which of them are silent.
class Outlet {
 public:
  explicit Outlet(FrameWriter& writer) : writer_(writer) {}
  void operator()(const Clip& clip) {
    float peak = 0;
    for (const float s : clip.samples) peak = std::max(peak, std::fabs(s));
    peak_ = std::max(peak_, peak);
    if (peak < kSilentPeak) ++n_silent_;
    ++n_clips_;
    writer_.clip(clip);
  }
  void warn(std::vector<std::string>& warnings) const {
    if (n_silent_ == 0) return;
    char level[32] = "digital silence";
    if (peak_ > 0) std::snprintf(level, sizeof level, "peak %.0f dBFS", 20 * std::log10(static_cast<double>(peak_)));
    warnings.push_back(n_silent_ == n_clips_
                           ? "silent (" + std::string(level) + ")"
                           : std::to_string(n_silent_) + " of " + std::to_string(n_clips_) + " clips are silent");
  }

 private:
  static constexpr float kSilentPeak = 1e-4f;  // −80 dBFS
  FrameWriter& writer_;
  float peak_ = 0;
  int64_t n_silent_ = 0, n_clips_ = 0;
};

// Decoded against declared: nothing short passes in silence.
void judge_length(const PcmInfo& info, double tolerance_sec, int64_t n_frames, std::vector<std::string>& warnings) {
  const double decoded = static_cast<double>(n_frames) / info.sample_rate;
  if (n_frames == 0) throw Rejected("no audio");
  if (!info.declared_sec) return;
  const double declared = *info.declared_sec;
  const double slack = tolerance_sec + 0.5 / info.sample_rate;
  if (declared - decoded > slack)
    throw Rejected("truncated: decoded " + format_seconds(decoded) + " of " + format_seconds(declared) + " declared");
  if (decoded - declared > slack)
    warnings.push_back("longer than declared: decoded " + format_seconds(decoded) + ", declared " +
                       format_seconds(declared));
}

Json header(const PcmInfo& info, Json tags) {
  return {{"codec", info.codec},
          {"sample_rate", info.sample_rate},
          {"n_channels", info.n_channels},
          {"declared_sec", info.declared_sec ? Json(*info.declared_sec) : Json(nullptr)},
          {"tags", std::move(tags)}};
}

std::unique_ptr<PcmSource> open_source(Input& input, const Layout& layout) {
  switch (layout.backend) {
    case Backend::ffmpeg:
      return open_ffmpeg(input, layout);
    case Backend::mpg123:
      return open_mpg123(input, layout);
    case Backend::sndfile:
    case Backend::sndfile_raw:
      return open_sndfile(input, layout);
  }
  throw Rejected("cannot decode");
}

class Song {
 public:
  Song(Input& input, const Layout& layout, const Excerpts& excerpts, FrameWriter& writer)
      : layout_(layout),
        warnings_(layout.warnings),
        source_(open_source(input, layout)),
        outlet_(writer),
        cutter_(source_->info().sample_rate, plan_windows(excerpts, length(excerpts)),
                [this](const Clip& c) { outlet_(c); }) {}

  const PcmInfo& info() const { return source_->info(); }

  int64_t run() {
    const int c = info().n_channels;
    std::vector<float> block(static_cast<size_t>(kBlockFrames * c)), mono(static_cast<size_t>(kBlockFrames));
    SampleCheck sample_check(c, info().sample_rate);
    int64_t n_frames = 0;
    for (int64_t n; (n = source_->read(block)) > 0; n_frames += n) {
      const std::span samples(block.data(), static_cast<size_t>(n * c));
      if (!info().is_integer) sample_check.take(samples);
      if (sample_check.has_failed() || !cutter_.wants(n_frames, n_frames + n)) continue;
      const std::span mixed(mono.data(), static_cast<size_t>(n));
      mix_down(samples, c, mixed);
      cutter_.feed(mixed, n_frames);
      require_below_cap(static_cast<double>(n_frames) / info().sample_rate);
    }
    sample_check.judge(warnings_);
    source_->finish(warnings_);
    judge_length(info(), layout_.tolerance_sec, n_frames, warnings_);
    cutter_.finish();
    if (cutter_.n_clips() == 0)
      throw Rejected("shorter than one frame (" + std::to_string(n_frames) + " samples at " +
                     std::to_string(info().sample_rate) + " Hz; " + std::to_string(kMinClipSamples) + " at " +
                     std::to_string(kSampleRate) + " Hz are needed)");
    outlet_.warn(warnings_);
    return n_frames;
  }

  Json trailer(int64_t n_frames) const {
    return {{"decoded_sec", static_cast<double>(n_frames) / info().sample_rate},
            {"n_clips", cutter_.n_clips()},
            {"warnings", warnings_}};
  }

 private:
  // In samples at kSampleRate; of no use, and not found out, where every clip is taken.
  int64_t length(const Excerpts& excerpts) {
    if (info().declared_sec) require_below_cap(*info().declared_sec);
    if (excerpts.kind == Excerpts::all) return 0;
    double seconds = info().declared_sec.value_or(0);
    if (!info().declared_sec) {
      seconds = static_cast<double>(count_frames(*source_)) / info().sample_rate;
      source_->rewind();
    }
    return std::llround(seconds * kSampleRate);
  }

  const Layout& layout_;
  std::vector<std::string> warnings_;
  std::unique_ptr<PcmSource> source_;
  Outlet outlet_;
  ExcerptCutter cutter_;
};

}  // namespace

void decode_song(Input& input, const Layout& layout, const Excerpts& excerpts, FrameWriter& writer) {
  Json tags = read_tags(input, layout);
  Song song(input, layout, excerpts, writer);
  writer.text(FrameKind::header, header(song.info(), std::move(tags)));
  const int64_t n_frames = song.run();
  writer.text(FrameKind::trailer, song.trailer(n_frames));
}

}  // namespace songscape::decoder
