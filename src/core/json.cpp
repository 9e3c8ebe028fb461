#include "core/json.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(const std::string& where, std::string what) {
  fail(ExitCode::damaged, {.what = std::move(what), .where = where, .seen = {}, .wanted = "well-formed JSON", .fix = {}});
}

}  // namespace

Json parse_json(std::string_view text, const std::string& where, int max_depth) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto guard = [&](int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth >= max_depth && (event == Event::object_start || event == Event::array_start))
      refuse(where, "JSON is nested deeper than " + std::to_string(max_depth));
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second)
      refuse(where, "JSON has the key '" + escape_for_terminal(parsed.get<std::string>()) + "' twice");
    return true;
  };
  try {
    return Json::parse(text, guard);
  } catch (const nlohmann::json::exception& e) {
    refuse(where, std::string("not JSON: ") + escape_for_terminal(e.what()));
  }
}

Json read_json(const std::filesystem::path& path, size_t max_bytes) {
  return parse_json(read_file(path, max_bytes), escape_for_terminal(path.string()));
}

void write_json(const std::filesystem::path& path, const Json& value) {
  publish_file(path, value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace songscape
