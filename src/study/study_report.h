// A comparison as one page and as Markdown: every sentence is made from measured rows.
#pragma once

#include <vector>

#include "report/page.h"
#include "study/claims.h"
#include "study/comparison.h"
#include "study/contests.h"

namespace songscape {

struct StudyFigure {
  Figure figure;
  std::string name, caption;  // "model_comparison"
};

ReportPage study_page(const Comparison& comparison, const std::vector<ContestResult>& results,
                      const std::vector<ClaimRow>& claims, const std::vector<StudyFigure>& figures);

}  // namespace songscape
