#include "picture.h"

#include <cairo.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace songscape {
namespace {

struct Source {
  const std::string* bytes;
  size_t at;
};

cairo_status_t take(void* closure, unsigned char* out, unsigned int n) {
  auto* source = static_cast<Source*>(closure);
  if (source->at + n > source->bytes->size()) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(out, source->bytes->data() + source->at, n);
  source->at += n;
  return CAIRO_STATUS_SUCCESS;
}

// The end of the tag that starts at `from`, quotes taken into account.
size_t tag_end(const std::string& xml, size_t from) {
  char quote = 0;
  for (size_t i = from; i < xml.size(); ++i) {
    if (quote)
      quote = xml[i] == quote ? 0 : quote;
    else if (xml[i] == '"' || xml[i] == '\'')
      quote = xml[i];
    else if (xml[i] == '>')
      return i;
    else if (xml[i] == '<' && i > from)
      return xml.npos;
  }
  return xml.npos;
}

}  // namespace

int64_t Pixels::count(uint32_t rgb) const { return std::count(values.begin(), values.end(), rgb); }

Pixels read_png(const std::string& bytes) {
  Source source{&bytes, 0};
  cairo_surface_t* picture = cairo_image_surface_create_from_png_stream(take, &source);
  Pixels out;
  if (cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS) {
    out.width = cairo_image_surface_get_width(picture);
    out.height = cairo_image_surface_get_height(picture);
    const unsigned char* data = cairo_image_surface_get_data(picture);
    const int stride = cairo_image_surface_get_stride(picture);
    for (int y = 0; y < out.height; ++y) {
      const auto* row = reinterpret_cast<const uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
      for (int x = 0; x < out.width; ++x) out.values.push_back(row[x] & 0xFFFFFF);
    }
  }
  cairo_surface_destroy(picture);
  return out;
}

std::string xml_fault(const std::string& xml) {
  std::vector<std::string> open;
  for (size_t i = xml.find('<'); i != xml.npos; i = xml.find('<', i)) {
    const size_t end = tag_end(xml, i);
    if (end == xml.npos) return "a tag without end: " + xml.substr(i, 60);
    const std::string tag = xml.substr(i + 1, end - i - 1);
    i = end + 1;
    if (tag.starts_with('?') || tag.starts_with('!') || tag.ends_with('/')) continue;
    const std::string name = tag.substr(0, tag.find_first_of(" \n\t"));
    if (!name.starts_with('/')) {
      open.push_back(name);
      continue;
    }
    if (open.empty() || "/" + open.back() != name) return "closed out of order: " + name;
    open.pop_back();
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

}  // namespace songscape
