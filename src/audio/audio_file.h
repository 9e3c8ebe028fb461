// Writing audio files, by libsndfile.  Reading is the decoder program's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace songscape {

enum class AudioFormat { wav, flac };

struct AudioFileTags {
  std::string title, artist, genre;  // UTF-8; empty ones are left out
};

// The bytes of a mono 16-bit PCM file.
std::string encode_audio(AudioFormat format, int sample_rate, std::span<const int16_t> pcm,
                         const AudioFileTags& tags = {});

// The same as a file, published whole.  Error names the path where it cannot be written.
void write_audio(const std::filesystem::path& path, AudioFormat format, int sample_rate, std::span<const int16_t> pcm,
                 const AudioFileTags& tags = {});
// Samples on [−1, 1]; what lies outside is clipped, what is not finite is a broken contract.
void write_audio(const std::filesystem::path& path, AudioFormat format, int sample_rate, std::span<const float> samples,
                 const AudioFileTags& tags = {});

}  // namespace songscape
