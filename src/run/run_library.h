// The library that a run is looked at with, free of LibTorch's headers.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "data/library_index.h"

namespace songscape {

// The library that the run was trained on, or `other` where that is not empty.  Error `usage` where the run was trained
// on an array and no library is named.
std::shared_ptr<const LibraryIndex> library_of_run(const std::filesystem::path& run, const std::string& other = {});

}  // namespace songscape
