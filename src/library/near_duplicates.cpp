#include "library/near_duplicates.h"

#include <cstring>
#include <utility>

namespace songscape {

void NearDuplicates::keep(const std::string& sha256, Fingerprint fingerprint) {
  fingerprints_.add(static_cast<int64_t>(owners_.size()), std::move(fingerprint));
  owners_.push_back(sha256);
}

void NearDuplicates::add(const std::string& sha256, const std::string& fingerprint) {
  keep(sha256, fingerprint_from(fingerprint));
}

void NearDuplicates::record(Catalogue& catalogue, const Content& content) {
  Fingerprint fingerprint = fingerprint_from(content.fingerprint);
  for (const FingerprintIndex::Match& match : fingerprints_.find(fingerprint))
    catalogue.add_duplicate(content.sha256, owners_[static_cast<size_t>(match.id)], match.similarity);
  keep(content.sha256, std::move(fingerprint));
}

std::string to_bytes(const Fingerprint& fingerprint) {
  return {reinterpret_cast<const char*>(fingerprint.landmarks.data()), fingerprint.landmarks.size() * sizeof(uint32_t)};
}

Fingerprint fingerprint_from(const std::string& bytes) {
  Fingerprint out;
  out.landmarks.resize(bytes.size() / sizeof(uint32_t));
  std::memcpy(out.landmarks.data(), bytes.data(), out.landmarks.size() * sizeof(uint32_t));
  return out;
}

}  // namespace songscape
