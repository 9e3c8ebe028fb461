// The label that a conditional model is told: a column of the library, or an array's targets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"

namespace songscape {

struct Condition {
  std::string column;                // "language"; "targets" for arrays
  std::vector<std::string> classes;  // in the order of the codes
  std::vector<int64_t> codes;  // a row of the source each, −1 where the label is missing; empty in an opened run

  Json to_json() const;  // column and classes
  // What to_json wrote; Error `damaged` naming `where` for anything else.
  static Condition from_json(const Json& json, const std::string& where);
};

}  // namespace songscape
