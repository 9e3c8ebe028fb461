// Keys and time signatures as people write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "midi/vocabulary.h"

namespace songscape {

// 0 … 23 of "C", "Am", "F# minor", "Bb major", "e flat minor" and the like; nothing for what is no key.
std::optional<int> parse_key(std::string_view text);
std::vector<std::string> key_names();  // "C major" … "B minor", with flats where they are usual

// A value of the vocabulary of "6/8"; nothing for one that it does not have.
std::optional<int> parse_time_signature(std::string_view text);
std::string time_signature_name(int value);
std::vector<std::string> time_signature_names();

// "piano" for 0 … 7, to "sound effects"; "drums" for 128.
std::string program_family(int program);

}  // namespace songscape
