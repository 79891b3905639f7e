#include <algorithm>

#include "actors/checker.hpp"
#include "actors/engine/engine_system.hpp"
#include "actors/faults.hpp"
#include "actors/shard/shard_actor.hpp"
#include "messages/reserved_names.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

// --- opening and closing ----------------------------------------------------

namespace {

// Shards are chosen by a remainder, which nothing has by 0.
std::vector<fault> faults_of(const engine_options& options) {
  checker check;
  const auto at_least_one = [&check](std::size_t count, const char* name) {
    check.require(count > 0, name, "must be at least 1");
  };
  at_least_one(options.worker_threads, "worker_threads");
  at_least_one(options.directory_shards, "directory_shards");
  at_least_one(options.backorder_queues, "backorder_queues");
  return std::move(check).faults();
}

// What a command carries besides its body. Checked here, once for all kinds of
// commands: the body goes to different actors, which check it themselves.
std::vector<fault> faults_of_envelope(const command& asked) {
  checker check;
  check.id(asked.id, "id", limits::max_command_id_bytes);
  check.id(asked.by.value, "by");
  check.require(!is_engine_part(asked.by.value), "by",
                "names a part of the engine");
  return std::move(check).faults();
}

}  // namespace

result<std::unique_ptr<engine>> engine::open(persistence::log_store& store,
                                             engine_options options) {
  if (auto faults = faults_of(options); !faults.empty())
    return invalid(std::move(faults));
  auto state = history::recover(store);
  if (!state) return state.failure();
  // The tables are those of another log, or damaged: they are made anew.
  // Without a head they are empty, and there is nothing to clear.
  const auto head = persistence::checkpoint_reader(store.tables()).head();
  if (state->without_checkpoint && (!head || *head))
    if (auto cleared = store.tables().clear(); !cleared)
      return cleared.failure();
  auto made = std::make_unique<implementation>(store, std::move(options));
  made->start(std::move(*state));
  return std::unique_ptr<engine>(new engine(std::move(made)));
}

engine::engine(std::unique_ptr<implementation> made)
    : implementation_(std::move(made)) {}

engine::~engine() { implementation_->stop(); }

// An order keeps none of its notifications and alerts in memory: the log has
// them. Read here, on the caller's thread, so that no actor waits for the disk.
status engine::implementation::find_named_event(command_body& body) const {
  auto* delivery = std::get_if<deliver_notification>(&body);
  auto* seen = std::get_if<acknowledge_alert>(&body);
  if (delivery == nullptr && seen == nullptr) return done{};
  // Of several faults, `invalid` is the answer.
  if (auto faults = faults_of(body); !faults.empty())
    return invalid(std::move(faults));
  const auto at = delivery != nullptr ? delivery->notification : seen->alert;
  const auto read = store.read(at);
  if (!read) return read.failure();
  const auto* alert =
      *read ? std::get_if<alert_raised>(&(*read)->body) : nullptr;
  if (delivery != nullptr) {
    const bool is_told =
        *read && (alert != nullptr ||
                  std::holds_alternative<notification_recorded>((*read)->body));
    if (!is_told || (*read)->entity != entity_of(delivery->order))
      return refuse(error_code::not_found,
                    "the order has no notification " + std::to_string(at));
    delivery->is_about_delivery =
        alert != nullptr && alert->kind == "delivery.dead";
    return done{};
  }
  if (alert == nullptr)
    return refuse(error_code::not_found,
                  "there is no alert " + std::to_string(at));
  const auto& entity = (*read)->entity;
  const bool is_named =
      seen->order.id.empty()
          ? is_source(entity.kind) && entity.key == seen->source
          : seen->source.empty() && entity == entity_of(seen->order);
  if (!is_named)
    return refuse(error_code::not_found,
                  "alert " + std::to_string(at) +
                      " does not belong to what the command names");
  if (is_source(entity.kind)) seen->source_is = source_of(entity).kind;
  seen->kind = alert->kind;
  seen->subject = alert->subject;
  return done{};
}

// --- commands ---------------------------------------------------------------

void engine::submit(std::vector<command> batch, answers_callback done) {
  auto& self = *implementation_;
  const auto size = batch.size();
  if (size == 0) {
    done({});
    return;
  }
  const auto refuse_all = [&](error_code code, std::string why) {
    self.refused += size;
    done(std::vector<answer>(size, answer{error{code, std::move(why), {}}}));
  };
  // Refused here, before anything is queued: while the disk is full, memory
  // must not fill with commands that wait for it.
  if (!self.context.storage.ok()) {
    refuse_all(error_code::storage_unavailable,
               self.context.storage.is_lost()
                   ? self.context.storage.problem()
                   : "the store can't be written; nothing was changed, try "
                     "again later");
    return;
  }
  const bool places = std::ranges::any_of(batch, [](const command& each) {
    return std::holds_alternative<place_order>(each.body);
  });
  if (const char* why = self.take_in(size, places); why != nullptr) {
    refuse_all(error_code::overloaded, why);
    return;
  }
  self.commands += size;
  auto answers = std::make_shared<answer_batch>(
      size, [&self, size, done = std::move(done)](std::vector<answer> all) {
        for (const auto& each : all)
          if (!each) ++self.refused;
        done(std::move(all));
        // After the callback, so that `stop`, which waits for 0, waits for
        // callbacks as well.
        self.in_flight -= size;
      });
  std::vector<order_commands> by_shard(self.context.shards.size());
  for (std::size_t i = 0; i < size; ++i) {
    client_command given{std::move(batch[i]), 0, {answers, i}};
    auto refusal = faults_of_envelope(given.asked);
    auto taken = refusal.empty() ? self.find_named_event(given.asked.body)
                                 : status(invalid(std::move(refusal)));
    if (!taken) {
      // By way of the journal, so that the callback runs on its thread, like
      // those of all other answers.
      journal_batch refused;
      refused.answers.push_back({std::move(given.reply), taken.failure()});
      self.tell(self.context.journal, std::move(refused));
      continue;
    }
    const auto& body = given.asked.body;
    if (std::holds_alternative<place_order>(body))
      // Given here and not by the shard, so that orders of a batch are numbered
      // in its order. A refused order leaves a gap.
      given.number = self.context.next_number++;
    if (const auto* key = order_of(body)) {
      auto& shard = by_shard[self.context.shard_number_of(*key)];
      shard.commands.push_back(std::move(given));
    } else if (const auto* product = std::get_if<define_product>(&body)) {
      const auto& to = self.context.backorder_queue_of(product->settings.sku);
      self.tell(to, std::move(given));
    } else if (const auto* reserve = std::get_if<reserve_stock>(&body)) {
      const auto& to = self.context.keeper_of(reserve->reservation);
      self.tell(to, std::move(given));
    } else if (const auto* release = std::get_if<release_reservation>(&body)) {
      const auto& to = self.context.keeper_of(release->reservation);
      self.tell(to, std::move(given));
    } else if (std::holds_alternative<consolidate_orders>(body)) {
      self.tell(self.context.consolidator, std::move(given));
    } else {
      self.tell(self.context.network, std::move(given));
    }
  }
  // One message per shard and batch: sends and wake-ups are a large part of
  // what a command costs. Commands of one order stay in their order, since they
  // are in the same message.
  for (std::size_t i = 0; i < by_shard.size(); ++i)
    if (!by_shard[i].commands.empty())
      self.tell(self.context.shards[i], std::move(by_shard[i]));
}

std::vector<answer> engine::execute(std::vector<command> batch) {
  return implementation_->wait_for<std::vector<answer>>(
      [&](answers_callback done) {
        submit(std::move(batch), std::move(done));
      });
}

answer engine::execute(command one) {
  std::vector<command> batch;
  batch.push_back(std::move(one));
  return std::move(execute(std::move(batch)).front());
}

void engine::settle() { implementation_->settle(); }

status engine::checkpoint() { return implementation_->checkpoint(); }

// --- simulation -------------------------------------------------------------

bool engine::run(std::size_t max_turns) {
  return implementation_->run(max_turns);
}

std::uint64_t engine::turns() const { return implementation_->turns_taken; }

void engine::advance_to(timestamp time) {
  auto& self = *implementation_;
  if (!self.is_simulated()) {
    self.tell(self.context.deadlines, clock_tick{});
    return;
  }
  self.settle();
  // The journal tries again what the store refused. Its pause is on CAF's
  // clock, which `simulated` does not move.
  self.turns().trigger_timeouts();
  self.settle();
  // One deadline at a time, each settled before the next: what it causes
  // happens at its time and may set earlier deadlines than those known now.
  for (;;) {
    const timestamp next{duration{self.deadline.micros.load()}};
    const bool arrived = next > time;
    // The clock never goes back, not even for a deadline that is already past.
    self.simulated.set(std::max(now(), arrived ? time : next));
    self.tell(self.context.deadlines, clock_tick{});
    self.settle();
    if (arrived) return;
  }
}

timestamp engine::now() const { return implementation_->context.now(); }

}  // namespace oms
