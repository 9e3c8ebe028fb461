// `songscape similar`, `path` and `mix`: songs found by other songs, in a run's latent space.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/path_prefix.h"
#include "core/log.h"
#include "core/text.h"
#include "report/table.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/playlist.h"
#include "run/song_space.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string song, from, to, path_prefix;
  std::vector<std::string> plus, minus;
  int64_t n = 10;
};

// What is wrong with the playlist that is asked for is said before anything is encoded.
SongSpace open_space(const Session& session, const Options& options) {
  if (!session.output.empty())
    check_new_playlist(session.output);
  else if (!options.path_prefix.empty())
    fail(ExitCode::usage, {.what = "there is no playlist for it",
                           .where = "--path-prefix",
                           .seen = {},
                           .wanted = {},
                           .fix = "pass --output FILE.m3u8"});
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  return open_song_space(find_run(session.run, session.runs), session.library);
}

// One row a song: its place in the list, path, title, artist, what `numbers` tells of it, then its other labels.
Table song_table(const LibraryIndex& library, const std::vector<FoundSong>& found,
                 const std::vector<std::pair<std::string, double FoundSong::*>>& numbers) {
  Table table{{"n", "path", "title", "artist"}, {}};
  for (const auto& [name, member] : numbers) table.columns.push_back(name);
  std::vector<const IndexColumn*> labels;
  for (const IndexColumn& c : library.columns()) {
    if (c.kind != ColumnKind::label || std::ranges::find(table.columns, c.name) != table.columns.end()) continue;
    labels.push_back(&c);
    table.columns.emplace_back(c.name);
  }
  for (const FoundSong& f : found) {
    const IndexSong song = library.song(f.song);
    std::vector<Cell> row = {static_cast<int64_t>(table.rows.size() + 1), std::string(song.path),
                             std::string(song.title), std::string(song.artist)};
    for (const auto& [name, member] : numbers) row.emplace_back(f.*member);
    for (const IndexColumn* c : labels) {
      const int32_t code = c->codes[static_cast<size_t>(f.song)];
      row.push_back(code < 0 ? Cell() : Cell(std::string(c->classes[static_cast<size_t>(code)])));
    }
    table.add(std::move(row));
  }
  return table;
}

// Writes the playlist where one is asked for.
ExitCode finish(const Session& session, const SongSpace& space, const Options& options, const std::string& name,
                const std::vector<int64_t>& songs) {
  if (session.output.empty()) return ExitCode::ok;
  const bool is_whole = write_playlist(space.shared_library(), session.output, options.path_prefix, name, songs);
  log_info("playlist: " + session.output);
  return is_whole ? ExitCode::ok : ExitCode::partly;
}

void say_fewer(size_t n_found, int64_t n_asked, const std::string& what) {
  if (static_cast<int64_t>(n_found) < n_asked)
    log_warning(std::to_string(n_asked) + " were asked for, " + what + " " + std::to_string(n_found));
}

std::string shown_name(const LibraryIndex& library, int64_t song) {
  const IndexSong s = library.song(song);
  return std::string(s.title.empty() ? s.path : s.title);
}

std::vector<int64_t> songs_of(const std::vector<FoundSong>& found, std::vector<int64_t> first = {}) {
  for (const FoundSong& f : found) first.push_back(f.song);
  return first;
}

ExitCode run_similar(const Session& session, const Options& options) {
  const SongSpace space = open_space(session, options);
  const int64_t song = space.find(options.song);
  const std::vector<FoundSong> found = space.similar(song, options.n);
  say_fewer(found.size(), options.n, "the library has");
  const ExitCode code =
      finish(session, space, options, "similar to " + shown_name(space.library(), song), songs_of(found, {song}));
  session.print(song_table(space.library(), found, {{"distance", &FoundSong::distance}}));
  return code;
}

ExitCode run_path(const Session& session, const Options& options) {
  const SongSpace space = open_space(session, options);
  const int64_t from = space.find(options.from), to = space.find(options.to);
  const std::vector<FoundSong> found = space.path(from, to, options.n);
  say_fewer(found.size(), options.n, "from one to the other there are");
  double largest = 0;
  for (const FoundSong& f : found) largest = std::max(largest, f.distance);
  log_info("largest step " + format_number(largest, 3) + ", from one to the other directly " +
           format_number(space.distance(from, to), 3));
  const ExitCode code =
      finish(session, space, options,
             "from " + shown_name(space.library(), from) + " to " + shown_name(space.library(), to), songs_of(found));
  session.print(
      song_table(space.library(), found, {{"step", &FoundSong::distance}, {"progress", &FoundSong::progress}}));
  return code;
}

ExitCode run_mix(const Session& session, const Options& options) {
  const SongSpace space = open_space(session, options);
  std::vector<int64_t> plus, minus;
  std::string name;
  const auto find_all = [&](const std::vector<std::string>& names, std::vector<int64_t>& songs, const char* sign) {
    for (const std::string& n : names) {
      songs.push_back(space.find(n));
      name += (name.empty() ? "" : sign) + shown_name(space.library(), songs.back());
    }
  };
  find_all(options.plus, plus, " + ");
  find_all(options.minus, minus, " - ");
  const std::vector<FoundSong> found = space.mix(plus, minus, options.n);
  say_fewer(found.size(), options.n, "the library has");
  const ExitCode code = finish(session, space, options, name, songs_of(found));
  session.print(song_table(space.library(), found, {{"distance", &FoundSong::distance}}));
  return code;
}

CLI::App* add_search(CLI::App& app, Session& session, Options& options, const char* name, const char* help,
                     const char* n_help, int64_t least_n) {
  CLI::App* command = add_command(
      app, session, name, help,
      {Flag::run, Flag::runs, Flag::library, Flag::output, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->get_option("--run")->required();
  command->get_option("--output")->description("write the songs as a playlist here too, FILE.m3u8");
  command->add_option("--n", options.n, n_help)->check(whole_number(least_n, 1000))->type_name("N");
  add_path_prefix(command, options.path_prefix);
  return command;
}

}  // namespace

void add_similar(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_search(app, session, *options, "similar", "List the songs that a run lays nearest to a song",
                                 "how many (default: 10)", 1);
  command->add_option("--song", options->song, "a song's path, file name or title; first in a playlist")
      ->required()
      ->type_name("A");
  on_run(command, session, [options, &session] { return run_similar(session, *options); });
}

void add_path(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_search(app, session, *options, "path",
                                 "Find a way from one song to another, over others, in steps as small as can be",
                                 "how many songs, both ends among them, from 2 (default: 10)", 2);
  command->add_option("--from", options->from, "a song's path, file name or title")->required()->type_name("A");
  command->add_option("--to", options->to, "another")->required()->type_name("B");
  on_run(command, session, [options, &session] { return run_path(session, *options); });
}

void add_mix(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_search(app, session, *options, "mix", "List the songs nearest to some songs together, away from others",
                 "how many (default: 10)", 1);
  command->add_option("--plus", options->plus, "songs' paths, file names or titles")->required()->type_name("A...");
  command->add_option("--minus", options->minus, "songs to go away from, by as much")->type_name("B...");
  on_run(command, session, [options, &session] { return run_mix(session, *options); });
}

}  // namespace songscape
