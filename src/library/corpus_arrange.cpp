#include "library/corpus_arrange.h"

#include <algorithm>
#include <cmath>

#include "library/corpus_backing.h"
#include "library/corpus_song_line.h"
#include "midi/instrument.h"

namespace songscape {
namespace {

constexpr double kMixSpreadDb = 1;     // each part's level, either way, from song to song
constexpr double kTuningSpread = 1.5;  // semitones of the drums, either way
constexpr double kVoiceDb = -5;        // against the rest, over the whole song

MidiSong empty_song(const SongPlan& plan, const Genre& genre, double duration_sec) {
  MidiSong song;
  song.title = plan.title;
  song.tempi = {{0, static_cast<int>(std::lround(60e6 / plan.factors.tempo))}};
  song.time_signatures = {{0, genre.groove.beats_per_bar, 4}};
  song.keys = {{0, plan.factors.key, plan.factors.is_minor}};
  const double n_sec = static_cast<double>(corpus_song_samples(duration_sec)) / kSynthSampleRate;
  song.end_tick = static_cast<int64_t>(n_sec / song.tick_to_sec(1));
  return song;
}

class Arranger {
 public:
  Arranger(CorpusSong& out, const Genre& genre, Random& random) : out_(out), genre_(genre), random_(random) {}

  void add_instrument(const char* role, int channel, std::string_view sound, double level_db,
                      std::vector<MidiNote> notes) {
    const Instrument& instrument = find_instrument(sound);
    add({role, channel, instrument.program, std::move(notes), {}}, PartSound::Kind::instrument, instrument.name,
        level_db);
  }
  void add_drums(std::vector<MidiNote> hits) {
    add({"Drums", 9, 0, std::move(hits), {}}, PartSound::Kind::drums, genre_.kit, genre_.levels.drums_db);
    out_.arrangement.parts.back().reverb_send *= 0.4;
    out_.arrangement.parts.back().tuning_semitones = random_.uniform(-kTuningSpread, kTuningSpread);
  }
  void add_voice(SongLine line) {
    constexpr int kChoirAahs = 52, kChannel = 4;
    MidiTrack track{"Voice", kChannel, kChoirAahs, {}, std::move(line.lyrics)};
    for (const SungSyllable& s : line.syllables) track.notes.push_back({s.tick, s.duration, s.pitch, 100});
    out_.arrangement.song.tracks.push_back(std::move(track));
    out_.arrangement.parts.push_back({PartSound::Kind::voice, "", 0, 0, 0, 0});
    out_.arrangement.sung = std::move(line.syllables);
    out_.lines = std::move(line.lines);
  }

 private:
  void add(MidiTrack track, PartSound::Kind kind, std::string_view sound, double level_db) {
    out_.arrangement.song.tracks.push_back(std::move(track));
    const double spread_db = random_.uniform(-kMixSpreadDb, kMixSpreadDb);
    out_.arrangement.parts.push_back({kind, sound, level_db + spread_db, genre_.reverb_send, 0, 0});
  }

  CorpusSong& out_;
  const Genre& genre_;
  Random& random_;
};

}  // namespace

CorpusSong arrange_song(const SongPlan& plan, const CorpusSpec& spec) {
  const Genre& genre = corpus_genres()[static_cast<size_t>(plan.genre)];
  const Language& language = corpus_languages()[static_cast<size_t>(plan.language)];
  const auto n = static_cast<uint64_t>(plan.number);
  Random random(spec.seed, stream_id("corpus backing", n)), voice_random(spec.seed, stream_id("corpus voice", n));

  CorpusSong out;
  Arrangement& arrangement = out.arrangement;
  arrangement.song = empty_song(plan, genre, spec.duration_sec);
  arrangement.n_samples = corpus_song_samples(spec.duration_sec);
  const MidiSong frame = arrangement.song;  // before it has tracks
  const Form form = draw_form(frame, random);
  const std::vector<Chord> progression = draw_progression(genre, plan.factors, random);
  const BackingPlan backing{genre, plan.factors, frame, form, progression};

  Arranger arranger(out, genre, random);
  arranger.add_drums(write_drums(backing, random));
  arranger.add_instrument("Bass", 0, genre.bass, genre.levels.bass_db, write_bass(backing, random));
  arranger.add_instrument("Chords", 1, genre.chords, genre.levels.chords_db, write_chords(backing, random));
  arrangement.parts.back().drive = genre.drive;
  if (!genre.pad.empty()) arranger.add_instrument("Pad", 2, genre.pad, genre.levels.pad_db, write_pad(backing));
  arranger.add_instrument("Lead", 3, genre.lead, genre.levels.lead_db, write_lead(backing, random));
  arranger.add_voice(
      write_song_line({language, plan.theme, genre, plan.factors, frame, form, progression}, voice_random));
  arrangement.singer = draw_singer(language, Random(spec.seed, stream_id("corpus artist", plan.artist)));
  arrangement.mix = {plan.factors.loudness_db, plan.factors.brightness_db, genre.reverb_sec, kVoiceDb,
                     genre.low_cut_hz,         genre.high_cut_hz};
  return out;
}

std::vector<int16_t> render_song(const SongPlan& plan, const CorpusSpec& spec, const CorpusSong& song) {
  return render(song.arrangement, Random(spec.seed, stream_id("corpus sound", static_cast<uint64_t>(plan.number))));
}

}  // namespace songscape
