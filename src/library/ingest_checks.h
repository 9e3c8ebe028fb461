// What must hold before an ingest writes anything, and what the library holds after it.
#pragma once

#include <optional>

#include "library/ingest.h"
#include "library/library_writer.h"

namespace songscape {

// Error `usage` where the music is no folder (with text_column: no file), or one of music and library lies in the
// other.
void check_folders(const IngestOptions& options);

// The table of labels that the options name, or metadata.csv of the folder.
std::optional<LabelTable> find_label_table(const IngestOptions& options);

// The library's settings where it exists, those asked for elsewhere.  Error `usage` where they differ.
LibrarySettings settle(const IngestOptions& options, const std::optional<LibrarySettings>& existing);

// Error `usage` where the library follows another folder or table that still exists, or holds songs of the other kind.
enum class Source { folder, table };
void check_source(const Catalogue& catalogue, Source source, const std::filesystem::path& music);

// The report's figures of the library as it is now; warns of songs that are missing.
void summarise(LibraryWriter& writer, IngestReport& report);

std::string format_mel_reference(MelReference reference);
std::optional<MelReference> parse_mel_reference(std::string_view text);  // "full-scale", "clip"

}  // namespace songscape
