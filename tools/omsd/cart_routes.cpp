#include <kj/encoding.h>

#include "messages/fields/json_write.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/value.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/permission.hpp"

namespace oms::omsd {

namespace {

// The body may name the brand, or the parameter, or the token implies it.
status choose_brand(const request& asked, cart& wanted) {
  auto brand = wanted.brand.empty() ? brand_asked(asked)
                                    : brand_for(asked.who, wanted.brand);
  if (!brand) return brand.failure();
  wanted.brand = std::move(*brand);
  return done{};
}

void quote(service& of, const request& asked, const reply& to) {
  cart wanted;
  if (auto read = read_body(asked, type_of(&wanted), &wanted); !read)
    return to.answer(problem(read.failure()));
  if (auto chosen = choose_brand(asked, wanted); !chosen)
    return to.answer(problem(chosen.failure()));
  query_call(of, asked, to,
             [&of, wanted = share(std::move(wanted))]() -> response {
               const auto got = of.engine.behind().quote(*wanted);
               if (!got) return problem(got.failure());
               return {200, fields::write_json(*got), json_type, {}};
             });
}

std::string location_of(const reservation_id& id) {
  return std::string("/v1/reservations/") +
         kj::encodeUriComponent(kj::StringPtr(id.value.c_str())).cStr();
}

std::string reserved_at(const request& asked) {
  reserve_stock made;
  return read_body(asked, type_of(&made), &made) ? location_of(made.reservation)
                                                 : "";
}

void reserve(service& of, const request& asked, const reply& to) {
  reserve_stock wanted;
  if (auto read = read_body(asked, type_of(&wanted), &wanted); !read)
    return to.answer(problem(read.failure()));
  if (auto chosen = choose_brand(asked, wanted.wanted); !chosen)
    return to.answer(problem(chosen.failure()));
  auto location = location_of(wanted.reservation);
  run_command(
      of, asked, std::move(wanted),
      [to, location = std::move(location)](const answer& got) {
        if (!got) return to.answer(problem(got.failure()));
        response made{201, fields::write_json(*got->reservation), json_type};
        made.location = location;
        to.answer(std::move(made));
      },
      to);
}

void release(service& of, const request& asked, const reply& to) {
  release_reservation told;
  told.reservation = reservation_id(asked.id("reservation"));
  if (asked.body.empty()) return run_command(of, asked, to, std::move(told));
  command_call(of, asked, to, std::move(told));
}

void list_reservations(service& of, const request& asked, const reply& to) {
  if (auto may = may_see_all_brands(asked.who); !may)
    return to.answer(problem(may.failure()));
  const auto limit = limit_asked(asked);
  if (!limit) return to.answer(problem(limit.failure()));
  query_call(of, asked, to,
             [&of, limit = *limit,
              after = reservation_id(asked.asked("cursor").value_or(""))] {
               const auto page = of.engine.behind().reservations(after, limit);
               json::value shown{{"reservations", json::write_list(page)}};
               if (page.size() == limit)
                 shown["cursor"] = page.back().reservation.value;
               return response{200, json::one_line(shown), json_type};
             });
}

}  // namespace

void add_cart_routes(std::vector<route>& all) {
  auto quoted = commanding(http_method::post, "/v1/quotes", files::role::read,
                           "What would ship for a cart, from where and when; "
                           "changes nothing.",
                           shape<cart>(), quote, {brand_parameter});
  quoted.answer = shape<quote_view>();
  all.push_back(std::move(quoted));
  auto reserved = commanding(
      http_method::post, "/v1/reservations", files::role::operate,
      "Hold units for a cart until a deadline. The same id with the same body "
      "gets the same answer.",
      shape<reserve_stock>(), reserve, {brand_parameter});
  reserved.answer = shape<reservation_view>();
  reserved.success = 201;
  reserved.location = reserved_at;
  all.push_back(std::move(reserved));
  all.push_back(reading("/v1/reservations",
                        "The reservations that hold something, with what they "
                        "hold now.",
                        list_reservations, nullptr,
                        {limit_parameter, cursor_parameter}));
  all.push_back(commanding(http_method::del, "/v1/reservations/{reservation}",
                           files::role::operate,
                           "Release a reservation; with lines, a part of it.",
                           shape<release_reservation>(), release));
}

}  // namespace oms::omsd
