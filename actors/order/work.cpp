#include "actors/order/work.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "actors/faults.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/change.hpp"
#include "actors/order/delivery.hpp"
#include "actors/order/label.hpp"
#include "actors/order/payment.hpp"
#include "actors/order/status.hpp"
#include "messages/limits.hpp"

namespace oms::order {

namespace {

using indices = std::vector<std::size_t>;

// The table of docs/DOMAIN.md, "Fulfillment". A source may answer in any
// status, also on hold: it was asked.
bool may(fulfillment_action action, fulfillment_status status) {
  const bool open = status == fulfillment_status::open;
  const bool in_progress = status == fulfillment_status::in_progress;
  switch (action) {
    case fulfillment_action::accept:
      return open;
    case fulfillment_action::cancel_answer:
      return true;
    default:
      return open || in_progress;
  }
}

// A source knows its own id, not how many fulfillments the order has there.
bool is_addressed(const fulfillment& work, const work_fulfillment& command) {
  return command.fulfillment.empty() ? work.source.id == command.source
                                     : work.id == command.fulfillment;
}

bool wants_cancel(const fulfillment& work) {
  return std::any_of(work.lines.begin(), work.lines.end(),
                     [](const fulfillment_line& line) {
                       return line.cancel_requested > quantity{0};
                     });
}

// The fulfillments that the command works on, oldest first. Those whose status
// does not allow it are passed over: a source's earlier fulfillment may be
// closed while it works on a later one.
result<indices> targets_of(const order_state& state,
                           const work_fulfillment& command) {
  const auto addressed = addressed_by(state, command);
  if (!addressed) return addressed.failure();
  indices able;
  for (const auto i : *addressed) {
    const auto& work = state.fulfillments[i];
    if (!may(command.action, computed_status(state, work))) continue;
    if (command.action == fulfillment_action::cancel_answer &&
        !wants_cancel(work))
      continue;
    able.push_back(i);
  }
  if (able.empty())
    return refuse(error_code::invalid_transition,
                  "the fulfillment's status does not allow it");
  return able;
}

// Whether each line names what the order has. Checked ahead of everything else,
// since `invalid` is the first of several errors.
std::optional<error> fault_of(const order_state& state,
                              const work_fulfillment& command) {
  if (!command.lines) return {};
  // One pass over the lines of the order, not one for each line of the command.
  std::unordered_set<std::string_view> skus;
  for (const auto& each : state.lines) skus.insert(each.ordered.sku.value);
  for (std::size_t i = 0; i < command.lines->size(); ++i) {
    const auto path = "lines[" + std::to_string(i) + "]";
    const auto& wanted = (*command.lines)[i];
    if (wanted.line.empty()) {
      if (skus.contains(wanted.sku.value)) continue;
      return refuse(error_code::invalid, "is not a SKU of the order",
                    path + ".sku");
    }
    const auto index = state.line_index(wanted.line);
    if (!index)
      return refuse(error_code::invalid, "is not a line of the order",
                    path + ".line");
    const auto& sku = state.lines[*index].ordered.sku;
    if (!wanted.sku.empty() && wanted.sku != sku)
      return refuse(error_code::invalid,
                    "is not the SKU of this line, which is " + sku.value,
                    path + ".sku");
  }
  return {};
}

// Units of one line of one fulfillment that a command moves.
struct drawn {
  std::size_t work;
  std::size_t line;
  quantity allocated;
  quantity picked;
  // Units at the line whose cancellation is requested.
  quantity requested;
};

// From which bucket the units of a command come, and in which order. What ships
// is what was picked, as far as there is any; what a short pick misses was not
// found on the shelf, so it is still allocated.
struct buckets_of_action {
  bool allocated;
  bool picked;
  bool picked_first;
  // Units whose cancellation is requested leave first and ship last, so that as
  // few as possible reach a customer who does not want them.
  bool requested_first;
};

buckets_of_action buckets_of(fulfillment_action action) {
  switch (action) {
    case fulfillment_action::unpick:
      return {false, true, true, false};
    case fulfillment_action::ship:
      return {true, true, true, false};
    case fulfillment_action::short_pick:
      return {true, true, false, true};
    case fulfillment_action::reject:
      return {true, false, false, true};
    default:
      return {true, false, false, false};
  }
}

// Draws units from the targets, oldest first. It keeps account of what each
// line of the command has taken, because several may name the same units: one
// by the line, another by the SKU.
class unit_draw {
 public:
  unit_draw(const order_state& state, const indices& targets,
            buckets_of_action from)
      : state_(state), from_(from) {
    for (const auto i : targets)
      for (const auto& line : state.fulfillments[i].lines)
        there_.push_back(
            {i, line.line, from.allocated ? line.allocated : quantity{0},
             from.picked ? line.picked : quantity{0}, line.cancel_requested});
    taken_ = there_;
    for (auto& each : taken_) each.allocated = each.picked = quantity{0};
  }

  void take_all() { taken_ = there_; }

  // False when there are not that many.
  bool take(const work_line& wanted) {
    auto open = wanted.units;
    // The bucket matters more than the request: a source ships what it has
    // picked even if some of it is asked for, before it goes to the shelf
    // again.
    for (const bool picked : {from_.picked_first, !from_.picked_first})
      for (const bool requested :
           {from_.requested_first, !from_.requested_first})
        for (const auto i : named(wanted)) {
          const auto units = std::min(open, open_at(i, picked, requested));
          (picked ? taken_[i].picked : taken_[i].allocated) += units;
          open -= units;
        }
    return open == quantity{0};
  }

  [[nodiscard]] std::vector<drawn> taken() const {
    std::vector<drawn> some;
    for (const auto& each : taken_)
      if (each.allocated + each.picked > quantity{0}) some.push_back(each);
    return some;
  }

 private:
  // What is left of one bucket: of the units whose cancellation is requested,
  // or of the others. Units of a line can't be told apart, so as many leave
  // first, or ship last, as are requested.
  [[nodiscard]] quantity open_at(std::size_t i, bool picked,
                                 bool requested) const {
    const auto& there = there_[i];
    const auto& taken = taken_[i];
    const auto left = picked ? there.picked - taken.picked
                             : there.allocated - taken.allocated;
    const auto all = there.allocated + there.picked;
    const auto gone = taken.allocated + taken.picked;
    const auto others = all - std::min(all, there.requested);
    if (!from_.requested_first)
      return requested ? left
                       : std::min(left, std::max(quantity{0}, others - gone));
    return requested
               ? std::min(left, std::max(quantity{0}, there.requested - gone))
               : left;
  }

  using places = std::unordered_map<std::string_view, indices>;

  // Where the units are that a line of the command names. The index is made for
  // the first of them, as commands without lines need none.
  const indices& named(const work_line& wanted) {
    static const indices none;
    if (by_line_.empty())
      for (std::size_t i = 0; i < there_.size(); ++i) {
        const auto& ordered = state_.lines[there_[i].line].ordered;
        by_line_[ordered.line.value].push_back(i);
        by_sku_[ordered.sku.value].push_back(i);
      }
    const auto& all = wanted.line.empty() ? by_sku_ : by_line_;
    const auto found =
        all.find(wanted.line.empty() ? wanted.sku.value : wanted.line.value);
    return found == all.end() ? none : found->second;
  }

  const order_state& state_;
  buckets_of_action from_;
  places by_line_;
  places by_sku_;
  std::vector<drawn> there_;
  std::vector<drawn> taken_;
};

result<std::vector<drawn>> draw(const order_state& state,
                                const work_fulfillment& command,
                                const indices& targets) {
  unit_draw draws(state, targets, buckets_of(command.action));
  if (command.lines) {
    for (std::size_t i = 0; i < command.lines->size(); ++i)
      if (!draws.take((*command.lines)[i]))
        return refuse(error_code::quantity_too_great,
                      "more units than are there",
                      "lines[" + std::to_string(i) + "].quantity");
  } else {
    draws.take_all();
  }
  auto taken = draws.taken();
  if (taken.empty())
    return refuse(error_code::quantity_too_great, "no units are there");
  return taken;
}

// Calls `emit` once per fulfillment with the units drawn from it, which are
// next to each other: one event is about one fulfillment.
template <class Emit>
void for_each_fulfillment(const std::vector<drawn>& taken, Emit emit) {
  for (auto first = taken.begin(); first != taken.end();) {
    const auto last = std::find_if(
        first, taken.end(),
        [first](const drawn& each) { return each.work != first->work; });
    emit(first->work, std::vector<drawn>(first, last));
    first = last;
  }
}

// Makes the event of a command for one fulfillment.
class worker {
 public:
  worker(order_change& change, const work_fulfillment& command,
         const receipts_reader& receipts)
      : change_(change), command_(command), receipts_(receipts) {}

  void operator()(std::size_t index, const std::vector<drawn>& units) {
    // Copied, because emitting changes the state that holds it.
    const auto work = change_.state().fulfillments[index];
    switch (command_.action) {
      case fulfillment_action::pick:
        change_.emit(units_picked{work.id, work.source, plain(units), true});
        break;
      case fulfillment_action::unpick:
        change_.emit(units_unpicked{work.id, work.source, plain(units)});
        break;
      case fulfillment_action::ship:
        change_.emit(shipment_shipped{.shipment = shipment(),
                                      .fulfillment = work.id,
                                      .source = work.source,
                                      .carrier = command_.carrier,
                                      .tracking = command_.tracking,
                                      .lines = by_bucket(units)});
        break;
      default:
        // A source that misses units has begun to pick; a rejection says
        // nothing about what stays with the source.
        if (command_.action == fulfillment_action::short_pick && !work.accepted)
          change_.emit(fulfillment_accepted{work.id, work.source});
        change_.emit(rejection(work, units));
        break;
    }
  }

  [[nodiscard]] shipment_id shipment() const { return command_.shipment; }

 private:
  [[nodiscard]] const order_line& ordered(const drawn& units) const {
    return change_.state().lines[units.line].ordered;
  }

  [[nodiscard]] std::vector<line_units> plain(
      const std::vector<drawn>& units) const {
    std::vector<line_units> lines;
    for (const auto& each : units)
      lines.push_back({ordered(each).line, ordered(each).sku,
                       each.allocated + each.picked});
    return lines;
  }

  [[nodiscard]] std::vector<work_units> by_bucket(
      const std::vector<drawn>& units) const {
    std::vector<work_units> lines;
    for (const auto& each : units)
      lines.push_back({ordered(each).line, ordered(each).sku, each.allocated,
                       each.picked, quantity{0}});
    return lines;
  }

  [[nodiscard]] units_rejected rejection(
      const fulfillment& work, const std::vector<drawn>& units) const {
    const bool short_pick = command_.action == fulfillment_action::short_pick;
    units_rejected event{
        .fulfillment = work.id,
        .source = work.source,
        .reason = command_.reason.value_or(reject_reason::mismatch),
        .short_pick = short_pick,
        .lines = {},
        .text = command_.text};
    // With how often the source has received the SKU: it is a candidate for
    // this order again once that has changed.
    for (const auto& each : units)
      event.lines.push_back(
          {ordered(each).line, ordered(each).sku, each.allocated, each.picked,
           receipts_(work.source, ordered(each).sku),
           std::min(each.requested, each.allocated + each.picked)});
    return event;
  }

  order_change& change_;
  const work_fulfillment& command_;
  const receipts_reader& receipts_;
};

order_decision accept(order_change& change, const indices& targets) {
  for (const auto i : targets) {
    const auto& work = change.state().fulfillments[i];
    change.emit(fulfillment_accepted{work.id, work.source});
  }
  return change.finish();
}

// If the source agrees, the picked units among those asked for are put back
// first: only what is on the shelf can become available to others.
order_decision answer_cancel(order_change& change,
                             const work_fulfillment& command,
                             const indices& targets) {
  for (const auto i : targets) {
    // Copied, because the answer ends the requests that are read below.
    const auto work = change.state().fulfillments[i];
    change.emit(cancel_answered{work.id, work.source, command.agreed});
    if (!command.agreed) continue;
    std::vector<line_choice> gone;
    units_unpicked put_back{work.id, work.source, {}};
    for (const auto& line : work.lines) {
      if (line.cancel_requested == quantity{0}) continue;
      const auto& ordered = change.state().lines[line.line].ordered;
      gone.push_back({ordered.line, line.cancel_requested});
      if (line.cancel_requested > line.allocated)
        put_back.lines.push_back({ordered.line, ordered.sku,
                                  line.cancel_requested - line.allocated});
    }
    if (!put_back.lines.empty()) change.emit(std::move(put_back));
    cancel_promised(change, work, gone);
  }
  return change.finish();
}

// What carriers and customers are told about a parcel: what is in it, and what
// is still to come and when.
std::string parcel_text(const order_state& state, const shipment_id& id) {
  std::string text;
  const auto list = [&state, &text](const char* before, std::size_t line,
                                    quantity units) {
    text += before + std::to_string(units.value) + " x " +
            state.lines[line].ordered.sku.value;
  };
  for (const auto& line : state.find_shipment(id)->lines)
    list(text.empty() ? "" : ", ", line.line, line.units);
  const char* before = "; still to come: ";
  for (const auto& work : state.fulfillments) {
    if (work.remaining() == quantity{0}) continue;
    for (const auto& line : work.lines)
      if (line.remaining() > quantity{0})
        list(std::exchange(before, ", "), line.line, line.remaining());
    text += date_in_brackets(work.expected_delivery);
  }
  for (std::size_t i = 0; i < state.lines.size(); ++i) {
    const auto& in = state.lines[i].buckets;
    if (const auto open = in.unrouted + in.backordered; open > quantity{0})
      list(std::exchange(before, ", "), i, open);
  }
  return text;
}

// Whether the command says again what the shipment already is: the same
// fulfillment or source, and the same units. It is compared with the shipment
// and not with an earlier command: the units have left the fulfillment, and the
// first command may have named them in another way.
bool repeats(const order_state& state, const shipment& known,
             const work_fulfillment& command) {
  if (command.fulfillment.empty() ? known.source.id != command.source
                                  : known.fulfillment != command.fulfillment)
    return false;
  if (!command.lines) return known.took_all;
  std::map<std::size_t, quantity> open;
  for (const auto& part : known.lines) open[part.line] += part.units;
  // Lines that name a line first: those that name a SKU may mean any line of it
  // and must not use up what the others name.
  for (const bool by_line : {true, false})
    for (const auto& asked : *command.lines) {
      if (asked.line.empty() == by_line) continue;
      auto units = asked.units;
      for (auto& [index, left] : open) {
        const auto& ordered = state.lines[index].ordered;
        if (by_line ? ordered.line != asked.line : ordered.sku != asked.sku)
          continue;
        const auto same = std::min(units, left);
        left -= same;
        units -= same;
      }
      if (units != quantity{0}) return false;
    }
  return std::all_of(open.begin(), open.end(), [](const auto& each) {
    return each.second == quantity{0};
  });
}

}  // namespace

result<indices> addressed_by(const order_state& state,
                             const work_fulfillment& command) {
  indices addressed;
  for (std::size_t i = 0; i < state.fulfillments.size(); ++i)
    if (is_addressed(state.fulfillments[i], command)) addressed.push_back(i);
  if (!addressed.empty()) return addressed;
  if (command.fulfillment.empty())
    return refuse(error_code::not_found, "the order has no such fulfillment",
                  "source");
  return refuse(error_code::not_found, "there is no fulfillment " +
                                           state.key.id.value + ":" +
                                           command.fulfillment.value);
}

result<std::vector<fulfillment_units>> units_to_move(
    const order_state& state, const work_fulfillment& command,
    bool target_exists) {
  if (auto fault = fault_of(state, command)) return std::move(*fault);
  const auto* named = state.find_fulfillment(command.fulfillment);
  if (command.to == command.source ||
      (named != nullptr && named->source.id == command.to))
    return refuse(error_code::invalid, "is where the units are", "to");
  const auto addressed = addressed_by(state, command);
  if (!addressed) return addressed.failure();
  if (!target_exists)
    return refuse(error_code::not_found, "there is no source " + command.to,
                  "to");
  auto targets = targets_of(state, command);
  if (!targets) return targets.failure();
  // A third party that has accepted would have to agree.
  std::erase_if(*targets, [&state](const std::size_t i) {
    return needs_consent(state.fulfillments[i]);
  });
  if (targets->empty())
    return refuse(error_code::invalid_transition,
                  "a third party has accepted the units");
  const auto taken = draw(state, command, *targets);
  if (!taken) return taken.failure();
  std::vector<fulfillment_units> moved;
  for_each_fulfillment(*taken, [&](std::size_t index,
                                   const std::vector<drawn>& units) {
    const auto& work = state.fulfillments[index];
    moved.push_back({work.id, work.source, {}});
    for (const auto& each : units) {
      const auto& ordered = state.lines[each.line].ordered;
      moved.back().lines.push_back({ordered.line, ordered.sku, each.allocated,
                                    quantity{0}, quantity{0}});
    }
  });
  return moved;
}

shipment_id free_shipment(const order_state& state, std::size_t tried) {
  // The number needs room. If the id leaves none, the order sequence takes its
  // place.
  const bool is_short = state.key.id.value.size() + 20 <= limits::max_id_bytes;
  const auto name =
      is_short ? state.key.id.value : "#" + std::to_string(state.number);
  for (auto number = state.shipments.size() + 1;; ++number) {
    shipment_id id{name + "-" + std::to_string(number)};
    if (state.find_shipment(id) == nullptr && tried-- == 0) return id;
  }
}

order_decision decide(const order_state& state, const work_fulfillment& given,
                      const receipts_reader& receipts, timestamp now) {
  if (auto fault = fault_of(state, given)) return std::move(*fault);
  if (given.action == fulfillment_action::label)
    return add_label(state, given, now);
  if (given.action == fulfillment_action::void_label)
    return void_label(state, given, now);
  auto command = given;
  order_change change(state, now);
  if (command.action == fulfillment_action::ship) {
    if (command.shipment.empty())
      command.shipment = free_shipment(state);
    else if (const auto* known = state.find_shipment(command.shipment)) {
      // One shipment however often it is told, also after closing. So this
      // comes ahead of the statuses, which would refuse the repetition.
      if (repeats(state, *known, command)) return change.finish();
      return refuse(
          error_code::conflict,
          "the order has shipped other units as " + command.shipment.value,
          "shipment");
    }
  }
  const auto targets = targets_of(state, command);
  if (!targets) return targets.failure();
  if (command.action == fulfillment_action::accept)
    return accept(change, *targets);
  if (command.action == fulfillment_action::cancel_answer)
    return answer_cancel(change, command, *targets);
  const auto taken = draw(state, command, *targets);
  if (!taken) return taken.failure();
  for_each_fulfillment(*taken, worker(change, command, receipts));
  if (command.action == fulfillment_action::ship) {
    // One parcel, even if its units are from several fulfillments.
    change.notify("shipment.shipped", command.shipment.value,
                  parcel_text(change.state(), command.shipment));
    request_capture(change, command.shipment);
  }
  return change.finish();
}

}  // namespace oms::order
