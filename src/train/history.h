// training_history.csv: one row an epoch, every term unweighted.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace songscape {

class History {
 public:
  // Columns in order of first sight; a column new in a later row is empty in the earlier ones.
  void add(const std::vector<std::pair<std::string, double>>& row);
  size_t n_rows() const { return rows_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  // NaN where empty.
  std::vector<double> column(const std::string& name) const;

  std::string to_csv() const;
  void save(const std::filesystem::path& path) const;
  // Error `damaged` where a cell is no number.
  static History load(const std::filesystem::path& path);

 private:
  std::vector<std::string> columns_;
  std::vector<std::map<std::string, double>> rows_;
};

}  // namespace songscape
