#include "cli/fonts.h"

#include <fontconfig/fontconfig.h>

#include <memory>

namespace songscape {
namespace {

struct Script {
  const char* name;
  FcChar32 sample;  // a letter that only fonts for the script have
  const char* package;
};

constexpr Script kScripts[] = {
    {"Latin", U'\u00E9', "fonts-dejavu-core"},    {"Greek", U'\u03C9', "fonts-dejavu-core"},
    {"Cyrillic", U'\u0436', "fonts-dejavu-core"}, {"Arabic", U'\u0634', "fonts-noto-core"},
    {"Hebrew", U'\u05E9', "fonts-noto-core"},     {"Devanagari", U'\u0939', "fonts-noto-core"},
    {"Bengali", U'\u09AC', "fonts-noto-core"},    {"Tamil", U'\u0BA4', "fonts-noto-core"},
    {"Thai", U'\u0E44', "fonts-noto-core"},       {"Chinese", U'\u4E50', "fonts-noto-cjk"},
    {"Japanese", U'\u3042', "fonts-noto-cjk"},    {"Korean", U'\uAC00', "fonts-noto-cjk"}};

template <class T, void (*destroy)(T*)>
struct Destroy {
  void operator()(T* p) const { destroy(p); }
};
using Pattern = std::unique_ptr<FcPattern, Destroy<FcPattern, FcPatternDestroy>>;
using CharSet = std::unique_ptr<FcCharSet, Destroy<FcCharSet, FcCharSetDestroy>>;
using Objects = std::unique_ptr<FcObjectSet, Destroy<FcObjectSet, FcObjectSetDestroy>>;
using Fonts = std::unique_ptr<FcFontSet, Destroy<FcFontSet, FcFontSetDestroy>>;

std::string family_with(FcChar32 letter) {
  const Pattern pattern(FcPatternCreate());
  const CharSet letters(FcCharSetCreate());
  FcCharSetAddChar(letters.get(), letter);
  FcPatternAddCharSet(pattern.get(), FC_CHARSET, letters.get());
  const Objects wanted(FcObjectSetBuild(FC_FAMILY, nullptr));
  const Fonts fonts(FcFontList(nullptr, pattern.get(), wanted.get()));
  FcChar8* family = nullptr;
  if (!fonts || fonts->nfont == 0 || FcPatternGetString(fonts->fonts[0], FC_FAMILY, 0, &family) != FcResultMatch)
    return {};
  return reinterpret_cast<const char*>(family);
}

}  // namespace

std::vector<ScriptFont> fonts_by_script() {
  std::vector<ScriptFont> found;
  for (const Script& s : kScripts) found.push_back({s.name, family_with(s.sample), s.package});
  return found;
}

}  // namespace songscape
