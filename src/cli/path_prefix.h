// The flag of the commands that write playlists.
#pragma once

#include <string>

#include "cli/command.h"

namespace songscape {

inline void add_path_prefix(CLI::App* command, std::string& value) {
  command
      ->add_option("--path-prefix", value,
                   "in playlists, write NEW in place of the folder OLD that the songs lie in (default: paths from the "
                   "playlist's folder)")
      ->type_name("OLD=NEW");
}

}  // namespace songscape
