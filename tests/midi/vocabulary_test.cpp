#include "midi/vocabulary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

TEST(Vocabulary, RangesFollowEachOtherUpTo774) {
  int next = 0;
  for (const TokenRange& range : kTokenRanges) {
    EXPECT_EQ(range.first, next);
    next += range.size;
  }
  EXPECT_EQ(next, kVocabularySize);
  EXPECT_EQ(kVocabularySize, 774);
}

TEST(Vocabulary, EveryTokenHasOneKindAndValue) {
  for (int i = 0; i < kVocabularySize; ++i) {
    const auto token = static_cast<Token>(i);
    EXPECT_EQ(to_token(kind_of(token), value_of(token)), token);
    EXPECT_LT(value_of(token), token_range(kind_of(token)).size);
  }
}

TEST(Vocabulary, TokensAreNamedByWhatTheyMean) {
  EXPECT_EQ(to_text(Token{0}), "PAD");
  EXPECT_EQ(to_text(Token{6}), "BAR");
  EXPECT_EQ(to_text(Token{7}), "POSITION 0");
  EXPECT_EQ(to_text(Token{163}), "PITCH 60");
  EXPECT_EQ(to_text(Token{267}), "DRUM 36");
  EXPECT_EQ(to_text(Token{486}), "DURATION 384");
  EXPECT_EQ(to_text(Token{615}), "PROGRAM drums");
  EXPECT_EQ(to_text(Token{616}), "TEMPO 30");
  EXPECT_EQ(to_text(Token{679}), "TEMPO 240");
  EXPECT_EQ(to_text(Token{683}), "TIME_SIGNATURE 4/4");
  EXPECT_EQ(to_text(Token{701}), "TIME_SIGNATURE 4/2");
  EXPECT_EQ(to_text(Token{723}), "KEY A minor");
  EXPECT_EQ(to_text(Token{773}), "CHORD B:dom7");
  EXPECT_EQ(to_text(Token{774}), "774");
}

TEST(Vocabulary, DurationsGrowFromOneStepToSixteenQuarters) {
  EXPECT_EQ(duration_of(0), 1);
  EXPECT_EQ(duration_of(47), 48);
  EXPECT_EQ(duration_of(48), 50);
  EXPECT_EQ(duration_of(71), 96);
  EXPECT_EQ(duration_of(72), 104);
  EXPECT_EQ(duration_of(83), 192);
  EXPECT_EQ(duration_of(84), 208);
  EXPECT_EQ(duration_of(95), 384);
  for (int value = 0; value < kNumDurations; ++value) {
    EXPECT_EQ(nearest_duration(duration_of(value)), value);
    EXPECT_EQ(longest_duration(duration_of(value)), value);
  }
  EXPECT_EQ(nearest_duration(0.2), 0);
  EXPECT_EQ(nearest_duration(49), 47);  // as near to 48 as to 50
  EXPECT_EQ(nearest_duration(49.1), 48);
  EXPECT_EQ(nearest_duration(1e9), 95);
  EXPECT_EQ(longest_duration(207), 83);
}

TEST(Vocabulary, ATempoIsWithinHalfAStepOfItsToken) {
  for (double tempo = 30; tempo <= 240; tempo += 0.37)
    EXPECT_LE(std::fabs(std::log(tempo / tempo_of(nearest_tempo(tempo)))), std::log(8.0) / 126 + 1e-12);
  EXPECT_EQ(nearest_tempo(1), 0);
  EXPECT_EQ(nearest_tempo(1e9), 63);
}

TEST(Vocabulary, NoBarHasMoreThan96Positions) {
  for (int value = 0; value < kNumTimeSignatures; ++value) {
    const TimeSignature& signature = time_signature_of(value);
    EXPECT_LE(signature.n_positions(), token_range(TokenKind::position).size);
    EXPECT_EQ(signature.n_positions() * signature.steps_per_position(), signature.steps());
    EXPECT_EQ(find_time_signature(signature), value);
  }
  EXPECT_EQ(TimeSignature({4, 4}).n_positions(), 96);
  EXPECT_EQ(TimeSignature({5, 4}).n_positions(), 60);
  EXPECT_EQ(TimeSignature({9, 8}).n_positions(), 54);
}

TEST(Vocabulary, UnknownTimeSignaturesGoToBarsAsLong) {
  EXPECT_EQ(time_signature_of(find_time_signature({8, 16})), (TimeSignature{4, 8}));
  EXPECT_EQ(time_signature_of(find_time_signature({2, 1})), (TimeSignature{4, 2}));
  EXPECT_EQ(time_signature_of(find_time_signature({1, 2})), (TimeSignature{2, 4}));
  EXPECT_EQ(find_time_signature({5, 16}), -1);
  EXPECT_EQ(find_time_signature({0, 4}), -1);
}

TEST(Vocabulary, ChordsAndKeysHoldTheirTones) {
  EXPECT_EQ(chord_tones(to_chord(0, ChordQuality::major)), 0b000010010001u);        // C E G
  EXPECT_EQ(chord_tones(to_chord(9, ChordQuality::minor)), 0b001000010001u);        // A C E
  EXPECT_EQ(chord_tones(to_chord(11, ChordQuality::diminished)), 0b100000100100u);  // B D F
  EXPECT_EQ(chord_tones(to_chord(7, ChordQuality::dominant7)), 0b100010100100u);    // G B D F
  EXPECT_EQ(key_tones(to_key(0, false)), key_tones(to_key(9, true)));
  EXPECT_EQ(key_tones(to_key(2, false)), 0b101011010110u);  // D E F# G A B C#
}

// The page's tables are those of the code.
TEST(Vocabulary, ThePageSaysTheSame) {
  const std::string page = read_file(std::filesystem::path(SONGSCAPE_SOURCE_DIR) / "docs/vocabulary.md");
  EXPECT_NE(page.find("version " + std::to_string(kVocabularyVersion)), std::string::npos);
  for (size_t i = 0; i < kTokenRanges.size(); ++i) {
    const auto [first, size] = kTokenRanges[i];
    const std::string numbers =
        size == 1 ? std::to_string(first) : std::to_string(first) + "–" + std::to_string(first + size - 1);
    const std::string row =
        "| " + numbers + " | `" + to_text(static_cast<TokenKind>(i)) + "` | " + std::to_string(size) + " |";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  std::string tempi, signatures;
  for (int i = 0; i < kNumTempi; ++i) tempi += (i ? " " : "") + format_number(std::round(tempo_of(i) * 10) / 10);
  for (int i = 0; i < kNumTimeSignatures; ++i)
    signatures += (i ? " " : "") + std::to_string(time_signature_of(i).numerator) + "/" +
                  std::to_string(time_signature_of(i).denominator);
  EXPECT_NE(page.find(tempi), std::string::npos) << tempi;
  EXPECT_NE(page.find(signatures), std::string::npos) << signatures;
}

}  // namespace
}  // namespace songscape
