#include "proof/proof_file.h"

#include <gtest/gtest.h>

#include "core/csv.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

ProofResult result_of(const std::string& subject, std::vector<Measure> measures) {
  ProofResult r;
  r.subject = subject;
  r.measures = std::move(measures);
  return r;
}

TEST(ProofFile, ReplacesOnlyTheRowsOfTheSameProofAndSubject) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "proofs.csv";
  keep_measures(file, "separation", result_of("language", {measured("ari", .1), measured("purity", .2)}));
  keep_measures(file, "separation", result_of("genre", {measured("ari", .3)}));
  keep_measures(file, "filters", result_of("", {measured("filters", 32)}));
  keep_measures(file, "separation", result_of("language", {measured("ari", .4)}));
  const CsvTable t = read_csv(file);
  EXPECT_EQ(t.columns,
            (std::vector<std::string>{"proof", "measure", "value", "low", "high", "threshold", "verdict", "reason"}));
  ASSERT_EQ(t.rows.size(), 3u);
  EXPECT_EQ(t.rows[0][1], "genre: ari");
  EXPECT_EQ(t.rows[1][0], "filters");
  EXPECT_EQ(t.rows[2][1], "language: ari");
  EXPECT_EQ(t.rows[2][2], "0.4");
}

TEST(ProofFile, AnUnknownValueIsAnEmptyField) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "proofs.csv";
  keep_measures(file, "traversal", result_of("", {not_measured("tempo", "no factor column, \"tempo\"")}));
  const CsvTable t = read_csv(file);
  ASSERT_EQ(t.rows.size(), 1u);
  EXPECT_EQ(t.rows[0], (std::vector<std::string>{"traversal", "tempo", "", "", "", "", "not measured",
                                                 "no factor column, \"tempo\""}));
}

}  // namespace
}  // namespace songscape
