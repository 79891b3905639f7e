#pragma once

/// How the actor of an entity writes its events down: they get their headers
/// and go to the journal with the answers that wait for them. Each entity has
/// one `recording`, which only its actor uses; the journal writes to the
/// `log_head` that both share.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"

namespace oms {

/// Who and what made events happen.
struct event_origin {
  actor_name by;
  std::string command;
  std::optional<event_cause> cause;
};

class recording {
 public:
  recording(entity_ref entity, std::uint64_t version, sequence head)
      : entity_(std::move(entity)),
        version_(version),
        head_(std::make_shared<log_head>()) {
    head_->last = head;
    head_->written = version;
  }

  [[nodiscard]] const entity_ref& entity() const { return entity_; }
  /// Events so far.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] const std::shared_ptr<log_head>& head() const { return head_; }

  /// Adds a header; the events are numbered on from `version`. An entity may
  /// add several decisions to one batch, which the journal keeps together.
  void add(journal_batch& batch, std::vector<event_body> events,
           const event_origin& origin, timestamp now) {
    batch.head = head_;
    batch.version = version_ + events.size();
    if (events.empty()) return;
    const auto first = version_ + 1;
    version_ += events.size();
    batch.decisions.push_back({.time = now,
                               .entity = entity_,
                               .version = first,
                               .by = origin.by,
                               .command = origin.command,
                               .cause = origin.cause,
                               .events = std::move(events)});
  }

 private:
  entity_ref entity_;
  std::uint64_t version_;
  std::shared_ptr<log_head> head_;
};

/// Calls back when `version` of an entity is on disk: now, or after the commit
/// that is under way. While the store refuses to write, the reader is told so
/// at once; `what` is the entity, as in "this order". What has to wait is added
/// to `into`, which goes to the journal.
inline void call_when_written(std::vector<journal_batch>& into,
                              const engine_context& context,
                              const std::shared_ptr<log_head>& head,
                              std::uint64_t version, const char* what,
                              const after_commit& then) {
  if (head->written.load(std::memory_order_acquire) == version)
    return then(head->last.load());
  auto told = [then, what, &context](const result<sequence>& newest) {
    if (newest || context.storage.is_lost()) return then(newest);
    then(error{error_code::storage_unavailable,
               std::string("a change to ") + what +
                   " is waiting for the disk; try again",
               {}});
  };
  if (!context.storage.ok())
    return told(
        error{error_code::storage_unavailable, context.storage.problem(), {}});
  journal_batch batch;
  batch.head = head;
  batch.version = version;
  batch.then = std::move(told);
  batch.is_read = true;
  into.push_back(std::move(batch));
}

/// The same for an actor that does not gather what it sends.
inline void call_when_written(caf::event_based_actor& self,
                              const engine_context& context,
                              const std::shared_ptr<log_head>& head,
                              std::uint64_t version, const char* what,
                              const after_commit& then) {
  std::vector<journal_batch> waits;
  call_when_written(waits, context, head, version, what, then);
  for (auto& each : waits) self.send(context.journal, std::move(each));
}

inline void call_when_written(caf::event_based_actor& self,
                              const engine_context& context,
                              const recording& log, const char* what,
                              const after_commit& then) {
  call_when_written(self, context, log.head(), log.version(), what, then);
}

/// Has an answer leave by way of the journal, which gets `into`, so that
/// nothing is shown that could still be lost.
inline void answer_after_commit(std::vector<journal_batch>& into, reply_to to,
                                answer given) {
  if (!to.batch) return;
  journal_batch batch;
  batch.answers.push_back({std::move(to), std::move(given)});
  into.push_back(std::move(batch));
}

/// The same for an actor that does not gather what it sends.
inline void answer_after_commit(caf::event_based_actor& self,
                                const engine_context& context, reply_to to,
                                answer given) {
  std::vector<journal_batch> answers;
  answer_after_commit(answers, std::move(to), std::move(given));
  for (auto& each : answers) self.send(context.journal, std::move(each));
}

}  // namespace oms
