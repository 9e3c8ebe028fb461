#include "create/compose.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"
#include "create/compose_request.h"
#include "create/music_run.h"
#include "create/music_writer.h"
#include "midi/attribute_names.h"
#include "midi/grid_parts.h"
#include "midi/harmonic_metrics.h"
#include "midi/harmony.h"
#include "midi/repetition_metrics.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

constexpr int64_t kWindowsOfContinuation = 4;
constexpr uint64_t kBytesOfPiece = 6'000'000;  // sound, MIDI, two pictures

// Where a piece came from.
struct Origin {
  std::string name, source, caption;
  std::string song = {}, song_b = {};
  std::optional<double> weight = {};
  int64_t new_from_bar = 1;
};

std::string numbered_piece(const std::string& stem, int64_t i) {
  return stem + (i < 9 ? "-0" : "-") + std::to_string(i + 1);
}

Cell or_empty(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }
Cell or_empty(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Table empty_compose_table() {
  return {{"file",        "source",      "song",      "song_b",          "weight",  "bars",      "new_from_bar",
           "notes",       "notes_a_bar", "tempo_bpm", "time_signature",  "key",     "key_found", "in_key",
           "longest_run", "distinct_2",  "tokens",    "tokens_a_second", "was_cut", "seed"},
          {}};
}

std::vector<Cell> cells_of(const Origin& origin, const ComposedPiece& piece, uint64_t seed) {
  const GridSong& song = piece.song;
  const GridBar& first = song.bars.front();
  const KeyEstimate found = estimate_key(song);
  const auto n_bars = std::ssize(song.bars), n_notes = std::ssize(song.notes);
  return {origin.name + ".mid",
          origin.source,
          or_empty(origin.song),
          or_empty(origin.song_b),
          origin.weight ? Cell(*origin.weight) : Cell(),
          int64_t{n_bars},
          origin.new_from_bar,
          int64_t{n_notes},
          static_cast<double>(n_notes) / static_cast<double>(n_bars),
          tempo_of(first.tempo),
          time_signature_name(first.time_signature),
          first.key < 0 ? Cell() : Cell(key_name(first.key)),
          found.key < 0 ? Cell() : Cell(key_name(found.key)),
          or_empty(harmonic_validity(song).in_key),
          longest_runs(song).notes,
          or_empty(distinct_n(pitch_sequence(song), 2)),
          piece.n_tokens,
          piece.generated_sec > 0 ? Cell(static_cast<double>(piece.n_tokens) / piece.generated_sec) : Cell(),
          piece.was_cut,
          static_cast<int64_t>(seed)};
}

class Composition {
 public:
  Composition(const ComposeRequest& request, const CheckedRequest& checked)
      : request_(request),
        checked_(checked),
        run_(request.run, request.library),
        temperature_(checked.sampling.temperature),
        composer_(run_.model().stepper_weights(request.precision), run_.window(), checked.asked, checked.sampling,
                  request.n_threads),
        table_(empty_compose_table()) {
    if (!run_.has_latents()) check_request_of_language_model(request);
    if (run_.model().config().skips)
      log_warning("the model was trained with skip connections; music is made of z alone, without them");
    if (!checked.asked.is_empty() && request.song.empty() && request.between.empty() && !run_.knows_context())
      log_info(
          "the model learnt no p(z|key, tempo, time signature): what is asked stands at the pieces' beginning only");
    if (checked.density) guide_.emplace(run_, *checked.density);
  }

  Table run() {
    try {
      make();
    } catch (const Error& error) {
      if (error.exit_code() == ExitCode::interrupted) finish();
      throw;
    }
    finish();
    return std::move(table_);
  }

 private:
  void make() {
    if (!request_.song.empty()) return through_song();
    if (!request_.between.empty()) return between();
    if (!request_.continued.empty()) return continuation();
    samples();
  }

  // Before the first piece; what is refused is refused by then.
  void begin(int64_t n_pieces) {
    require_disk(request_.output, kBytesOfPiece * static_cast<uint64_t>(n_pieces), "compose");
    writer_.emplace(request_.output);
    progress_.emplace("compose", n_pieces, "pieces");
    if (guide_)
      log_info("notes a bar: " + format_number(guide_->target(), 3) +
               " wanted; z tells them of training windows with a cross-validated R2 of " +
               format_number(guide_->effect(), 2));
  }

  void finish() {
    if (!writer_) return;
    table_.write_csv(request_.output / "compose.csv");
    if (guide_ && n_far_ > 0)
      log_info(std::to_string(n_far_) + " places were moved by the most allowed, " +
               format_number(DensityGuide::kFarthest) + " standard deviations, and may not reach it");
    if (!checked_.asked.key) return;
    const auto n_found = std::ranges::count_if(found_keys_, [&](int key) { return key == *checked_.asked.key; });
    log_info("the key found in the notes is the one asked for in " + std::to_string(n_found) + " of " +
             std::to_string(found_keys_.size()) + " pieces");
  }

  void keep(const Origin& origin, const ComposedPiece& piece) {
    writer_->write(origin.name, piece.song, origin.name + ": " + origin.source, origin.caption);
    table_.add(cells_of(origin, piece, request_.seed));
    found_keys_.push_back(estimate_key(piece.song).key);
    progress_->add(1);
    throw_if_interrupted();
  }

  Random random_of(int64_t piece) const {
    return Random(request_.seed, stream_id("compose", static_cast<uint64_t>(piece)));
  }

  std::vector<float> guided(std::span<const float> z) {
    std::vector<float> moved(z.begin(), z.end());
    if (guide_) n_far_ += guide_->move(moved) >= DensityGuide::kFarthest;
    return moved;
  }

  int n_bars_or(int64_t usual) const { return static_cast<int>(request_.bars.value_or(usual)); }

  std::string sampled_text() const {
    return temperature_ == 0 ? "the likeliest token each time" : "temperature " + format_number(temperature_, 3);
  }

  void samples() {
    const int64_t n = request_.n_samples.value_or(4);
    const Matrix z = run_.has_latents() ? run_.sample_prior(n, checked_.asked, request_.seed) : Matrix(n, 0);
    begin(n);
    for (int64_t i = 0; i < n; ++i) {
      ComposedPiece piece;
      Random random = random_of(i);
      composer_.extend(piece, guided(z.row(i)), n_bars_or(run_.window().n_bars), random);
      keep({.name = numbered_piece("prior", i), .source = "prior", .caption = sampled_text()}, piece);
    }
  }

  void through_song() {
    const std::vector<int64_t> rows = run_.rows_of_song(request_.song);
    const Matrix z = run_.means(rows);
    const int64_t n = request_.n_samples.value_or(1);
    begin(n);
    if (rows.size() > 1)
      log_info("the song is longer than the model's window: its " + std::to_string(rows.size()) + " windows of " +
               std::to_string(run_.window().n_bars) + " bars are made one by one and joined");
    for (int64_t i = 0; i < n; ++i) {
      Random random = random_of(i);
      ComposedPiece piece;
      for (size_t w = 0; w < rows.size(); ++w) {
        const int first = run_.windows().first_bar(rows[w]);
        const int own = static_cast<int>(from_tokens(run_.windows().tokens(rows[w])).bars.size());
        const int n_bars = std::min(own, n_bars_or(kMaxBars) - first);
        if (n_bars <= 0) break;
        fill_up_to(piece, first);
        composer_.add_window(piece, guided(z.row(static_cast<int64_t>(w))), n_bars, random);
      }
      const std::string title = run_.song_title(rows.front());
      keep({.name = numbered_piece("song", i),
            .source = "song",
            .caption = title + ", by its z; " + sampled_text(),
            .song = title},
           piece);
    }
  }

  // Bars of the song that the model reads nothing of, at the song's place.
  static void fill_up_to(ComposedPiece& piece, int n_bars) {
    while (std::ssize(piece.song.bars) < n_bars)
      piece.song.bars.push_back(piece.song.bars.empty() ? GridBar{} : piece.song.bars.back());
  }

  void between() {
    const auto middle = [&](const std::string& name) {
      const std::vector<int64_t> rows = run_.rows_of_song(name);
      return rows[rows.size() / 2];
    };
    const std::vector<int64_t> rows{middle(request_.between[0]), middle(request_.between[1])};
    const Matrix ends = run_.means(rows);
    const std::string a = run_.song_title(rows[0]), b = run_.song_title(rows[1]);
    const int64_t n = request_.n_samples.value_or(5);
    begin(n + 1);
    ComposedPiece walk;
    for (int64_t i = 0; i < n; ++i) {
      const double t = static_cast<double>(i) / static_cast<double>(n - 1);
      std::vector<float> z;
      for (int64_t d = 0; d < ends.n_cols; ++d) z.push_back(static_cast<float>((1 - t) * ends(0, d) + t * ends(1, d)));
      ComposedPiece piece;
      Random random = random_of(i);
      composer_.extend(piece, guided(z), n_bars_or(run_.window().n_bars), random);
      const std::string shares =
          format_number(100 * (1 - t), 3) + " % " + a + ", " + format_number(100 * t, 3) + " % " + b;
      keep({.name = numbered_piece("between", i),
            .source = "between",
            .caption = shares + "; " + sampled_text(),
            .song = a,
            .song_b = b,
            .weight = t},
           piece);
      join_pieces(walk, piece);
    }
    keep(
        {.name = "walk", .source = "walk", .caption = "all the pieces, from " + a + " to " + b, .song = a, .song_b = b},
        walk);
  }

  static void join_pieces(ComposedPiece& whole, const ComposedPiece& part) {
    append_bars(whole.song, part.song);
    whole.n_tokens += part.n_tokens;
    whole.generated_sec += part.generated_sec;
    whole.was_cut = whole.was_cut || part.was_cut;
  }

  // The song's last bars, at most a window of them.
  GridSong last_bars(const std::vector<int64_t>& rows) {
    GridSong last;
    for (size_t w = rows.size() < 2 ? 0 : rows.size() - 2; w < rows.size(); ++w)
      append_bars(last, from_tokens(run_.windows().tokens(rows[w])));
    const auto n = static_cast<int>(last.bars.size()), kept = std::min(n, run_.window().n_bars);
    return cut_bars(last, n - kept, kept);
  }

  void continuation() {
    const std::vector<int64_t> rows = run_.rows_of_song(request_.continued);
    const Matrix z = run_.has_latents() ? run_.means({rows.back()}) : Matrix(1, 0);
    const GridSong last = last_bars(rows);
    const auto n_old = static_cast<int>(last.bars.size());
    const int n_new = n_bars_or(kWindowsOfContinuation * run_.window().n_bars);
    const int64_t n = request_.n_samples.value_or(1);
    const std::string title = run_.song_title(rows.front());
    begin(n);
    for (int64_t i = 0; i < n; ++i) {
      ComposedPiece piece{.song = last};
      Random random = random_of(i);
      composer_.extend(piece, guided(z.row(0)), n_old + n_new, random);
      keep({.name = numbered_piece("continuation", i),
            .source = "continuation",
            .caption = "after the last " + std::to_string(n_old) + " bars of " + title + "; " + sampled_text(),
            .song = title,
            .new_from_bar = n_old + 1},
           piece);
    }
  }

  const ComposeRequest& request_;
  const CheckedRequest& checked_;
  MusicRun run_;
  double temperature_;
  Composer composer_;
  std::optional<DensityGuide> guide_;
  std::optional<MusicWriter> writer_;
  std::optional<Progress> progress_;
  int64_t n_far_ = 0;
  std::vector<int> found_keys_;
  Table table_;
};

}  // namespace

Table compose(const ComposeRequest& request) {
  const CheckedRequest checked = check_request(request);
  check_new_folder(request.output);
  return Composition(request, checked).run();
}

}  // namespace songscape
