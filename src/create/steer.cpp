#include "create/steer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "create/direction.h"
#include "create/item_writer.h"
#include "create/latent_space.h"
#include "data/npy.h"
#include "report/bars.h"
#include "run/encode.h"

namespace songscape {
namespace {

constexpr uint64_t kBytesNeeded = 8'000'000;
constexpr int64_t kSongsToMeasure = 200;

// The training songs, a row a clip.
struct Songs {
  Matrix z;
  std::vector<int32_t> groups;
};

// A conditional model is told the labels here, which latents on disk were not.
Songs training_songs(RunData& data, const std::string& library) {
  Songs songs{data.is_conditional() ? encode_places(data, data.train_rows).mean
                                    : select_rows(latents_of(data.run.folder, library).clips, data.train_rows),
              {}};
  for (const int64_t row : data.train_rows)
    songs.groups.push_back(data.library->song(data.library->clip(row).song).group);
  return songs;
}

double deviation_of(const std::vector<double>& values) {
  double n = 0, sum = 0, squares = 0;
  for (const double v : values)
    if (std::isfinite(v)) n += 1, sum += v, squares += v * v;
  return n > 0 ? std::sqrt(std::max(0.0, squares / n - sum / n * sum / n)) : std::nan("");
}

Cell number(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

class Steering {
 public:
  explicit Steering(const SteerRequest& request)
      : request_(request), data_(open_run_data(request.run, request.library)) {
    if (!data_.library)
      fail(ExitCode::usage, {.what = "the run was trained on an array, whose rows have no attributes",
                             .where = escape_for_terminal(request.run.string()),
                             .seen = {},
                             .wanted = "a run trained on a library",
                             .fix = {}});
    row_ = find_song_row(data_, request.song);
    has_level_ = data_.library->mel_reference() != "clip";
  }

  SteerResult run() {
    find_direction();
    move();
    require_disk(request_.output, kBytesNeeded, "steer");
    SteerResult result{direction_table(), side_effects()};
    write(result);
    return result;
  }

 private:
  void find_direction() {
    attribute_ = find_attribute(*data_.library, request_.attribute, data_.train_rows, request_.n_threads);
    const Songs songs = training_songs(data_, request_.library);
    direction_ = fit_direction(songs.z, attribute_, songs.groups);
    const std::string measure = attribute_.is_class ? "2 x balanced accuracy - 1" : "R^2";
    const std::string told = "cross-validated " + measure + " " + format_number(direction_.effect, 3) + " over " +
                             std::to_string(direction_.n_songs) + " songs";
    if (!(direction_.effect > 0))
      fail(ExitCode::usage,
           {.what = "the model's latent space does not tell this attribute: its direction would mean nothing",
            .where = "--attribute",
            .seen = escape_for_terminal(attribute_.name) + ", " + told,
            .wanted = "an attribute with an effect above 0",
            .fix = {}});
    log_info("steer: '" + attribute_.name + "' (" + attribute_.origin + "): " + told);
    if (const auto n_missing = static_cast<int64_t>(attribute_.values.size()) - direction_.n_songs; n_missing > 0)
      log_info("steer: " + std::to_string(n_missing) + " training songs lack the attribute and are left out");
    if (direction_.effect < 0.1) log_warning("the direction explains little: expect other things to move as much");
  }

  void move() {
    const Matrix z = encode_places(data_, std::vector<int64_t>{row_}).mean;
    places_ = Matrix(2, z.n_cols);
    for (int64_t d = 0; d < z.n_cols; ++d) {
      places_(0, d) = z(0, d);
      places_(1, d) = static_cast<float>(z(0, d) + request_.amount * direction_.step[static_cast<size_t>(d)]);
    }
    const int64_t label = class_of_row(data_, row_);
    decoded_ = decode_places(data_, places_, std::vector<int64_t>(label < 0 ? 0 : 2, label));
    n_valid_frames_ = data_.library->clip(row_).n_valid_frames;
  }

  Table direction_table() const {
    Table table{
        {"attribute", "origin", "songs", "mean", "deviation", "told_deviation", "measure", "effect", "amount", "song"},
        {}};
    table.add({attribute_.name, attribute_.origin, direction_.n_songs, direction_.mean, direction_.deviation,
               direction_.told_deviation, std::string(attribute_.is_class ? "2 x balanced accuracy - 1" : "R2"),
               direction_.effect, request_.amount, row_title(data_, row_)});
    return table;
  }

  std::vector<MeasuredValue> measured(int64_t which, double tempo_near_bpm) const {
    return measured_values({decoded_.row(which), n_valid_frames_, tempo_near_bpm, has_level_});
  }

  // Standard deviations of measured attributes over (some of) the training songs, in the order of measured_values().
  std::vector<double> song_deviations() const {
    const auto n_train = static_cast<int64_t>(data_.train_rows.size()), n = std::min(kSongsToMeasure, n_train);
    std::vector<std::vector<MeasuredValue>> of_songs(static_cast<size_t>(n));
    Progress progress("measure songs", n, "songs");
    parallel_for(n, request_.n_threads, [&](int64_t i) {
      throw_if_interrupted();
      const int64_t row = data_.train_rows[static_cast<size_t>(i * n_train / n)];
      std::vector<float> mel(kMelValues);
      data_.library->read_mel(row, mel);
      of_songs[static_cast<size_t>(i)] = measured_values(
          {.mel = mel, .n_valid_frames = data_.library->clip(row).n_valid_frames, .has_level = has_level_});
      progress.add(1);
    });
    std::vector<double> deviations;
    for (size_t a = 0; a < of_songs.front().size(); ++a) {
      std::vector<double> values;
      for (const auto& song : of_songs) values.push_back(song[a].value);
      deviations.push_back(deviation_of(values));
    }
    return deviations;
  }

  Table side_effects() const {
    const auto before = measured(0, 0);
    const auto tempo = std::find_if(before.begin(), before.end(), [](const auto& v) { return v.name == "tempo"; });
    const auto after = measured(1, tempo != before.end() && std::isfinite(tempo->value) ? tempo->value : 0);
    Table table{{"measured", "unit", "before", "after", "change", "change_in_deviations"}, {}};
    const auto deviations = song_deviations();
    for (size_t i = 0; i < before.size(); ++i) {
      const double change = after[i].value - before[i].value;
      table.add({before[i].name, before[i].unit, number(before[i].value), number(after[i].value), number(change),
                 number(change / deviations[i])});
    }
    return table;
  }

  std::string amount_text() const { return (request_.amount > 0 ? "+" : "") + format_number(request_.amount, 3); }

  Figure side_effect_figure(const Table& effects) const {
    BarPanel panel{.title = "Change of the decoded mel", .value_label = "standard deviations of the training songs"};
    for (const auto& row : effects.rows) {
      const double* const change = std::get_if<double>(&row[5]);
      const std::string& name = std::get<std::string>(row[0]);
      const bool is_meant = name == request_.attribute || "measured-" + name == request_.attribute;
      panel.bars.push_back({.name = name, .value = change ? *change : std::nan(""), .colour = is_meant ? 1 : 0});
    }
    return draw_bars({.title = "Steered by '" + attribute_.name + "' " + amount_text(),
                      .caption = row_title(data_, row_) + ". The direction's cross-validated effect is " +
                                 format_number(direction_.effect, 3) + ". Bars: measured on the mel after less before.",
                      .panels = {panel}});
  }

  void write(const SteerResult& result) const {
    ItemWriter writer(data_, {request_.output, request_.seed, request_.n_threads});
    Table made{{"file", "song", "attribute", "amount", "seed"}, {}};
    for (const std::string& column : ItemWriter::sound_columns()) made.columns.push_back(column);
    const char* const names[] = {"before", "after"};
    for (int64_t i = 0; i < 2; ++i) {
      const std::string caption = i == 0 ? row_title(data_, row_) + ", as the model makes it"
                                         : "the same, " + attribute_.name + " " + amount_text();
      const auto facts = writer.write({names[i], caption, decoded_.row(i), n_valid_frames_});
      std::vector<Cell> row{std::string(names[i]), row_title(data_, row_), attribute_.name,
                            i == 0 ? 0 : request_.amount, static_cast<int64_t>(request_.seed)};
      const auto sound = writer.sound_cells(facts);
      row.insert(row.end(), sound.begin(), sound.end());
      made.add(std::move(row));
    }
    writer.write_overview("Steered by '" + attribute_.name + "' " + amount_text(), {});
    side_effect_figure(result.side_effects).save(request_.output / "side_effects");
    write_npy(request_.output / "z.npy", places_);
    const std::vector<float> step(direction_.step.begin(), direction_.step.end());
    write_npy<float>(request_.output / "direction.npy", {static_cast<int64_t>(step.size())}, step);
    result.direction.write_csv(request_.output / "steer.csv");
    result.side_effects.write_csv(request_.output / "side_effects.csv");
    made.write_csv(request_.output / "generation.csv");
  }

  const SteerRequest& request_;
  RunData data_;
  int64_t row_ = 0;
  bool has_level_ = true;
  Attribute attribute_;
  Direction direction_;
  Matrix places_, decoded_;  // before and after
  int n_valid_frames_ = 0;
};

}  // namespace

SteerResult steer(const SteerRequest& request) {
  check_new_folder(request.output);
  return Steering(request).run();
}

}  // namespace songscape
