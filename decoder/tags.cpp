#include "decoder/tags.h"

#include <aifffile.h>
#include <apefile.h>
#include <asffile.h>
#include <flacfile.h>
#include <id3v2framefactory.h>
#include <id3v2tag.h>
#include <mp4file.h>
#include <mpcfile.h>
#include <mpegfile.h>
#include <oggflacfile.h>
#include <opusfile.h>
#include <speexfile.h>
#include <tpropertymap.h>
#include <trueaudiofile.h>
#include <unsynchronizedlyricsframe.h>
#include <vorbisfile.h>
#include <wavfile.h>
#include <wavpackfile.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/text.h"
#include "decoder/sniff.h"

namespace songscape::decoder {
namespace {

// The descriptor as TagLib reads it.  No block is larger than a tag may be: a picture over that is not read.
class ViewStream : public TagLib::IOStream {
 public:
  explicit ViewStream(View view) : view_(std::move(view)) {}
  TagLib::FileName name() const override { return ""; }
  TagLib::ByteVector readBlock(unsigned long length) override {
    const auto n_left = static_cast<unsigned long>(std::max<int64_t>(0, view_.size() - view_.position()));
    length = std::min({length, n_left, static_cast<unsigned long>(kMaxTagBytes)});
    TagLib::ByteVector block(static_cast<unsigned>(length), 0);
    const size_t n = view_.read({reinterpret_cast<uint8_t*>(block.data()), length});
    return block.resize(static_cast<unsigned>(n));
  }
  void seek(long offset, Position from) override {
    view_.seek(offset + (from == Current ? view_.position() : from == End ? view_.size() : 0));
  }
  long tell() const override { return view_.position(); }
  long length() override { return view_.size(); }
  bool readOnly() const override { return true; }
  bool isOpen() const override { return true; }
  void writeBlock(const TagLib::ByteVector&) override {}
  void insert(const TagLib::ByteVector&, unsigned long, unsigned long) override {}
  void removeBlock(unsigned long, unsigned long) override {}
  void truncate(long) override {}

 private:
  View view_;
};

std::unique_ptr<TagLib::File> open_tags(ViewStream& s, const Layout& layout) {
  constexpr bool kNoProperties = false;
  auto* frames = TagLib::ID3v2::FrameFactory::instance();
  switch (layout.kind) {
    case Kind::mpeg:
    case Kind::adts:
      return std::make_unique<TagLib::MPEG::File>(&s, frames, kNoProperties);
    case Kind::flac:
      return std::make_unique<TagLib::FLAC::File>(&s, frames, kNoProperties);
    case Kind::mp4:
      return std::make_unique<TagLib::MP4::File>(&s, kNoProperties);
    case Kind::asf:
      return std::make_unique<TagLib::ASF::File>(&s, kNoProperties);
    case Kind::wav:
      return std::make_unique<TagLib::RIFF::WAV::File>(&s, kNoProperties);
    case Kind::aiff:
      return std::make_unique<TagLib::RIFF::AIFF::File>(&s, kNoProperties);
    case Kind::wavpack:
      return std::make_unique<TagLib::WavPack::File>(&s, kNoProperties);
    case Kind::ape:
      return std::make_unique<TagLib::APE::File>(&s, kNoProperties);
    case Kind::tta:
      return std::make_unique<TagLib::TrueAudio::File>(&s, frames, kNoProperties);
    case Kind::musepack:
      return std::make_unique<TagLib::MPC::File>(&s, kNoProperties);
    case Kind::ogg:
      if (layout.codec == "vorbis") return std::make_unique<TagLib::Ogg::Vorbis::File>(&s, kNoProperties);
      if (layout.codec == "opus") return std::make_unique<TagLib::Ogg::Opus::File>(&s, kNoProperties);
      if (layout.codec == "flac") return std::make_unique<TagLib::Ogg::FLAC::File>(&s, kNoProperties);
      if (layout.codec == "speex") return std::make_unique<TagLib::Ogg::Speex::File>(&s, kNoProperties);
      return nullptr;
    default:
      return nullptr;
  }
}

std::string cut_text(const TagLib::String& text, size_t max_bytes) {
  std::string out = replace_invalid_utf8(text.to8Bit(true));
  if (out.size() > max_bytes) {
    while (max_bytes > 0 && (out[max_bytes] & 0xC0) == 0x80) --max_bytes;
    out.resize(max_bytes);
  }
  while (!out.empty() && (out.back() == '\0' || out.back() == ' ')) out.pop_back();
  return out;
}

// The first value under the first of the names that is there.
std::string first_value(const TagLib::PropertyMap& properties, const std::vector<const char*>& names,
                        size_t max_bytes) {
  for (const char* name : names) {
    const auto found = properties.find(name);
    if (found == properties.end() || found->second.isEmpty()) continue;
    std::string text = cut_text(found->second.front(), max_bytes);
    if (!text.empty()) return text;
  }
  return {};
}

// A lyrics frame with a description is "LYRICS:description" among the properties.
std::string any_lyrics(const TagLib::PropertyMap& properties) {
  for (const auto& [key, values] : properties)
    if (key.startsWith("LYRICS:") && !values.isEmpty()) return cut_text(values.front(), kMaxLyricsText);
  return {};
}

// ID3v2 names the language of its lyrics.
std::string lyrics_language(TagLib::File& file) {
  auto* mpeg = dynamic_cast<TagLib::MPEG::File*>(&file);
  if (!mpeg || !mpeg->ID3v2Tag()) return {};
  for (auto* frame : mpeg->ID3v2Tag()->frameList("USLT"))
    if (auto* lyrics = dynamic_cast<TagLib::ID3v2::UnsynchronizedLyricsFrame*>(frame)) {
      const TagLib::ByteVector code = lyrics->language();
      const std::string text(code.data(), code.size());
      if (text.size() == 3 && text != "XXX" &&
          std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
        return text;
    }
  return {};
}

Json read_known_tags(TagLib::File& file) {
  const TagLib::PropertyMap properties = file.properties();
  Json out = Json::object();
  const auto put = [&](const char* key, std::string value) {
    if (!value.empty()) out[key] = std::move(value);
  };
  put("title", first_value(properties, {"TITLE"}, kMaxTagText));
  put("artist", first_value(properties, {"ARTIST"}, kMaxTagText));
  put("album", first_value(properties, {"ALBUM"}, kMaxTagText));
  put("album_artist", first_value(properties, {"ALBUMARTIST"}, kMaxTagText));
  put("genre", first_value(properties, {"GENRE"}, kMaxTagText));
  put("date", first_value(properties, {"DATE", "YEAR", "ORIGINALDATE"}, kMaxTagText));
  put("track", first_value(properties, {"TRACKNUMBER"}, kMaxTagText));
  std::string language = first_value(properties, {"LANGUAGE"}, kMaxTagText);
  put("language", language.empty() ? lyrics_language(file) : language);
  // "USLT" is what ffmpeg makes of lyrics: a user text of that name.
  std::string lyrics = first_value(properties, {"LYRICS", "UNSYNCEDLYRICS", "UNSYNCED LYRICS", "USLT"}, kMaxLyricsText);
  put("lyrics", lyrics.empty() ? any_lyrics(properties) : lyrics);
  return out;
}

}  // namespace

Json read_tags(Input& input, const Layout& layout) {
  try {
    // A huge tag at the head is left out of what TagLib sees.
    const int64_t begin = layout.has_huge_id3 && !layout.segments.empty() ? layout.segments.front().offset : 0;
    ViewStream stream(View(input, {{begin, input.size() - begin}}));
    const auto file = open_tags(stream, layout);
    if (file && file->isValid()) return read_known_tags(*file);
  } catch (const std::bad_alloc&) {
    // More than the memory limit gives: the song is worth more than its tags.
  }
  return Json::object();
}

}  // namespace songscape::decoder
