#include "persistence/memory_store.hpp"

#include <iterator>
#include <mutex>
#include <utility>

#include "persistence/personal_records.hpp"

namespace oms::persistence {

// Everything that can fail comes before the first change, so an append is whole
// or not there, as a transaction is.
status memory_store::append(std::span<const decision> batch) {
  const std::unique_lock lock(mutex_);
  if (failures_due_ > 0) {
    --failures_due_;
    return error{.code = error_code::storage_unavailable,
                 .message = "an append was told to fail",
                 .faults = {}};
  }
  const auto events = events_in(batch);
  if (events == 0) return done{};
  auto changes = personal_changes(batch);
  if (!changes) return changes.failure();
  auto sealed = seal_batch(head_, batch);
  if (!sealed) return sealed.failure();

  const auto first = head_.last + 1;
  head_ = head_after(head_, events, *sealed);
  bytes_ += sealed->size();
  log_.emplace(first, std::move(*sealed));
  for (auto& change : *changes) {
    if (!change.data) {
      erase_personal(change.key);
      continue;
    }
    auto& record = personal_[change.key];
    bytes_ -= record.size();
    record = std::move(*change.data);
    bytes_ += record.size();
  }
  return done{};
}

void memory_store::erase_personal(const std::string& order) {
  const auto erase_while = [this](auto record, const auto& is_of_it) {
    while (record != personal_.end() && is_of_it(record->first)) {
      bytes_ -= record->second.size();
      record = personal_.erase(record);
    }
  };
  erase_while(personal_.find(order),
              [&](const std::string& key) { return key == order; });
  erase_while(
      personal_.lower_bound(first_edited_key(order)),
      [&](const std::string& key) { return is_personal_key(key, order); });
}

// Memory is not damaged by itself, but tests damage it (see `damage`), and the
// engine must find that here as it would on disk.
status memory_store::check(entries::const_iterator one) const {
  return checks_.once(one->first, [&] {
    const auto after = std::next(one);
    std::span<const std::byte> next;
    if (after != log_.end()) next = after->second;
    return check_entry(one->first, one->second, head_, next);
  });
}

status memory_store::scan(
    sequence from, const std::function<bool(const event&)>& visit) const {
  auto walk = from <= 1 ? chain_walk() : chain_walk::from_the_middle();
  auto next = from;
  while (true) {
    // One entry at a time, so that `visit` may use the store, and so that
    // what is appended meanwhile is seen.
    result<codec::log_entry> entry = codec::log_entry{};
    {
      const std::shared_lock lock(mutex_);
      // The entry that contains `next`; beyond the end, none.
      auto found = log_.upper_bound(next);
      if (found != log_.begin() && next <= head_.last) found = std::prev(found);
      if (found == log_.end()) return walk.finish(head_);
      if (auto sound = check(found); !sound) return sound;
      const auto data = walk.follow(found->first, found->second, true);
      if (!data) return data.failure();
      entry = codec::decode_entry(*data);
      if (!entry) return bad_batch(found->first, entry.failure().message);
    }
    for (const auto& one : entry->events)
      if (one.at >= from && !visit(one)) return done{};
    next = walk.next();
  }
}

result<std::optional<event>> memory_store::read(sequence at) const {
  const std::shared_lock lock(mutex_);
  if (at == 0 || at > head_.last) return std::optional<event>{};
  const auto found = std::prev(log_.upper_bound(at));
  if (auto sound = check(found); !sound) return sound.failure();
  auto one = codec::decode_event(entry_in(found->second), at - found->first);
  if (!one) return bad_batch(found->first, one.failure().message);
  return std::optional<event>(std::move(*one));
}

// One event at a time and no lock in between: an event that is there never
// changes, so all of the timeline is the same whenever it is read.
status memory_store::walk_back(
    sequence head, const std::function<bool(const event&)>& visit) const {
  timeline_walk walk(head);
  while (walk.next() != 0) {
    const auto one = read(walk.next());
    if (!one) return one.failure();
    if (!one->has_value()) return walk.missing();
    if (auto good = walk.follow(**one); !good) return good;
    if (!visit(**one)) return done{};
  }
  return done{};
}

result<std::optional<codec::digest>> memory_store::hash_at(
    sequence last) const {
  const std::shared_lock lock(mutex_);
  if (last == 0 || last > head_.last) return std::optional<codec::digest>{};
  const auto found = std::prev(log_.upper_bound(last));
  if (auto sound = check(found); !sound) return sound.failure();
  return hash_if_last(found->first, found->second, last);
}

result<personal_data> memory_store::personal(const order_key& order,
                                             std::uint64_t version) const {
  const std::shared_lock lock(mutex_);
  const auto key = personal_key(entity_of(order).key, version);
  const auto found = personal_.find(key);
  if (found == personal_.end()) return personal_data{};
  auto data = personal_in(std::as_bytes(std::span(key)), found->second);
  if (!data) checks_.report(key, data.failure());
  return data;
}

result<bool> memory_store::has_personal(const order_key& order) const {
  const std::shared_lock lock(mutex_);
  const auto key = entity_of(order).key;
  if (personal_.contains(key)) return true;
  const auto edited = personal_.lower_bound(first_edited_key(key));
  return edited != personal_.end() && is_personal_key(edited->first, key);
}

status memory_store::verify() const {
  const std::shared_lock lock(mutex_);
  chain_walk walk;
  for (const auto& [first, sealed] : log_)
    if (const auto good = walk.follow(first, sealed); !good)
      return good.failure();
  if (auto whole = walk.finish(head_); !whole) return whole;
  for (const auto& [key, record] : personal_)
    if (const auto data = personal_in(std::as_bytes(std::span(key)), record);
        !data)
      return data.failure();
  return done{};
}

store_stats memory_store::stats() const {
  const std::shared_lock lock(mutex_);
  return {.last = head_.last,
          .entries = head_.entries,
          .bytes = bytes_,
          .head = head_.hash};
}

status memory_store::back_up(const std::filesystem::path&) const {
  return error{.code = error_code::invalid,
               .message = "a store in memory can't be backed up",
               .faults = {}};
}

void memory_store::on_damage(damage_listener listener) {
  checks_.listen(std::move(listener));
}

void memory_store::report_damage(const std::string& place,
                                 const error& why) const {
  checks_.report(place, why);
}

// What was checked before the damage is forgotten, as if the store had been
// opened anew: a real disk is damaged while no one looks.
bool memory_store::damage(sequence first,
                          const std::function<void(codec::bytes&)>& how) {
  const std::unique_lock lock(mutex_);
  const auto found = log_.find(first);
  if (found == log_.end()) return false;
  how(found->second);
  checks_.forget();
  return true;
}

bool memory_store::damage(const std::string& key,
                          const std::function<void(codec::bytes&)>& how) {
  const std::unique_lock lock(mutex_);
  const auto found = personal_.find(key);
  if (found == personal_.end()) return false;
  how(found->second);
  checks_.forget();
  return true;
}

void memory_store::fail_next_appends(std::size_t n) {
  const std::unique_lock lock(mutex_);
  failures_due_ = n;
}

}  // namespace oms::persistence
