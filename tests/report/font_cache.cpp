// Fontconfig keeps what it has read until the process ends: no leak of ours, and it does not grow with figures.
extern "C" const char* __lsan_default_suppressions();  // called by LeakSanitizer where that is built in
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
