#include "create/music_writer.h"

#include <algorithm>
#include <map>

#include "audio/audio_file.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "midi/attribute_names.h"
#include "midi/general_midi.h"
#include "midi/quantise.h"

namespace songscape {

PianoRoll piano_roll_of(const GridSong& song, std::string title, std::string caption) {
  PianoRoll roll{.title = std::move(title), .caption = std::move(caption)};
  const std::vector<int64_t> bars = bar_starts(song), starts = note_starts(song);
  const auto quarters = [](int64_t steps) { return static_cast<double>(steps) / kStepsPerQuarter; };
  for (size_t i = 0; i < song.bars.size(); ++i)
    roll.bars.push_back({quarters(bars[i]), 4.0 / time_signature_of(song.bars[i].time_signature).denominator});
  roll.end = quarters(bars.back());
  std::map<int, int> part_of;
  for (const GridNote& note : song.notes) part_of.emplace(note.program, 0);
  for (auto& [program, part] : part_of) {
    part = static_cast<int>(roll.parts.size());
    const bool is_drums = program == kDrumProgram;
    roll.parts.push_back(
        {is_drums ? "drums" : "program " + std::to_string(program) + ", " + program_family(program), is_drums});
  }
  for (size_t i = 0; i < song.notes.size(); ++i) {
    const GridNote& note = song.notes[i];
    roll.notes.push_back({quarters(starts[i]), quarters(note.duration), note.pitch, part_of[note.program],
                          velocity_of(note.velocity) / 127.0});
  }
  return roll;
}

MusicWriter::MusicWriter(std::filesystem::path folder) : folder_(std::move(folder)), fluidsynth_(FluidSynth::find()) {
  make_folder(folder_);
  log_info(fluidsynth_ ? "sound by FluidSynth with " + escape_for_terminal(fluidsynth_->soundfont().string())
                       : "sound by our own synthesiser; FluidSynth, or a soundfont for it (SONGSCAPE_SOUNDFONT), was "
                         "not found");
}

void MusicWriter::write(const std::string& name, const GridSong& song, const std::string& title,
                        const std::string& caption) const {
  MidiSong midi = to_midi(song);
  midi.title = title;
  const std::filesystem::path base = folder_ / name;
  publish_file(base.string() + ".mid", to_smf(midi));
  const std::string wav = base.string() + ".wav";
  if (!fluidsynth_ || !fluidsynth_->render(base.string() + ".mid", wav)) {
    if (fluidsynth_) log_warning(name + ": FluidSynth failed; its sound is by our own synthesiser");
    write_audio(wav, AudioFormat::wav, kSynthSampleRate, render(arrange_general_midi(std::move(midi)), Random(0)));
  }
  draw_piano_roll(piano_roll_of(song, title, caption)).save(base);
}

}  // namespace songscape
