// JSON as nlohmann-json gives it, behind a parser that trusts nothing: depth and size are capped, duplicate keys refused.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace songscape {

using Json = nlohmann::ordered_json;

// `where` names the input in errors (ExitCode::damaged).
Json parse_json(std::string_view text, const std::string& where, int max_depth = 32);
Json read_json(const std::filesystem::path& path, size_t max_bytes = 64u << 20);
// Indented, published whole.
void write_json(const std::filesystem::path& path, const Json& value);

}  // namespace songscape
