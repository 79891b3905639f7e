#pragma once

/// The fold of a log: how every reader of the past gets from events to states.
///
/// A reader chooses which part of the log it needs, reads it with `read_log`
/// (all entities, oldest first) or `read_back` (one entity), and gives each
/// event to the states that it keeps. The fold decides where reading begins
/// and ends, which entity an event belongs to, how a state takes it, and what
/// the error says when the log leads to an event that does not belong there.
/// What a reader keeps, and with which checkpoint it begins, is its own
/// business.
///
/// A fold never fails: an event was decided before it was recorded, and the
/// store serves no entry that differs from what was written. The store also
/// refuses a timeline that changes its entity or does not go back. That the
/// versions of an entity have no gap is invariant 7 (actors/invariants.cpp),
/// which reads the whole log; a fold takes it for granted.
///
/// Pure but for reading; any thread may call, also while an engine appends.
/// Errors are those of the store where nothing else is said.

#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "actors/history/history.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"
#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "persistence/checkpoint_store.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

// --- which part of a log ----------------------------------------------------

/// The events after the event `after`, up to the event `upto`.
struct log_span {
  sequence after = 0;
  sequence upto = std::get<sequence>(newest);
};

/// The part of one entity's timeline that ends with its event `head`: the
/// events after `after` that are not later than `upto`.
struct timeline_span {
  sequence head = 0;
  sequence after = 0;
  moment upto = newest;
};

[[nodiscard]] bool is_later(const event& e, const moment& than);

// --- reading ----------------------------------------------------------------

/// Visits the events of the span, oldest first, until `visit` returns false.
/// The event after `upto` is read as well, to see that it is later, so damage
/// there is an error too; what was visited before an error is as it was
/// written. There is no bound by time: times of different entities may cross,
/// so an event that is not later may follow one that is.
template <class Visit>
status read_log(const persistence::log_store& store, const log_span& span,
                Visit&& visit) {
  // A template, so that the store's `std::function` is the only indirect call
  // per event: recovery reads millions of them.
  return store.scan(span.after + 1, [&](const event& e) {
    return e.at <= span.upto && visit(e);
  });
}

/// The events of the span, oldest first. Reads those of the timeline alone, by
/// the way back that each event names. `not_found` when the log ends before
/// `head`.
[[nodiscard]] result<std::vector<event>> read_back(
    const persistence::log_store& store, const timeline_span& span);

/// The event `at`; `invalid` when there is none.
[[nodiscard]] result<event> read_event(const persistence::log_store& store,
                                       sequence at);

/// The last event of an entity as a checkpoint names it; `invalid` when the
/// log has nothing there, or an event of another entity.
[[nodiscard]] result<event> read_head(const persistence::log_store& store,
                                      const persistence::entity_head& named);

// --- folding ----------------------------------------------------------------

/// Gives an event to the member of `reader` for its kind of entity. A reader
/// has all six, so that a new kind of entity does not compile until each
/// reader has decided about it. No key is taken apart before a reader asks for
/// it.
template <class Reader>
void dispatch(const event& e, Reader&& reader) {
  switch (e.entity.kind) {
    case entity_kind::order:
      reader.on_order(e);
      break;
    case entity_kind::location:
    case entity_kind::supplier:
      reader.on_source(e);
      break;
    case entity_kind::product:
      reader.on_product(e);
      break;
    case entity_kind::routing:
      reader.on_rules(e);
      break;
    case entity_kind::engine:
      reader.on_engine(e);
      break;
    case entity_kind::reservation:
      reader.on_reservation(e);
      break;
  }
}

/// Applies an event of the order `key` to its state, which may be new.
inline void fold(order_state& state, order_key key, const event& e) {
  state.key = std::move(key);
  order::apply(state, e.body, e.time);
}

/// Applies an event of the source `ref` to its state, which may be new.
inline void fold(source_state& state, source_ref ref, const event& e) {
  state.self = std::move(ref);
  source::apply(state, e.body, e.time);
}

/// Applies events of one entity, oldest first, to a state that knows whose it
/// is.
void fold(order_state& state, std::span<const event> timeline);
void fold(source_state& state, std::span<const event> timeline);

/// An order as the span of its timeline has it; nothing exists where the span
/// is empty. `invalid` when the timeline is that of another entity.
[[nodiscard]] result<order_state> read_order_state(
    const persistence::log_store& store, const order_key& key,
    const timeline_span& span);

}  // namespace oms::history
