#include "report/svg.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace songscape {

std::string with_stable_ids(const std::string& svg) {
  std::map<std::string, size_t> numbers;
  std::string out;
  out.reserve(svg.size());
  size_t done = 0;
  for (size_t i = svg.find_first_of("\"#"); i != svg.npos; i = svg.find_first_of("\"#", i + 1)) {
    for (const std::string_view kind : {"surface", "image"}) {
      if (svg.compare(i + 1, kind.size(), kind) != 0) continue;
      const size_t from = i + 1 + kind.size();
      const size_t to = std::min(svg.find_first_not_of("0123456789", from), svg.size());
      if (to == from) continue;
      const std::string id = svg.substr(i + 1, to - i - 1);
      const size_t number = numbers.emplace(id, numbers.size()).first->second;
      out.append(svg, done, from - done).append(std::to_string(number));
      done = to;
    }
  }
  return out.append(svg, done, svg.npos);
}

std::string with_description(const std::string& svg, std::string_view description) {
  const size_t start = svg.find("<svg ");
  const size_t end = start == svg.npos ? start : svg.find('>', start);
  if (end == svg.npos) return svg;
  return svg.substr(0, end) + " role=\"img\">\n<title>" + escape_for_html(description) + "</title>" +
         svg.substr(end + 1);
}

}  // namespace songscape
