#include "persistence/run_set.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "persistence/checkpoint_keys.hpp"

namespace oms::persistence {

namespace {

// Of 512 bytes.
constexpr std::size_t smallest_step = 3;

error unreadable_run(const std::string& why) {
  return {.code = error_code::storage_unavailable,
          .message = "the checkpoint is not readable: " + why,
          .faults = {}};
}

std::optional<run_name> name_in(std::span<const std::byte> key) {
  constexpr auto number_bytes = sizeof(std::uint64_t);
  if (key.size() != 2 * number_bytes) return {};
  return run_name{.newest = keys::number_in(key.first(number_bytes)),
                  .oldest = keys::number_in(key.last(number_bytes))};
}

const stored_run* run_named(const run_set* set, const run_name& name) {
  if (set == nullptr) return nullptr;
  const auto found =
      std::ranges::find(set->newest_first, name, &stored_run::name);
  return found == set->newest_first.end() ? nullptr : &*found;
}

}  // namespace

codec::bytes key_of(const run_name& name) {
  auto key = keys::of(name.newest);
  keys::add(key, name.oldest);
  return key;
}

result<std::shared_ptr<const run_set>> run_cache::of(const table_view& view) {
  const std::lock_guard lock(mutex_);
  if (newest_ && newest_->moment == view.moment()) return newest_;
  // In another file, what was checked in this one counts for nothing.
  const auto* before = newest_ && newest_->moment.file == view.moment().file
                           ? newest_.get()
                           : nullptr;
  auto made = std::make_shared<run_set>();
  made->moment = view.moment();
  status readable = done{};
  const auto visit = [&](std::span<const std::byte> key,
                         std::span<const std::byte> value) {
    const auto name = name_in(key);
    auto run = order_run::read(value);
    if (!name || !run) {
      // It may be damage that its checksum shows, and reports.
      readable = view.check(table::runs, key, value);
      if (readable) readable = unreadable_run("a run is malformed");
      return false;
    }
    const auto* known = run_named(before, *name);
    const bool is_same =
        known != nullptr && known->value.size() == value.size();
    if (!is_same && !run->has_good_front()) {
      readable = view.check(table::runs, key, value);
      if (readable) readable = unreadable_run("a run has another beginning");
      return false;
    }
    made->newest_first.push_back(
        {.name = *name,
         .value = value,
         .run = *run,
         .is_checked = is_same ? known->is_checked
                               : std::make_shared<std::atomic<bool>>(false)});
    return true;
  };
  if (auto scanned = view.scan(table::runs, visit); !scanned)
    return scanned.failure();
  if (!readable) return readable.failure();
  std::ranges::reverse(made->newest_first);
  newest_ = std::move(made);
  return newest_;
}

status held_runs::check(std::size_t run) const {
  const auto& stored = at(run);
  if (stored.is_checked->load()) return done{};
  if (auto good = view_.check(table::runs, key_of(stored.name), stored.value);
      !good)
    return good;
  stored.is_checked->store(true);
  return done{};
}

result<std::optional<found_row>> held_runs::find(const order_key& key) const {
  const auto hash = run_hash(key);
  for (std::size_t i = 0; i < size(); ++i) {
    if (!at(i).run.may_have(hash)) continue;
    if (auto good = check(i); !good) return good.failure();
    if (const auto row = at(i).run.find(key, hash))
      return std::optional(found_row{i, *row});
  }
  return std::optional<found_row>{};
}

result<std::optional<found_row>> held_runs::find(std::uint64_t number) const {
  for (std::size_t i = 0; i < size(); ++i) {
    if (!at(i).run.spans(number)) continue;
    if (auto good = check(i); !good) return good.failure();
    if (const auto row = at(i).run.find(number))
      return std::optional(found_row{i, *row});
  }
  return std::optional<found_row>{};
}

bool held_runs::is_hidden(std::size_t run, std::uint64_t number) const {
  for (std::size_t i = 0; i < run; ++i)
    if (at(i).run.hides(number)) return true;
  return false;
}

// Sizes count in steps of eight. Runs of a step wait until there are eight, so
// that each row is written once per step; smaller ones that lie between them go
// with them, since only neighbors can be merged. Where many small ones lie
// between larger ones, fewer of the larger suffice, so that the count of runs
// stays bounded.
std::pair<std::size_t, std::size_t> due_merge(
    std::span<const std::size_t> sizes) {
  const auto step_of = [](std::size_t bytes) {
    return std::max((static_cast<std::size_t>(std::bit_width(bytes)) - 1) / 3,
                    smallest_step);
  };
  // Two of more than half would be too large together.
  const auto final_run = std::ranges::find_if(
      sizes, [](std::size_t bytes) { return bytes > max_run_bytes / 2; });
  const auto open = static_cast<std::size_t>(final_run - sizes.begin());
  for (auto step = smallest_step; step <= step_of(max_run_bytes); ++step) {
    std::size_t end = 0;
    std::size_t of_step = 0;
    for (; end < open && step_of(sizes[end]) <= step; ++end)
      if (step_of(sizes[end]) == step) ++of_step;
    const auto steps = step - smallest_step + 1;
    if (of_step < runs_per_merge && end <= runs_per_merge * steps) continue;
    // The oldest first, as many as may be.
    auto first = end;
    std::size_t bytes = 0;
    while (first > 0 && bytes + sizes[first - 1] <= max_run_bytes)
      bytes += sizes[--first];
    return {first, end - first};
  }
  return {0, 0};
}

}  // namespace oms::persistence
