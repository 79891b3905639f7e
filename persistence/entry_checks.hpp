#pragma once

/// What a store has checked of itself, and what it found damaged.
///
/// Each entry of the log is hashed once per store, not once per read, and each
/// damaged part is reported once. Any thread may use it; the store owns it. Its
/// memory is bounded: an entry that falls out of `slots` is checked again when
/// it is read again; beyond `max_damages`, damage is still found, but hashed
/// and reported anew each time.

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "persistence/log_store.hpp"

namespace oms::persistence {

class entry_checks {
 public:
  /// The outcome for the entry that starts at `first`: what `check` (nothing
  /// to status) says the first time, and the same from then on. Two threads may
  /// both be the first; they then check the same bytes and find the same.
  template <class Check>
  status once(sequence first, Check check) {
    if (is_sound(first)) return done{};
    if (auto known = damage_of(first)) return *std::move(known);
    auto outcome = check();
    if (outcome)
      remember(first);
    else
      report(first, outcome.failure());
    return outcome;
  }

  void report(const std::string& place, const error& why);
  void listen(log_store::damage_listener listener);
  /// The files were opened anew: what is in them now is not known.
  void forget();

  /// 131,072 slots of 8 bytes: 1 MiB per store.
  static constexpr unsigned slot_bits = 17;
  static constexpr std::size_t max_damages = 10'000;

 private:
  using slots = std::array<std::atomic<sequence>, std::size_t{1} << slot_bits>;

  static std::size_t slot_of(sequence first) {
    // Fibonacci hashing. Entries of one size start at multiples of it, so the
    // low bits of `first` would use few slots.
    return static_cast<std::size_t>(first * 0x9e3779b97f4a7c15U >>
                                    (64U - slot_bits));
  }
  [[nodiscard]] bool is_sound(sequence first) const {
    return (*sound_)[slot_of(first)].load(std::memory_order_relaxed) == first;
  }
  void remember(sequence first) {
    (*sound_)[slot_of(first)].store(first, std::memory_order_relaxed);
  }
  [[nodiscard]] std::optional<error> damage_of(sequence first) const;
  void report(sequence first, const error& why);

  /// The start of the last sound entry that has this slot; 0: none yet, since
  /// no entry starts there. Relaxed: a slot guards no other memory, and the
  /// bytes of an entry never change while the files are open.
  std::unique_ptr<slots> sound_ = std::make_unique<slots>();
  mutable std::mutex mutex_;
  std::map<std::string, error> damages_;
  log_store::damage_listener listener_;
};

}  // namespace oms::persistence
