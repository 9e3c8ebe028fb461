// confusion_matrix: which clusters the songs of each label fall into.
#pragma once

#include <string>

#include "report/classes.h"
#include "report/figure.h"

namespace songscape {

struct ContingencyFigure {
  std::string title = {}, caption = {};
  std::string row_name = "label", column_name = "cluster";
  Classes rows = {}, columns = {};  // a label each for the same songs
};

// Rows sum to 100 %; columns stand in the order of the row they hold most of, so a good clustering shows a diagonal.
// Songs without a label or a cluster are left out.  More than 100 classes on a side: the smallest are folded into one.
Figure draw_contingency(const ContingencyFigure& figure);

}  // namespace songscape
