// report_gallery FOLDER: every figure and a page, made of examples, to look at.
#include <cstdio>
#include <filesystem>

#include "examples.h"

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: report_gallery FOLDER\n"), 2;
  const std::filesystem::path folder = argv[1];
  for (const auto& [name, draw] : songscape::examples::all()) draw().save(folder / name);
  songscape::examples::page().save_html(folder / "report.html");
  songscape::examples::page().save_markdown(folder / "report.md");
}
