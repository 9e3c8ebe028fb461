#include "create/generate.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "create/generate_plan.h"
#include "create/item_writer.h"
#include "create/latent_space.h"
#include "data/library_source.h"
#include "data/npy.h"

namespace songscape {
namespace {

constexpr uint64_t kBytesOfItem = 3'000'000;  // sound, mel, two pictures

Table empty_table() {
  Table table{{"file", "source", "song", "song_b", "weight", "dimension", "class", "component", "seed"}, {}};
  for (const std::string& column : ItemWriter::sound_columns()) table.columns.push_back(column);
  return table;
}

Cell name_of(const RunData& data, int64_t row) { return row < 0 ? Cell() : Cell(row_title(data, row)); }

void add_row(const RunData& data, const PlannedItem& item, uint64_t seed, const std::vector<Cell>& sound,
             Table& table) {
  const auto number = [](const auto& value) { return value ? Cell(*value) : Cell(); };
  std::vector<Cell> row{item.name,
                        item.source,
                        name_of(data, item.row),
                        name_of(data, item.row_b),
                        number(item.weight),
                        number(item.dimension),
                        item.label < 0 ? Cell() : Cell(data.run.condition->classes[static_cast<size_t>(item.label)]),
                        item.component < 0 ? Cell() : Cell(item.component),
                        static_cast<int64_t>(seed)};
  row.insert(row.end(), sound.begin(), sound.end());
  table.add(std::move(row));
}

std::vector<float> values_of(RunData& data, const PlannedItem& item) {
  if (item.is_original) {
    std::vector<float> values(static_cast<size_t>(item_size(*data.source)));
    int32_t n_valid = 0;
    data.source->read(std::vector<int64_t>{item.row}, values.data(), &n_valid);
    return values;
  }
  const std::vector<int64_t> labels(item.label >= 0 ? 1 : 0, item.label);
  return decode_places(data, {item.z.data(), 1, static_cast<int64_t>(item.z.size())}, labels).values;
}

std::string title_of(const RunData& data, const std::vector<PlannedItem>& items) {
  return data.run.model_name + ": " + std::to_string(items.size()) + " made" +
         (items.size() > ItemWriter::kMostShown ? ", the first " + std::to_string(ItemWriter::kMostShown) : "");
}

class Generation {
 public:
  Generation(RunData& data, const GenerateRequest& request, std::vector<PlannedItem> items)
      : data_(data),
        request_(request),
        items_(std::move(items)),
        writer_(data, {request.output, request.seed, request.n_threads}),
        table_(empty_table()) {}

  Table run() {
    write_places();
    try {
      make_all();
    } catch (const Error& error) {
      if (error.exit_code() == ExitCode::interrupted) finish();
      throw;
    }
    finish();
    return std::move(table_);
  }

 private:
  void make_all() {
    Progress progress("generate", static_cast<int64_t>(items_.size()), "items");
    for (const PlannedItem& item : items_) {
      throw_if_interrupted();
      const std::vector<float> values = values_of(data_, item);
      const auto facts = writer_.write({item.name, item.caption, values, item.n_valid_frames});
      add_row(data_, item, request_.seed, writer_.sound_cells(facts), table_);
      progress.add(1);
    }
  }

  void write_places() const {
    Matrix z(static_cast<int64_t>(items_.size()), data_.run.model->latent_dim());
    for (size_t i = 0; i < items_.size(); ++i)
      std::copy(items_[i].z.begin(), items_[i].z.end(), z.row(static_cast<int64_t>(i)).begin());
    write_npy(request_.output / "z.npy", z);
  }

  void finish() const {
    table_.write_csv(request_.output / "generation.csv");
    if (!table_.rows.empty()) writer_.write_overview(title_of(data_, items_), {});
  }

  RunData& data_;
  const GenerateRequest& request_;
  std::vector<PlannedItem> items_;
  ItemWriter writer_;
  Table table_;
};

}  // namespace

Table generate(const GenerateRequest& request) {
  check_new_folder(request.output);
  RunData data = open_run_data(request.run, request.library);
  std::vector<PlannedItem> items = plan_generation(data, request);
  require_disk(request.output, kBytesOfItem * items.size(), "generate");
  return Generation(data, request, std::move(items)).run();
}

}  // namespace songscape
