#include "data/token_record.h"

#include "core/error.h"
#include "data/bytes.h"

namespace songscape {
namespace {

constexpr uint32_t kTokenRecordVersion = 1;

template <class T>
void put_all(ByteWriter& w, const std::vector<T>& values) {
  w.put_text({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

template <class T>
std::vector<T> get_all(ByteReader& r) {
  const std::string bytes = r.get_text();
  std::vector<T> out(bytes.size() / sizeof(T));
  std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
  return out;
}

[[noreturn]] void refuse(std::string what, const std::string& where, std::string seen, std::string wanted) {
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = where,
                           .seen = std::move(seen),
                           .wanted = std::move(wanted),
                           .fix = "make the library anew: songscape ingest DIR --library L"});
}

}  // namespace

std::string to_payload(const StoredTokens& stored) {
  ByteWriter w;
  w.put(kTokenRecordVersion);
  w.put(kStoredVocabulary);
  w.put(stored.melody_program);
  put_all(w, stored.bar_starts);
  put_all(w, stored.tokens);
  return w.bytes();
}

StoredTokens read_tokens_payload(const std::string& payload, const std::string& where) {
  ByteReader r(payload, where);
  const auto version = r.get<uint32_t>();
  if (version != kTokenRecordVersion)
    refuse("the record has an unknown version", where, std::to_string(version), std::to_string(kTokenRecordVersion));
  const auto vocabulary = r.get<uint32_t>();
  if (vocabulary != kStoredVocabulary)
    refuse("the tokens are of another vocabulary than this program's", where, "version " + std::to_string(vocabulary),
           "version " + std::to_string(kStoredVocabulary));
  StoredTokens out;
  out.melody_program = r.get<int32_t>();
  out.bar_starts = get_all<uint32_t>(r);
  out.tokens = get_all<uint16_t>(r);
  uint32_t before = 0;
  for (const uint32_t start : out.bar_starts) {
    if (start >= out.tokens.size() || start < before)
      refuse("a bar begins outside the piece", where, std::to_string(start), {});
    before = start + 1;
  }
  return out;
}

}  // namespace songscape
