#include "run/cluster_playlists.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "run/cluster_names.h"
#include "run/grouping_files.h"
#include "run/playlist.h"
#include "run/run_library.h"

namespace songscape {
namespace {

SongGroups groups_by(const std::vector<SongGroups>& all, const std::string& algorithm) {
  std::vector<std::string> known;
  for (const SongGroups& g : all) {
    if (g.is_control || g.fitted_on != "all") continue;
    if (algorithm.empty() || g.algorithm == algorithm) return g;
    known.push_back(g.algorithm);
  }
  fail(ExitCode::usage, {.what = "the run's songs are not grouped by this algorithm",
                         .where = "--algorithm",
                         .seen = escape_for_terminal(algorithm),
                         .wanted = "one of: " + join(known, ", "),
                         .fix = "songscape cluster --run R --algorithm " + escape_for_terminal(algorithm)});
}

std::string file_name_of(const ClusterName& c, size_t n_digits) {
  std::string number = std::to_string(c.cluster);
  number.insert(0, n_digits - std::min(n_digits, number.size()), '0');
  const std::string name = c.name == "cluster " + std::to_string(c.cluster) ? "" : safe_in_file_name(c.name);
  return "cluster " + number + (name.empty() ? "" : " - " + name) + ".m3u8";
}

}  // namespace

WrittenPlaylists write_cluster_playlists(const ClusterPlaylists& request) {
  const auto library = library_of_run(request.run, request.library);
  const SongGroups groups = groups_by(read_last_grouping(request.run, request.library).groups, request.algorithm);
  check_new_folder(request.output);
  PlaylistWriter writer(library, request.output, request.path_prefix);
  const std::vector<ClusterName> names = ClusterNamer(library, request.n_threads).names(groups);
  log_info("clusters of " + groups.features + " by " + groups.algorithm + ", k " + std::to_string(groups.k) +
           ", named by their labels, sound and words");
  make_folder(request.output);
  WrittenPlaylists out{{{"file", "cluster", "songs", "name"}, {}}};
  const size_t n_digits = std::to_string(names.empty() ? 0 : names.back().cluster).size();
  for (const ClusterName& c : names) {
    std::vector<int64_t> songs;
    for (size_t i = 0; i < groups.songs.size(); ++i)
      if (groups.clusters[i] == c.cluster) songs.push_back(groups.songs[i]);
    const std::string file = file_name_of(c, n_digits);
    writer.write(file, c.name, songs);
    out.table.add({(request.output / file).string(), c.cluster, c.n_songs, c.name});
  }
  out.is_whole = writer.warn();
  return out;
}

}  // namespace songscape
