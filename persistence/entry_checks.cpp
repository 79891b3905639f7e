#include "persistence/entry_checks.hpp"

#include <utility>

namespace oms::persistence {

namespace {

std::string place_of(sequence first) {
  return "entry " + std::to_string(first);
}

}  // namespace

// Only for entries that are not known to be sound, so sound ones never take the
// lock.
std::optional<error> entry_checks::damage_of(sequence first) const {
  const std::lock_guard guard(mutex_);
  if (damages_.empty()) return {};
  const auto known = damages_.find(place_of(first));
  if (known == damages_.end()) return {};
  return known->second;
}

void entry_checks::report(sequence first, const error& why) {
  report(place_of(first), why);
}

void entry_checks::report(const std::string& place, const error& why) {
  // The listener runs under the lock, so that once `listen` returns the old one
  // is not running and never will. It must not use the store, which could come
  // back here.
  const std::lock_guard guard(mutex_);
  if (damages_.contains(place)) return;
  if (damages_.size() < max_damages) damages_.emplace(place, why);
  if (listener_) listener_(why);
}

void entry_checks::listen(log_store::damage_listener listener) {
  const std::lock_guard guard(mutex_);
  listener_ = std::move(listener);
  // What readers have found while no one listened, such as recovery.
  if (listener_)
    for (const auto& [place, why] : damages_) listener_(why);
}

void entry_checks::forget() {
  for (auto& slot : *sound_) slot.store(0, std::memory_order_relaxed);
  const std::lock_guard guard(mutex_);
  damages_.clear();
}

}  // namespace oms::persistence
