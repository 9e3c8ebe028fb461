// Hundreds of damaged files of each format: every one is kept with finite samples or rejected with a reason, and no
// damage reaches further than its file.
#include <gtest/gtest.h>
#include <sndfile.h>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

struct Random32 {
  uint64_t state;
  uint32_t operator()() {
    return static_cast<uint32_t>((state = state * 6364136223846793005ull + 1442695040888963407ull) >> 33);
  }
  size_t below(size_t n) { return (*this)() % n; }
};

// One to eight of: a flipped bit, a random byte, an extreme word, a hole, a cut, a doubled stretch; half of them near
// the head.
std::string mutate(std::string bytes, Random32& random) {
  const size_t n_changes = 1 + random.below(8);
  for (size_t i = 0; i < n_changes && bytes.size() > 64; ++i) {
    const size_t at = random.below(random.below(2) ? bytes.size() - 8 : std::min<size_t>(bytes.size() - 8, 600));
    switch (random.below(6)) {
      case 0:
        bytes[at] ^= static_cast<char>(1u << random.below(8));
        break;
      case 1:
        bytes[at] = static_cast<char>(random());
        break;
      case 2:
        bytes.replace(at, 4, 4, random.below(2) ? '\xFF' : '\x00');
        break;
      case 3:
        bytes.replace(at, std::min<size_t>(200, bytes.size() - at), 200, '\0');
        break;
      case 4:
        if (random.below(4) == 0) bytes.resize(at + 8);
        break;
      case 5:
        bytes.insert(at, bytes.substr(at, 1 + random.below(300)));
        break;
    }
  }
  return bytes;
}

class Mutation : public ::testing::TestWithParam<const char*> {};

TEST_P(Mutation, IsKeptWithFiniteSamplesOrRejectedWithAReason) {
  const TemporaryFolder folder;
  const std::string name = GetParam();
  write_wav(folder.path() / "source.wav", music(0.6, 22050), 22050);
  if (name != "wav")
    convert(folder.path() / "source.wav", folder.path() / ("whole." + name),
            {"-metadata", "title=Title", "-metadata", "lyrics=la"});
  const std::string whole = bytes_of(folder.path() / (name == "wav" ? "source.wav" : "whole." + name));
  const auto path = folder.path() / ("a." + name);
  const bool uses_ffmpeg = name == "m4a" || name == "wma" || name == "mka";
  Random32 random{20240607};
  int n_kept = 0, n_rejected = 0;
  for (int i = 0; i < (uses_ffmpeg ? 150 : 400); ++i) {
    put_bytes(path, mutate(whole, random));
    const Decoded d = decode(path);
    if (d.is_kept()) {
      EXPECT_TRUE(d.is_finite());
      EXPECT_GT(d.clips.size(), 0u);
    } else {
      EXPECT_FALSE(d.fails_with("decoder crashed") || d.fails_with("timeout") || d.fails_with("decoder failed"))
          << i << " " << d;
    }
    ++(d.is_kept() ? n_kept : n_rejected);
  }
  EXPECT_GT(n_rejected, 0);
  RecordProperty("kept", n_kept);
  RecordProperty("rejected", n_rejected);
}

INSTANTIATE_TEST_SUITE_P(Formats, Mutation,
                         ::testing::Values("wav", "flac", "mp3", "ogg", "opus", "aiff", "m4a", "wma", "mka"),
                         [](const auto& format) { return std::string(format.param); });

}  // namespace
}  // namespace songscape
