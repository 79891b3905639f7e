#include "tests/crash/power_cut.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/lmdb_store.hpp"
#include "tests/crash/book.hpp"
#include "tests/crash/customers.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/temporary_directory.hpp"
#include "tools/simulation/dice.hpp"

namespace oms::crash {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t window = 16;
constexpr std::size_t wishes_of_a_life = 200;
constexpr int lives = 2;
constexpr std::size_t sector_bytes = 512;
// So that checkpoints are written within a life.
constexpr std::size_t events_of_a_checkpoint = 200;
// After which opening an image counts as hanging.
constexpr unsigned patience_s = 120;

// --- the recorded life ------------------------------------------------------

// What the client asked and heard, and how far the disk was by then.
struct happening {
  std::size_t operations = 0;
  std::optional<wish> asked;
  std::string heard;
};

struct recorded_life {
  std::vector<disk_operation> disk;
  std::vector<happening> client;
};

class recording {
 public:
  recording(const fs::path& directory, const power_cut_options& options)
      : directory_(directory),
        recorder_(directory, options.planted),
        client_(options.seed) {}

  recorded_life operator()() {
    for (int life = 0; life < lives; ++life) live(life == 0);
    return {recorder_.operations(), std::move(life_)};
  }

 private:
  void live(bool first) {
    auto store = persistence::open_lmdb_store(directory_ / "store");
    if (!store) throw std::runtime_error(store.failure().message);
    engine_options settings;
    settings.checkpoints.events = events_of_a_checkpoint;
    settings.checkpoints.sleep_after = duration{0};
    auto running = engine::open(**store, std::move(settings));
    if (!running) throw std::runtime_error(running.failure().message);
    if (first)
      for (const auto& each : client_.opening()) ask(**running, each);
    wait_until_open_at_most(0);
    for (std::size_t i = 0; i < wishes_of_a_life; ++i) {
      const bool looks = i % (wishes_of_a_life / 4) == 0;
      wait_until_open_at_most(looks ? 0 : window - 1);
      // Learns where there is something to pick and to ship.
      if (looks)
        for (const auto& each : book_.compare(**store))
          throw std::runtime_error("before any power cut: " + each);
      ask(**running, next());
    }
    wait_until_open_at_most(0);
    // Closing writes a checkpoint.
  }

  void ask(engine& running, const wish& given) {
    {
      const std::lock_guard guard(mutex_);
      book_.asked(given);
      life_.push_back({recorder_.count(), given, {}});
    }
    std::vector<command> batch;
    batch.push_back(command_of(given));
    running.submit(std::move(batch), [this, id = given.id](
                                         const std::vector<answer>& answers) {
      const auto& one = answers.front();
      auto line = one ? fmt::format("yes {} {}", id, one->at)
                      : fmt::format("no {} {}", id,
                                    static_cast<int>(one.failure().code));
      const std::lock_guard guard(mutex_);
      book_.heard(line);
      life_.push_back({recorder_.count(), std::nullopt, std::move(line)});
      changed_.notify_one();
    });
  }

  wish next() {
    const std::lock_guard guard(mutex_);
    return client_.next(book_);
  }

  void wait_until_open_at_most(std::size_t most) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return book_.open() <= most; });
  }

  const fs::path directory_;
  disk_recorder recorder_;
  customers client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  book book_;
  std::vector<happening> life_;
};

// --- the disk after a power cut ---------------------------------------------

// How unsynced writes fared.
enum class survival : std::uint8_t { missing, whole, torn, partial, mixed };

// A disk that remembers which writes were not synced. Such writes may reach a
// real disk in any order, in part or never.
class disk {
 public:
  void happen(const disk_operation& operation) {
    using kind = disk_operation::kind;
    if (operation.what == kind::sync) return sync(operation.file);
    files_[operation.file].pending.push_back(operation);
  }

  // Writes what a power cut may leave below `root`.
  void leave(const fs::path& root, survival how,
             oms::simulation::dice& random) const {
    for (const auto& [name, of] : files_) {
      auto left = of.durable;
      bool any = of.is_linked;
      for (const auto& each : of.pending) {
        const auto fate = each.is_synced ? survival::whole
                          : how == survival::mixed
                              ? static_cast<survival>(random.below(4))
                              : how;
        any = leave(left, each, fate, random) || any;
      }
      // A file whose name was never synced may be gone.
      if (!any || (!of.is_linked && random.chance(50))) continue;
      write_file(root / name, left);
    }
    // Left by the process that had the tables open.
    if (random.chance(50) && fs::exists(root / "store" / "checkpoint"))
      std::ofstream(root / "store" / "checkpoint" / "OPENED");
  }

 private:
  struct file {
    std::string durable;
    // Since the last sync. Those that are synced by themselves are there in
    // any case, but none of the bytes around them.
    std::vector<disk_operation> pending;
    // Its directory was synced since it was made, or it was itself.
    bool is_linked = false;
  };

  void sync(const std::string& name) {
    const auto found = files_.find(name);
    if (found == files_.end()) {
      // A directory: the names in it.
      for (auto& [path, of] : files_)
        if (fs::path(path).parent_path() == fs::path(name)) of.is_linked = true;
      return;
    }
    auto& of = found->second;
    for (const auto& each : of.pending) apply(of.durable, each);
    of.pending.clear();
    // Journaling file systems write the name of a new file with it.
    of.is_linked = true;
  }

  static void put(std::string& to, std::uint64_t offset,
                  std::string_view bytes) {
    if (to.size() < offset + bytes.size()) to.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(),
              to.begin() + static_cast<std::ptrdiff_t>(offset));
  }

  static void apply(std::string& to, const disk_operation& operation) {
    if (operation.what == disk_operation::kind::truncate)
      to.resize(operation.length);
    else
      put(to, operation.offset, operation.bytes);
  }

  // Whether anything of the operation is there. A length is there or not; there
  // is no half of it.
  static bool leave(std::string& to, const disk_operation& operation,
                    survival fate, oms::simulation::dice& random) {
    if (fate == survival::missing) return false;
    if (fate == survival::whole ||
        operation.what == disk_operation::kind::truncate) {
      if (fate != survival::whole && random.chance(50)) return false;
      apply(to, operation);
      return true;
    }
    // A disk writes sectors, each whole or not at all.
    const std::string_view bytes = operation.bytes;
    const auto first = operation.offset / sector_bytes;
    const auto sectors =
        (operation.offset + bytes.size() + sector_bytes - 1) / sector_bytes -
        first;
    const auto torn_at = random.below(sectors + 1);
    for (std::uint64_t i = 0; i < sectors; ++i) {
      if (fate == survival::torn ? i >= torn_at : random.chance(50)) continue;
      const auto from = std::max((first + i) * sector_bytes, operation.offset);
      const auto until = std::min((first + i + 1) * sector_bytes,
                                  operation.offset + bytes.size());
      put(to, from, bytes.substr(from - operation.offset, until - from));
    }
    return true;
  }

  // With holes where there is nothing, as the file had them: images are many,
  // and stores are mostly holes.
  static void write_file(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    const int out = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640);
    if (out < 0) throw std::runtime_error("no room for " + path.string());
    constexpr std::size_t piece = 4'096;
    bool good = ::ftruncate(out, static_cast<off_t>(bytes.size())) == 0;
    for (std::size_t at = 0; at < bytes.size() && good; at += piece) {
      const auto part = std::string_view(bytes).substr(at, piece);
      if (part.find_first_not_of('\0') == std::string_view::npos) continue;
      good = ::pwrite(out, part.data(), part.size(), static_cast<off_t>(at)) ==
             static_cast<ssize_t>(part.size());
    }
    ::close(out);
    if (!good) throw std::runtime_error("no room for " + path.string());
  }

  std::map<std::string, file> files_;
};

// --- what must hold ---------------------------------------------------------

// Personal data is written with the order that it came with.
std::string lost_personal_data(const persistence::log_store& log) {
  std::string lost;
  const auto read = log.scan(1, [&](const event& each) {
    if (!std::holds_alternative<order_placed>(each.body)) return true;
    const auto key = order_of(each.entity);
    const auto found = log.personal(key);
    const auto expected = "Customer " + key.id.value.substr(1);
    if (!found || found->customer_name != expected)
      lost = "the personal data of " + key.id.value + " is lost";
    return lost.empty();
  });
  return read ? lost : read.failure().message;
}

// What is wrong with an image; empty if nothing. The engine is a simulated one,
// since only what is on the disk matters here.
std::string fault_of(const fs::path& directory, book known) {
  known.went_down();
  if (!fs::exists(directory / "data.mdb"))
    return known.so_far().acknowledged == 0 ? "" : "the store is not there";
  auto store = persistence::open_lmdb_store(directory);
  if (!store) {
    // It was being made; nothing was promised by then.
    if (known.so_far().acknowledged == 0) return "";
    return "the store does not open: " + store.failure().message;
  }
  for (const auto& wrong : known.compare(**store)) return wrong;
  if (auto lost = lost_personal_data(**store); !lost.empty()) return lost;
  auto running = engine::open(**store, {.seed = 1});
  if (!running) return "the engine does not open: " + running.failure().message;
  (*running)->settle();
  for (const auto& each : (*running)->check_invariants())
    return fmt::format("invariant {} of {}: {}", each.invariant, each.where,
                       each.what);
  // And it goes on.
  const wish next{
      .kind = wish_kind::place_paid, .id = 1'000'000, .units = {{"HOT", 1}}};
  if (const auto placed = (*running)->execute(command_of(next)); !placed)
    return "an order is refused: " + placed.failure().message;
  if (const auto written = (*running)->checkpoint(); !written)
    return "no checkpoint: " + written.failure().message;
  for (const auto& each : (*running)->check_invariants())
    return fmt::format("later, invariant {} of {}: {}", each.invariant,
                       each.where, each.what);
  running->reset();
  const auto good = (*store)->verify();
  return good ? "" : "later, the chain: " + good.failure().message;
}

class cutting {
 public:
  explicit cutting(const power_cut_options& options)
      : options_(options), random_(options.seed, 3) {}

  int operator()() {
    const auto began = std::chrono::steady_clock::now();
    life_ = recording(recorded_.path(), options_)();
    for (const auto at : moments()) {
      go_on_until(at);
      check(at);
    }
    const bool is_well =
        options_.planted == planted_fault::none ? faults_ == 0 : faults_ > 0;
    fmt::print(
        "{} power cuts: {} images of {} writes and syncs, {} answers, {} "
        "faults{}, seed {}, {:.1f} s\n",
        is_well ? "ok  " : "FAIL", options_.images, life_.disk.size(), answers_,
        faults_,
        options_.planted == planted_fault::none ? "" : " (one was planted)",
        options_.seed,
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began)
            .count());
    return is_well ? 0 : 1;
  }

 private:
  // Operations after which the power is cut, in order. Half of them are just
  // before or after a sync, where it is decided what counts.
  std::vector<std::size_t> moments() {
    std::vector<std::size_t> syncs;
    for (std::size_t i = 0; i < life_.disk.size(); ++i)
      if (life_.disk[i].what == disk_operation::kind::sync ||
          life_.disk[i].is_synced)
        syncs.push_back(i);
    std::vector<std::size_t> all;
    for (int i = 0; i < options_.images; ++i)
      all.push_back(syncs.empty() || random_.chance(50)
                        ? random_.below(life_.disk.size() + 1)
                        : random_.one_of(syncs) + random_.below(2));
    std::sort(all.begin(), all.end());
    return all;
  }

  void go_on_until(std::size_t at) {
    for (; happened_ < at; ++happened_) disk_.happen(life_.disk[happened_]);
    for (;
         heard_ < life_.client.size() && life_.client[heard_].operations <= at;
         ++heard_) {
      const auto& each = life_.client[heard_];
      if (each.asked) {
        book_.asked(*each.asked);
      } else {
        book_.heard(each.heard);
        ++answers_;
      }
    }
  }

  void check(std::size_t at) {
    const auto how = static_cast<survival>(random_.below(5));
    const persistence::temporary_directory image;
    disk_.leave(image.path(), how, random_);
    const auto fault = persistence::in_child([&] {
      ::alarm(patience_s);
      return fault_of(image.path() / "store", book_);
    });
    if (options_.verbose || !fault.empty())
      fmt::print("{} after operation {}, unsynced writes {}: {}\n",
                 fault.empty() ? "ok   " : "WRONG", at,
                 std::array{"missing", "whole", "torn", "partial",
                            "mixed"}[static_cast<std::size_t>(how)],
                 fault);
    faults_ += fault.empty() ? 0 : 1;
  }

  const power_cut_options& options_;
  oms::simulation::dice random_;
  persistence::temporary_directory recorded_;
  recorded_life life_;
  disk disk_;
  book book_;
  std::size_t happened_ = 0;
  std::size_t heard_ = 0;
  std::size_t answers_ = 0;
  int faults_ = 0;
};

}  // namespace

int cut_the_power(const power_cut_options& options) {
  return cutting(options)();
}

}  // namespace oms::crash
