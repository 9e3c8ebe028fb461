#include "create/item_writer.h"

#include <algorithm>
#include <cmath>

#include "audio/audio_file.h"
#include "audio/mel_to_audio.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "create/drawing.h"
#include "data/npy.h"

namespace songscape {
namespace {

// What a mel of 1.0 is rendered at where a library keeps no level: the loudest band of each clip 12 dB below full
// scale.
constexpr double kUnknownLevelDb = -12;

}  // namespace

ItemWriter::ItemWriter(const RunData& data, Options options) : data_(data), options_(std::move(options)) {
  make_folder(options_.folder);
  if (!data_.is_mel())
    log_warning("the run was trained on an array, which is no sound: pictures and arrays are written, no .wav");
  else if (!has_level())
    log_warning(
        "the library was ingested with --mel-ref clip and keeps no loudness: sounds are rendered with each clip's "
        "loudest band 12 dB below full scale");
}

bool ItemWriter::has_level() const { return data_.is_mel() && data_.library->mel_reference() != "clip"; }

SoundFacts ItemWriter::write_sound(const MadeItem& item) const {
  const double reference_db = 10 * std::log10(kFullScaleMelPower) + (has_level() ? 0 : kUnknownLevelDb);
  const MelClip clip{item.values, item.n_valid_frames, static_cast<float>(reference_db)};
  const MelSound sound = mel_to_audio(clip, {.seed = options_.seed, .n_threads = options_.n_threads});
  write_audio(options_.folder / (item.name + ".wav"), AudioFormat::wav, kSampleRate,
              std::span<const float>(sound.samples));
  return {.duration_sec = static_cast<double>(sound.samples.size()) / kSampleRate,
          .level_db = level_db(sound.samples),
          .mel_error = mel_convergence(sound.samples, clip),
          .limited = sound.limited};
}

void ItemWriter::write_array(const MadeItem& item) const {
  const fs::path path = options_.folder / (item.name + ".npy");
  if (!data_.is_mel()) return write_npy<float>(path, data_.item_shape(), item.values);
  Matrix valid(kNumMels, item.n_valid_frames);
  for (int64_t band = 0; band < kNumMels; ++band)
    std::copy_n(item.values.begin() + band * kNumFrames, item.n_valid_frames, valid.row(band).begin());
  write_npy(path, valid);
}

std::optional<SoundFacts> ItemWriter::write(const MadeItem& item) {
  std::optional<SoundFacts> facts;
  if (data_.is_mel()) facts = write_sound(item);
  write_array(item);
  const Drawing drawing{item.caption, {}, data_.item_shape(), data_.is_mel(), 1};
  draw_items(drawing, std::vector<DrawnItem>{{"", item.values, item.n_valid_frames}}).save(options_.folder / item.name);
  if (shown_.size() < kMostShown)
    shown_.push_back({item.caption, {item.values.begin(), item.values.end()}, item.n_valid_frames});
  return facts;
}

void ItemWriter::write_overview(const std::string& title, const std::string& caption) const {
  std::vector<DrawnItem> items;
  for (const Shown& shown : shown_) items.push_back({shown.name, shown.values, shown.n_valid_frames});
  draw_items({title, caption, data_.item_shape(), data_.is_mel(), data_.is_mel() ? 2 : 6}, items)
      .save(options_.folder / "overview");
}

std::vector<std::string> ItemWriter::sound_columns() {
  return {"seconds", "level_db", "level_known", "mel_error", "limited_db", "limited_share"};
}

std::vector<Cell> ItemWriter::sound_cells(const std::optional<SoundFacts>& facts) const {
  if (!facts) return std::vector<Cell>(sound_columns().size());
  Cell level;  // empty for silence
  if (std::isfinite(facts->level_db)) level = facts->level_db;
  return {facts->duration_sec, level, has_level(), facts->mel_error, facts->limited.most_db, facts->limited.share};
}

}  // namespace songscape
