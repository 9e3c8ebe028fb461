#include "proof/proof_file.h"

#include <cmath>

#include "core/csv.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

const std::vector<std::string> kColumns{"proof", "measure", "value", "low", "high", "threshold", "verdict", "reason"};

Cell number(const std::optional<double>& value) { return value && !std::isnan(*value) ? Cell(*value) : Cell(); }

std::string subject_of(const std::string& measure) {
  const size_t colon = measure.find(": ");
  return colon == std::string::npos ? "" : measure.substr(0, colon);
}

// A row as it was written, numbers as numbers again.
std::vector<Cell> kept_row(const std::vector<std::string>& fields) {
  std::vector<Cell> row;
  for (size_t j = 0; j < fields.size(); ++j)
    if (const auto value = j >= 2 && j <= 4 ? parse_number(fields[j]) : std::nullopt)
      row.emplace_back(*value);
    else
      row.emplace_back(fields[j]);
  return row;
}

}  // namespace

Table measure_table(const std::string& proof, const ProofResult& result) {
  Table table{kColumns, {}};
  for (const Measure& m : result.measures)
    table.add({proof, result.subject.empty() ? m.name : result.subject + ": " + m.name, number(m.value), number(m.low),
               number(m.high), m.threshold, std::string(verdict_name(m.verdict)), m.reason});
  return table;
}

void keep_measures(const fs::path& file, const std::string& proof, const ProofResult& result) {
  Table table{kColumns, {}};
  if (fs::exists(file)) {
    const CsvTable old = read_csv(file);
    if (old.columns == kColumns)
      for (const auto& row : old.rows)
        if (row[0] != proof || subject_of(row[1]) != result.subject) table.add(kept_row(row));
  }
  for (const auto& row : measure_table(proof, result).rows) table.add(row);
  table.write_csv(file);
}

}  // namespace songscape
