#include "audio/audio_file.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::vector<int16_t> ramp() {
  std::vector<int16_t> pcm;
  for (int i = -32768; i < 32768; i += 7) pcm.push_back(static_cast<int16_t>(i));
  return pcm;
}

TEST(AudioFile, ReadsBackTheSamplesThatWereWritten) {
  const TemporaryFolder folder;
  for (const AudioFormat format : {AudioFormat::wav, AudioFormat::flac}) {
    const std::vector<int16_t> pcm = ramp();
    const auto path = folder.path() / (format == AudioFormat::wav ? "a.wav" : "a.flac");
    write_audio(path, format, 22050, std::span<const int16_t>(pcm), {"Título", "کسی", ""});
    SF_INFO info{};
    SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(info.samplerate, 22050);
    EXPECT_EQ(info.channels, 1);
    std::vector<int16_t> back(pcm.size() + 1);
    back.resize(static_cast<size_t>(sf_read_short(file, back.data(), static_cast<sf_count_t>(back.size()))));
    EXPECT_EQ(back, pcm);
    EXPECT_STREQ(sf_get_string(file, SF_STR_TITLE), "Título");
    EXPECT_EQ(sf_get_string(file, SF_STR_GENRE), nullptr);
    sf_close(file);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2) << "no temporary file stays";
}

TEST(AudioFile, SamplesAreScaledAndClipped) {
  const std::vector<float> samples = {0.0f, 1.0f, -1.0f, 2.0f, -2.0f, 0.5f};
  const TemporaryFolder folder;
  write_audio(folder.path() / "a.wav", AudioFormat::wav, 8000, std::span<const float>(samples));
  const std::string bytes = read_file(folder.path() / "a.wav");
  const auto* pcm = reinterpret_cast<const int16_t*>(bytes.data() + bytes.size() - 12);
  EXPECT_EQ(std::vector<int16_t>(pcm, pcm + 6), (std::vector<int16_t>{0, 32767, -32767, 32767, -32767, 16384}));
}

TEST(AudioFile, WhatIsNotFiniteIsRefusedAndNothingWritten) {
  const TemporaryFolder folder;
  const std::vector<float> samples = {0.0f, NAN};
  EXPECT_THROW(write_audio(folder.path() / "a.wav", AudioFormat::wav, 8000, std::span<const float>(samples)), Error);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(AudioFile, AMissingFolderIsAnErrorThatNamesThePath) {
  const std::vector<int16_t> pcm = ramp();
  try {
    write_audio("/nonexistent/a.wav", AudioFormat::wav, 8000, std::span<const int16_t>(pcm));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/a.wav"), std::string::npos);
  }
}

}  // namespace
}  // namespace songscape
