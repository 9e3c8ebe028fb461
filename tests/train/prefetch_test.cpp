#include "train/prefetch.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <set>

#include "core/error.h"
#include "data/sampler.h"
#include "data/synthetic_source.h"

namespace songscape {
namespace {

constexpr int64_t kRows = 23, kBatch = 4;

// Rows of a few values, and what a test wants done before a row is read.
class WatchedSource final : public BatchSource {
 public:
  explicit WatchedSource(std::function<void(int64_t)> before = {}) : before_(std::move(before)) {}
  int64_t n_rows() const override { return rows_.n_rows(); }
  std::vector<int64_t> item_shape() const override { return rows_.item_shape(); }
  std::string row_name(int64_t row) const override { return rows_.row_name(row); }
  std::string content_hash() const override { return rows_.content_hash(); }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override {
    for (const int64_t row : rows) {
      if (before_) before_(row);
      const std::lock_guard lock(mutex_);
      seen_.insert(row);
    }
    rows_.read(rows, out, n_valid_frames);
  }
  std::set<int64_t> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  SyntheticSource rows_{{.n_rows = kRows, .item_shape = {4, 30}, .vary_length = true}};
  std::function<void(int64_t)> before_;
  mutable std::mutex mutex_;
  mutable std::set<int64_t> seen_;
};

std::vector<std::vector<int64_t>> all_batches() {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < kRows; ++i) rows.push_back(i);
  return batches_of(rows, kBatch);
}

bool is_same(const at::Tensor& a, const at::Tensor& b) {
  return a.defined() == b.defined() && (!a.defined() || at::equal(a, b));
}

TEST(Prefetcher, GivesTheSameBatchesInTheirOrderForAnyNumberOfWorkers) {
  const WatchedSource source;
  const auto batches = all_batches();
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < kRows; ++i) labels.push_back(i % 3);
  for (const int n_workers : {1, 2, 4, 9}) {
    Prefetcher ahead(source, in_order(batches, labels), n_workers);
    for (const auto& rows : batches) {
      ASSERT_TRUE(ahead.has_more());
      const auto [seen_rows, batch] = ahead.take();
      const Batch wanted = read_batch(source, rows, labels);
      EXPECT_EQ(seen_rows, rows);
      EXPECT_TRUE(is_same(batch.x, wanted.x) && is_same(batch.n_valid_frames, wanted.n_valid_frames) &&
                  is_same(batch.labels, wanted.labels))
          << n_workers << " workers, row " << rows.front();
    }
    EXPECT_FALSE(ahead.has_more());
    EXPECT_THROW(ahead.take(), Error);
  }
}

TEST(Prefetcher, BeginsAndEndsWhereTheSequenceDoes) {
  const WatchedSource source;
  const auto batches = all_batches();
  BatchSequence part = in_order(batches);
  part.first = 2, part.last = 4;
  Prefetcher ahead(source, part, 3);
  EXPECT_EQ(ahead.take().rows, batches[2]);
  EXPECT_EQ(ahead.take().rows, batches[3]);
  EXPECT_FALSE(ahead.has_more());
  part.last = 2;
  EXPECT_FALSE(Prefetcher(source, part).has_more());
}

TEST(Prefetcher, ReadsABatchWhileTheOneBeforeItIsStillRead) {
  std::latch second_is_read(1);
  const WatchedSource source([&](int64_t row) {
    if (row == 0) second_is_read.wait();
    if (row == kBatch) second_is_read.count_down();
  });
  const auto batches = all_batches();
  Prefetcher ahead(source, in_order(batches), 2);
  for (const auto& rows : batches) EXPECT_EQ(ahead.take().rows, rows);
}

TEST(Prefetcher, ReadsNoMoreBatchesAheadThanItHasWorkers) {
  const auto batches = all_batches();
  for (const size_t n_workers : {1, 2, 4}) {
    const WatchedSource source;
    Prefetcher ahead(source, in_order(batches), static_cast<int>(n_workers));
    for (size_t n_taken = 0; n_taken < batches.size(); ++n_taken) {
      for (const int64_t row : source.seen()) EXPECT_LT(row, static_cast<int64_t>(n_taken + n_workers) * kBatch);
      ahead.take();
    }
  }
}

TEST(Prefetcher, AnErrorComesOutAtItsBatchAndNamesIt) {
  const WatchedSource source([](int64_t row) {
    if (row == 9) fail(ExitCode::damaged, {.what = "torn", .where = "row 9", .seen = {}, .wanted = {}, .fix = {}});
  });
  const auto batches = all_batches();
  for (const int n_workers : {1, 2, 4}) {
    Prefetcher ahead(source, in_order(batches), n_workers);
    EXPECT_EQ(ahead.take().rows, batches[0]);
    EXPECT_EQ(ahead.take().rows, batches[1]);
    try {
      ahead.take();
      FAIL() << "row 9 is torn";
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::damaged);
      EXPECT_EQ(e.parts().what, "torn");
      EXPECT_EQ(e.parts().where, "row 9, in batch 3 of 6");
    }
    EXPECT_EQ(ahead.take().rows, batches[3]);
  }
}

TEST(Prefetcher, GivenUpEarlyItReadsNothingMoreAndDoesNotHang) {
  for (const size_t n_workers : {1, 2, 4}) {
    const WatchedSource source;
    const auto batches = all_batches();
    { const Prefetcher ahead(source, in_order(batches), static_cast<int>(n_workers)); }
    EXPECT_EQ(source.seen().size(), n_workers * kBatch);
  }
}

}  // namespace
}  // namespace songscape
