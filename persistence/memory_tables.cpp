#include "persistence/memory_tables.hpp"

#include <iterator>
#include <mutex>

namespace oms::persistence {

namespace {

codec::bytes copy_of(std::span<const std::byte> data) {
  return {data.begin(), data.end()};
}

}  // namespace

const memory_table_store::row_map& memory_table_store::rows_of(table in) const {
  return tables_.at(static_cast<std::size_t>(in));
}

status memory_table_store::refusal_due() {
  if (failures_due_ == 0) return done{};
  --failures_due_;
  return error{.code = error_code::storage_unavailable,
               .message = "a write was told to fail",
               .faults = {}};
}

// Keys are held to the limits of the disk, so that a simulation finds what LMDB
// would refuse.
status memory_table_store::write(std::span<const table_change> changes) {
  if (auto good = check_keys(changes); !good) return good;
  const std::unique_lock lock(mutex_);
  if (auto refused = refusal_due(); !refused) return refused;
  for (const auto& change : changes) {
    auto& rows = tables_.at(static_cast<std::size_t>(change.in));
    if (change.value)
      rows.insert_or_assign(change.key, *change.value);
    else
      rows.erase(change.key);
  }
  ++moment_.write;
  return done{};
}

std::optional<codec::bytes> memory_table_store::find(
    table in, std::span<const std::byte> key) const {
  const auto& rows = rows_of(in);
  const auto found = rows.find(copy_of(key));
  if (found == rows.end()) return {};
  return found->second;
}

result<std::optional<codec::bytes>> memory_table_store::get(
    table in, std::span<const std::byte> key) const {
  const std::shared_lock lock(mutex_);
  return find(in, key);
}

result<std::vector<std::optional<codec::bytes>>> memory_table_store::get_all(
    table in, std::span<const codec::bytes> keys) const {
  std::vector<std::optional<codec::bytes>> values;
  values.reserve(keys.size());
  const std::shared_lock lock(mutex_);
  for (const auto& key : keys) values.push_back(find(in, key));
  return values;
}

// Under the lock throughout: a scan sees whole writes, as in a transaction.
// That is why `visit` must not use the store.
status memory_table_store::scan(table in, std::span<const std::byte> from,
                                const row_visitor& visit) const {
  const std::shared_lock lock(mutex_);
  const auto& rows = rows_of(in);
  for (auto row = rows.lower_bound(copy_of(from)); row != rows.end(); ++row)
    if (!visit(row->first, row->second)) break;
  return done{};
}

status memory_table_store::scan_back(table in, std::span<const std::byte> from,
                                     const row_visitor& visit) const {
  const std::shared_lock lock(mutex_);
  const auto& rows = rows_of(in);
  for (auto row = rows.upper_bound(copy_of(from)); row != rows.begin();) {
    row = std::prev(row);
    if (!visit(row->first, row->second)) break;
  }
  return done{};
}

// Under a lock of the store, so rows stay where they are.
class memory_table_store::held_view final : public table_view {
 public:
  explicit held_view(const memory_table_store& store) : store_(store) {}

  [[nodiscard]] const table_moment& moment() const override {
    return store_.moment_;
  }
  status scan(table in, const row_visitor& visit) const override {
    for (const auto& [key, value] : store_.rows_of(in))
      if (!visit(key, value)) break;
    return done{};
  }
  // Memory has no checksums.
  [[nodiscard]] status check(
      table /*in*/, std::span<const std::byte> /*key*/,
      std::span<const std::byte> /*value*/) const override {
    return done{};
  }

 private:
  const memory_table_store& store_;
};

status memory_table_store::view(const view_user& use) const {
  const std::shared_lock lock(mutex_);
  return use(held_view(*this));
}

// Clearing writes to the disk as well, so it may be told to fail.
status memory_table_store::clear() {
  const std::unique_lock lock(mutex_);
  if (auto refused = refusal_due(); !refused) return refused;
  for (auto& rows : tables_) rows.clear();
  ++moment_.write;
  return done{};
}

void memory_table_store::fail_next_writes(std::size_t n) {
  const std::unique_lock lock(mutex_);
  failures_due_ = n;
}

}  // namespace oms::persistence
