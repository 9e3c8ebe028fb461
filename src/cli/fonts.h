// Which writing systems the installed fonts can draw, so that no figure shows boxes.
#pragma once

#include <string>
#include <vector>

namespace songscape {

struct ScriptFont {
  std::string script;   // "Devanagari"
  std::string font;     // a family that has it; empty: none
  std::string package;  // the Debian package that brings one
};

std::vector<ScriptFont> fonts_by_script();

}  // namespace songscape
