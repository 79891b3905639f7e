#include "actors/order/edit.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "actors/calendar/calendar.hpp"
#include "actors/faults.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/change.hpp"
#include "actors/order/plan.hpp"
#include "actors/order/price.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"

namespace oms::order {

namespace {

// A share of a discount may have more than 64 bits before it is divided.
__extension__ using wide_share = __int128;

quantity live_units(const order_line_state& line) {
  return line.ordered.units - line.buckets.cancelled;
}

// Units that a third party is asked to let go count as gone already, or an edit
// that is sent again would ask for more of them.
quantity requested_units(const order_state& state, std::size_t index) {
  quantity requested;
  for (const auto& work : state.fulfillments)
    for (const auto& line : work.lines)
      if (line.line == index) requested += line.cancel_requested;
  return requested;
}

money share_of(money whole, quantity added, quantity ordered) {
  const auto twice =
      2 * static_cast<wide_share>(whole.value) * added.value + ordered.value;
  return money{static_cast<std::int64_t>(twice / (2 * ordered.value))};
}

bool is_order_edit(const line_edit& each) {
  return each.units || each.unit_price || each.discount || each.tax ||
         each.title || each.variant || !each.sku.empty();
}

std::string number_text(std::int64_t value) { return std::to_string(value); }

std::string coordinate_text(const std::optional<coordinates>& position,
                            double coordinates::*value) {
  return position ? std::to_string((*position).*value) : std::string{};
}

// What an edit makes of an order, before anything is decided about it.
class edit_drafter {
 public:
  edit_drafter(const order_state& state, const edit_order& command,
               const personal_data& person)
      : state_(state), command_(command), body_(*state.body), person_(person) {}

  // --- what it finds ------------------------------------------------------

  /// The first fault of the edit, whatever the order's status.
  status draw() {
    draw_contact();
    if (auto drawn = draw_address(); !drawn) return drawn;
    if (auto drawn = draw_lines(); !drawn) return drawn;
    draw_terms();
    return check_sums();
  }

  /// It names more than contact data.
  [[nodiscard]] bool changes_order() const { return changes_order_; }
  /// Another address or service.
  [[nodiscard]] bool changes_way() const {
    return changes_address_ || changes_service_;
  }
  [[nodiscard]] bool changes_nothing() const {
    return changes_.empty() && command_.note.empty();
  }
  [[nodiscard]] const std::vector<line_choice>& removed() const {
    return removed_;
  }

  [[nodiscard]] order_edited drawn() const {
    order_edited made{.body = body_,
                      .lines = lines_,
                      .personal = {},
                      .changes = changes_,
                      .note = command_.note};
    made.has_personal = !person_.empty();
    made.personal_changed = changes_person_;
    if (changes_person_ && made.has_personal) made.personal = person_;
    return made;
  }

 private:
  void note(std::string field, std::string from, std::string to) {
    changes_.push_back({std::move(field), std::move(from), std::move(to)});
  }

  /// Of a text that may be erased later: the log says only that it changed.
  bool personal(std::string& now, const std::optional<std::string>& wanted,
                const char* field) {
    if (!wanted || *wanted == now) return false;
    now = *wanted;
    changes_person_ = true;
    note(field, {}, {});
    return true;
  }

  bool text(std::string& now, const std::optional<std::string>& wanted,
            const std::string& field) {
    if (!wanted || *wanted == now) return false;
    note(field, now, *wanted);
    now = *wanted;
    return true;
  }

  bool number(std::int64_t& now, std::optional<std::int64_t> wanted,
              const std::string& field) {
    if (!wanted || *wanted == now) return false;
    note(field, number_text(now), number_text(*wanted));
    now = *wanted;
    return true;
  }

  bool amount(money& now, const std::optional<money>& wanted,
              const std::string& field) {
    return number(now.value,
                  wanted ? std::optional(wanted->value) : std::nullopt, field);
  }

  void attributes(text_map& now, const text_map_change& wanted,
                  const std::string& field) {
    for (const auto& each : wanted.entries) {
      const auto* known = now.find(each.key);
      if (each.text ? known != nullptr && *known == *each.text
                    : known == nullptr)
        continue;
      changes_person_ = true;
      // The key may say as much as the text.
      note(field, {}, {});
      break;
    }
    wanted.apply_to(now);
  }

  void draw_contact() {
    if (const auto& who = command_.customer) {
      if (who->id) text(body_.customer.value, who->id->value, "customer.id");
      personal(person_.customer_name, who->name, "customer.name");
      personal(person_.email, who->email, "customer.email");
      personal(person_.customer_phone, who->phone, "customer.phone");
      text(body_.locale, who->locale, "customer.locale");
    }
    if (const auto& to = command_.bill_to) {
      auto& bill = person_.bill_to;
      personal(bill.name, to->name, "billTo.name");
      personal(bill.company, to->company, "billTo.company");
      personal(bill.line1, to->line1, "billTo.line1");
      personal(bill.line2, to->line2, "billTo.line2");
      personal(bill.city, to->city, "billTo.city");
      personal(bill.region, to->region, "billTo.region");
      personal(bill.postal_code, to->postal_code, "billTo.postalCode");
      personal(bill.country, to->country, "billTo.country");
      personal(bill.phone, to->phone, "billTo.phone");
    }
    text(body_.channel_order, command_.channel_order, "channelOrder");
    attributes(person_.attributes, command_.attributes, "attributes");
  }

  status draw_address() {
    const auto& to = command_.ship_to;
    if (!to) return done{};
    personal(person_.name, to->name, "shipTo.name");
    personal(person_.company, to->company, "shipTo.company");
    personal(person_.phone, to->phone, "shipTo.phone");
    // Not to be evaluated only up to the first that is true.
    bool moves = personal(person_.line1, to->line1, "shipTo.line1");
    moves |= personal(person_.city, to->city, "shipTo.city");
    moves |= personal(person_.region, to->region, "shipTo.region");
    moves |=
        personal(person_.postal_code, to->postal_code, "shipTo.postalCode");
    moves |= text(body_.ship_to.country, to->country, "shipTo.country");
    const bool other_door = personal(person_.line2, to->line2, "shipTo.line2");
    const auto before = body_.ship_to.position;
    auto& position = body_.ship_to.position;
    if (to->latitude || to->longitude) {
      const auto value_of = [](const std::optional<double>& wanted,
                               std::optional<double> now) {
        if (wanted) now = std::isnan(*wanted) ? std::nullopt : wanted;
        return now;
      };
      std::optional<double> latitude;
      std::optional<double> longitude;
      if (position) {
        latitude = position->latitude;
        longitude = position->longitude;
      }
      latitude = value_of(to->latitude, latitude);
      longitude = value_of(to->longitude, longitude);
      if (latitude.has_value() != longitude.has_value())
        return refuse(error_code::invalid,
                      "a place has a latitude and a longitude, or neither",
                      latitude ? "shipTo.longitude" : "shipTo.latitude");
      position.reset();
      if (latitude) position = coordinates{*latitude, *longitude};
    } else if (moves) {
      position.reset();
    }
    if (position != before) {
      note("shipTo.latitude", coordinate_text(before, &coordinates::latitude),
           coordinate_text(position, &coordinates::latitude));
      note("shipTo.longitude", coordinate_text(before, &coordinates::longitude),
           coordinate_text(position, &coordinates::longitude));
    }
    changes_address_ = moves || other_door || position != before;
    changes_order_ = changes_order_ || changes_address_;
    return done{};
  }

  // --- lines ----------------------------------------------------------------

  status draw_lines() {
    if (!command_.lines) return done{};
    const auto& wanted = *command_.lines;
    auto count = state_.lines.size();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto& each = wanted[i];
      const auto known = state_.line_index(each.line);
      auto drawn = known ? draw_known(each, *known, i) : draw_new(each, i);
      if (!drawn) return drawn;
      if (!known) ++count;
      changes_order_ = changes_order_ || is_order_edit(each);
      draw_attributes(each);
    }
    if (count > limits::max_order_lines)
      return refuse(error_code::invalid, "are more than an order may have",
                    "lines");
    return done{};
  }

  static std::string at(std::size_t index, const char* field) {
    return "lines[" + std::to_string(index) + "]." + field;
  }

  static std::string field_of(const line_id& line, const char* field) {
    return "lines." + line.value + "." + field;
  }

  status draw_known(const line_edit& each, std::size_t index, std::size_t i) {
    const auto& known = state_.lines[index];
    if (!each.sku.empty() && each.sku != known.ordered.sku)
      return refuse(error_code::invalid, "is not the SKU of the line",
                    at(i, "sku"));
    if (each.unit_price && *each.unit_price != known.ordered.unit_price)
      return refuse(error_code::invalid, "is not the price of the line",
                    at(i, "unitPrice"));
    const auto live = live_units(known);
    const auto wanted = each.units.value_or(live);
    const auto added = std::max(quantity{0}, wanted - live);
    if (added == quantity{0} && (each.discount || each.tax))
      return refuse(error_code::invalid,
                    "is for added units, and there are none",
                    at(i, each.discount ? "discount" : "tax"));
    edited_line edited{.line = known.ordered, .change = wanted - live};
    auto& line = edited.line;
    bool changed = added > quantity{0};
    if (added > quantity{0}) {
      const auto discount =
          each.discount.value_or(share_of(line.discount, added, line.units));
      const auto tax = each.tax.value_or(share_of(line.tax, added, line.units));
      if (auto fits = check_line(line, added, discount, tax, i); !fits)
        return fits;
      note(field_of(line.line, "quantity"), number_text(live.value),
           number_text(wanted.value));
      line.units += added;
      amount(line.discount, line.discount + discount,
             field_of(line.line, "discount"));
      amount(line.tax, line.tax + tax, field_of(line.line, "tax"));
    } else if (const auto left = live - requested_units(state_, index);
               wanted < left) {
      note(field_of(line.line, "quantity"), number_text(live.value),
           number_text(wanted.value));
      removed_.push_back({line.line, left - wanted});
      edited.change = wanted - left;
      changed = true;
    } else {
      edited.change = quantity{0};
    }
    changed |= text(line.title, each.title, field_of(line.line, "title"));
    changed |= text(line.variant, each.variant, field_of(line.line, "variant"));
    if (changed) lines_.push_back(std::move(edited));
    return done{};
  }

  status draw_new(const line_edit& each, std::size_t i) {
    if (each.sku.empty())
      return refuse(error_code::invalid, "is missing: the line is new",
                    at(i, "sku"));
    if (each.units.value_or(quantity{0}) < quantity{1})
      return refuse(error_code::invalid, "must be at least 1 of a new line",
                    at(i, "quantity"));
    edited_line edited{.line = {.line = each.line,
                                .sku = each.sku,
                                .unit_price = each.unit_price.value_or(money{}),
                                .title = each.title.value_or(""),
                                .variant = each.variant.value_or("")},
                       .change = *each.units,
                       .is_new = true};
    auto& line = edited.line;
    line.units = quantity{0};
    const auto discount = each.discount.value_or(money{});
    const auto tax = each.tax.value_or(money{});
    if (auto fits = check_line(line, *each.units, discount, tax, i); !fits)
      return fits;
    line.units = *each.units;
    line.discount = discount;
    line.tax = tax;
    note("lines." + line.line.value, {},
         number_text(line.units.value) + " x " + line.sku.value);
    lines_.push_back(std::move(edited));
    return done{};
  }

  // As in placing: what is multiplied later does not overflow.
  static status check_line(const order_line& line, quantity added,
                           money discount, money tax, std::size_t i) {
    const auto units = line.units + added;
    if (units.value > limits::max_quantity_units)
      return refuse(error_code::invalid, "are too many units",
                    at(i, "quantity"));
    const auto cost = [&line](quantity of) {
      return static_cast<wide_share>(line.unit_price.value) * of.value;
    };
    if (cost(units) > limits::max_money_minor_units)
      return refuse(error_code::invalid, "times the price is too large",
                    at(i, "quantity"));
    if (discount.value > cost(added))
      return refuse(error_code::invalid, "is more than the units cost",
                    at(i, "discount"));
    if (tax.value > limits::max_money_minor_units - line.tax.value)
      return refuse(error_code::invalid, "is too large", at(i, "tax"));
    return done{};
  }

  void draw_attributes(const line_edit& each) {
    if (each.attributes.empty()) return;
    auto known = std::find_if(
        person_.lines.begin(), person_.lines.end(),
        [&](const line_attributes& of) { return of.line == each.line; });
    if (known == person_.lines.end())
      known = person_.lines.insert(known, line_attributes{each.line, {}});
    attributes(known->attributes, each.attributes,
               field_of(each.line, "attributes"));
    if (known->attributes.empty()) person_.lines.erase(known);
  }

  // --- the rest -------------------------------------------------------------

  void draw_terms() {
    if (const auto& ship = command_.shipping) {
      changes_order_ = true;
      changes_service_ =
          text(body_.shipping.service, ship->service, "shipping.service");
      amount(body_.shipping.price, ship->price, "shipping.price");
    }
    amount(body_.discount, command_.discount, "discount");
    number(body_.priority, command_.priority, "priority");
    if (command_.policy && *command_.policy != body_.policy) {
      note("policy", std::string(word_of(body_.policy)),
           std::string(word_of(*command_.policy)));
      body_.policy = *command_.policy;
    }
    if (command_.objectives && *command_.objectives != body_.objectives) {
      note("objectives", words_of(body_.objectives),
           words_of(*command_.objectives));
      body_.objectives = *command_.objectives;
    }
    changes_order_ = changes_order_ || command_.discount || command_.priority ||
                     command_.policy || command_.objectives;
  }

  template <class Word>
  static std::string_view word_of(Word word) {
    return type_of(&word).words[static_cast<std::size_t>(word)];
  }

  static std::string words_of(const std::vector<objective>& all) {
    std::string words;
    for (const auto each : all)
      words += (words.empty() ? "" : ", ") + std::string(word_of(each));
    return words;
  }

  status check_sums() {
    auto nets = money{};
    for (const auto& each : state_.lines) nets += net_of(each.ordered);
    for (const auto& each : lines_) {
      nets += net_of(each.line);
      if (!each.is_new)
        nets = nets -
               net_of(state_.lines[*state_.line_index(each.line.line)].ordered);
    }
    if (command_.discount && body_.discount > nets)
      return refuse(error_code::invalid, "is more than the lines cost",
                    "discount");
    if (changes_person_ && codec::encode_personal(person_).empty())
      return refuse(error_code::invalid, "are too many and too long",
                    "attributes");
    return done{};
  }

  const order_state& state_;
  const edit_order& command_;
  order_body body_;
  personal_data person_;
  std::vector<edited_line> lines_;
  std::vector<line_choice> removed_;
  std::vector<value_change> changes_;
  bool changes_person_ = false;
  bool changes_address_ = false;
  bool changes_service_ = false;
  bool changes_order_ = false;
};

bool may_be_edited(order_status status) {
  return status == order_status::pending ||
         status == order_status::payment_processing ||
         status == order_status::paid ||
         status == order_status::awaiting_fulfillment ||
         status == order_status::partially_fulfilled;
}

// Another way would need units that are packed, or promised by someone else, to
// come back first.
status check_way(const order_state& state) {
  std::string blocking;
  for (const auto& work : state.fulfillments) {
    const bool has_picked = std::any_of(
        work.lines.begin(), work.lines.end(),
        [](const fulfillment_line& line) { return line.picked > quantity{0}; });
    if (has_picked || (needs_consent(work) && work.remaining() > quantity{0}))
      blocking += (blocking.empty() ? "" : ", ") + work.id.value;
  }
  if (blocking.empty()) return done{};
  return refuse(error_code::invalid_transition,
                "another address or service is too late for what is picked or "
                "accepted: fulfillment " +
                    blocking);
}

status check_removed(const order_state& state,
                     const std::vector<line_choice>& removed) {
  if (removed.empty()) return done{};
  std::map<line_id, quantity> left;
  for (const auto& each : cancellable_units(state))
    left[each.line] = each.units;
  for (const auto& each : removed)
    if (each.units > left[each.line])
      return refuse(
          error_code::quantity_too_great,
          "more units of line " + each.line.value + " than can be cancelled",
          "lines");
  return done{};
}

// What is due for edits: what this one adds to it comes on top, once the order
// has been paid in full.
money due_for_edits(const order_state& state, const order_state& next) {
  if (state.status == order_status::pending ||
      state.status == order_status::payment_processing)
    return money{};
  const auto due = due_of(next);
  const auto more = due - due_of(state);
  return std::max(money{}, std::min(due, edit_due_of(state) + more));
}

std::string text_of(const std::vector<value_change>& changes) {
  std::string text;
  for (const auto& each : changes) {
    text += (text.empty() ? "" : "; ") + each.field;
    if (each.from.empty() && each.to.empty()) continue;
    text += ": " + each.from + " -> " + each.to;
  }
  return text;
}

// Planned on captures and authorizations alike.
order_state when_paid(order_state state, timestamp now) {
  const auto due = due_of(state);
  if (due == money{}) return state;
  auto change = order_change::in_place(state, now);
  change.emit(payment_captured{due, {}, {}, state.plan_on});
  static_cast<void>(change.finish_in_place());
  return state;
}

}  // namespace

bool needs_person(const order_state& state, const edit_order& command) {
  if (!state.has_personal) return false;
  if (command.ship_to || command.bill_to || command.customer ||
      !command.attributes.empty())
    return true;
  return command.lines &&
         std::any_of(
             command.lines->begin(), command.lines->end(),
             [](const line_edit& each) { return !each.attributes.empty(); });
}

order_decision decide(const order_state& state, const edit_order& command,
                      const personal_data& person, timestamp now) {
  edit_drafter draft(state, command, person);
  if (auto drawn = draft.draw(); !drawn) return drawn.failure();
  if (draft.changes_order() && !may_be_edited(state.status))
    return refuse(error_code::invalid_transition,
                  "the order is fulfilled or cancelled");
  if (draft.changes_way())
    if (auto clear = check_way(state); !clear) return clear.failure();
  if (auto removable = check_removed(state, draft.removed()); !removable)
    return removable.failure();
  if (draft.changes_nothing()) return order_outcome{{}, state, now};

  auto edited = draft.drawn();
  auto next = state;
  apply(next, edited, now);
  edited.due = due_for_edits(state, next);
  if (edited.due > money{})
    for (auto& line : edited.lines)
      line.awaiting_payment = std::max(quantity{0}, line.change);
  // Before that nothing has been planned for the old way.
  edited.replans = draft.changes_way() &&
                   (state.status == order_status::awaiting_fulfillment ||
                    state.status == order_status::partially_fulfilled);

  order_change change(state, now);
  const auto total_before = total_of(state);
  auto told = text_of(edited.changes);
  const auto version = std::to_string(state.version + 1);
  change.emit(std::move(edited));
  change.notify("order.changed", version, std::move(told));
  const std::string reason = "edit";
  auto gone =
      cancellation_of(change.state(), draft.removed(), reason, command.note);
  if (!gone.gone.lines.empty() || !gone.gone.promised.empty())
    change.emit(std::move(gone.gone));
  for (auto& request : gone.asked) change.emit(std::move(request));
  // One for all that makes it cost less.
  if (!draft.removed().empty() || total_of(change.state()) < total_before)
    refund_what_left(change, total_before, reason);
  return change.finish();
}

edit_outlook outlook_of(order_outcome decided) {
  edit_outlook outlook;
  auto& shown = outlook.shown;
  shown.total = total_of(decided.next);
  shown.due = due_of(decided.next, shown.total);
  for (const auto& body : decided.events)
    if (const auto* refund = std::get_if<refund_requested>(&body))
      shown.refund += refund->requested;
  outlook.next = when_paid(std::move(decided.next), decided.at);
  const auto& next = outlook.next;
  const bool replans = next.replan_since != 0;
  outlook.lines = replans ? units_to_replan(next) : units_to_plan(next);
  if (replans) outlook.held = movable_units(next);

  // What stays where it is; first what new units of the same source join.
  const auto show = [&](bool joinable) {
    for (const auto& work : next.fulfillments) {
      if (work.remaining() == quantity{0} || work.joinable() != joinable)
        continue;
      dated_parcel parcel{.source = work.source};
      if (!replans) {
        parcel.expected_ship = work.expected_ship;
        parcel.expected_delivery = work.expected_delivery;
      }
      for (const auto& line : work.lines) {
        auto units = line.remaining();
        const auto& ordered = next.lines[line.line].ordered;
        for (const auto& part : outlook.held)
          if (part.fulfillment == work.id)
            for (const auto& leaving : part.lines)
              if (leaving.line == ordered.line) units -= leaving.from_allocated;
        if (units > quantity{0})
          parcel.lines.push_back({ordered.line, ordered.sku, units});
      }
      shown.parcels.push_back(std::move(parcel));
    }
  };
  show(true);
  show(false);
  if (!replans || outlook.lines.empty())
    for (const auto& line : next.lines)
      if (line.buckets.backordered > quantity{0})
        add_waiting(shown, line.ordered.sku, line.buckets.backordered);
  return outlook;
}

void add_waiting(edit_preview& shown, const sku_id& sku, quantity units) {
  for (auto& each : shown.backordered)
    if (each.sku == sku) {
      each.units += units;
      return;
    }
  shown.backordered.push_back({.sku = sku, .units = units});
}

void add_parcel(edit_preview& shown, dated_parcel parcel, bool joins) {
  const auto there = std::find_if(
      shown.parcels.begin(), shown.parcels.end(),
      [&](const dated_parcel& each) { return each.source == parcel.source; });
  if (!joins || there == shown.parcels.end()) {
    shown.parcels.push_back(std::move(parcel));
    return;
  }
  const auto dates =
      calendar::later({there->expected_ship, there->expected_delivery},
                      {parcel.expected_ship, parcel.expected_delivery});
  there->expected_ship = dates.ship;
  there->expected_delivery = dates.delivery;
  for (const auto& units : parcel.lines) {
    const auto known = std::find_if(
        there->lines.begin(), there->lines.end(),
        [&](const line_units& each) { return each.line == units.line; });
    if (known == there->lines.end())
      there->lines.push_back(units);
    else
      known->units += units.units;
  }
}

void drop_empty_parcels(edit_preview& shown) {
  std::erase_if(shown.parcels,
                [](const dated_parcel& each) { return each.lines.empty(); });
}

}  // namespace oms::order
