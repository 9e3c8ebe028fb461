// A playlist for each cluster of a run's last grouping.
#pragma once

#include <filesystem>
#include <string>

#include "report/table.h"

namespace songscape {

struct ClusterPlaylists {
  std::filesystem::path run;
  std::string library;           // empty: the run's own
  std::filesystem::path output;  // a folder that is not there yet, or an empty one
  std::string algorithm;         // of the grouping; empty: its first
  std::string path_prefix;       // as run/playlist.h has it
  int n_threads = 1;
};

struct WrittenPlaylists {
  Table table;           // file, cluster, songs, name
  bool is_whole = true;  // no song was left out
};

// "cluster 07 - NAME.m3u8" of every cluster of the latents, fitted on all songs, by its name (run/cluster_names.h),
// with the songs in the library's order.  Error `usage` where the run's songs have not been grouped, or not by
// `algorithm`.
WrittenPlaylists write_cluster_playlists(const ClusterPlaylists& request);

}  // namespace songscape
