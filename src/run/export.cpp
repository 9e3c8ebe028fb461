#include "run/export.h"

#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/library_index.h"
#include "data/library_source.h"
#include "data/npy.h"
#include "report/table.h"
#include "run/encode.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(std::string what, std::string where, std::string wanted, std::string fix = {}) {
  fail(ExitCode::usage, {.what = std::move(what),
                         .where = std::move(where),
                         .seen = {},
                         .wanted = std::move(wanted),
                         .fix = std::move(fix)});
}

bool is_csv(const fs::path& p) { return p.extension() == ".csv"; }

void write_lines(const fs::path& file, const std::vector<std::string>& header, int64_t n_rows, const auto& row_text) {
  Publisher out(file);
  out.write(join(header, ",") + "\n");
  for (int64_t i = 0; i < n_rows; ++i) out.write(row_text(i) + "\n");
  out.publish();
}

void write_matrix(const fs::path& file, MatrixView x, const char* column) {
  if (!is_csv(file)) return write_npy(file, x);
  std::vector<std::string> header;
  for (int64_t j = 0; j < x.n_cols; ++j) header.push_back(column + std::to_string(j));
  write_lines(file, header, x.n_rows, [&](int64_t i) {
    std::vector<std::string> cells;
    for (const float v : x.row(i)) cells.push_back(format_number(v));
    return join(cells, ",");
  });
}

class Exporter {
 public:
  explicit Exporter(const ExportRequest& request) : request_(request) {}

  ExportResult run() {
    const std::string ending = request_.output.extension().string();
    if (ending != ".npy" && ending != ".csv")
      refuse("the output must be .npy or .csv", "--output " + escape_for_terminal(request_.output.string()),
             "FILE.npy or FILE.csv");
    if (request_.what == "mel")
      mel();
    else if (request_.what == "features")
      features();
    else if (request_.what == "latents")
      latents();
    else if (request_.what == "labels")
      labels();
    else if (request_.what == "history")
      history();
    else
      refuse("cannot export '" + escape_for_terminal(request_.what) + "'", "export",
             "mel, features, latents, labels or history");
    result_.file = request_.output;
    return result_;
  }

 private:
  const LibraryIndex& library() {
    if (!library_) {
      if (request_.library.empty()) refuse("export " + request_.what + " reads a library", "export", "--library L");
      const fs::path root = fs::weakly_canonical(request_.library), out = fs::weakly_canonical(request_.output);
      if (std::mismatch(root.begin(), root.end(), out.begin(), out.end()).first == root.end())
        refuse("the output lies inside the library", "--output " + escape_for_terminal(request_.output.string()),
               "a path outside it");
      library_ = std::make_unique<LibraryIndex>(request_.library);
    }
    return *library_;
  }

  const LibraryIndex& library_with_audio() {
    if (library().n_clips() == 0)
      refuse(lack_of_clips(*library_), "export " + request_.what, "a library of songs with audio");
    return *library_;
  }

  fs::path paths_file() const {
    fs::path p = request_.output;
    return p.replace_extension(".paths.csv");
  }

  void clip_paths() {
    const LibraryIndex& lib = library();
    result_.paths_file = paths_file();
    write_lines(result_.paths_file, {"row", "path", "clip", "start_sec"}, lib.n_clips(), [&](int64_t i) {
      const IndexClip c = lib.clip(i);
      return std::to_string(i) + "," + csv_field(lib.song(c.song).path, false) + "," + std::to_string(c.number) + "," +
             format_number(c.start_sec);
    });
  }

  void song_paths(const std::vector<std::string>& paths) {
    result_.paths_file = paths_file();
    write_lines(result_.paths_file, {"row", "path"}, static_cast<int64_t>(paths.size()),
                [&](int64_t i) { return std::to_string(i) + "," + csv_field(paths[static_cast<size_t>(i)], false); });
  }

  void mel() {
    const LibraryIndex& lib = library_with_audio();
    if (is_csv(request_.output)) refuse("spectrograms do not fit a table", "--output", "FILE.npy");
    require_disk(request_.output, static_cast<uint64_t>(lib.n_clips() * kMelValues * 2), "export the mel spectrograms");
    NpyWriter out(request_.output, NpyType::f2, {lib.n_clips(), kMelBands, kMelFrames});
    std::vector<uint16_t> clip(kMelValues);
    for (int64_t i = 0; i < lib.n_clips(); ++i) {
      lib.read_mel_f16(i, clip);
      out.write(std::as_bytes(std::span(clip)));
    }
    out.publish();
    clip_paths();
    result_.n_rows = lib.n_clips(), result_.n_columns = kMelValues;
  }

  void features() {
    const LibraryIndex& lib = library_with_audio();
    Matrix x(lib.n_clips(), kStoredFeatures);
    for (int64_t i = 0; i < lib.n_clips(); ++i) lib.read_features(i, x.row(i).first<kStoredFeatures>());
    write_matrix(request_.output, x, "f");
    clip_paths();
    result_.n_rows = x.n_rows, result_.n_columns = x.n_cols;
  }

  void latents() {
    if (request_.run.empty()) refuse("export latents reads a run", "export", "--run R");
    const SongLatents l = latents_of(request_.run, request_.library);
    write_matrix(request_.output, l.songs, "z");
    song_paths(l.paths);
    result_.n_rows = l.songs.n_rows, result_.n_columns = l.songs.n_cols;
  }

  void labels() {
    const LibraryIndex& lib = library();
    std::vector<std::string> header = {"path"}, paths;
    for (const IndexColumn& c : lib.columns()) header.push_back(csv_field(c.name, false));
    if (!is_csv(request_.output)) refuse("labels are a table", "--output", "FILE.csv");
    write_lines(request_.output, header, lib.n_songs(), [&](int64_t i) {
      std::string line = csv_field(lib.song(i).path, false);
      for (const IndexColumn& c : lib.columns()) line += "," + label_text(c, static_cast<size_t>(i));
      return line;
    });
    for (int64_t i = 0; i < lib.n_songs(); ++i) paths.emplace_back(lib.song(i).path);
    song_paths(paths);
    result_.n_rows = lib.n_songs(), result_.n_columns = static_cast<int64_t>(header.size());
  }

  static std::string label_text(const IndexColumn& c, size_t i) {
    if (c.kind == ColumnKind::factor) return std::isnan(c.values[i]) ? "" : format_number(c.values[i]);
    return c.codes[i] < 0 ? "" : csv_field(c.classes[static_cast<size_t>(c.codes[i])], false);
  }

  void history() {
    if (request_.run.empty()) refuse("export history reads a run", "export", "--run R");
    const CsvTable t = read_csv(RunFolder(request_.run).history());
    Matrix x(static_cast<int64_t>(t.rows.size()), static_cast<int64_t>(t.columns.size()));
    for (int64_t i = 0; i < x.n_rows; ++i)
      for (int64_t j = 0; j < x.n_cols; ++j)
        x(i, j) = static_cast<float>(
            parse_number(t.rows[static_cast<size_t>(i)][static_cast<size_t>(j)]).value_or(std::nan("")));
    if (is_csv(request_.output))
      publish_file(request_.output, read_file(RunFolder(request_.run).history()));
    else
      write_npy(request_.output, x);
    result_.paths_file = paths_file();
    write_lines(result_.paths_file, {"column", "name"}, x.n_cols, [&](int64_t j) {
      return std::to_string(j) + "," + csv_field(t.columns[static_cast<size_t>(j)], false);
    });
    result_.n_rows = x.n_rows, result_.n_columns = x.n_cols;
  }

  const ExportRequest& request_;
  std::unique_ptr<LibraryIndex> library_;
  ExportResult result_;
};

}  // namespace

ExportResult export_data(const ExportRequest& request) { return Exporter(request).run(); }

}  // namespace songscape
