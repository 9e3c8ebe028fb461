// The songs of a library that are one recording (audio/fingerprint.h), found as they come in.
#pragma once

#include <string>
#include <vector>

#include "audio/fingerprint.h"
#include "library/catalogue.h"

namespace songscape {

class NearDuplicates {
 public:
  // A song whose pairs the catalogue has; `fingerprint` as the catalogue keeps it.
  void add(const std::string& sha256, const std::string& fingerprint);
  // Writes the pairs that this song makes with those added before it, and adds it.
  void record(Catalogue& catalogue, const Content& content);

 private:
  void keep(const std::string& sha256, Fingerprint fingerprint);
  FingerprintIndex fingerprints_;
  std::vector<std::string> owners_;  // SHA-256, by the index's ids
};

std::string to_bytes(const Fingerprint& fingerprint);
Fingerprint fingerprint_from(const std::string& bytes);

}  // namespace songscape
