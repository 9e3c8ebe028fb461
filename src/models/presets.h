// The files of configs/ as they were when the program was built.
#pragma once

#include <map>
#include <string>

namespace songscape {

const std::map<std::string, std::string>& embedded_presets();  // by model

}  // namespace songscape
