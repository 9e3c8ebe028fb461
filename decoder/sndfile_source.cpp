#include <sndfile.h>

#include <algorithm>
#include <limits>

#include "decoder/md5.h"
#include "decoder/pcm_source.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

sf_count_t view_length(void* view) { return static_cast<View*>(view)->size(); }
sf_count_t view_tell(void* view) { return static_cast<View*>(view)->position(); }
sf_count_t view_write(const void*, sf_count_t, void*) { return 0; }

sf_count_t view_seek(sf_count_t offset, int whence, void* user) {
  auto& view = *static_cast<View*>(user);
  view.seek(offset + (whence == SEEK_CUR ? view.position() : whence == SEEK_END ? view.size() : 0));
  return view.position();
}

sf_count_t view_read(void* out, sf_count_t n, void* user) {
  if (n <= 0) return 0;
  return static_cast<sf_count_t>(static_cast<View*>(user)->read({static_cast<uint8_t*>(out), static_cast<size_t>(n)}));
}

SF_VIRTUAL_IO kViewIo = {view_length, view_seek, view_read, view_write, view_tell};

class SndfileSource : public PcmSource {
 public:
  SndfileSource(Input& input, const Layout& layout) : layout_(layout), view_(input, layout.segments) {
    open();
    info_.codec = layout.codec;
    info_.sample_rate = sf_info_.samplerate;
    info_.n_channels = sf_info_.channels;
    info_.declared_sec = layout.declared_sec;
    const int sub = sf_info_.format & SF_FORMAT_SUBMASK;
    is_flac_ = layout.kind == Kind::flac;
    info_.is_integer = is_flac_ || sub == SF_FORMAT_PCM_S8 || sub == SF_FORMAT_PCM_U8 || sub == SF_FORMAT_PCM_16 ||
                       sub == SF_FORMAT_PCM_24 || sub == SF_FORMAT_PCM_32 || sub == SF_FORMAT_ALAW ||
                       sub == SF_FORMAT_ULAW;
    const bool is_known = sf_info_.frames > 0 && sf_info_.frames < std::numeric_limits<int64_t>::max() / 2;
    const bool tells_length = layout.kind == Kind::ogg || layout.kind == Kind::wav || layout.kind == Kind::w64;
    if (!info_.declared_sec && tells_length && is_known)
      info_.declared_sec = static_cast<double>(sf_info_.frames) / sf_info_.samplerate;
  }
  ~SndfileSource() override { sf_close(file_); }
  SndfileSource(const SndfileSource&) = delete;
  SndfileSource& operator=(const SndfileSource&) = delete;

  const PcmInfo& info() const override { return info_; }

  int64_t read(std::span<float> out) override {
    const auto room = static_cast<sf_count_t>(out.size()) / sf_info_.channels;
    const sf_count_t n = is_flac_ ? read_flac(out, room) : sf_readf_float(file_, out.data(), room);
    // The error stands until the next call only.
    if (sf_error(file_) != SF_ERR_NO_ERROR) reject_damage(n_frames_ + std::max<sf_count_t>(n, 0));
    n_frames_ += n;
    if (!view_.input().error().empty()) throw Rejected(view_.input().error());
    return n;
  }

  void rewind() override {
    sf_close(file_);
    file_ = nullptr;
    md5_ = {};
    n_frames_ = 0;
    view_.seek(0);
    open();
  }

  void finish(std::vector<std::string>&) override {
    if (layout_.md5_bytes_per_sample > 0 && md5_.finish() != layout_.md5)
      throw Rejected("damaged FLAC: the MD5 in STREAMINFO is not that of the decoded samples (" + seconds(n_frames_) +
                     ")");
  }

 private:
  void open() {
    sf_info_ = {};
    if (layout_.backend == Backend::sndfile_raw) {
      sf_info_.samplerate = layout_.sample_rate;
      sf_info_.channels = layout_.n_channels;
      sf_info_.format = layout_.raw_format;
    }
    file_ = sf_open_virtual(&kViewIo, SFM_READ, &sf_info_, &view_);
    if (!file_) throw Rejected(std::string("cannot decode: ") + sf_strerror(nullptr));
    check_rate_and_channels(sf_info_.samplerate, sf_info_.channels);
  }

  // libsndfile gives integers at the top of 32 bits; the MD5 is over their own bytes.
  sf_count_t read_flac(std::span<float> out, sf_count_t room) {
    integers_.resize(out.size());
    const sf_count_t n = sf_readf_int(file_, integers_.data(), room);
    const auto n_samples = static_cast<size_t>(std::max<sf_count_t>(n, 0) * sf_info_.channels);
    if (layout_.md5_bytes_per_sample > 0) hash(std::span(integers_.data(), n_samples));
    for (size_t i = 0; i < n_samples; ++i) out[i] = static_cast<float>(integers_[i]) * 0x1p-31f;
    return n;
  }

  void hash(std::span<const int> samples) {
    const auto n_bytes = static_cast<size_t>(layout_.md5_bytes_per_sample);
    packed_.resize(samples.size() * n_bytes);
    uint8_t* p = packed_.data();
    if (n_bytes == 2) {
      for (const int s : samples) *p++ = static_cast<uint8_t>(s >> 16), *p++ = static_cast<uint8_t>(s >> 24);
    } else if (n_bytes == 3) {
      for (const int s : samples)
        *p++ = static_cast<uint8_t>(s >> 8), *p++ = static_cast<uint8_t>(s >> 16), *p++ = static_cast<uint8_t>(s >> 24);
    } else {
      for (const int s : samples) *p++ = static_cast<uint8_t>(s >> 24);
    }
    md5_.update(packed_);
  }

  [[noreturn]] void reject_damage(sf_count_t at) {
    std::string what = sf_strerror(file_);
    char log[4096] = {};
    sf_command(file_, SFC_GET_LOG_INFO, log, sizeof log);
    const std::string_view text(log);
    if (text.find("CRC_MISMATCH") != std::string_view::npos)
      what = "wrong frame CRC";
    else if (text.find("LOST_SYNC") != std::string_view::npos)
      what = "the frames break off";
    else if (text.find("BAD_HEADER") != std::string_view::npos)
      what = "bad frame header";
    const std::string of = info_.declared_sec ? " of " + format_seconds(*info_.declared_sec) + " declared" : "";
    throw Rejected("damaged or truncated " + info_.codec + ": " + what + ", decoded " + seconds(at) + of);
  }

  std::string seconds(sf_count_t n) const { return format_seconds(static_cast<double>(n) / sf_info_.samplerate); }

  const Layout& layout_;
  View view_;
  SNDFILE* file_ = nullptr;
  SF_INFO sf_info_{};
  PcmInfo info_;
  bool is_flac_ = false;
  int64_t n_frames_ = 0;
  std::vector<int> integers_;
  std::vector<uint8_t> packed_;
  Md5 md5_;
};

}  // namespace

std::unique_ptr<PcmSource> open_sndfile(Input& input, const Layout& layout) {
  return std::make_unique<SndfileSource>(input, layout);
}

}  // namespace songscape::decoder
