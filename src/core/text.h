// Bytes that came from a user, made safe to show; and the nearest known name for a mistyped one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace songscape {

// For terminals and logs: control characters, escape sequences, bidi overrides and bytes that are not UTF-8 become
// \n, \x1b, \u202e …; everything else stays.
std::string escape_for_terminal(std::string_view bytes);

// For HTML and SVG text and attributes: & < > " ' and, as above, what cannot be shown.
std::string escape_for_html(std::string_view bytes);

// True for well-formed UTF-8 (no overlong forms, no surrogates).  `bad_offset` gets the first bad byte's place.
bool is_valid_utf8(std::string_view bytes, size_t* bad_offset = nullptr);

// Each malformed sequence becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view bytes);

// The nearest of `known` by edit distance, if near enough to be a typing mistake.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& known);

// Locale-free, whole string, finite; std::nullopt otherwise.  No hexadecimal, no surrounding blanks, no digits but ASCII.
std::optional<double> parse_number(std::string_view text);
std::optional<long long> parse_integer(std::string_view text);

// The shortest text that reads back as the same double; `nan`, `inf`, `-inf` as such.
std::string format_number(double value);
// `digits` significant digits, for people.
std::string format_number(double value, int digits);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// "1.2 GB", "3 min 20 s": for people.
std::string format_bytes(double n_bytes);
std::string format_duration(double duration_sec);

}  // namespace songscape
