#include "decoder/excerpt_cutter.h"

#include <algorithm>

#include "audio/clip.h"
#include "library/decoder_protocol.h"

namespace songscape::decoder {

std::vector<Window> plan_windows(const Excerpts& excerpts, int64_t n_samples) {
  if (excerpts.kind == Excerpts::all) return {{0, INT64_MAX}};
  if (n_samples <= kClipSamples) return {{0, kClipSamples}};
  const int64_t n_wanted = excerpts.kind == Excerpts::middle ? 1 : excerpts.n;
  const int64_t n = std::clamp<int64_t>(n_samples / kClipSamples, 1, n_wanted);
  std::vector<Window> out;
  for (int64_t i = 0; i < n; ++i) out.push_back({(n_samples * (2 * i + 1) / n - kClipSamples) / 2, kClipSamples});
  return out;
}

ExcerptCutter::ExcerptCutter(int sample_rate, std::vector<Window> windows, std::function<void(const Clip&)> on_clip)
    : rate_(sample_rate), windows_(std::move(windows)), on_clip_(std::move(on_clip)) {}

bool ExcerptCutter::wants(int64_t first_frame, int64_t end_frame) {
  close_until(first_frame);
  open_until(end_frame);
  return std::any_of(open_.begin(), open_.end(), [&](const auto& o) {
    return o->resampler->first_frame() < end_frame && first_frame < o->resampler->end_frame();
  });
}

void ExcerptCutter::feed(std::span<const float> mono, int64_t first_frame) {
  const int64_t end_frame = first_frame + static_cast<int64_t>(mono.size());
  open_until(end_frame);
  for (const auto& o : open_) o->resampler->feed(mono, first_frame);
  close_until(end_frame);
}

void ExcerptCutter::close_until(int64_t end_frame) {
  while (!open_.empty() && open_.front()->resampler->end_frame() <= end_frame) {
    close(*open_.front());
    open_.erase(open_.begin());
  }
}

void ExcerptCutter::finish() {
  for (const auto& o : open_) close(*o);
  open_.clear();
}

void ExcerptCutter::open_until(int64_t end_frame) {
  // first_frame of a window not yet opened is at least its start less the margin and one period of the two rates.
  while (n_opened_ < windows_.size()) {
    const Window& w = windows_[n_opened_];
    const double start_frame =
        (static_cast<double>(w.start) / kSampleRate - WindowResampler::kMarginSec - 1) * rate_ - 1;
    if (start_frame > static_cast<double>(end_frame)) return;
    auto o = std::make_unique<Open>();
    o->window = w;
    o->samples.reserve(kClipSamples);
    o->resampler =
        std::make_unique<WindowResampler>(rate_, w, [this, p = o.get()](std::span<const float> s) { take(*p, s); });
    open_.push_back(std::move(o));
    ++n_opened_;
  }
}

void ExcerptCutter::take(Open& open, std::span<const float> samples) {
  while (!samples.empty()) {
    const size_t n = std::min(samples.size(), static_cast<size_t>(kClipSamples) - open.samples.size());
    open.samples.insert(open.samples.end(), samples.begin(), samples.begin() + static_cast<int64_t>(n));
    samples = samples.subspan(n);
    if (open.samples.size() == static_cast<size_t>(kClipSamples)) emit(open);
  }
}

void ExcerptCutter::emit(Open& open) {
  on_clip_({n_clips_++, open.window.start + open.n_emitted * kClipSamples, open.samples});
  ++open.n_emitted;
  open.samples.clear();
}

void ExcerptCutter::close(Open& open) {
  open.resampler->finish();
  if (static_cast<int64_t>(open.samples.size()) >= decoder_protocol::kMinClipSamples) emit(open);
}

}  // namespace songscape::decoder
