// One index file, mapped and checked to the last reference, so that what it names can be used without more checks.
#pragma once

#include <map>
#include <span>
#include <string_view>

#include "core/file.h"
#include "data/index_format.h"
#include "data/library_index.h"

namespace songscape {

class IndexFile {
 public:
  // Error `damaged` where the file is torn, of a newer version, or names what is not there.
  IndexFile(const std::filesystem::path& library, uint64_t generation);

  const IndexHeader& header() const { return *reinterpret_cast<const IndexHeader*>(map_.bytes().data()); }
  std::span<const IndexSongRow> songs() const { return rows<IndexSongRow>(header().songs_at, header().n_songs); }
  std::span<const IndexClipRow> clips() const { return rows<IndexClipRow>(header().clips_at, header().n_clips); }
  std::span<const IndexSegmentRow> segments() const {
    return rows<IndexSegmentRow>(header().segments_at, header().n_segments);
  }
  std::span<const IndexTokensRow> tokens() const;
  std::string_view text(const StringRef& ref) const {
    return {reinterpret_cast<const char*>(map_.bytes().data()) + header().strings_at + ref.at, ref.n_bytes};
  }
  IndexColumn column(size_t i) const;

 private:
  template <class T>
  std::span<const T> rows(uint64_t at, uint64_t n) const {
    return {reinterpret_cast<const T*>(map_.bytes().data() + at), n};
  }
  void check_file(uint64_t generation) const;
  void check_rows();
  IndexTokensHeader tokens_header() const;  // of zeros in version 1
  void check_tokens() const;
  bool is_placed(uint64_t segment, uint64_t offset) const;
  void check_columns() const;
  void require(bool holds, const char* what) const;
  bool fits(uint64_t at, uint64_t n, uint64_t bytes_each) const;
  bool has(const StringRef& ref) const;

  std::filesystem::path path_;
  MappedFile map_;
  std::map<uint64_t, uint64_t> segment_bytes_;  // by number
};

}  // namespace songscape
