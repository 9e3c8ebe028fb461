// One decoded file, as a test looks at it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "library/decoder_client.h"

namespace songscape {

struct Decoded {
  DecodedSong song;
  std::vector<DecodedClip> clips;
  std::string failure;  // empty: the file is kept

  bool is_kept() const { return failure.empty(); }
  bool fails_with(const std::string& text) const { return failure.find(text) != std::string::npos; }
  bool warns_of(const std::string& text) const;
  // Every sample of every clip is finite.
  bool is_finite() const;
  int64_t n_samples() const;
};
std::ostream& operator<<(std::ostream& out, const Decoded& d);

Decoded decode(const std::filesystem::path& path, const Excerpts& excerpts = {});

// The difference of two signals in dB below the first, over the samples that both have.
double difference_db(const std::vector<float>& wanted, const std::vector<float>& seen);

}  // namespace songscape
