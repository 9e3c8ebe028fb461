// Whether a library is whole: every record's checksum, the index, the catalogue, and that they agree.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace songscape {

struct Damage {
  std::string where;  // "segments/000001.seg byte 331264", "catalogue.sqlite", "index-0000000003"
  std::string what;   // "clip 0 of rock/a.flac: its checksum is wrong"
};

struct VerifyReport {
  int64_t n_records = 0;
  uint64_t n_bytes = 0;            // read
  int64_t n_unreferenced = 0;      // sound records that nothing names: of failed or superseded songs
  std::vector<Damage> damages;     // empty: the library is whole
  std::vector<std::string> notes;  // what is no damage: the tail of a killed ingest
};

// Reads everything once; changes nothing.  Error `locked` while an ingest runs, `usage` where there is no library.
VerifyReport verify_library(const std::filesystem::path& library);

}  // namespace songscape
