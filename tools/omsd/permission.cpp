#include "tools/omsd/permission.hpp"

#include <type_traits>
#include <variant>

#include "messages/reserved_names.hpp"

namespace oms::omsd {

namespace {

template <class Body, class... Those>
inline constexpr bool is_one_of = (std::is_same_v<Body, Those> || ...);

error forbidden(std::string why) {
  return {error_code::forbidden, std::move(why), {}};
}

// The brand that a command touches; none for the network as a whole.
const brand_id* brand_of(const command_body& body) {
  return std::visit(
      [](const auto& command) -> const brand_id* {
        if constexpr (requires { command.order.brand; })
          return &command.order.brand;
        else if constexpr (requires { command.wanted.brand; })
          return &command.wanted.brand;
        else if constexpr (requires { command.brand; })
          return &command.brand;
        else if constexpr (requires { command.rules.brand; })
          return &command.rules.brand;
        else
          return nullptr;
      },
      body);
}

}  // namespace

// What is not listed needs `operate`. Stock is for those who handle goods, and
// what changes the network or erases people is for administrators.
files::role role_needed(const command_body& body) {
  return std::visit(
      []<class Body>(const Body&) {
        if constexpr (is_one_of<Body, receive_stock, adjust_stock, count_stock,
                                set_safety_stock, define_product,
                                announce_incoming, end_incoming, transfer_stock,
                                close_transfer>)
          return files::role::stock;
        else if constexpr (is_one_of<Body, define_location, define_supplier,
                                     set_routing, erase_personal_data>)
          return files::role::admin;
        else
          return files::role::operate;
      },
      body);
}

status permitted(const files::access& who, const command_body& body) {
  const auto needed = role_needed(body);
  if (!who.may(needed))
    return forbidden("this needs the role " +
                     std::string(files::name_of(needed)));
  // The alerts of locations and suppliers are about all brands.
  if (const auto* seen = std::get_if<acknowledge_alert>(&body);
      seen != nullptr && seen->order.id.empty())
    return may_see_all_brands(who);
  // It does not say whose reservation it is.
  if (std::holds_alternative<release_reservation>(body))
    return may_see_all_brands(who);
  // Without a brand it is about all of them.
  if (const auto* all = std::get_if<consolidate_orders>(&body);
      all != nullptr && all->brand.empty())
    return may_see_all_brands(who);
  const auto* brand = brand_of(body);
  if (brand != nullptr && !who.may(*brand))
    return forbidden("the token is not valid for brand \"" + brand->value +
                     "\"");
  return done{};
}

result<brand_id> brand_for(const files::access& who,
                           const std::optional<brand_id>& named) {
  auto brand = named ? *named : who.default_brand();
  if (!who.may(brand))
    return forbidden("the token is not valid for brand \"" + brand.value +
                     "\"");
  return brand;
}

status may_see_all_brands(const files::access& who) {
  if (who.brands.empty() || who.may(files::role::admin)) return done{};
  return forbidden(
      "this covers all brands: it needs the role admin, or a token for all "
      "brands");
}

bool may_see(const files::access& who, const event& happened) {
  if (who.brands.empty()) return true;
  // Events of sources name orders of all brands, so they are hidden as a whole.
  return happened.entity.kind == entity_kind::order &&
         who.may(order_of(happened.entity).brand);
}

// Without tokens a caller has no name.
actor_name name_in_trail(const files::access& who, std::string named) {
  if (!named.empty()) return actor_name{std::move(named)};
  return actor_name{who.name.empty() ? reserved::api : who.name};
}

// The engine signs what a source decides with the source's id. A caller under
// that name could make the trail say that the source decided.
status may_sign(const engine& decides, const actor_name& by) {
  if (!decides.has_source(by.value)) return done{};
  return forbidden(
      by.value +
      " is the id of a location or supplier, which signs its own decisions "
      "with it; choose another name in X-Actor (over RPC, in by)");
}

}  // namespace oms::omsd
