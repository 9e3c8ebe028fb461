#include "text/language_guess.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "core/csv.h"
#include "core/file.h"

namespace songscape {
namespace {

std::string language(std::string_view text) { return guess_language(text).language; }

TEST(LanguageGuess, KnowsLinesOfEachLanguage) {
  const std::pair<const char*, const char*> lines[] = {
      {"en", "I don't know what you want from me, but I will be there"},
      {"es", "No sé qué será de mí cuando tú te vayas con él"},
      {"de", "Ich weiß nicht, was soll es bedeuten, dass ich so traurig bin"},
      {"fr", "Je ne sais pas où tu es, mais je t'aime et c'est l'amour"},
      {"it", "Non so che cosa sia, ma è più bello con te e il mare"},
      {"pt", "Eu não sei o que você quer, mas meu coração é seu"},
      {"nl", "Ik weet niet wat je van mij wilt, maar het is voor jou"},
      {"ar", "يا ليل طال أو لا تطل لا بد لي أن أسهرك"},
      {"fa", "بشنو از نی چون حکایت می‌کند از جدایی‌ها شکایت می‌کند"},
      {"ur", "دل ہی تو ہے نہ سنگ و خشت درد سے بھر نہ آئے کیوں"},
      {"bn", "আমার সোনার বাংলা আমি তোমায় ভালোবাসি"},
      {"as", "মই আৰু তুমি একেলগে যাম নদীৰ পাৰে পাৰে"},
      {"hi", "दिल है छोटा सा छोटी सी आशा मस्ती भरे मन की"},
      {"mr", "मी तुला पाहिले आणि माझे मन तुझे झाले आहे"},
      {"ne", "मलाई थाहा छ तिमी पनि यो गीत सुन्छौ"}};
  for (const auto& [code, line] : lines) EXPECT_EQ(language(line), code) << line;
}

TEST(LanguageGuess, IsUnknownWhereItKnowsNothing) {
  for (const char* text :
       {"", " \n", "1234 567", "♥ 👩‍👩‍👧", "la la la na na hey", "Wlazł kotek na płotek i mruga",
        "Катюша выходила на берег", "שלום עליכם", "ฉันรักเธอ", "愛してる", "\xFF\xFE\x80"})
    EXPECT_EQ(language(text), "unknown") << text;
  EXPECT_EQ(guess_language("").confidence, 0);
}

TEST(LanguageGuess, GoesByMostOfTheText) {
  EXPECT_EQ(language("Baby, oh baby! দিন যায় রাত যায় আমি একা বসে থাকি নদীর ধারে"), "bn");
  EXPECT_EQ(language("I love you and I want you to know that it is true, corazón"), "en");
}

TEST(LanguageGuess, DoesNotDependOnTheFormOfTheText) {
  EXPECT_EQ(language("Je ne sais pas ou\u0300 tu es"), "fr");
  EXPECT_EQ(language("ICH WEISS NICHT WAS DAS IST"), "de");
}

// The share of texts that are guessed right, by language; printed.
void expect_accuracy(const std::vector<std::pair<std::string, std::string>>& texts, double least) {
  std::map<std::string, std::pair<int, int>> counts;
  std::map<std::string, std::map<std::string, int>> wrong;
  int n_right = 0;
  for (const auto& [truth, text] : texts) {
    const std::string guess = language(text);
    ++counts[truth].second;
    counts[truth].first += guess == truth;
    n_right += guess == truth;
    if (guess != truth) ++wrong[truth][guess];
  }
  for (const auto& [code, n] : counts) {
    std::cout << code << ": " << n.first << " of " << n.second;
    for (const auto& [guess, times] : wrong[code]) std::cout << ", " << times << " taken for " << guess;
    std::cout << "\n";
  }
  EXPECT_GE(n_right, least * static_cast<double>(texts.size()));
}

fs::path real_data() {
  const char* named = std::getenv("SONGSCAPE_REAL_DATA");
  return named ? fs::path(named) : fs::path(SONGSCAPE_SOURCE_DIR) / "../shared/data";
}

TEST(LanguageGuess, IsRightForRealVerse) {
  const fs::path file = real_data() / "verse/verse5.tsv";
  if (!fs::exists(file)) GTEST_SKIP() << "no real data";
  const CsvTable table = read_csv(file);
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& row : table.rows)
    texts.emplace_back(row[static_cast<size_t>(table.find("lang"))], row[static_cast<size_t>(table.find("text"))]);
  expect_accuracy(texts, 0.98);
}

TEST(LanguageGuess, IsRightForRealLyrics) {
  const fs::path folder = real_data() / "songs";
  if (!fs::exists(folder / "lyrics")) GTEST_SKIP() << "no real data";
  const std::map<std::string, std::string> codes = {
      {"English", "en"}, {"Spanish", "es"}, {"German", "de"}, {"French", "fr"}};
  const CsvTable table = read_csv(folder / "JamendoLyrics.csv");
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& row : table.rows) {
    const fs::path song = row[static_cast<size_t>(table.find("Filepath"))];
    const fs::path file = folder / "lyrics" / (song.stem().string() + ".txt");
    if (fs::exists(file))
      texts.emplace_back(codes.at(row[static_cast<size_t>(table.find("Language"))]), read_file(file));
  }
  EXPECT_GE(texts.size(), 70u);
  expect_accuracy(texts, 0.98);
}

}  // namespace
}  // namespace songscape
