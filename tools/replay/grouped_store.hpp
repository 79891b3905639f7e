#pragma once

/// Gathers what a simulated engine appends into larger transactions.
///
/// A disk syncs a few hundred times a second. In a replay no caller acts on an
/// answer, so thousands of events may share a transaction. The log has the same
/// contents; a crash loses the last group as a whole and leaves a log that
/// opens.
///
/// Only for a simulated engine, on one thread. The replay calls `flush` before
/// it reports anything as done. Errors are those of the store below; a group
/// that can't be written is kept. It is tried again as often as `refused` says:
/// a simulated engine does not try by itself, and would wait for good.

#include <cstdint>
#include <functional>
#include <vector>

#include "persistence/log_store.hpp"

namespace oms::replay {

class grouped_store final : public persistence::log_store {
 public:
  /// Called with why a group could not be written; true: try again.
  using refusal_listener = std::function<bool(const error&)>;

  /// `below` outlives it. Without `refused`, nothing is tried again.
  grouped_store(persistence::log_store& below, std::size_t group_events,
                refusal_listener refused = {});

  using log_store::append;
  using log_store::personal;
  status append(std::span<const decision> batch) override;
  status scan(sequence from,
              const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<event>> read(sequence at) const override;
  status walk_back(
      sequence head,
      const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<codec::digest>> hash_at(
      sequence last) const override;
  [[nodiscard]] result<personal_data> personal(
      const order_key& order, std::uint64_t version) const override;
  [[nodiscard]] result<bool> has_personal(
      const order_key& order) const override;
  [[nodiscard]] status verify() const override;
  [[nodiscard]] persistence::store_stats stats() const override;
  [[nodiscard]] status check_in_place() const override {
    return below_.check_in_place();
  }
  [[nodiscard]] persistence::table_store& tables() override;
  [[nodiscard]] const persistence::table_store& tables() const override;
  status back_up(const std::filesystem::path& to) const override;
  void on_damage(damage_listener listener) override {
    below_.on_damage(std::move(listener));
  }
  void report_damage(const std::string& place,
                     const error& why) const override {
    below_.report_damage(place, why);
  }

  /// Everything that was appended is on disk when it is done.
  status flush() const;

 private:
  persistence::log_store& below_;
  std::size_t group_events_;
  refusal_listener refused_;
  /// Mutable, because a read writes the group first: the store below must have
  /// everything that is read.
  mutable std::vector<decision> group_;
  /// In the group.
  mutable std::size_t events_ = 0;
  mutable persistence::store_stats stats_;
};

}  // namespace oms::replay
