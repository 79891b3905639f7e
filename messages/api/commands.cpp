#include "messages/api/commands.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <type_traits>
#include <variant>

namespace oms::api {

namespace {

template <class Command>
auto& described(Command& command) {
  if constexpr (requires { command.settings; })
    return command.settings;
  else if constexpr (requires { command.rules; })
    return command.rules;
  else
    return command;
}

template <class Command>
const fields::type_info& described_type() {
  using record =
      std::remove_cvref_t<decltype(described(*static_cast<Command*>(nullptr)))>;
  return type_of(static_cast<const record*>(nullptr));
}

template <class Command, std::size_t I = 0>
constexpr std::size_t index_of() {
  if constexpr (std::is_same_v<Command,
                               std::variant_alternative_t<I, command_variant>>)
    return I;
  else
    return index_of<Command, I + 1>();
}

template <class Command>
constexpr command_kind named(const char* name, std::uint16_t ordinal) {
  return {.name = name,
          .ordinal = ordinal,
          .index = index_of<Command>(),
          .type = &described_type<Command>,
          .record = [](void* command) -> void* {
            return &described(*static_cast<Command*>(command));
          }};
}

// A command's number is never used again once it is written here. The number of
// one that is removed stays in the schema as `unused`.
constexpr command_kind kinds[] = {
    named<place_order>("place", 2),
    named<record_payment>("payment", 3),
    named<cancel_order>("cancellation", 4),
    named<place_hold>("hold", 5),
    named<release_hold>("unhold", 6),
    named<add_note>("note", 7),
    named<plan_order>("plan", 8),
    named<erase_personal_data>("erasure", 9),
    named<request_refund>("refund", 10),
    named<settle_refund>("settlement", 11),
    named<request_return>("return", 12),
    named<receive_return>("returnReceipt", 13),
    named<decide_return>("returnDecision", 14),
    named<work_fulfillment>("work", 15),
    named<track_shipment>("tracking", 16),
    named<define_location>("location", 17),
    named<define_supplier>("supplier", 18),
    named<define_product>("product", 19),
    named<set_routing>("routing", 20),
    named<receive_stock>("receipt", 21),
    named<adjust_stock>("adjustment", 22),
    named<count_stock>("count", 23),
    named<set_safety_stock>("safetyStock", 24),
    named<answer_backorder>("backorderAnswer", 25),
    named<deliver_notification>("delivery", 26),
    named<acknowledge_alert>("acknowledgement", 27),
    named<edit_order>("edit", 28),
    named<announce_incoming>("incoming", 29),
    named<end_incoming>("incomingEnd", 30),
    named<transfer_stock>("transfer", 31),
    named<close_transfer>("transferClose", 32),
    named<reserve_stock>("reservation", 33),
    named<release_reservation>("release", 34),
    named<consolidate_orders>("consolidation", 35),
};

constexpr bool names_each_command_once() {
  for (std::size_t i = 0; i < std::size(kinds); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (kinds[i].index == kinds[j].index) return false;
  return std::size(kinds) == std::variant_size_v<command_variant>;
}
static_assert(names_each_command_once(),
              "the list does not name each command once");
static_assert(kinds[0].ordinal >= first_command_ordinal &&
                  std::ranges::adjacent_find(kinds, std::greater_equal<>{},
                                             &command_kind::ordinal) ==
                      std::ranges::end(kinds),
              "the list is not in the order of its numbers");

}  // namespace

std::span<const command_kind> command_kinds() { return kinds; }

const command_kind* command_with(unsigned ordinal) {
  const auto* at =
      std::ranges::lower_bound(kinds, ordinal, {}, &command_kind::ordinal);
  return at != std::ranges::end(kinds) && at->ordinal == ordinal ? at : nullptr;
}

const command_kind& kind_of(const command_body& body) {
  return *std::ranges::find(kinds, body.index(), &command_kind::index);
}

}  // namespace oms::api
