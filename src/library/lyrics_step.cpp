#include "library/lyrics_step.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "library/song_record.h"
#include "text/language_guess.h"
#include "text/lyrics.h"

namespace songscape {
namespace {

std::string stem_name(const std::string& path) {
  const std::string_view stem = without_extension(path);
  return std::string(stem.substr(stem.rfind('/') + 1));
}

class LyricsStep {
 public:
  LyricsStep(LibraryWriter& writer, const WalkResult& walk, const LyricsOptions& options)
      : writer_(writer),
        walk_(walk),
        options_(options),
        contents_(writer.catalogue().contents(Catalogue::Detail::without_fingerprints)),
        known_(writer.catalogue().lyrics()) {
    writer.catalogue().for_each_label([&](const std::string& path, const std::string& column, const std::string&) {
      if (column == kLanguageGuessColumn) guessed_.insert(path);
    });
  }

  LyricsOutcome run() {
    const auto paths = writer_.catalogue().paths();
    const auto names = canonical_paths(paths);
    for (const auto& [sha256, path] : names) ++n_songs_of_stem_[stem_name(path)];
    for (const auto& [sha256, path] : names) {
      throw_if_interrupted();
      const auto content = contents_.find(sha256);
      if (content != contents_.end() && !paths.at(path).is_missing) update(content->second, path);
      out_.n_songs_with_lyrics += (changes_.contains(sha256) ? changes_[sha256].has_value() : known_.contains(sha256));
    }
    if (!changes_.empty() || !guesses_.empty()) {
      const auto change = [&](Catalogue& c) {
        for (const auto& [sha256, entry] : changes_) c.set_lyrics(sha256, entry);
        if (!guesses_.empty()) c.set_column(kLanguageGuessColumn, ColumnKind::label);
        for (const auto& [song, language] : guesses_) c.set_label(song, kLanguageGuessColumn, language);
      };
      writer_.commit(change, LibraryWriter::Publish::when_due);
    }
    std::sort(out_.warnings.begin(), out_.warnings.end());
    return std::move(out_);
  }

 private:
  struct Found {
    std::string source, text;
  };

  void update(const Content& content, const std::string& path) {
    const std::optional<Found> found = find(content, path);
    const auto known = known_.find(content.sha256);
    if (!found) {
      const bool stays =
          known != known_.end() && options_.folder.empty() && known->second.source.starts_with("folder:");
      if (known != known_.end() && !stays) {
        changes_[content.sha256] = std::nullopt;
        guesses_[path] = "";
      }
      return;
    }
    const std::string text_sha256 = sha256_hex(found->text);
    const bool is_other_text = known != known_.end() && known->second.text_sha256 != text_sha256;
    if (is_other_text || !guessed_.contains(path)) guesses_[path] = guess_language(found->text).language;
    if (known != known_.end() && known->second.source == found->source && !is_other_text) return;
    const RecordPlace place =
        writer_.segments().append(RecordKind::lyrics, digest_from_hex(content.sha256), found->text);
    changes_[content.sha256] = LyricsEntry{found->source, text_sha256, place};
  }

  // The first source with words in it.
  std::optional<Found> find(const Content& content, const std::string& path) {
    const std::string stem(without_extension(path));
    if (!options_.folder.empty()) {
      if (auto found = from_folder(stem)) return found;
      if (stem_name(path) != stem && n_songs_of_stem_[stem_name(path)] == 1)
        if (auto found = from_folder(stem_name(path))) return found;
    }
    if (const auto beside = walk_.lyrics.find(stem); beside != walk_.lyrics.end())
      for (const std::string& file : beside->second)
        if (auto found = from_file(options_.music / file, file, "beside:" + file)) return found;
    if (content.lyrics.empty()) return std::nullopt;
    const bool is_timed =
        content.lyrics.size() > 3 && content.lyrics[0] == '[' && content.lyrics[1] >= '0' && content.lyrics[1] <= '9';
    try {
      Lyrics lyrics =
          parse_lyrics(content.lyrics, is_timed ? LyricsFormat::lrc : LyricsFormat::plain, options_.is_strict);
      for (const std::string& w : lyrics.warnings) out_.warnings.emplace_back(path, "embedded lyrics: " + w);
      if (!lyrics.text.empty()) return Found{"embedded", std::move(lyrics.text)};
    } catch (const LyricsFailure& e) {
      out_.warnings.emplace_back(path, std::string("embedded lyrics left out: ") + e.what());
    }
    return std::nullopt;
  }

  std::optional<Found> from_folder(const std::string& stem) {
    for (const char* extension : {".txt", ".lrc"}) {
      const fs::path file = options_.folder / (stem + extension);
      std::error_code error;
      if (!fs::exists(file, error)) continue;
      if (auto found = from_file(file, file.string(), "folder:" + stem + extension)) return found;
    }
    return std::nullopt;
  }

  std::optional<Found> from_file(const fs::path& file, const std::string& shown, const std::string& source) {
    try {
      Lyrics lyrics = read_lyrics_file(file, options_.is_strict);
      for (const std::string& w : lyrics.warnings) out_.warnings.emplace_back(shown, w);
      if (!lyrics.text.empty()) return Found{source, std::move(lyrics.text)};
    } catch (const LyricsFailure& e) {
      out_.failures[shown] = e.what();
    }
    return std::nullopt;
  }

  LibraryWriter& writer_;
  const WalkResult& walk_;
  const LyricsOptions& options_;
  const std::map<std::string, Content> contents_;
  const std::map<std::string, LyricsEntry> known_;
  std::map<std::string, int> n_songs_of_stem_;
  std::map<std::string, std::optional<LyricsEntry>> changes_;
  std::set<std::string> guessed_;               // paths with a guess, or a table's own cell of that name
  std::map<std::string, std::string> guesses_;  // path, language; empty: none any more
  LyricsOutcome out_;
};

}  // namespace

LyricsOutcome update_lyrics(LibraryWriter& writer, const WalkResult& walk, const LyricsOptions& options) {
  return LyricsStep(writer, walk, options).run();
}

}  // namespace songscape
