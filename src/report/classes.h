// Named classes of songs (clusters, genres, languages) as figures show them: one colour and marker shape each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/figure.h"

namespace songscape {

struct Classes {
  std::vector<std::string> names = {};
  std::vector<int32_t> labels = {};     // one a song: an index into names, or −1 for none
  std::vector<int32_t> family_of = {};  // one a class: an index into families, or empty where there are none
  std::vector<std::string> families = {};

  std::vector<int64_t> counts() const;  // songs a class
  int64_t n_unlabelled() const;
  // Class numbers in the order of families, then names.
  std::vector<int32_t> order() const;
};

// Numbered classes ("0", "1", …) from a clustering.
Classes numbered_classes(const std::vector<int32_t>& labels);

// The classes of most songs stay (at most `n_max`), the rest become one class "other (n classes)".
Classes fold_small_classes(const Classes& classes, int n_max);

// A marker for each class.  With families: a colour each family, a shape each member; without: nine colours, then the
// same colours with the next shape.  144 classes are distinct; beyond that they repeat.
std::vector<Marker> class_markers(const Classes& classes);

}  // namespace songscape
