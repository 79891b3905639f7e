#pragma once

/// A store in front of another one.
///
/// Purpose: passes everything on; doubles override what they break or delay.
/// Owner: the test; the real store outlives it. Threads: as the real store.

#include <span>
#include <string>
#include <utility>

#include "persistence/log_store.hpp"

namespace oms::persistence {

class store_in_front : public log_store {
 public:
  explicit store_in_front(log_store& real) : real_(real) {}

  using log_store::append;
  status append(std::span<const decision> batch) override {
    return real_.append(batch);
  }
  status scan(sequence from,
              const std::function<bool(const event&)>& visit) const override {
    return real_.scan(from, visit);
  }
  [[nodiscard]] result<std::optional<event>> read(sequence at) const override {
    return real_.read(at);
  }
  status walk_back(
      sequence head,
      const std::function<bool(const event&)>& visit) const override {
    return real_.walk_back(head, visit);
  }
  [[nodiscard]] result<std::optional<codec::digest>> hash_at(
      sequence last) const override {
    return real_.hash_at(last);
  }
  [[nodiscard]] result<personal_data> personal(
      const order_key& order, std::uint64_t version) const override {
    return real_.personal(order, version);
  }
  [[nodiscard]] result<bool> has_personal(
      const order_key& order) const override {
    return real_.has_personal(order);
  }
  [[nodiscard]] status verify() const override { return real_.verify(); }
  [[nodiscard]] store_stats stats() const override { return real_.stats(); }
  [[nodiscard]] status check_in_place() const override {
    return real_.check_in_place();
  }
  [[nodiscard]] table_store& tables() override { return real_.tables(); }
  [[nodiscard]] const table_store& tables() const override {
    return real_.tables();
  }
  status back_up(const std::filesystem::path& to) const override {
    return real_.back_up(to);
  }
  void on_damage(damage_listener listener) override {
    real_.on_damage(std::move(listener));
  }
  void report_damage(const std::string& place,
                     const error& why) const override {
    real_.report_damage(place, why);
  }

 private:
  log_store& real_;
};

}  // namespace oms::persistence
