#include "library/sqlite.h"

#include <sqlite3.h>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

namespace songscape {
namespace {

[[noreturn]] void fail_on(sqlite3* database, int code, const std::string& where) {
  const std::string seen = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  ExitCode exit_code = ExitCode::failed;
  std::string what = "the catalogue cannot be used", fix;
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      exit_code = ExitCode::damaged;
      what = "the catalogue is damaged";
      fix = "mend it with: songscape verify --library L --repair COPY";
      break;
    case SQLITE_FULL:
    case SQLITE_IOERR:
      what = "the catalogue cannot be written";
      fix = "free some disk space and run the command again: what was committed is kept";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      exit_code = ExitCode::locked;
      what = "another process is using the catalogue";
      fix = "wait for it to end";
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      fix = "check that the folder can be written";
      break;
    default:
      break;
  }
  fail(exit_code, {.what = what, .where = where, .seen = escape_for_terminal(seen), .wanted = {}, .fix = fix});
}

}  // namespace

Statement::Statement(const Database& database, std::string_view sql)
    : database_(database), statement_(database.take_statement(sql)) {}

Statement::~Statement() {
  reset();
  database_.give_back(statement_);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail_on(database_.database_, code, database_.where_);
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail_on(database_.database_, code, database_.where_);
  // A read that is left open would hold the WAL back.
  sqlite3_reset(statement_);
  return false;
}

void Statement::bind(int i, int64_t value) { check(sqlite3_bind_int64(statement_, i, value)); }
void Statement::bind(int i, double value) { check(sqlite3_bind_double(statement_, i, value)); }
void Statement::bind(int i, std::string_view text) {
  check(sqlite3_bind_text64(statement_, i, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}
void Statement::bind(int i, Blob blob) {
  check(sqlite3_bind_blob64(statement_, i, blob.bytes.data() ? blob.bytes.data() : "", blob.bytes.size(),
                            SQLITE_TRANSIENT));
}

int64_t Statement::whole(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::string Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(const fs::path& path, Mode mode) : where_(escape_for_terminal(path.string())) {
  std::error_code error;
  // SQLite refuses links anywhere in the path; ours is about the file itself.
  const fs::path folder = fs::canonical(path.parent_path(), error);
  const fs::path resolved = error ? path : folder / path.filename();
  const int common = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
  const int flags = mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  int code = sqlite3_open_v2(resolved.c_str(), &database_, flags | common, nullptr);
  const auto is_readable = [&] {
    return sqlite3_exec(database_, "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  if (mode == Mode::read && code == SQLITE_OK && !is_readable() &&
      (sqlite3_errcode(database_) == SQLITE_CANTOPEN || sqlite3_errcode(database_) == SQLITE_READONLY)) {
    // A WAL database on a read-only disk, which nobody can be writing.
    sqlite3_close(database_);
    std::string uri = "file:";
    for (const char c : resolved.string()) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      const auto b = static_cast<unsigned char>(c);
      uri += '%';
      uri += kHex[b >> 4];
      uri += kHex[b & 15];
    }
    code = sqlite3_open_v2((uri + "?immutable=1").c_str(), &database_, flags | common | SQLITE_OPEN_URI, nullptr);
  }
  try {
    if (code != SQLITE_OK) fail_on(database_, code, where_);
    sqlite3_busy_timeout(database_, 10000);
    // Stored schemas are data, not programs.
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    run("PRAGMA trusted_schema=OFF");
    if (mode == Mode::write)
      run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-65536");
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::close() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  idle_.clear();
  sqlite3_close(database_);
}

sqlite3_stmt* Database::take_statement(std::string_view sql) const {
  if (const auto it = idle_.find(sql); it != idle_.end()) return idle_.extract(it).mapped();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) fail_on(database_, code, where_);
  return statement;
}

void Database::give_back(sqlite3_stmt* statement) const {
  if (!idle_.try_emplace(sqlite3_sql(statement), statement).second) sqlite3_finalize(statement);
}

void Database::run(std::string_view sql) {
  const int code = sqlite3_exec(database_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_on(database_, code, where_);
}

int64_t Database::whole(std::string_view sql) const {
  Statement s = prepare(sql);
  return s.start().step() ? s.whole(0) : 0;
}

Transaction::Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!is_open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const Error& e) {
    // SQLite has rolled back by itself after a full disk.
    log_info(std::string("rolled back: ") + e.what());
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  is_open_ = false;
}

}  // namespace songscape
