#include "run/condition.h"

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace songscape {

Json Condition::to_json() const { return {{"column", column}, {"classes", classes}}; }

Condition Condition::from_json(const Json& json, const std::string& where) try {
  return {json.at("column"), json.at("classes"), {}};
} catch (const Json::exception& e) {
  fail(ExitCode::damaged, {.what = "the run's condition is not as it should be",
                           .where = where,
                           .seen = e.what(),
                           .wanted = "\"condition\": {\"column\", \"classes\"}",
                           .fix = {}});
}

}  // namespace songscape
