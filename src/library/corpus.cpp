#include "library/corpus.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>

#include "audio/audio_file.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "library/corpus_arrange.h"
#include "library/corpus_genres.h"
#include "library/corpus_languages.h"

namespace songscape {
namespace {

// A folder beside its target that takes the target's name at publish(), and is removed where that never comes.
class StagedFolder {
 public:
  explicit StagedFolder(const fs::path& target) : target_(fs::absolute(target).lexically_normal()) {
    if (target_.filename().empty()) target_ = target_.parent_path();
    path_ = target_;
    path_ += ".unfinished-" + std::to_string(::getpid());
    make_folder(path_);
  }
  ~StagedFolder() {
    std::error_code ignored;
    if (!is_published_) fs::remove_all(path_, ignored);
  }
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;
  const fs::path& path() const { return path_; }

  // One flush for thousands of files, then one rename.
  void publish() {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_synced = fd >= 0 && ::syncfs(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!is_synced || ::rename(path_.c_str(), target_.c_str()) != 0)
      fail(ExitCode::failed, {.what = "cannot finish the folder",
                              .where = target_.string(),
                              .seen = last_system_error(),
                              .wanted = {},
                              .fix = "check the disk, and that nothing else writes there"});
    is_published_ = true;
    sync_folder(target_.parent_path());
  }

 private:
  fs::path target_, path_;
  bool is_published_ = false;
};

void write_plainly(const fs::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    fail(ExitCode::failed, {.what = "cannot write a file",
                            .where = path.string(),
                            .seen = last_system_error(),
                            .wanted = {},
                            .fix = "check the disk's free space and the folder's permissions"});
}

struct SongFiles {
  std::string flac, lyrics, midi;
  size_t n_bytes() const { return flac.size() + lyrics.size() + midi.size(); }
};

SongFiles make_song(const SongPlan& plan, const CorpusSpec& spec) {
  const CorpusSong song = arrange_song(plan, spec);
  const std::vector<int16_t> pcm = render_song(plan, spec, song);
  const std::string genre(corpus_genres()[static_cast<size_t>(plan.genre)].name);
  SongFiles files;
  files.flac = encode_audio(AudioFormat::flac, kSynthSampleRate, pcm, {plan.title, plan.artist_name, genre});
  files.lyrics = join(song.lines, "\n") + "\n";
  files.midi = to_smf(song.arrangement.song);
  return files;
}

}  // namespace

std::string corpus_metadata(const std::vector<SongPlan>& plans) {
  std::string out = "path,title,artist,genre,family,language,tempo,key,mode,register,loudness,brightness,density\n";
  for (const SongPlan& plan : plans) {
    const Genre& genre = corpus_genres()[static_cast<size_t>(plan.genre)];
    const Factors& f = plan.factors;
    std::vector<std::string> fields = {
        plan.stem + ".flac",       plan.title,
        plan.artist_name,          std::string(genre.name),
        std::string(genre.family), std::string(corpus_languages()[static_cast<size_t>(plan.language)].name)};
    for (std::string& field : fields) field = csv_field(field, false);
    fields.insert(fields.end(), {format_number(f.tempo), pitch_class_name(f.key), f.is_minor ? "minor" : "major",
                                 format_number(f.centre_pitch), format_number(f.loudness_db),
                                 format_number(f.brightness_db), format_number(f.density)});
    out += join(fields, ",") + "\n";
  }
  return out;
}

int64_t corpus_bytes_expected(const CorpusSpec& spec) {
  constexpr int64_t kTextAndMidi = 12 << 10;
  return spec.n_songs * (corpus_song_samples(spec.duration_sec) * 3 / 2 + kTextAndMidi);
}

double corpus_seconds_expected(const CorpusSpec& spec) {
  CorpusSpec two = spec;
  two.n_songs = 2;
  const auto start = std::chrono::steady_clock::now();
  for (const SongPlan& plan : plan_corpus(two)) make_song(plan, spec);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / 2.0 * static_cast<double>(spec.n_songs);
}

CorpusOutput write_corpus(const CorpusSpec& spec, const std::filesystem::path& folder, int n_threads) {
  const std::vector<SongPlan> plans = plan_corpus(spec);
  check_new_folder(folder);
  StagedFolder staged(folder);
  require_disk(staged.path(), static_cast<uint64_t>(corpus_bytes_expected(spec)), "render the corpus");
  for (int64_t i = 0; i < std::min<int64_t>(spec.n_songs, kNumGenres); ++i)  // the first 45 songs are of 45 genres
    make_folder((staged.path() / plans[static_cast<size_t>(i)].stem).parent_path());
  std::atomic<int64_t> n_bytes{0};
  {
    Progress progress("rendering", spec.n_songs, "songs");
    parallel_for(spec.n_songs, n_threads, [&](int64_t i) {
      throw_if_interrupted();
      const SongPlan& plan = plans[static_cast<size_t>(i)];
      const SongFiles files = make_song(plan, spec);
      const std::string stem = (staged.path() / plan.stem).string();
      write_plainly(stem + ".flac", files.flac);
      write_plainly(stem + ".txt", files.lyrics);
      write_plainly(stem + ".mid", files.midi);
      n_bytes += static_cast<int64_t>(files.n_bytes());
      progress.add(1);
    });
  }
  const std::string metadata = corpus_metadata(plans);
  write_plainly(staged.path() / "metadata.csv", metadata);
  throw_if_interrupted();
  staged.publish();
  const double song_sec = static_cast<double>(corpus_song_samples(spec.duration_sec)) / kSynthSampleRate;
  return {spec.n_songs, 3 * spec.n_songs + 1, n_bytes + static_cast<int64_t>(metadata.size()),
          song_sec * static_cast<double>(spec.n_songs)};
}

}  // namespace songscape
