#include "cli/program.h"

int main(int argc, char** argv) { return songscape::run_program({argv + (argc > 0), argv + argc}); }
