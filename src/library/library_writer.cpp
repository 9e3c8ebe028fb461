#include "library/library_writer.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"
#include "data/index_file.h"
#include "library/index_builder.h"

namespace songscape {
namespace {

constexpr const char* kRepair = "mend it with: songscape verify --library L --repair COPY";

[[noreturn]] void refuse(const fs::path& where, std::string what, std::string fix = kRepair) {
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = escape_for_terminal(where.string()),
                           .seen = {},
                           .wanted = {},
                           .fix = std::move(fix)});
}

std::string new_id() {
  std::array<uint8_t, 16> bytes{};
  check(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
        "the system gives random bytes");
  return to_hex(bytes);
}

void make_library_folder(const fs::path& library, bool create) {
  std::error_code error;
  const std::string where = escape_for_terminal(library.string());
  if (!fs::exists(library, error)) {
    if (!create)
      fail(ExitCode::usage, {.what = "there is no such library",
                             .where = where,
                             .seen = {},
                             .wanted = "a folder that ingest made",
                             .fix = "make one with: songscape ingest DIR --library L"});
    make_folder(library / "segments");
    return;
  }
  if (!fs::is_directory(library, error))
    fail(ExitCode::usage, {.what = "this is no folder",
                           .where = where,
                           .seen = {},
                           .wanted = "a library, or a path where nothing is",
                           .fix = {}});
  const bool is_empty = fs::is_empty(library, error);
  if (!is_library(library) && !(create && is_empty))
    fail(ExitCode::usage, {.what = "the folder is not a library, and not empty",
                           .where = where,
                           .seen = {},
                           .wanted = "a library, or a path where nothing is",
                           .fix = "choose another --library"});
  if (is_empty) make_folder(library / "segments");
}

}  // namespace

bool is_library(const fs::path& library) {
  std::error_code error;
  return fs::exists(library / "segments", error) || fs::exists(Catalogue::file(library), error);
}

LibraryWriter::LibraryWriter(const fs::path& library, bool create, const LibrarySettings& settings) : path_(library) {
  make_library_folder(path_, create);
  lock_ = std::make_unique<FileLock>(path_ / "lock");
  std::error_code error;
  if (!fs::exists(path_ / "segments", error)) make_folder(path_ / "segments");
  const bool has_catalogue = fs::exists(Catalogue::file(path_), error);
  if (!has_catalogue && (!list_generations(path_).empty() || !fs::is_empty(path_ / "segments", error)))
    refuse(path_, "the library has no catalogue");
  catalogue_ =
      std::make_unique<Catalogue>(Catalogue::open_for_writing(path_, {{"library_id", new_id()},
                                                                      {"mel_reference", settings.mel_reference},
                                                                      {"excerpts", settings.excerpts},
                                                                      {"generation", "0"}}));
  check_generations();
  segments_ =
      std::make_unique<SegmentWriter>(path_, catalogue_->meta("library_id").value_or(""), catalogue_->segments());
  segments_->set_generation(published_ + 1);
  is_published_ = published_ > 0 && catalogue_->meta("waits_for_index") != "1";
  if (catalogue_->generation() != published_) publish_current();
}

LibrarySettings LibraryWriter::settings() const {
  return {catalogue_->meta("mel_reference").value_or(""), catalogue_->meta("excerpts").value_or("")};
}

// std::nullopt for a torn index, of which `fault` keeps the first.
std::optional<std::string> LibraryWriter::id_of_index(uint64_t generation, std::optional<Error>& fault) const {
  try {
    return to_hex(IndexFile(path_, generation).header().library_id);
  } catch (const Error& e) {
    if (std::string_view(e.what()).find("newer than this program") != std::string_view::npos) throw;
    if (!fault) fault = e;
    return std::nullopt;
  }
}

void LibraryWriter::check_generations() {
  const std::string id = catalogue_->meta("library_id").value_or("");
  const uint64_t known = catalogue_->generation();
  std::optional<Error> fault;
  for (const uint64_t generation : list_generations(path_)) {
    const std::optional<std::string> index_id = id_of_index(generation, fault);
    if (!index_id) continue;
    if (*index_id != id) refuse(path_, "the index is of another library than the catalogue");
    published_ = generation;
    break;
  }
  if (published_ > known)
    refuse(path_, "the catalogue (generation " + std::to_string(known) + ") is older than the index (" +
                      std::to_string(published_) + "): parts of two copies are mixed");
  if (known > published_ + 1) {
    if (fault) throw *fault;
    refuse(path_, published_ == 0
                      ? "the library has no index"
                      : "the index (generation " + std::to_string(published_) + ") is older than the catalogue (" +
                            std::to_string(known) + "): parts of two copies are mixed");
  }
  check_tails(id, known);
}

// Tails are about to be cut: those of a killed writer, not the records of a newer copy.
void LibraryWriter::check_tails(const std::string& id, uint64_t known) const {
  std::map<fs::path, uint64_t> lengths;
  for (const SegmentLength& s : catalogue_->segments()) lengths[segment_path(path_, s.number)] = s.n_bytes;
  for (const auto& entry : fs::directory_iterator(path_ / "segments")) {
    const auto number = parse_integer(entry.path().stem().string());
    if (!number || *number < 1 || entry.path() != segment_path(path_, static_cast<uint32_t>(*number))) continue;
    const auto length = lengths.find(entry.path());
    // Killed while it was being started: it holds no record.
    if (length == lengths.end() && !has_segment_header(entry.path())) continue;
    const SegmentReader reader(path_, static_cast<uint32_t>(*number), id);
    const uint64_t from = length == lengths.end() ? kSegmentHeaderBytes : length->second;
    reader.walk(from, false, [&](uint64_t, const RecordHeader& record) {
      if (record.generation > known + 1)
        refuse(path_, "the segments are newer than the catalogue: parts of two copies are mixed");
      return true;
    });
  }
}

void LibraryWriter::commit(const std::function<void(Catalogue&)>& change, Publish publish) {
  const bool is_due = publish == Publish::always || std::chrono::steady_clock::now() >= publish_due_;
  const std::vector<SegmentLength> lengths = segments_->sync();
  Transaction transaction(catalogue_->database());
  change(*catalogue_);
  catalogue_->set_segments(lengths);
  if (is_due) catalogue_->set_generation(published_ + 1);
  catalogue_->set_meta("waits_for_index", is_due ? "0" : "1");
  transaction.commit();
  is_published_ = false;
  if (is_due) publish_current();
}

void LibraryWriter::publish_current() {
  const auto start = std::chrono::steady_clock::now();
  const uint64_t generation = catalogue_->generation();
  publish_index(path_, build_index(*catalogue_, generation));
  published_ = generation;
  is_published_ = true;
  segments_->set_generation(published_ + 1);
  const auto end = std::chrono::steady_clock::now();
  publish_due_ = end + 20 * (end - start);
}

}  // namespace songscape
