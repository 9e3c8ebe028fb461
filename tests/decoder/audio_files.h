// Audio files that the tests make: sound from a formula, containers by libsndfile and ffmpeg, damage by hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace songscape {

// A chord with noise and a slow tremolo, in −1 … 1: no two parts of it are alike.
std::vector<float> music(double seconds, int sample_rate, int n_channels = 1);

// By libsndfile; `format` is SF_FORMAT_….
void write_audio(const std::filesystem::path& path, std::span<const float> interleaved, int sample_rate, int n_channels,
                 int format);
// 16 bits.
void write_wav(const std::filesystem::path& path, std::span<const float> interleaved, int sample_rate,
               int n_channels = 1);

// `ffmpeg -i from arguments… to`; throws where it fails.
void convert(const std::filesystem::path& from, const std::filesystem::path& to,
             const std::vector<std::string>& arguments = {});

std::string bytes_of(const std::filesystem::path& path);
void put_bytes(const std::filesystem::path& path, const std::string& bytes);

// Little- and big-endian numbers as bytes.
std::string le16(uint32_t v);
std::string le32(uint32_t v);
std::string be32(uint32_t v);

// A WAV header of any fields, honest or not.
struct WavFields {
  uint16_t tag = 1, n_channels = 1;
  uint32_t rate = 22050;
  uint16_t block_align = 2, bits = 16;
  uint32_t data_bytes = 0;
  std::string riff = "RIFF";
};
std::string wav_bytes(const WavFields& fields, const std::string& data);

}  // namespace songscape
