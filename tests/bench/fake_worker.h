// Programs that speak the protocol of bench/peers/worker.py, as shell scripts.
#pragma once

#include <string>

#include "core/file.h"

namespace songscape {

// A script that says it is ready and then runs `body` for each line it is sent.
inline fs::path write_worker(const fs::path& path, const std::string& body) {
  publish_file(path, "#!/bin/sh\necho '{\"ready\": true}'\nwhile read -r line; do\n" + body + "\ndone\n");
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

// One that takes `seconds` by its own account, and answers "value".
inline std::string answer(const std::string& seconds, const std::string& value) {
  return "echo '{\"wall_sec\": " + seconds + ", \"cpu_sec\": 0, \"peak_memory_bytes\": 1000000, \"value\": " + value +
         "}'";
}

}  // namespace songscape
