// A folder under the system's temporary one, gone at the end.
#pragma once

#include <filesystem>

namespace songscape {

class ScratchFolder {
 public:
  ScratchFolder();  // Error `failed` where it cannot be made
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace songscape
