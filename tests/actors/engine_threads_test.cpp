/// The real engine: worker threads, a journal of its own, LMDB on disk, and
/// clients that do not wait for each other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "persistence/lmdb_store.hpp"
#include "tests/actors/engine_fixture.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::tests {
namespace {

/// Counts answers as they come in, on whatever thread.
class answer_counter {
 public:
  [[nodiscard]] engine::answers_callback expect(std::size_t count) {
    expected_ += count;
    return [this](const std::vector<answer>& all) {
      const std::lock_guard guard(mutex_);
      for (const auto& each : all) each.ok() ? ++accepted_ : ++refused_;
      changed_.notify_all();
    };
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return accepted_ + refused_ == expected_; });
  }
  [[nodiscard]] std::size_t answered() {
    const std::lock_guard guard(mutex_);
    return accepted_ + refused_;
  }
  [[nodiscard]] std::size_t accepted() {
    const std::lock_guard guard(mutex_);
    return accepted_;
  }
  [[nodiscard]] std::size_t expected() const { return expected_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::size_t> expected_{0};
  std::size_t accepted_ = 0;
  std::size_t refused_ = 0;
};

class EngineThreads : public testing::Test {
 protected:
  EngineThreads() { open_store(); }

  void open_store() {
    store_.reset();
    auto opened = persistence::open_lmdb_store(directory_.path());
    if (!opened) throw std::runtime_error(opened.failure().message);
    store_ = std::move(*opened);
  }

  [[nodiscard]] std::unique_ptr<engine> start() {
    engine_options options;
    options.worker_threads = 3;
    auto opened = engine::open(*store_, std::move(options));
    if (!opened) throw std::runtime_error(opened.failure().message);
    return std::move(*opened);
  }

  /// The hash once nothing moves any more: a loaded machine may leave an
  /// actor waiting for its turn longer than the engine looks.
  static std::string hash_at_rest(engine& running) {
    auto hash = running.state_hash();
    for (auto again = running.state_hash(); again != hash;
         again = running.state_hash())
      hash = again;
    return hash;
  }

  template <class Client>
  static void run_clients(int count, Client client) {
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(count));
    for (int n = 0; n < count; ++n)
      threads.emplace_back([&client, n] { client(n); });
    for (auto& each : threads) each.join();
  }

  persistence::temporary_directory directory_;
  std::unique_ptr<persistence::log_store> store_;
};

TEST_F(EngineThreads, many_clients_place_thousands_of_orders) {
  constexpr int clients = 4;
  constexpr int orders_each = 750;
  std::string hash;
  {
    const auto running = start();
    (void)running->execute(small_network());
    for (const auto* sku : {"A", "B", "C"})
      ASSERT_TRUE(running->execute(receiving("W1", sku, 4'000)).ok());
    answer_counter answers;
    run_clients(clients, [&](int n) {
      for (int i = 0; i < orders_each; i += 10) {
        std::vector<command> batch;
        for (int k = i; k < i + 10; ++k) {
          const auto id = std::to_string(n) + "-" + std::to_string(k);
          batch.push_back(placing(id, {1, 1 + k % 2}));
        }
        const auto size = batch.size();
        running->submit(std::move(batch), answers.expect(size));
      }
    });
    answers.wait();
    EXPECT_EQ(answers.accepted(), std::size_t{clients * orders_each});
    hash = hash_at_rest(*running);
    EXPECT_EQ(text_of(running->check_invariants()), "");
    const auto stats = running->stats();
    EXPECT_EQ(stats.orders, std::uint64_t{clients * orders_each});
    EXPECT_EQ(stats.orders_with(order_status::awaiting_fulfillment),
              std::uint64_t{clients * orders_each});
    EXPECT_EQ(running->stock("W1", sku_id{"A"})->committed, quantity{3'000});
    // Of B 4,500 units are wanted, and 4,000 are there.
    EXPECT_EQ(running->stock("W1", sku_id{"B"})->committed, quantity{4'000});
    std::int64_t waiting = 0;
    const auto queue = running->backorders(sku_id{"B"});
    ASSERT_TRUE(queue.ok());
    for (const auto& each : *queue) waiting += each.units.value;
    EXPECT_EQ(waiting, 500);
  }
  open_store();
  const auto again = start();
  EXPECT_EQ(hash_at_rest(*again), hash);
  EXPECT_TRUE(store_->verify().ok());
}

TEST_F(EngineThreads, a_hot_sku_is_never_oversold) {
  constexpr int clients = 4;
  constexpr std::int64_t stock = 300;
  const auto running = start();
  (void)running->execute(small_network());
  ASSERT_TRUE(running->execute(receiving("W1", "A", stock / 2)).ok());
  answer_counter answers;
  // 600 units are wanted; the other half of the stock arrives meanwhile.
  run_clients(clients + 1, [&](int n) {
    if (n == clients) {
      for (int i = 0; i < stock / 2; ++i)
        running->submit({receiving("W2", "A", 1)}, answers.expect(1));
      return;
    }
    for (int i = 0; i < 75; ++i) {
      const auto id = std::to_string(n) + "-" + std::to_string(i);
      running->submit({placing(id, {2})}, answers.expect(1));
    }
  });
  answers.wait();
  (void)hash_at_rest(*running);
  EXPECT_EQ(text_of(running->check_invariants()), "");
  std::int64_t allocated = 0;
  std::int64_t waiting = 0;
  for (const auto& key : running->gather_all_orders()) {
    const auto order = running->order(key);
    ASSERT_TRUE(order.ok());
    allocated += order->lines.at(0).buckets.allocated.value;
    waiting += order->lines.at(0).buckets.backordered.value;
  }
  EXPECT_EQ(allocated, stock);
  EXPECT_EQ(waiting, clients * 75 * 2 - stock);
  for (const auto* place : {"W1", "W2"}) {
    const auto view = running->stock(place, sku_id{"A"});
    EXPECT_EQ(view->committed, quantity{stock / 2});
    EXPECT_EQ(view->available, quantity{0});
  }
}

TEST_F(EngineThreads, random_business_of_many_clients_keeps_the_invariants) {
  std::string hash;
  {
    const auto running = start();
    (void)running->execute(small_network());
    answer_counter answers;
    run_clients(4, [&](int n) {
      business day(static_cast<std::uint64_t>(n) + 1,
                   "c" + std::to_string(n) + "-", 150);
      day.with_capacity = false;
      for (int i = 0; i < 120; ++i) {
        auto batch = day.next(1 + static_cast<std::size_t>(i) % 12);
        const auto size = batch.size();
        running->submit(std::move(batch), answers.expect(size));
        if (i % 16 == 0)
          (void)running->order(order_named("c0-" + std::to_string(i)));
      }
    });
    answers.wait();
    hash = hash_at_rest(*running);
    EXPECT_EQ(text_of(running->check_invariants()), "");
  }
  open_store();
  const auto again = start();
  EXPECT_EQ(hash_at_rest(*again), hash);
  EXPECT_EQ(text_of(again->check_invariants()), "");
}

TEST_F(EngineThreads, stops_orderly_under_load_many_times_in_a_row) {
  std::size_t placed = 0;
  for (int life = 0; life < 50; ++life) {
    answer_counter answers;
    {
      const auto running = start();
      if (life == 0) (void)running->execute(small_network());
      run_clients(2, [&](int n) {
        for (int i = 0; i < 8; ++i) {
          const auto id = std::to_string(life) + "-" + std::to_string(n) + "-" +
                          std::to_string(i);
          running->submit({placing(id, {1, 2}), receiving("W1", "A", 1),
                           shipping(id, "W1")},
                          answers.expect(3));
        }
      });
      // Closed with answers, plans and offers still under way.
    }
    ASSERT_EQ(answers.answered(), answers.expected())
        << "life " << life << " has closed without all its answers";
    placed += 16;
  }
  const auto last = start();
  (void)hash_at_rest(*last);
  EXPECT_EQ(last->stats().orders, placed);
  EXPECT_EQ(text_of(last->check_invariants()), "");
  EXPECT_TRUE(store_->verify().ok());
}

TEST_F(EngineThreads, answers_are_on_disk_before_they_are_given) {
  const auto running = start();
  (void)running->execute(small_network());
  std::atomic<bool> good{true};
  answer_counter answers;
  run_clients(3, [&](int n) {
    for (int i = 0; i < 100; ++i) {
      const auto id = std::to_string(n) + "-" + std::to_string(i);
      running->submit({placing(id, {1})}, [&, count = answers.expect(1)](
                                              const std::vector<answer>& all) {
        if (all.at(0) && store_->stats().last < all.at(0)->at) good = false;
        count(all);
      });
    }
  });
  answers.wait();
  EXPECT_TRUE(good);
}

}  // namespace
}  // namespace oms::tests
