#include "messages/commands.hpp"

#include <type_traits>
#include <variant>

namespace oms {

template class compiled_variant<command_variant>;

const fields::type_info& fields_of(fulfillment_action action) {
  switch (action) {
    case fulfillment_action::accept:
      break;
    case fulfillment_action::pick:
    case fulfillment_action::unpick:
      return pick_fields();
    case fulfillment_action::reject:
      return rejection_fields();
    case fulfillment_action::short_pick:
      return short_pick_fields();
    case fulfillment_action::ship:
      return ship_fields();
    case fulfillment_action::cancel_answer:
      return cancel_answer_fields();
    case fulfillment_action::label:
      return label_fields();
    case fulfillment_action::void_label:
      return void_label_fields();
    case fulfillment_action::move:
      return move_fields();
  }
  return acceptance_fields();
}

listed_fields listed_fields_of(const command_body& body) {
  return std::visit(
      [](const auto& command) -> listed_fields {
        using type = std::remove_cvref_t<decltype(command)>;
        if constexpr (requires { command.change; }) {
          if (command.change) return {};
          if constexpr (requires { command.settings; })
            return {&type_of(&command.settings), &command.settings};
          else
            return {&type_of(&command.rules), &command.rules};
        } else if constexpr (std::is_same_v<type, work_fulfillment>) {
          return {&fields_of(command.action), &command};
        } else {
          return {&type_of(&command), &command};
        }
      },
      body);
}

}  // namespace oms
