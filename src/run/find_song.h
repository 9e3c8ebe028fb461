// A song of a library by the name that a person gives it.
#pragma once

#include <cstdint>
#include <string>

#include "data/library_index.h"

namespace songscape {

// By its path; else by a file name (its ending may be left out) or a title that one song alone has.  Error `usage`
// naming the nearest, or the songs that it may be.
int64_t find_song(const LibraryIndex& library, const std::string& name);

}  // namespace songscape
