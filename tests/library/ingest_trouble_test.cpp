// What stands in the way of an ingest: files and folders that are not what they seem, locks, full disks, Ctrl-C.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "core/error.h"
#include "core/interrupt.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/library_dump.h"

namespace songscape {
namespace {

TEST(IngestInTrouble, RefusesAFolderThatIsGoneAndMarksNothing) {
  const FakeMusic m;
  m.write_tones(2);
  m.ingest();
  fs::rename(m.music(), m.folder() / "unmounted");
  EXPECT_EQ(error_of(m.options()).exit_code(), ExitCode::usage);
  EXPECT_FALSE(LibraryIndex(m.library()).song(0).is_missing);
}

TEST(IngestInTrouble, TellsOfAFileThatChangesWhileItIsRead) {
  const FakeMusic m;
  m.write("a.wav", "TONE 440 1");
  m.write("b.wav", "TONE 550 1");
  m.write("c.wav", "TONE 660 1");
  IngestOptions options = m.options();
  options.decode = [&](const fs::path& file, const Excerpts& e, const std::function<void(DecodedClip)>& on_clip) {
    DecodedSong song = fake_decode(file, e, on_clip);
    if (file.filename() == "a.wav") publish_file(file, "TONE 441 1");
    if (file.filename() == "b.wav") fs::remove(file);
    return song;
  };
  const IngestReport report = ingest(options);
  EXPECT_EQ(report.failures,
            (std::map<std::string, std::string>{{"a.wav", "changed during read"}, {"b.wav", "changed during read"}}));
  EXPECT_EQ(song_paths(m.library()), std::vector<std::string>{"c.wav"});
  EXPECT_EQ(m.ingest().n_songs, 2);
}

TEST(IngestInTrouble, TellsOfFilesThatAreNoRegularFiles) {
  const FakeMusic m;
  m.write("good.wav", "TONE 440 1");
  ::mkfifo((m.music() / "fifo.mp3").c_str(), 0600);
  m.write("folder.mp3/inner.wav", "TONE 550 1");
  fs::create_symlink("/dev/zero", m.music() / "zero.wav");
  fs::create_symlink("loop.wav", m.music() / "loop.wav");
  fs::create_directory_symlink("..", m.music() / "up");
  const IngestReport plain = m.ingest();
  EXPECT_EQ(plain.n_songs, 2);
  EXPECT_EQ(plain.failures, (std::map<std::string, std::string>{{"fifo.mp3", "not a regular file (a FIFO)"},
                                                                {"folder.mp3", "not a regular file (a folder)"}}));
  IngestOptions options = m.options();
  options.follow_links = true;
  const IngestReport followed = ingest(options);
  EXPECT_EQ(followed.failures.at("zero.wav"), "not a regular file (a device)");
  EXPECT_NE(followed.failures.at("loop.wav").find("not a regular file (a link that leads nowhere"), std::string::npos);
  EXPECT_EQ(followed.failures.at("up/music"), "a folder that holds itself, by a link");
}

TEST(IngestInTrouble, RefusesFoldersThatLieInEachOther) {
  const FakeMusic m;
  m.write_tones(1);
  IngestOptions options = m.options();
  options.library = m.music() / "x.songscape";
  EXPECT_TRUE(says(error_of(options), "never written to"));
  EXPECT_FALSE(fs::exists(options.library));
  options = m.options();
  options.music = m.music() / "tone 0.wav";
  EXPECT_TRUE(says(error_of(options), "--text-column"));
  options.music = m.folder() / "none";
  EXPECT_EQ(error_of(options).exit_code(), ExitCode::usage);
  options = m.options();
  options.library = m.folder() / "occupied";
  make_folder(options.library);
  publish_file(options.library / "thesis.doc", "x");
  EXPECT_TRUE(says(error_of(options), "not a library, and not empty"));
}

TEST(IngestInTrouble, NamesTheHolderOfTheLibrary) {
  const FakeMusic m;
  m.write_tones(1);
  m.ingest();
  const FileLock held(m.library() / "lock");
  const Error e = error_of(m.options());
  EXPECT_EQ(e.exit_code(), ExitCode::locked);
  EXPECT_TRUE(says(e, "pid " + std::to_string(::getpid())));
}

// Each in a process of its own: Ctrl-C's flag stays set, and a full disk is made by a limit.
template <class Child>
int exit_code_of(Child child) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(child());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(IngestInTrouble, CommitsWhatIsDoneOnCtrlC) {
  const FakeMusic m, whole;
  m.write_tones(8);
  whole.write_tones(8);
  whole.ingest();
  const int code = exit_code_of([&] {
    install_interrupt_handlers();
    IngestOptions options = m.options();
    options.n_threads = 1;
    int n = 0;
    options.decode = [&](const fs::path& file, const Excerpts& e, const std::function<void(DecodedClip)>& on_clip) {
      if (++n == 5) std::raise(SIGINT);
      return fake_decode(file, e, on_clip);
    };
    const IngestReport report = ingest(options);
    return report.was_interrupted && report.n_songs == 4 && report.failures.empty() ? 42 : 1;
  });
  EXPECT_EQ(code, 42);
  EXPECT_EQ(m.ingest().n_new, 4);
  EXPECT_EQ(dump_catalogue(m.library()), dump_catalogue(whole.library()));
  EXPECT_EQ(dump_index(m.library()), dump_index(whole.library()));
}

TEST(IngestInTrouble, LeavesAValidLibraryWhenTheDiskIsFull) {
  const FakeMusic m;
  m.write_tones(8);
  const int code = exit_code_of([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1'200'000, 1'200'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    IngestOptions options = m.options();
    options.n_threads = 1;
    options.group_songs = 1;
    const Error e = error_of(options);
    return e.exit_code() == ExitCode::failed && says(e, "free some disk space") ? 42 : 1;
  });
  EXPECT_EQ(code, 42);
  const auto n_kept = static_cast<int64_t>(Catalogue::open_for_reading(m.library()).contents().size());
  EXPECT_LE(LibraryIndex(m.library()).n_songs(), n_kept);
  EXPECT_GE(n_kept, 1);
  EXPECT_LE(n_kept, 3);
  EXPECT_EQ(m.ingest().n_new, 8 - n_kept);
  EXPECT_EQ(LibraryIndex(m.library()).n_songs(), 8);
}

TEST(IngestInTrouble, TellsOfFoldersAndTargetsWithoutPermission) {
  const FakeMusic m;
  m.write("open/a.wav", "TONE 440 1");
  m.write("shut/b.wav", "TONE 550 1");
  m.ingest();
  fs::permissions(m.folder(), fs::perms::all);
  fs::permissions(m.music() / "shut", fs::perms::none);
  m.write("c.wav", "TONE 660 1");
  fs::permissions(m.music() / "c.wav", fs::perms::none);
  const int code = exit_code_of([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    IngestOptions options = m.options();
    if (error_of(options).exit_code() != ExitCode::failed) return 3;  // the library cannot be written
    options.library = m.folder() / "mine.songscape";
    const IngestReport report = ingest(options);
    const bool names_both = report.failures.size() == 2 &&
                            report.failures.at("shut") == "the folder cannot be read: Permission denied" &&
                            report.failures.at("c.wav") == "cannot open (Permission denied)";
    return names_both && report.n_songs == 1 ? 42 : 4;
  });
  fs::permissions(m.music() / "shut", fs::perms::owner_all);
  EXPECT_EQ(code, 42);
}

TEST(IngestInTrouble, DoesNotCallSongsInAnUnreadableFolderMissing) {
  const FakeMusic m;
  m.write("a.wav", "TONE 440 1");
  m.write("shut/b.wav", "TONE 550 1");
  fs::permissions(m.folder(), fs::perms::all);
  const int code = exit_code_of([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    IngestOptions options = m.options();
    if (ingest(options).n_songs != 2) return 3;
    return 42;
  });
  ASSERT_EQ(code, 42);
  fs::permissions(m.music() / "shut", fs::perms::none);
  const int second = exit_code_of([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    const IngestReport report = m.ingest();
    return report.n_missing == 0 && report.failures.contains("shut") ? 42 : 4;
  });
  fs::permissions(m.music() / "shut", fs::perms::owner_all);
  EXPECT_EQ(second, 42);
}

}  // namespace
}  // namespace songscape
