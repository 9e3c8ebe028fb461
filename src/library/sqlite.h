// SQLite, as much of it as the catalogue needs: errors are Error, statements reset themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace songscape {

// A byte string that need not be text (paths).
struct Blob {
  std::string_view bytes;
};

class Database;

class Statement {
 public:
  Statement(const Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds every argument in order and runs to the end: for statements without rows.
  template <class... Args>
  void run(const Args&... args) {
    start(args...);
    while (step()) {
    }
  }
  // Binds every argument; step() then gives the rows.
  template <class... Args>
  Statement& start(const Args&... args) {
    reset();
    int i = 0;
    (bind(++i, args), ...);
    return *this;
  }
  bool step();
  int64_t whole(int column) const;
  double real(int column) const;
  std::string text(int column) const;  // blobs too
  bool is_null(int column) const;

 private:
  void reset();
  void bind(int i, int64_t value);
  void bind(int i, uint64_t value) { bind(i, static_cast<int64_t>(value)); }
  void bind(int i, uint32_t value) { bind(i, static_cast<int64_t>(value)); }
  void bind(int i, int value) { bind(i, static_cast<int64_t>(value)); }
  void bind(int i, bool value) { bind(i, static_cast<int64_t>(value)); }
  void bind(int i, double value);
  void bind(int i, std::string_view text);
  void bind(int i, const std::string& text) { bind(i, std::string_view(text)); }
  void bind(int i, const char* text) { bind(i, std::string_view(text)); }
  void bind(int i, Blob blob);
  void check(int code) const;
  const Database& database_;
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Mode { read, write };
  // write: created where it is not there; WAL, synchronous=FULL, 64 MB of pages kept.  read: also from a read-only
  // disk.  The file may be no symbolic link.  Error `damaged` for a file that is no sound database, `failed` for a full
  // disk, `locked` where another connection holds it too long.
  Database(const std::filesystem::path& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(std::string_view sql);  // one or more statements without arguments
  // Made once for each `sql`, then used again.
  Statement prepare(std::string_view sql) const { return {*this, sql}; }
  int64_t whole(std::string_view sql) const;  // the first value of the first row, 0 where there is none
  const std::string& where() const { return where_; }

 private:
  friend class Statement;
  sqlite3_stmt* take_statement(std::string_view sql) const;
  void give_back(sqlite3_stmt* statement) const;
  void close();

  sqlite3* database_ = nullptr;
  std::string where_;
  mutable std::map<std::string, sqlite3_stmt*, std::less<>> idle_;  // by their text
};

// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace songscape
