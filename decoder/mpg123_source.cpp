// mp3 by libmpg123 itself: libsndfile ends a file where its own guess of the length does, which falls short for
// variable bit rates without a Xing frame and for joined files.
#include <mpg123.h>

#include <cstdio>

#include "decoder/pcm_source.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

ssize_t view_read(void* view, void* out, size_t n) {
  return static_cast<ssize_t>(static_cast<View*>(view)->read({static_cast<uint8_t*>(out), n}));
}

off_t view_seek(void* user, off_t offset, int whence) {
  auto& view = *static_cast<View*>(user);
  view.seek(offset + (whence == SEEK_CUR ? view.position() : whence == SEEK_END ? view.size() : 0));
  return view.position();
}

class Mpg123Source : public PcmSource {
 public:
  Mpg123Source(Input& input, const Layout& layout)
      : info_{layout.codec, layout.sample_rate, layout.n_channels, layout.declared_sec, false},
        view_(input, layout.segments) {
    mpg123_init();
    open();
  }
  ~Mpg123Source() override { mpg123_delete(decoder_); }
  Mpg123Source(const Mpg123Source&) = delete;
  Mpg123Source& operator=(const Mpg123Source&) = delete;

  const PcmInfo& info() const override { return info_; }

  int64_t read(std::span<float> out) override {
    const size_t frame_bytes = sizeof(float) * static_cast<size_t>(info_.n_channels);
    const size_t n_wanted = out.size_bytes() / frame_bytes * frame_bytes;
    size_t n_done = 0;
    int state = MPG123_OK;
    while (n_done < n_wanted && (state == MPG123_OK || state == MPG123_NEW_FORMAT)) {
      size_t n = 0;
      state = mpg123_read(decoder_, reinterpret_cast<unsigned char*>(out.data()) + n_done, n_wanted - n_done, &n);
      n_done += n;
    }
    const auto n_frames = static_cast<int64_t>(n_done / frame_bytes);
    n_frames_ += n_frames;
    if (!view_.input().error().empty()) throw Rejected(view_.input().error());
    if (state != MPG123_OK && state != MPG123_NEW_FORMAT && state != MPG123_DONE)
      throw Rejected("damaged " + info_.codec + ": " + mpg123_strerror(decoder_) + ", decoded " +
                     format_seconds(static_cast<double>(n_frames_) / info_.sample_rate));
    return n_frames;
  }

  void rewind() override {
    mpg123_delete(decoder_);
    decoder_ = nullptr;
    view_.seek(0);
    n_frames_ = 0;
    open();
  }

  void finish(std::vector<std::string>&) override {}

 private:
  void open() {
    decoder_ = mpg123_new(nullptr, nullptr);
    const auto set = [this](mpg123_parms what, long value) {
      return mpg123_param(decoder_, what, value, 0) == MPG123_OK;
    };
    const int channels = info_.n_channels == 1 ? MPG123_MONO : MPG123_STEREO;
    // One output format: a stream that turns mono or stereo on its way is mixed, one that changes its rate is an error.
    const bool is_ready = decoder_ &&
                          set(MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_GAPLESS | MPG123_FORCE_FLOAT | MPG123_SKIP_ID3V2 |
                                                    MPG123_NO_PEEK_END) &&
                          set(MPG123_RESYNC_LIMIT, -1) && mpg123_format_none(decoder_) == MPG123_OK &&
                          mpg123_format(decoder_, info_.sample_rate, channels, MPG123_ENC_FLOAT_32) == MPG123_OK &&
                          mpg123_replace_reader_handle(decoder_, view_read, view_seek, nullptr) == MPG123_OK &&
                          mpg123_open_handle(decoder_, &view_) == MPG123_OK;
    if (!is_ready) throw Rejected(std::string("cannot decode: ") + mpg123_strerror(decoder_));
  }

  PcmInfo info_;
  View view_;
  mpg123_handle* decoder_ = nullptr;
  int64_t n_frames_ = 0;
};

}  // namespace

std::unique_ptr<PcmSource> open_mpg123(Input& input, const Layout& layout) {
  return std::make_unique<Mpg123Source>(input, layout);
}

}  // namespace songscape::decoder
