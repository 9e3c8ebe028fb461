#include "text/words.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

void require(UErrorCode code, const char* what) {
  if (U_FAILURE(code))
    fail(ExitCode::failed, {.what = std::string("ICU cannot ") + what,
                            .where = {},
                            .seen = u_errorName(code),
                            .wanted = "ICU with its data",
                            .fix = "install the package libicu72"});
}

// Some punctuation folds to a letter's width only; what counts is that a letter or a digit is there.
bool holds_letter_or_digit(const icu::UnicodeString& text, int32_t start, int32_t end) {
  for (int32_t i = start; i < end; i = text.moveIndex32(i, 1))
    if (u_isalnum(text.char32At(i))) return true;
  return false;
}

// text[start, end) without the marks and letters beyond the limits.
icu::UnicodeString within_limits(const icu::UnicodeString& text, int32_t start, int32_t end) {
  icu::UnicodeString out;
  int n_letters = 0, n_marks = 0;
  for (int32_t i = start; i < end; i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    const bool is_mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    n_marks = is_mark ? n_marks + 1 : 0;
    if (!is_mark && ++n_letters > kMaxLetters) break;
    if (n_marks <= kMaxMarks) out.append(c);
  }
  return out;
}

}  // namespace

struct WordReader::Icu {
  const icu::Normalizer2* fold;
  std::unique_ptr<icu::BreakIterator> breaks;
};

WordReader::WordReader() : icu_(std::make_unique<Icu>()) {
  UErrorCode code = U_ZERO_ERROR;
  icu_->fold = icu::Normalizer2::getNFKCCasefoldInstance(code);
  require(code, "fold case");
  icu_->breaks.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code));
  require(code, "find words");
}

WordReader::~WordReader() = default;

std::vector<std::string> WordReader::words(std::string_view utf8) {
  if (utf8.size() > kMaxTextBytes)
    fail(ExitCode::usage, {.what = "the text is too long",
                           .where = {},
                           .seen = format_bytes(static_cast<double>(utf8.size())),
                           .wanted = "at most " + std::to_string(kMaxTextBytes >> 20) + " MiB",
                           .fix = {}});
  UErrorCode code = U_ZERO_ERROR;
  const icu::UnicodeString text = icu_->fold->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size()))), code);
  require(code, "fold case");
  std::vector<std::string> out;
  icu_->breaks->setText(text);
  int32_t start = icu_->breaks->first();
  for (int32_t end = icu_->breaks->next(); end != icu::BreakIterator::DONE; start = end, end = icu_->breaks->next()) {
    if (!holds_letter_or_digit(text, start, end)) continue;
    within_limits(text, start, end).toUTF8String(out.emplace_back());
  }
  return out;
}

std::vector<std::string_view> letters_of(std::string_view word) {
  std::vector<std::string_view> out;
  const auto n = static_cast<int32_t>(word.size());
  for (int32_t i = 0; i < n;) {
    const int32_t start = i;
    UChar32 c;
    U8_NEXT_OR_FFFD(word.data(), i, n, c);
    const bool is_mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    if (is_mark && !out.empty())
      out.back() = word.substr(static_cast<size_t>(out.back().data() - word.data()),
                               out.back().size() + static_cast<size_t>(i - start));
    else
      out.push_back(word.substr(static_cast<size_t>(start), static_cast<size_t>(i - start)));
  }
  return out;
}

std::string unicode_version() { return U_UNICODE_VERSION; }

}  // namespace songscape
