#include "library/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

std::string lower_extension(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  std::string out(name.substr(dot + 1));
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

FileStamp stamp_from(const struct stat& info) {
  const auto ns = [](const timespec& t) { return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; };
  return {static_cast<int64_t>(info.st_size), ns(info.st_mtim), ns(info.st_ctim)};
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISLNK(mode)) return "a symbolic link";
  return "a device";
}

using FolderId = std::pair<dev_t, ino_t>;

class Walker {
 public:
  Walker(fs::path root, bool follow_links) : root_(std::move(root)), follow_links_(follow_links) {}

  WalkResult walk() {
    if (const int error = enter("", {}); error != 0)
      fail(ExitCode::usage, {.what = "the music folder cannot be read",
                             .where = escape_for_terminal(root_.string()),
                             .seen = std::strerror(error),
                             .wanted = "a folder of songs",
                             .fix = "check the path, and whether its disk is there"});
    std::sort(out_.candidates.begin(), out_.candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.path < b.path; });
    for (auto& [stem, files] : out_.lyrics) std::sort(files.rbegin(), files.rend());
    return std::move(out_);
  }

 private:
  // 0, or errno of a folder that cannot be opened.  `above`: the folders on the way here.
  int enter(const std::string& folder, std::vector<FolderId> above) {
    const fs::path full = folder.empty() ? root_ : root_ / folder;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(full.c_str()), ::closedir);
    if (!listing) return errno;
    struct stat info {};
    if (::fstat(::dirfd(listing.get()), &info) != 0) return errno;
    const FolderId id{info.st_dev, info.st_ino};
    if (std::find(above.begin(), above.end(), id) != above.end()) return ELOOP;
    above.push_back(id);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing.get())) names.emplace_back(entry->d_name);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names)
      if (name != "." && name != "..") look_at(folder.empty() ? name : folder + "/" + name, name, above);
    return 0;
  }

  void look_at(const std::string& path, const std::string& name, const std::vector<FolderId>& above) {
    if (name.starts_with('.')) {
      ++out_.n_other;
      return;
    }
    const fs::path full = root_ / path;
    struct stat info {};
    if (::lstat(full.c_str(), &info) != 0) {
      if (has_song_name(name)) out_.failures[path] = std::string("cannot be looked at: ") + std::strerror(errno);
      return;
    }
    if (S_ISLNK(info.st_mode)) {
      if (!follow_links_) {
        ++out_.n_links;
        return;
      }
      if (::stat(full.c_str(), &info) != 0) {
        if (has_song_name(name))
          out_.failures[path] =
              std::string("not a regular file (a link that leads nowhere: ") + std::strerror(errno) + ")";
        return;
      }
    }
    if (S_ISREG(info.st_mode)) return take_file(path, name, info);
    if (has_song_name(name)) out_.failures[path] = std::string("not a regular file (") + kind_of(info.st_mode) + ")";
    if (S_ISDIR(info.st_mode)) take_folder(path, above);
  }

  void take_file(const std::string& path, const std::string& name, const struct stat& info) {
    const std::string extension = lower_extension(name);
    if (has_song_name(name))
      out_.candidates.push_back({path, stamp_from(info)});
    else if (extension == "txt" || extension == "lrc")
      out_.lyrics[std::string(without_extension(path))].push_back(path);
    else
      ++out_.n_other;
  }

  void take_folder(const std::string& path, const std::vector<FolderId>& above) {
    const int error = enter(path, above);
    if (error == 0) return;
    out_.failures[path] = error == ELOOP ? "a folder that holds itself, by a link"
                                         : std::string("the folder cannot be read: ") + std::strerror(error);
    if (error != ELOOP) out_.unread_folders.push_back(path);
  }

  fs::path root_;
  bool follow_links_;
  WalkResult out_;
};

}  // namespace

const std::vector<std::string>& audio_extensions() {
  static const std::vector<std::string> kNames = {
      "wav",  "wave", "flac", "ogg", "oga", "opus", "mp3", "mp2", "m4a", "m4b",  "mp4", "aac", "wma", "aif", "aiff",
      "aifc", "caf",  "au",   "snd", "w64", "rf64", "ape", "wv",  "mka", "webm", "tta", "ac3", "amr", "mpc", "spx"};
  return kNames;
}

bool has_audio_name(std::string_view name) {
  const auto& known = audio_extensions();
  return std::find(known.begin(), known.end(), lower_extension(name)) != known.end();
}

bool has_midi_name(std::string_view name) {
  const std::string extension = lower_extension(name);
  return extension == "mid" || extension == "midi" || extension == "rmi" || extension == "kar";
}

bool has_song_name(std::string_view name) { return has_audio_name(name) || has_midi_name(name); }

std::string_view without_extension(std::string_view path) {
  const size_t slash = path.rfind('/');
  const size_t start = slash == std::string_view::npos ? 0 : slash + 1;
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos || dot <= start ? path : path.substr(0, dot);
}

WalkResult walk_music(const fs::path& root, bool follow_links) { return Walker(root, follow_links).walk(); }

std::optional<FileStamp> stamp_of(const fs::path& file, bool follow_links) {
  struct stat info {};
  const int code = follow_links ? ::stat(file.c_str(), &info) : ::lstat(file.c_str(), &info);
  if (code != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return stamp_from(info);
}

}  // namespace songscape
