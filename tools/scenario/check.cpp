#include "tools/scenario/check.hpp"

#include <fmt/core.h>

#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/scenario/expect.hpp"

namespace oms::scenario {

namespace {

using json::value;

// A subject that does not exist is a difference like any other: the file may
// expect it in another branch of `oneOf`.
mismatch not_there(const expectation& expected, const error& failure) {
  return {"", json::one_line(expected.named),
          fmt::format("{}: {}", json::name_of(failure.code), failure.message)};
}

// Holds the answer of a query against `compare_answer`.
template <class T, class Compare>
std::optional<mismatch> check_answer(const expectation& expected,
                                     const result<T>& answer,
                                     Compare compare_answer) {
  if (!answer) return not_there(expected, answer.failure());
  return compare_answer(*answer);
}

// Of the events of an order.
template <class Facts>
std::optional<mismatch> check_trail(engine& asked, const expectation& expected,
                                    Facts facts) {
  return check_answer(expected, asked.order_timeline(expected.order),
                      [&](const std::vector<event>& trail) {
                        return compare(expected.named, facts(trail),
                                       list_order::as_given);
                      });
}

std::optional<mismatch> check_alerts(
    engine& asked, const expectation& expected, const entity_ref& of,
    const std::optional<std::string>& subject) {
  std::optional<std::vector<open_alert>> open;
  if (expected.named.value("open", false)) {
    auto found = asked.open_alerts(of);
    if (!found) return not_there(expected, found.failure());
    open = std::move(*found);
  }
  return check_answer(
      expected, asked.timeline(of), [&](const std::vector<event>& trail) {
        return compare(expected.named, alert_facts(trail, subject, open),
                       list_order::as_given);
      });
}

std::optional<mismatch> check_total(engine& asked,
                                    const expectation& expected) {
  const json::value facts{
      {"orders", asked.stats().orders_with(expected.status)}};
  return compare(expected.named, facts);
}

std::optional<mismatch> check_preview(engine& asked,
                                      const expectation& expected) {
  const auto answered =
      asked.execute(command{expected.edit, actor_name{"preview"}, {}});
  if (!answered) return not_there(expected, answered.failure());
  return compare(
      expected.named,
      preview_facts(expected.named, answered->edit.value_or(edit_preview{})));
}

// If nothing fits, each alternative says where it differs, since it is not
// known which one was meant.
std::optional<mismatch> check_one_of(engine& asked, const expectation& expected,
                                     const last_answers& last) {
  mismatch out{"oneOf", "", ""};
  std::size_t number = 1;
  for (const expectation& alternative : expected.alternatives) {
    const auto difference = check(asked, alternative, last);
    if (!difference) return std::nullopt;
    const char* separator = number == 1 ? "" : "; or ";
    out.expected += fmt::format("{}({}) {} {}", separator, number,
                                difference->where, difference->expected);
    out.actual += fmt::format("{}({}) {}", separator[0] == 0 ? "" : "; ",
                              number, difference->actual);
    ++number;
  }
  return out;
}

}  // namespace

std::optional<mismatch> check(engine& asked, const expectation& expected,
                              const last_answers& last) {
  const auto& named = expected.named;
  const auto compare_view = [&named](const auto& view) {
    return compare(named, json::write(view));
  };
  switch (expected.about) {
    case subject::order:
      return check_answer(expected, asked.order(expected.order),
                          [&named](const order_view& order) {
                            return compare_order(named, order);
                          });
    case subject::stock:
      return check_answer(expected, asked.stock(expected.place, expected.sku),
                          compare_view);
    case subject::incoming:
      return check_answer(
          expected, asked.incoming(expected.place, expected.sku),
          [&named](const std::vector<incoming_view>& lines) {
            return compare(named, {{"lines", json::write_list(lines)}});
          });
    case subject::supplier:
      return check_answer(expected,
                          asked.supplier_stock(expected.place, expected.sku),
                          compare_view);
    case subject::quote:
      return check_answer(expected, asked.quote(expected.wanted),
                          [&named](const quote_view& quote) {
                            return compare_quote(named, quote);
                          });
    case subject::backorders:
      return check_answer(expected, asked.backorders(expected.sku),
                          [&named](const std::vector<waiting_view>& queue) {
                            return compare_backorder_queue(named, queue);
                          });
    case subject::notifications:
      return check_trail(asked, expected, notification_facts);
    case subject::alerts_of_order:
      return check_alerts(asked, expected, entity_of(expected.order), {});
    case subject::alerts_of_stock:
      return check_alerts(asked, expected,
                          {entity_kind::location, expected.place},
                          expected.sku.value);
    case subject::timeline:
      return check_answer(expected, asked.order_timeline(expected.order),
                          [&named](const std::vector<event>& trail) {
                            return compare_timeline(named, trail);
                          });
    case subject::transitions:
      return check_trail(asked, expected, transition_facts);
    case subject::invariants:
      return compare_invariants(asked.check_invariants());
    case subject::total:
      return check_total(asked, expected);
    case subject::preview:
      return check_preview(asked, expected);
    case subject::consolidation:
      if (!last.consolidation)
        return mismatch{"", json::one_line(named), "nothing was consolidated"};
      return compare_view(*last.consolidation);
    case subject::one_of:
      break;
  }
  return check_one_of(asked, expected, last);
}

}  // namespace oms::scenario
