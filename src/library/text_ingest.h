// The other form of ingest(): a table whose rows are songs without audio.  A row's text is its lyrics, the other cells
// are labels as in --labels, and `language_guess` (text/language_guess.h) is added unless the table has such a column.
//
// Songs are known by the SHA-256 of their texts: rows of equal text are one song with several names.  A row whose text
// is empty, or not Unicode with strict_text, is a failure and the others go on.  Rows that are gone since the last
// ingest are kept and marked missing; rows with another text become other songs.
#pragma once

#include "library/ingest.h"

namespace songscape {

// Error `usage` for options that are for folders of audio; `damaged` for the table; else as ingest().
IngestReport ingest_texts(const IngestOptions& options);
IngestPlan dry_run_texts(const IngestOptions& options);

}  // namespace songscape
