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

  /// Read beside whoever writes it.
  result<history::network_state> look() override {
    namespace fs = std::filesystem;
    std::error_code unknown;
    const fs::path folder(folder_);
    is_new_ = !fs::exists(folder, unknown) ||
              (fs::is_directory(folder, unknown) &&
               fs::is_empty(folder, unknown) && !unknown);
    if (is_new_) return history::network_state{};
    const auto store = store::open_to_read(folder_);
    if (!store) return store.failure();
    return history::network_at(**store, (*store)->stats().last);
  }

  status look_closer(const import_plan&, history::network_state&) override {
    return done{};
  }

  status begin() override {
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
    // Nobody asks a store for them again.
    for (auto& each : batch) each.id.clear();
    return {engine_->execute(std::move(batch)), {}};
  }

  std::string finish() override {
    // Who waited for these units is served before the store is left.
    engine_->settle();
    return is_new_ ? folder_ + " is a new store." : "";
  }

  [[nodiscard]] std::size_t batch_size() const override {
    // So many that `walk_progress` looks at the clock.
    return 1'024;
  }

 private:
  std::string folder_;
  text::console to_;
  bool is_new_ = false;
  std::unique_ptr<persistence::log_store> store_;
  std::unique_ptr<engine> engine_;
};

}  // namespace

std::unique_ptr<import_target> store_target(std::string folder,
                                            const text::console& to) {
  return std::make_unique<into_store>(std::move(folder), to);
}

}  // namespace oms::omsctl
