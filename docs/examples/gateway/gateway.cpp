/// A gateway on one page: sells mugs from several threads, and ships one.
///
///   gateway STORE
///
/// docs/EMBEDDING.md explains what happens here.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/lmdb_store.hpp"

namespace {

constexpr int sellers = 4;
constexpr int orders = 1'000;
/// So few that this gateway sees what a full engine answers.
constexpr std::size_t max_commands_in_flight = 64;
const oms::actor_name me{"gateway"};

/// Not taken, nothing has changed: the same request may come again.
bool is_for_later(const oms::answer& answer) {
  return !answer &&
         (answer.failure().code == oms::error_code::overloaded ||
          answer.failure().code == oms::error_code::storage_unavailable);
}

/// An order and its payment. Number 13 forgets how many it wants.
std::vector<oms::command> request(int number) {
  oms::place_order place;
  place.order.id = oms::order_id{"SO-" + std::to_string(number)};
  place.body.lines.push_back({.line = oms::line_id{"1"},
                              .sku = oms::sku_id{"MUG"},
                              .units = oms::quantity{number == 13 ? 0 : 2},
                              .unit_price = oms::money{1999}});
  oms::record_payment pay{.order = place.order, .reference = "ch-1"};
  const auto id = "request-" + std::to_string(number);
  return {{std::move(place), me, id}, {std::move(pay), me, id}};
}

struct attempt {
  int number = 0;
  bool again = false;
};

/// Requests on their way into the engine: sellers take them out, and the
/// engine's callback puts those back for which there was no room.
class counter {
 public:
  counter() {
    for (int number = 1; number <= orders; ++number)
      waiting_.push_back({number});
  }

  /// Blocks; none when every request has its answer.
  std::optional<attempt> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || open_ == 0; });
    if (waiting_.empty()) return {};
    const auto found = waiting_.front();
    waiting_.pop_front();
    return found;
  }

  /// On a thread of the engine, or inside `submit`: it only takes notes.
  void answered(int number, const oms::answer& placed) {
    const std::scoped_lock lock(mutex_);
    if (is_for_later(placed)) {
      ++sent_away;
      waiting_.push_back({number, true});
    } else {
      --open_;
      if (placed)
        ++taken;
      else
        refused.push_back(placed.failure());
    }
    changed_.notify_all();
  }

  // To be read when `next` has nothing more to give.
  int taken = 0;
  int sent_away = 0;
  std::vector<oms::error> refused;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<attempt> waiting_;
  int open_ = orders;
};

void sell(oms::engine& engine, counter& requests) {
  while (const auto next = requests.next()) {
    if (next->again) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    engine.submit(request(next->number),
                  [&requests, number = next->number](const auto& answers) {
                    requests.answered(number, answers.front());
                  });
  }
}

/// What is promised and not yet shipped.
class packing_list {
 public:
  /// Every event once and in order: those of the log when we start, later ones
  /// from the engine's observer, on its journal's thread.
  void see(const oms::event& event) {
    const std::scoped_lock lock(mutex_);
    if (const auto* gone = std::get_if<oms::shipment_shipped>(&event.body))
      std::erase_if(work_, [&](const oms::work_fulfillment& each) {
        return each.order == oms::order_of(event.entity) &&
               each.fulfillment == gone->fulfillment;
      });
    const auto* allocated = std::get_if<oms::units_allocated>(&event.body);
    if (allocated == nullptr) return;
    work_.push_back({.order = oms::order_of(event.entity),
                     .action = oms::fulfillment_action::ship,
                     .fulfillment = allocated->fulfillment});
    changed_.notify_all();
  }

  /// Blocks until there is something.
  oms::work_fulfillment next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !work_.empty(); });
    auto work = std::move(work_.front());
    work_.pop_front();
    return work;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<oms::work_fulfillment> work_;
};

/// True when it was done; otherwise says why not.
bool run(oms::engine& engine, oms::command_body body, std::string id) {
  const auto answer = engine.execute({std::move(body), me, std::move(id)});
  if (!answer) std::cerr << answer.failure().message << '\n';
  return answer.ok();
}

int serve(oms::engine& engine, packing_list& to_pack) {
  oms::location_settings london;
  london.id = "LON";
  const oms::receive_stock mugs{"LON", oms::sku_id{"MUG"},
                                oms::quantity{2 * orders}, "PO-1"};
  if (!run(engine, oms::define_location{london}, "setup-1") ||
      !run(engine, mugs, "setup-2"))
    return 1;

  counter requests;
  std::vector<std::thread> threads;
  for (int i = 0; i < sellers; ++i)
    threads.emplace_back([&] { sell(engine, requests); });
  for (auto& thread : threads) thread.join();
  std::cout << "taken " << requests.taken << ", refused "
            << requests.refused.size() << "; sent away for a moment "
            << requests.sent_away << " times\n";
  for (const auto& refusal : requests.refused) {
    std::cout << "refused: " << refusal.message << '\n';
    for (const auto& fault : refusal.faults)
      std::cout << "  " << fault.path << ": " << fault.message << '\n';
  }

  auto parcel = to_pack.next();
  // Ids of shipments are unique within a brand.
  parcel.shipment = oms::shipment_id{parcel.order.id.value + "-1"};
  parcel.carrier = "UPS";
  parcel.tracking = "1Z";
  if (!run(engine, parcel, "pack-1")) return 1;

  const auto order = engine.order(parcel.order);
  const auto trail = engine.order_timeline(parcel.order);
  if (!order || !trail) return 1;
  const auto& line = order->lines.front();
  std::cout << order->key.id.value << ": shipped " << line.buckets.shipped.value
            << " of " << line.line.units.value << ", captured "
            << order->captured.value << ' ' << order->body.currency << '\n';
  for (const auto& event : *trail)
    std::cout << "  " << event.version << ' ' << oms::kind_of(event.body)
              << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: gateway STORE\n";
    return 2;
  }
  // In this order, so that they end in the other: first the engine, which waits
  // for its answers, then what its callbacks use, then the store.
  auto store = oms::persistence::open_lmdb_store(argv[1]);
  if (!store) {
    std::cerr << store.failure().message << '\n';
    return 1;
  }
  packing_list to_pack;
  const auto read = (*store)->scan(1, [&to_pack](const oms::event& event) {
    to_pack.see(event);
    return true;
  });
  if (!read) {
    std::cerr << read.failure().message << '\n';
    return 1;
  }
  oms::engine_options options;
  options.max_commands_in_flight = max_commands_in_flight;
  options.observer = [&to_pack](const oms::event& e) { to_pack.see(e); };
  int exit_code = 0;
  {
    auto engine = oms::engine::open(**store, std::move(options));
    if (!engine) {
      std::cerr << engine.failure().message << '\n';
      return 1;
    }
    exit_code = serve(**engine, to_pack);
  }
  if (const auto sound = (*store)->verify(); !sound) {
    std::cerr << sound.failure().message << '\n';
    return 1;
  }
  std::cout << "closed; the chain of " << (*store)->stats().last
            << " events is whole\n";
  return exit_code;
}
