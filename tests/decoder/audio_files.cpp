#include "decoder/audio_files.h"

#include <sndfile.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>
#include <stdexcept>

namespace songscape {

namespace fs = std::filesystem;

std::vector<float> music(double seconds, int sample_rate, int n_channels) {
  const auto n = static_cast<size_t>(std::llround(seconds * sample_rate));
  std::vector<float> out(n * static_cast<size_t>(n_channels));
  uint32_t noise = 12345;
  for (size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / sample_rate, turn = 2 * std::numbers::pi * t;
    const double chord = std::sin(turn * 220) + std::sin(turn * 277.2) + std::sin(turn * (330 + 20 * t));
    for (int c = 0; c < n_channels; ++c) {
      noise = noise * 1664525 + 1013904223;
      const double hiss = static_cast<double>(noise >> 8) / (1 << 24) - 0.5;
      out[i * static_cast<size_t>(n_channels) + static_cast<size_t>(c)] =
          static_cast<float>((0.2 + 0.05 * std::sin(turn * 0.3 + c)) * chord + 0.02 * hiss);
    }
  }
  return out;
}

void write_audio(const fs::path& path, std::span<const float> interleaved, int sample_rate, int n_channels,
                 int format) {
  SF_INFO info{};
  info.samplerate = sample_rate;
  info.channels = n_channels;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (!file) throw std::runtime_error(std::string("libsndfile: ") + sf_strerror(nullptr));
  sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const auto n = static_cast<sf_count_t>(interleaved.size());
  const bool is_whole = sf_write_float(file, interleaved.data(), n) == n;
  sf_close(file);
  if (!is_whole) throw std::runtime_error("libsndfile: short write");
}

void write_wav(const fs::path& path, std::span<const float> interleaved, int sample_rate, int n_channels) {
  write_audio(path, interleaved, sample_rate, n_channels, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
}

void convert(const fs::path& from, const fs::path& to, const std::vector<std::string>& arguments) {
  std::vector<std::string> texts{"ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-i", from.string()};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  texts.push_back(to.string());
  std::vector<char*> pointers;
  for (std::string& t : texts) pointers.push_back(t.data());
  pointers.push_back(nullptr);
  pid_t pid = -1;
  int status = -1;
  if (::posix_spawnp(&pid, "ffmpeg", nullptr, nullptr, pointers.data(), environ) != 0)
    throw std::runtime_error("no ffmpeg");
  ::waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error("ffmpeg fails to make " + to.string());
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void put_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string le16(uint32_t v) { return {static_cast<char>(v), static_cast<char>(v >> 8)}; }
std::string le32(uint32_t v) { return le16(v) + le16(v >> 16); }
std::string be32(uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
}

std::string wav_bytes(const WavFields& f, const std::string& data) {
  return f.riff + le32(static_cast<uint32_t>(data.size() + 36)) + "WAVEfmt " + le32(16) + le16(f.tag) +
         le16(f.n_channels) + le32(f.rate) + le32(f.rate * f.block_align) + le16(f.block_align) + le16(f.bits) +
         "data" + le32(f.data_bytes ? f.data_bytes : static_cast<uint32_t>(data.size())) + data;
}

}  // namespace songscape
