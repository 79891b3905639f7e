#include <filesystem>
#include <utility>

#include "actors/engine.hpp"
#include "persistence/lmdb_store.hpp"
#include "tools/omsctl/import/target.hpp"
#include "tools/store/disk_wait.hpp"
#include "tools/store/store_reading.hpp"

namespace oms::omsctl {

namespace {

class into_store final : public import_target {
 public:
  into_store(std::string folder, const text::console& to)
      : folder_(std::move(folder)), to_(to) {}

  // Read-only, so that a dry run works beside a running engine.
  result<history::network_state> look() override {
    namespace fs = std::filesystem;
    std::error_code unknown;
    const fs::path folder(folder_);
    // Opening such a folder read-only is an error. Here it is an empty network,
    // and `begin` creates the store.
    is_new_ = !fs::exists(folder, unknown) ||
              (fs::is_directory(folder, unknown) &&
               fs::is_empty(folder, unknown) && !unknown);
    if (is_new_) return history::network_state{};
    const auto store = store::open_to_read(folder_);
    if (!store) return store.failure();
    return history::network_at(**store, (*store)->stats().last);
  }

  // `look` has read everything: a store is read whole anyway.
  status look_closer(const import_plan&, history::network_state&) override {
    return done{};
  }

  status begin() override {
    // Takes the writer's lock. What changed since `look` makes a command at
    // worst superfluous: each states what shall be, not a difference.
    auto store = persistence::open_lmdb_store(folder_);
    if (!store) {
      auto why = store.failure();
      if (why.code == error_code::conflict)
        why.message +=
            "; stop that process first, since import needs exclusive access, "
            "or import into it with --server";
      return why;
    }
    store_ = std::move(*store);
    auto opened = engine::open(
        *store_, store::with_disk_wait_shown("omsctl import", to_.err));
    if (!opened) return opened.failure();
    engine_ = std::move(*opened);
    return done{};
  }

  import_answers execute(std::vector<command> batch) override {
    // Without keys: what is in the store is compared before each import, so
    // nothing is sent again by its key, and the log stays free of them.
    for (auto& each : batch) each.id.clear();
    return {engine_->execute(std::move(batch)), {}};
  }

  std::string finish() override {
    // The answers are on disk, but orders that waited for these units may not
    // have them yet. Closing the engine before would leave that to the next
    // one.
    engine_->settle();
    return is_new_ ? folder_ + " is a new store." : "";
  }

  [[nodiscard]] std::size_t batch_size() const override {
    // `walk_progress` looks at the clock only at multiples of this.
    return 1'024;
  }

 private:
  std::string folder_;
  text::console to_;
  bool is_new_ = false;
  // Before the engine, which must be destroyed first.
  std::unique_ptr<persistence::log_store> store_;
  std::unique_ptr<engine> engine_;
};

}  // namespace

std::unique_ptr<import_target> store_target(std::string folder,
                                            const text::console& to) {
  return std::make_unique<into_store>(std::move(folder), to);
}

}  // namespace oms::omsctl
