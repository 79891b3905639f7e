#include "actors/order/place.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <unordered_set>

#include "actors/checker.hpp"
#include "actors/faults.hpp"
#include "actors/order/change.hpp"
#include "actors/order/payment.hpp"
#include "actors/order/price.hpp"
#include "messages/fields/check.hpp"
#include "messages/limits.hpp"

namespace oms::order {

namespace {

// The largest price times the largest quantity has more than 64 bits.
__extension__ using wide = __int128;

// What it lets pass, `net_of` may multiply in 64 bits.
void check_line(checker& check, const order_line& line, std::size_t index) {
  // What has no sensible price has no largest discount either.
  if (line.units < quantity{1} || line.unit_price < money{0}) return;
  const auto at = [index](const char* field) {
    return list_position{"lines", index, field};
  };
  const auto full = static_cast<wide>(line.unit_price.value) * line.units.value;
  check.require(full <= limits::max_money_minor_units, at("unitPrice"),
                "times the quantity is too large");
  check.require(line.discount.value <= full, at("discount"),
                "is more than the line costs");
}

// Whether a line has the id of one ahead of it, asked line by line.
class repeated_lines {
 public:
  explicit repeated_lines(const std::vector<order_line>& lines)
      : lines_(lines) {}

  bool at(std::size_t index) {
    const auto& id = lines_[index].line;
    // As in `line_places`: a few are compared one by one.
    constexpr std::size_t worth_an_index = 16;
    if (lines_.size() >= worth_an_index) return !seen_.insert(id.value).second;
    const auto first = lines_.begin();
    return std::any_of(first, first + static_cast<std::ptrdiff_t>(index),
                       [&id](const auto& each) { return each.line == id; });
  }

 private:
  const std::vector<order_line>& lines_;
  /// Views: thousands of ids are not copied for the check.
  std::unordered_set<std::string_view> seen_;
};

// A relation is told once to each order, which can't be the order itself.
void check_relations(checker& check, const place_order& command) {
  const auto& all = command.body.relates_to;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& id = all[i].order;
    const list_position at{"relatesTo", i, "order"};
    check.require(id != command.order.id, at, "is the order itself");
    const auto first = all.begin();
    check.require(
        std::none_of(first, first + static_cast<std::ptrdiff_t>(i),
                     [&id](const auto& each) { return each.order == id; }),
        at, "is named twice");
  }
}

// The record of a person is one value of the store. The texts of the order
// always fit; the attributes of thousands of lines may not. Names the line
// with which they become too many.
void check_attributes(checker& check, const std::vector<order_line>& lines) {
  // More than the record adds to a text.
  constexpr std::size_t per_entry = 64;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].attributes.empty()) continue;
    bytes += per_entry + lines[i].line.value.size();
    for (const auto& [key, text] : lines[i].attributes.entries)
      bytes += per_entry + key.size() + text.size();
    if (bytes <= limits::max_line_attribute_bytes) continue;
    check.require(false, list_position{"lines", i, "attributes"},
                  "with those of the lines before, is too long");
    return;
  }
}

bool is_letter(unsigned char c) { return std::isalpha(c) != 0; }

}  // namespace

bool may_be_currency(const std::string& text) {
  return text.size() > limits::currency_bytes ||
         (text.size() == limits::currency_bytes &&
          std::all_of(text.begin(), text.end(), is_letter));
}

std::vector<fault> faults_of(const place_order& command) {
  checker check;
  check.add(fields::faults_of(type_of(&command), &command));
  const auto& body = command.body;
  // The key in the log is "brand/id", and the first '/' divides it.
  check.require(command.order.brand.value.find('/') == std::string::npos,
                "brand", "must not contain '/'");
  check.require(may_be_currency(body.currency), "currency",
                "must be three letters");
  check_relations(check, command);
  check_attributes(check, body.lines);
  repeated_lines repeated(body.lines);
  money nets;
  for (std::size_t i = 0; i < body.lines.size(); ++i) {
    check_line(check, body.lines[i], i);
    check.require(!repeated.at(i), list_position{"lines", i, "line"},
                  "is a duplicate");
  }
  auto faults = std::move(check).faults();
  // Summed only where every line is in range: then no sum overflows.
  if (!faults.empty()) return faults;
  for (const auto& line : body.lines) nets += net_of(line);
  if (body.discount > nets)
    faults.push_back({"discount", "is more than the lines cost"});
  return faults;
}

order_decision decide(const order_state& state, const place_order& command,
                      std::uint64_t number, plan_moment plan_on, timestamp now,
                      std::span<const order_id> existing) {
  if (state.exists()) {
    // The same body is the same order, however often it is sent. The time of
    // placing counts only where the repetition states one: the first may have
    // been dated by the engine. Personal data is not in the state;
    // `same_person` compares it once it is read from the store.
    auto known = state.edited ? *state.original : *state.body;
    if (!state.edited)
      for (const auto& line : state.lines) known.lines.push_back(line.ordered);
    if (!command.body.placed_at) known.placed_at.reset();
    if (known == command.body) return order_outcome{{}, state, now};
    return refuse(error_code::conflict,
                  "another order has the id " + command.order.id.value);
  }
  order_change change(state, now);
  auto body = command.body;
  if (!body.placed_at) body.placed_at = now;
  order_placed placed{.body = std::move(body), .number = number};
  placed.has_personal = !command.personal.empty();
  // Most orders of a load test have none, and then nothing is shared.
  if (placed.has_personal) placed.personal = command.personal;
  change.emit(std::move(placed));
  change.notify("order.placed", "", "");
  for (const auto& each : command.body.relates_to)
    change.emit(order_related{
        .order = each.order,
        .kind = each.kind,
        .is_told = std::find(existing.begin(), existing.end(), each.order) !=
                   existing.end()});
  // In the same decision, and so in the same commit: no crash leaves the order
  // without the money.
  const auto& paid = command.body.payment;
  if (paid && paid->captured > money{0}) {
    change.emit(payment_captured{paid->captured, paid->reference, {}, plan_on});
    tell_if_overpaid(change);
  }
  if (paid && paid->authorized > money{0})
    change.emit(payment_authorized{paid->authorized, paid->reference, plan_on});
  return change.finish();
}

order_events related(order_state& state, const order_id& from,
                     relation_kind kind, timestamp now) {
  auto change = order_change::in_place(state, now);
  change.emit(order_related{.order = from, .kind = kind});
  return change.finish_in_place();
}

status same_person(const order_state& state, const place_order& command,
                   const personal_data& stored) {
  if (state.personal_data_erased || command.personal == stored) return done{};
  return refuse(error_code::conflict, "the order " + command.order.id.value +
                                          " has another name or address");
}

}  // namespace oms::order
