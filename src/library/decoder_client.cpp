#include "library/decoder_client.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "library/decoder_process.h"
#include "library/decoder_protocol.h"

namespace songscape {
namespace {

namespace fs = std::filesystem;
using namespace decoder_protocol;
using Patience = std::chrono::duration<double>;

constexpr size_t kMaxWarnings = 100;

fs::path find_program() {
  if (const char* named = std::getenv("SONGSCAPE_DECODE")) return named;
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& place : {folder / "songscape-decode", folder / "../libexec/songscape/songscape-decode"})
    if (fs::exists(place, error)) return place;
  fail(ExitCode::failed, {.what = "songscape-decode is not there",
                          .where = escape_for_terminal(folder.string()),
                          .seen = {},
                          .wanted = "the decoder beside this program",
                          .fix = "install it there, or name it in SONGSCAPE_DECODE"});
}

const char* kind_name(mode_t mode) {
  return S_ISDIR(mode)    ? "folder"
         : S_ISLNK(mode)  ? "symbolic link"
         : S_ISFIFO(mode) ? "FIFO"
         : S_ISSOCK(mode) ? "socket"
                          : "device";
}

// Looked at before it is opened: opening a FIFO blocks, and opening a device may do anything.
OwnedFd open_regular(const fs::path& path, bool follow_links, struct stat& s) {
  const OwnedFd place(::open(path.c_str(), O_PATH | O_CLOEXEC | (follow_links ? 0 : O_NOFOLLOW)));
  if (place.get() < 0 || ::fstat(place.get(), &s) != 0)
    throw DecodeFailure(errno == ELOOP ? std::string("not a regular file (a loop of symbolic links)")
                                       : std::string("cannot open: ") + std::strerror(errno));
  if (!S_ISREG(s.st_mode)) throw DecodeFailure(std::string("not a regular file (") + kind_name(s.st_mode) + ")");
  const std::string by_descriptor = "/proc/self/fd/" + std::to_string(place.get());
  OwnedFd file(::open(by_descriptor.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) throw DecodeFailure(std::string("cannot open: ") + std::strerror(errno));
  return file;
}

int64_t most_clips(const Excerpts& excerpts) {
  return excerpts.kind == Excerpts::middle ? 1 : excerpts.kind == Excerpts::count ? excerpts.n : kMaxClips;
}

bool has_changed(int fd, const struct stat& before) {
  struct stat now {};
  return ::fstat(fd, &now) != 0 || now.st_size != before.st_size || now.st_mtim.tv_sec != before.st_mtim.tv_sec ||
         now.st_mtim.tv_nsec != before.st_mtim.tv_nsec;
}

[[noreturn]] void fail_answer(const std::string& what) {
  throw DecodeFailure("decoder failed (its answer is damaged: " + what + ")");
}

// The decoder may have been taken over by the file it reads: nothing it says is believed unchecked.
class Answer {
 public:
  Answer(DecoderProcess& process, Patience& patience, int64_t max_clips,
         const std::function<void(DecodedClip)>& on_clip)
      : process_(process), patience_(patience), max_clips_(max_clips), on_clip_(on_clip) {}

  DecodedSong read() {
    std::byte preamble[8];
    get(preamble);
    if (std::memcmp(preamble, kPreamble.data(), kPreamble.size()) != 0)
      fail_answer("another protocol version; are songscape and songscape-decode of one build?");
    while (true) {
      FrameHead head{};
      get(std::as_writable_bytes(std::span(&head, 1)));
      switch (static_cast<FrameKind>(head.kind)) {
        case FrameKind::header:
          header(json(head.n_bytes));
          break;
        case FrameKind::clip:
          clip(head.n_bytes);
          break;
        case FrameKind::trailer:
          trailer(json(head.n_bytes));
          return std::move(song_);
        case FrameKind::failure:
          throw DecodeFailure(text(json(head.n_bytes), "reason"));
        default:
          fail_answer("a frame of kind " + std::to_string(head.kind));
      }
    }
  }

 private:
  void get(std::span<std::byte> out) {
    if (process_.read(out, patience_) == out.size()) return;
    const std::string reason = process_.wait_for_end(patience_);
    if (!reason.empty()) throw DecodeFailure(reason);
    fail_answer("it breaks off");
  }

  Json json(uint32_t n_bytes) {
    if (n_bytes > kMaxTextBytes) fail_answer("a text of " + std::to_string(n_bytes) + " bytes");
    std::string bytes(n_bytes, '\0');
    get(std::as_writable_bytes(std::span(bytes)));
    try {
      Json value = parse_json(bytes, "decoder");
      if (value.is_object()) return value;
    } catch (const Error&) {
    }
    fail_answer("a text that is no JSON object");
  }

  static std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) fail_answer(std::string("no text '") + key + "'");
    return found->get<std::string>();
  }

  static double number(const Json& object, const char* key, double low, double high) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) fail_answer(std::string("no number '") + key + "'");
    const auto value = found->get<double>();
    if (!(value >= low && value <= high)) fail_answer(std::string("'") + key + "' out of range");
    return value;
  }

  void header(const Json& h) {
    if (has_header_) fail_answer("two headers");
    has_header_ = true;
    song_.codec = text(h, "codec");
    song_.sample_rate = static_cast<int>(number(h, "sample_rate", 1, 1e6));
    song_.n_channels = static_cast<int>(number(h, "n_channels", 1, 255));
    const auto declared = h.find("declared_sec");
    if (declared != h.end() && !declared->is_null()) song_.declared_sec = number(h, "declared_sec", 0, 1e12);
    const auto tags = h.find("tags");
    if (tags == h.end() || !tags->is_object()) return;
    const auto take = [&](const char* key, std::string& out) {
      if (tags->contains(key)) out = text(*tags, key);
    };
    take("title", song_.tags.title);
    take("artist", song_.tags.artist);
    take("album", song_.tags.album);
    take("album_artist", song_.tags.album_artist);
    take("genre", song_.tags.genre);
    take("date", song_.tags.date);
    take("track", song_.tags.track);
    take("language", song_.tags.language);
    take("lyrics", song_.tags.lyrics);
  }

  void clip(uint32_t n_bytes) {
    if (!has_header_) fail_answer("a clip before the header");
    if (n_bytes > kMaxClipBytes || n_bytes < sizeof(ClipHead) + kMinClipSamples * sizeof(float) ||
        n_bytes % sizeof(float) != 0)
      fail_answer("a clip of " + std::to_string(n_bytes) + " bytes");
    if (song_.n_clips >= max_clips_) throw DecodeFailure("decoder output cap");
    ClipHead head{};
    get(std::as_writable_bytes(std::span(&head, 1)));
    if (head.index != song_.n_clips || head.start_sample < next_start_ || head.start_sample > kMaxSongSec * kSampleRate)
      fail_answer("clip " + std::to_string(head.index) + " out of order");
    DecodedClip out{head.index, head.start_sample, std::vector<float>((n_bytes - sizeof head) / sizeof(float))};
    get(std::as_writable_bytes(std::span(out.samples)));
    if (!std::all_of(out.samples.begin(), out.samples.end(), [](float s) { return std::isfinite(s); }))
      fail_answer("samples that are not finite");
    next_start_ = head.start_sample + static_cast<int64_t>(out.samples.size());
    ++song_.n_clips;
    on_clip_(std::move(out));
  }

  void trailer(const Json& t) {
    if (!has_header_) fail_answer("a trailer before the header");
    song_.decoded_sec = number(t, "decoded_sec", 0, 1e12);
    if (static_cast<int64_t>(number(t, "n_clips", 1, 1e9)) != song_.n_clips) fail_answer("clips are missing");
    const auto warnings = t.find("warnings");
    if (warnings == t.end() || !warnings->is_array()) fail_answer("no warnings");
    for (const Json& w : *warnings)
      if (w.is_string() && song_.warnings.size() < kMaxWarnings) song_.warnings.push_back(w.get<std::string>());
  }

  DecoderProcess& process_;
  Patience& patience_;
  int64_t max_clips_;
  const std::function<void(DecodedClip)>& on_clip_;
  DecodedSong song_;
  bool has_header_ = false;
  int64_t next_start_ = 0;
};

}  // namespace

DecoderClient::DecoderClient(DecoderOptions options) : options_(std::move(options)) {
  if (options_.program.empty()) options_.program = find_program();
}

DecodedSong DecoderClient::decode(const fs::path& path, const Excerpts& excerpts,
                                  const std::function<void(DecodedClip)>& on_clip) const {
  struct stat before {};
  const OwnedFd file = open_regular(path, options_.follow_links, before);
  const int64_t size = before.st_size;
  DecoderProcess process(options_.program, {"--excerpts", format_excerpts(excerpts)}, file.get(), cpu_limit_sec(size));
  Patience patience(static_cast<double>(wall_limit_sec(size)) * options_.wall_limit_factor);
  DecodedSong song;
  try {
    song = Answer(process, patience, most_clips(excerpts), on_clip).read();
    const std::string reason = process.wait_for_end(patience);
    if (!reason.empty()) throw DecodeFailure(reason);
  } catch (const DecodeFailure&) {
    // What went wrong with half a file written by another program is that, whatever the decoder made of it.
    if (has_changed(file.get(), before)) throw DecodeFailure("changed during read");
    throw;
  }
  if (has_changed(file.get(), before)) throw DecodeFailure("changed during read");
  return song;
}

std::string DecoderClient::capabilities() const {
  DecoderProcess process(options_.program, {"--capabilities"}, -1, 10);
  Patience patience(10);
  std::string out(1 << 16, '\0');
  out.resize(process.read(std::as_writable_bytes(std::span(out)), patience));
  const std::string reason = process.wait_for_end(patience);
  if (!reason.empty())
    fail(
        ExitCode::failed,
        {.what = reason, .where = escape_for_terminal(options_.program.string()), .seen = {}, .wanted = {}, .fix = {}});
  return out;
}

}  // namespace songscape
