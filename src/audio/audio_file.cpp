#include "audio/audio_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "core/error.h"
#include "core/file.h"

namespace songscape {
namespace {

using File = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

// A file in memory, as libsndfile's virtual input and output want it.
struct MemoryFile {
  std::string bytes;
  size_t at = 0;

  static MemoryFile& of(void* self) { return *static_cast<MemoryFile*>(self); }
  static sf_count_t length(void* self) { return static_cast<sf_count_t>(of(self).bytes.size()); }
  static sf_count_t tell(void* self) { return static_cast<sf_count_t>(of(self).at); }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? tell(self) : length(self);
    of(self).at = static_cast<size_t>(std::max<sf_count_t>(0, from + offset));
    return tell(self);
  }
  static sf_count_t read(void* to, sf_count_t n, void* self) {
    MemoryFile& f = of(self);
    const size_t available = f.at < f.bytes.size() ? f.bytes.size() - f.at : 0;
    const size_t n_read = std::min(static_cast<size_t>(n), available);
    std::memcpy(to, f.bytes.data() + f.at, n_read);
    f.at += n_read;
    return static_cast<sf_count_t>(n_read);
  }
  static sf_count_t write(const void* from, sf_count_t n, void* self) {
    MemoryFile& f = of(self);
    const auto n_written = static_cast<size_t>(n);
    if (f.at + n_written > f.bytes.size()) f.bytes.resize(f.at + n_written);
    std::memcpy(f.bytes.data() + f.at, from, n_written);
    f.at += n_written;
    return n;
  }
};

void set_tags(SNDFILE* file, const AudioFileTags& tags) {
  const auto set = [&](int key, const std::string& text) {
    if (!text.empty()) sf_set_string(file, key, text.c_str());
  };
  set(SF_STR_TITLE, tags.title);
  set(SF_STR_ARTIST, tags.artist);
  set(SF_STR_GENRE, tags.genre);
}

}  // namespace

std::string encode_audio(AudioFormat format, int sample_rate, std::span<const int16_t> pcm, const AudioFileTags& tags) {
  check(sample_rate > 0, "an audio file has a sample rate");
  SF_INFO info{};
  info.samplerate = sample_rate;
  info.channels = 1;
  info.format = (format == AudioFormat::wav ? SF_FORMAT_WAV : SF_FORMAT_FLAC) | SF_FORMAT_PCM_16;
  SF_VIRTUAL_IO io{MemoryFile::length, MemoryFile::seek, MemoryFile::read, MemoryFile::write, MemoryFile::tell};
  MemoryFile memory;
  File file(sf_open_virtual(&io, SFM_WRITE, &info, &memory), sf_close);
  check(file != nullptr, "libsndfile opens a file in memory");
  double level = 0.35;  // of FLAC's effort, which is about level 3: half a percent larger than its default, faster
  if (format == AudioFormat::flac) sf_command(file.get(), SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
  set_tags(file.get(), tags);
  const auto n = static_cast<sf_count_t>(pcm.size());
  check(sf_write_short(file.get(), pcm.data(), n) == n, "libsndfile writes every sample");
  check(sf_close(file.release()) == 0, "libsndfile finishes a file in memory");
  return std::move(memory.bytes);
}

void write_audio(const std::filesystem::path& path, AudioFormat format, int sample_rate, std::span<const int16_t> pcm,
                 const AudioFileTags& tags) {
  publish_file(path, encode_audio(format, sample_rate, pcm, tags));
}

void write_audio(const std::filesystem::path& path, AudioFormat format, int sample_rate, std::span<const float> samples,
                 const AudioFileTags& tags) {
  std::vector<int16_t> pcm(samples.size());
  std::transform(samples.begin(), samples.end(), pcm.begin(), [](float x) {
    check(std::isfinite(x), "a sample is finite");
    return static_cast<int16_t>(std::lround(std::clamp(x, -1.0f, 1.0f) * 32767.0f));
  });
  write_audio(path, format, sample_rate, std::span<const int16_t>(pcm), tags);
}

}  // namespace songscape
