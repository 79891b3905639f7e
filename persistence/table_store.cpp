#include "persistence/table_store.hpp"

#include <algorithm>

#include "persistence/run_set.hpp"

namespace oms::persistence {

table_store::table_store() : known_runs_(std::make_unique<run_cache>()) {}

table_store::~table_store() = default;

// All keys before the first change: LMDB would refuse a bad one in the middle
// of a transaction, with a code that says nothing about which.
status check_keys(std::span<const table_change> changes) {
  const auto is_good = [](const table_change& change) {
    return !change.key.empty() && change.key.size() <= max_table_key_bytes;
  };
  if (std::ranges::all_of(changes, is_good)) return done{};
  return error{.code = error_code::too_large,
               .message = "a key of a table is empty or too long",
               .faults = {}};
}

}  // namespace oms::persistence
