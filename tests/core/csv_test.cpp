#include "core/csv.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace songscape {
namespace {

std::string fault_of(std::string text, const CsvLimits& limits = {}) {
  try {
    parse_csv(std::move(text), ',', "t.csv", limits);
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    return e.what();
  }
  return "accepted";
}
#define EXPECT_FAULT(text, part) EXPECT_NE(fault_of(text).find(part), std::string::npos) << fault_of(text)

TEST(Csv, ReadsQuotesNewlinesAndEveryLineEnding) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const CsvTable t = parse_csv("a,b" + end + "\"x \"\"y\"\"\",\"1" + end + "2\"" + end + "c,", ',', "t");
    ASSERT_EQ(t.rows.size(), 2u);
    EXPECT_EQ(t.rows[0][0], "x \"y\"");
    EXPECT_EQ(t.rows[0][1], "1" + end + "2");
    EXPECT_EQ(t.rows[1], (std::vector<std::string>{"c", ""}));
    EXPECT_EQ(t.row_lines[1], 4);
  }
}

TEST(Csv, HonoursByteOrderMarks) {
  EXPECT_EQ(parse_csv("\xEF\xBB\xBFpath\nx", ',', "t").columns[0], "path");
  const std::string utf16("\xFF\xFEp\0\n\0\xE9\0", 8);
  EXPECT_EQ(parse_csv(utf16, ',', "t").rows[0][0], "é");
}

TEST(Csv, NamesTheLineOfEveryFault) {
  EXPECT_FAULT("", "line 1: no header");
  EXPECT_FAULT("a,a\n", "stands twice");
  EXPECT_FAULT("a,b\n1,2\n1\n1,2,3\n", "line 3: 1 fields");
  EXPECT_FAULT("a,b\n1,2\n1\n1,2,3\n", "line 4: 3 fields");
  EXPECT_FAULT("a,b\n1,\"x\n2,3\n", "quote opened at line 2");
  EXPECT_FAULT("a\nx\"y\n", "a quote inside");
  EXPECT_FAULT("path;genre\nx;y\n", "separated by ','");
  EXPECT_FAULT(std::string("a\nb\0c\n", 6), "NUL");
  EXPECT_NE(fault_of("a\n" + std::string(20, 'x'), {.max_field_bytes = 10}).find("a field of over"), std::string::npos);
  EXPECT_NE(fault_of("a,b,c\n", {.max_columns = 2}).find("over 2 columns"), std::string::npos);
}

TEST(Csv, StopsAtTwentyFaults) {
  std::string text = "a,b\n";
  for (int i = 0; i < 100; ++i) text += "1\n";
  const std::string message = fault_of(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);
}

TEST(CsvField, QuotesAndGuardsFormulas) {
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_field("=1+1"), "'=1+1");
  EXPECT_EQ(csv_field("-12.5"), "-12.5");
  EXPECT_EQ(csv_field("=1+1", false), "=1+1");
}

}  // namespace
}  // namespace songscape
