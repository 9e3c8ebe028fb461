// Playlists of a library's songs: extended M3U in UTF-8 without a byte-order mark.
//
//   #EXTM3U
//   #PLAYLIST:name
//   #EXTINF:seconds,Artist - Title
//   path
//
// Seconds are whole, −1 where unknown; a song without a title has its file's name, and without an artist its title
// alone.  A path leads from the playlist's folder to the song's file, in the folder that was ingested; with a path
// prefix, "old=new", files below the folder `old` are named by what follows it, behind `new` (with '\' where `new` has
// '\' and no '/'; an empty `new` leaves paths relative to `old`).  Paths that would read as a comment begin with "./".
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "data/library_index.h"

namespace songscape {

class PlaylistWriter {
 public:
  // folder: where the playlists will lie.  Error `usage` where the library holds texts only, where the folder lies in
  // it, and for a prefix that is no "old=new" or whose `old` holds none of the songs' folder; `damaged` where the
  // catalogue, which knows the songs' folder, is gone.
  PlaylistWriter(std::shared_ptr<const LibraryIndex> library, const std::filesystem::path& folder,
                 const std::string& path_prefix);

  // Error `usage` where the file exists.  Songs are named once, in their order.  A song is left out where no line of
  // UTF-8 can name its file.
  void write(const std::string& file_name, const std::string& name, std::span<const int64_t> songs);

  // Warns of songs whose file was not found, which stay in, and of those left out.  True where none was left out.
  bool warn() const;

 private:
  std::string entry(int64_t song);
  std::string place_of(const std::filesystem::path& file) const;
  std::shared_ptr<const LibraryIndex> library_;
  std::filesystem::path folder_, music_;
  std::string old_prefix_, new_prefix_;
  bool has_prefix_ = false;
  std::set<std::string> gone_, left_out_;  // paths
};

// Error `usage` unless `file` ends in .m3u8 and is not there yet.
void check_new_playlist(const std::filesystem::path& file);
// One playlist: what check_new_playlist(), the constructor and write() say.  True where no song was left out.
bool write_playlist(std::shared_ptr<const LibraryIndex> library, const std::filesystem::path& file,
                    const std::string& path_prefix, const std::string& name, std::span<const int64_t> songs);

// Text as part of a file's name on any system: one line, none of < > : " / \ | ? *, at most 100 bytes, no blank or full
// stop at its ends.
std::string safe_in_file_name(const std::string& text);

}  // namespace songscape
