#include "actors/checkpoint/checkpoint_writer_actor.hpp"

#include <utility>

#include "persistence/log_store.hpp"

namespace oms::checkpoint {

checkpoint_writer_actor::checkpoint_writer_actor(caf::actor_config& config,
                                                 const engine_context& context)
    : caf::event_based_actor(config),
      context_(context),
      store_(context.store->tables()) {}

caf::behavior checkpoint_writer_actor::make_behavior() {
  return {
      [this](const checkpoint_write& asked) {
        send(context_.checkpointer, write(asked));
        merge();
      },
  };
}

// After the answer, so that nobody waits for it but the next checkpoint. What
// can't be merged now is tried again after that one, and readers do without:
// they would only be faster.
void checkpoint_writer_actor::merge() {
  while (!context_.crashed) {
    const auto merged = store_.merge();
    if (!merged || !*merged) return;
  }
}

checkpoint_written checkpoint_writer_actor::write(
    const checkpoint_write& asked) {
  // After a crash nothing is written any more.
  if (context_.crashed) return {oms::done{}, {}};
  // The log of a lost store goes no further, so a checkpoint of it would serve
  // no restart.
  if (context_.storage.is_lost())
    return {
        error{error_code::storage_unavailable, context_.storage.problem(), {}},
        {}};
  auto made = gather(*asked.changes);
  if (!made) return {made.failure(), {}};
  made->kept_snapshots = *asked.snapshots;
  if (auto written = store_.write(*made); !written) return {written, {}};
  checkpoint_written all{oms::done{}, {}};
  // Only now: an order may leave memory when its row is on disk, or nothing
  // could bring it back.
  const auto note = [&all](const order_row& row) {
    if (is_over(row.status))
      all.over.push_back({row.changed_at, row.key, row.version});
  };
  for (const auto& row : made->orders) note(row);
  for (const auto* row : made->kept_orders) note(*row);
  return all;
}

status checkpoint_writer_actor::add_orders(
    const checkpoint_delta& changes, persistence::checkpoint& made) const {
  made.kept_orders.reserve(changes.orders().size());
  // An order that was placed before the last checkpoint has its row in the
  // tables.
  std::vector<order_key> keys;
  std::vector<const row_change*> news;
  for (const auto& [key, change] : changes.orders()) {
    if (change.is_placed) {
      made.kept_orders.push_back(&change.row);
      continue;
    }
    keys.push_back(order_of({entity_kind::order, key}));
    news.push_back(&change);
  }
  made.orders.reserve(keys.size());
  return store_.orders(keys, [&](std::size_t i, std::optional<order_row> row) {
    // If the row is missing, the tables are damaged, and a row made of the
    // changes alone would hide that.
    if (!row)
      return status(
          error{error_code::storage_unavailable,
                "the row of " + entity_of(keys[i]).key +
                    " is missing; stop the engine and delete the folder "
                    "checkpoint, and it is made anew from the log",
                {}});
    made.orders.push_back(news[i]->onto(std::move(*row)));
    return status(oms::done{});
  });
}

result<persistence::checkpoint> checkpoint_writer_actor::gather(
    const checkpoint_delta& changes) const {
  persistence::checkpoint made{.head = {.head = changes.head()}};
  // Ties the checkpoint to this log. Recovery compares the hash, so a
  // checkpoint next to a log that was restored or replaced is not taken for its
  // own. An entry ends at `upto`, because the journal hands over whole commits.
  const auto hash = context_.store->hash_at(changes.upto());
  if (!hash) return hash.failure();
  if (!*hash)
    return error{error_code::invalid, "no entry of the log ends here", {}};
  made.head.hash = **hash;
  if (auto added = add_orders(changes, made); !added) return added.failure();
  for (const auto& [entity, head] : changes.heads())
    made.heads.push_back({entity, head});
  for (const auto& [id, orders] : changes.shipments())
    for (const auto& order : orders)
      made.shipments.push_back({id.id, {id.brand, order}});
  // By the log's own clock, so that what is forgotten follows from the log.
  made.commands_kept_from =
      changes.time() - std::chrono::hours(limits::command_kept_h);
  for (const auto& [id, end] : changes.commands())
    if (end.time >= made.commands_kept_from)
      made.commands.push_back({id, {end.at}, end.time});
  return made;
}

}  // namespace oms::checkpoint
