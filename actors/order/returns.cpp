#include "actors/order/returns.hpp"

#include <algorithm>
#include <map>

#include "actors/faults.hpp"
#include "actors/order/change.hpp"

namespace oms::order {

namespace {

// Orders have few returns, so no index.
const order_return* find_return(const order_state& state, const return_id& id) {
  for (const auto& each : state.returns)
    if (each.id == id) return &each;
  return nullptr;
}

// All lines before any quantity: of several faults, `invalid` is the answer.
template <class Line>
std::optional<error> unknown_line(const order_state& state,
                                  const std::vector<Line>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!state.line_index(lines[i].line))
      return refuse(error_code::invalid, "is not a line of the order",
                    "lines[" + std::to_string(i) + "].line");
  return {};
}

// Shipped units count as well, because nothing depends on the carrier's word
// that they were delivered.
quantity returnable(const order_line_state& line) {
  return line.buckets.shipped + line.buckets.delivered - line.in_return;
}

/// The named lines, or everything that can come back.
result<std::vector<line_units>> lines_of(const order_state& state,
                                         const request_return& command) {
  std::vector<line_units> lines;
  if (!command.lines) {
    for (const auto& line : state.lines)
      if (returnable(line) > quantity{0})
        lines.push_back(
            {line.ordered.line, line.ordered.sku, returnable(line)});
    if (lines.empty())
      return refuse(error_code::quantity_too_great,
                    "nothing of the order can come back");
    return lines;
  }
  const auto& wanted = *command.lines;
  if (auto fault = unknown_line(state, wanted)) return std::move(*fault);
  std::map<line_id, quantity> sums;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& line = state.lines[*state.line_index(wanted[i].line)];
    // The command may name a line more than once. Compared with what is left,
    // so that no sum overflows.
    auto& sum = sums[wanted[i].line];
    if (wanted[i].units > returnable(line) - sum)
      return refuse(error_code::quantity_too_great,
                    "more units than were shipped and are not in a return",
                    "lines[" + std::to_string(i) + "].quantity");
    sum += wanted[i].units;
    lines.push_back({wanted[i].line, line.ordered.sku, wanted[i].units});
  }
  return lines;
}

// A return may come in several receipts.
quantity expected_of(const order_return& back, const line_id& line) {
  quantity open;
  for (const auto& each : back.lines)
    if (each.line == line) open += each.units;
  for (const auto& each : back.received)
    if (each.line == line) open -= each.from_delivered + each.from_shipped;
  return open;
}

/// The named lines, or everything that the return still expects.
std::vector<returned_line> lines_of(const order_return& back,
                                    const receive_return& command) {
  if (command.lines) return *command.lines;
  std::vector<returned_line> lines;
  for (const auto& each : back.lines)
    if (const auto open = expected_of(back, each.line); open > quantity{0})
      lines.push_back({each.line, open, return_condition::sellable});
  return lines;
}

bool is_open(const order_return& back) {
  return back.status == return_status::requested ||
         back.status == return_status::received;
}

}  // namespace

order_decision decide(const order_state& state, const request_return& command,
                      timestamp now) {
  order_change change(state, now);
  auto id = command.id;
  // Callers name returns as they like, so the next number may be taken.
  for (auto number = state.returns.size() + 1;
       id.empty() || (command.id.empty() && find_return(state, id) != nullptr);
       ++number)
    id = return_id{std::to_string(number)};
  if (const auto* known = find_return(state, id)) {
    std::vector<line_choice> asked;
    for (const auto& each : known->lines)
      asked.push_back({each.line, each.units});
    // Without lines it asked for all that could come back then; now less may be
    // left, and it is still the same return.
    if (!command.lines || asked == *command.lines) return change.finish();
    return refuse(error_code::conflict, "another return has this id", "return");
  }
  auto lines = lines_of(state, command);
  if (!lines) return lines.failure();
  change.emit(return_requested{id, std::move(*lines), command.reason});
  return change.finish();
}

order_decision decide(const order_state& state, const receive_return& command,
                      timestamp now) {
  if (command.lines)
    if (auto fault = unknown_line(state, *command.lines))
      return std::move(*fault);
  order_change change(state, now);
  const auto* back = find_return(state, command.id);
  if (back == nullptr)
    return refuse(error_code::not_found, "the order has no such return",
                  "return");
  if (!is_open(*back))
    return refuse(error_code::invalid_transition, "the return is over");
  return_received event{.id = command.id,
                        .location = {source_kind::location, command.location},
                        .lines = {}};
  // Drawn per line as we go: one line may come in two conditions.
  std::map<line_id, std::pair<quantity, quantity>> drawn;
  const auto lines = lines_of(*back, command);
  // Delivered units before shipped ones, as docs/DOMAIN.md says.
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& came = lines[i];
    const auto& line = state.lines[*state.line_index(came.line)];
    auto& [delivered, shipped] = drawn[came.line];
    // The carrier may have lost units, or brought them back, since the return
    // was requested.
    const auto open = std::min(expected_of(*back, came.line),
                               line.buckets.delivered + line.buckets.shipped);
    if (came.units > open - delivered - shipped)
      return refuse(error_code::quantity_too_great,
                    "more units than the return expects",
                    "lines[" + std::to_string(i) + "].quantity");
    const auto from_delivered =
        std::min(came.units, line.buckets.delivered - delivered);
    const auto from_shipped = came.units - from_delivered;
    delivered += from_delivered;
    shipped += from_shipped;
    event.lines.push_back({came.line, line.ordered.sku, from_delivered,
                           from_shipped, came.condition});
  }
  change.emit(std::move(event));
  return change.finish();
}

order_decision decide(const order_state& state, const decide_return& command,
                      timestamp now) {
  order_change change(state, now);
  const auto* back = find_return(state, command.id);
  if (back == nullptr)
    return refuse(error_code::not_found, "the order has no such return",
                  "return");
  // Returns are taken in as they come, so accepting one changes nothing.
  if (command.accepted || back->status == return_status::declined)
    return change.finish();
  if (back->status != return_status::requested)
    return refuse(error_code::invalid_transition,
                  "units of the return have come back already");
  change.emit(return_declined{command.id});
  return change.finish();
}

}  // namespace oms::order
