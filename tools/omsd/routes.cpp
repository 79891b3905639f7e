#include "tools/omsd/routes.hpp"

namespace oms::omsd {

namespace {

struct compiled {
  std::vector<std::string_view> segments;
  const route* of = nullptr;
};

std::vector<std::string_view> segments_of(std::string_view pattern) {
  std::vector<std::string_view> all;
  std::size_t at = 1;
  while (at <= pattern.size()) {
    const auto end = std::min(pattern.find('/', at), pattern.size());
    all.push_back(pattern.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

// The patterns are split once. They point into `routes()`, which lives as long.
const std::vector<compiled>& compiled_routes() {
  static const auto all = [] {
    std::vector<compiled> made;
    for (const auto& each : routes())
      made.push_back({segments_of(each.pattern), &each});
    return made;
  }();
  return all;
}

bool is_name(std::string_view segment) { return segment.starts_with('{'); }

bool fits(const compiled& route, const std::vector<std::string>& path) {
  if (route.segments.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_name(route.segments[i])) {
      // No id is empty; "/v1/orders//notes" is a mistake.
      if (path[i].empty()) return false;
    } else if (route.segments[i] != path[i]) {
      return false;
    }
  }
  return true;
}

const char* allowed(http_method method) {
  switch (method) {
    case http_method::get:
      return "GET, HEAD";
    case http_method::post:
      return "POST";
    case http_method::put:
      return "PUT";
    case http_method::patch:
      return "PATCH";
    case http_method::del:
      return "DELETE";
    case http_method::other:
      break;
  }
  return "";
}

}  // namespace

route reading(std::string_view pattern, std::string_view summary,
              handler handle, const fields::type_info* answer,
              std::vector<parameter> parameters) {
  route made;
  made.pattern = pattern;
  made.summary = summary;
  made.answer = answer;
  made.parameters = std::move(parameters);
  made.handle = std::move(handle);
  return made;
}

route commanding(http_method method, std::string_view pattern,
                 files::role needs, std::string_view summary,
                 const fields::type_info* body, handler handle,
                 std::vector<parameter> parameters) {
  route made;
  made.method = method;
  made.pattern = pattern;
  made.needs = needs;
  made.summary = summary;
  made.body = body;
  made.answer = shape<api::receipt_answer>();
  made.parameters = std::move(parameters);
  made.handle = std::move(handle);
  return made;
}

const std::vector<route>& routes() {
  static const auto all = [] {
    std::vector<route> made;
    add_order_routes(made);
    add_fulfillment_routes(made);
    add_network_routes(made);
    add_cart_routes(made);
    add_trail_routes(made);
    add_admin_routes(made);
    add_actor_routes(made);
    return made;
  }();
  return all;
}

// Tries the routes in turn: there are some eighty, so no index is needed.
matched match(request& asked) {
  matched outcome;
  bool is_spelt_out = false;
  for (const auto& each : compiled_routes()) {
    if (!fits(each, asked.path)) continue;
    if (each.of->method != asked.method) {
      // The path exists. If no route has the method, the answer is 405 and
      // names those that do, and not 404. A path that is spelt out is
      // described by itself, and not by one whose names it may fill.
      const bool spelt_out =
          std::none_of(each.segments.begin(), each.segments.end(),
                       [](const auto& segment) { return is_name(segment); });
      if (is_spelt_out && !spelt_out) continue;
      if (spelt_out && !is_spelt_out) outcome.allowed.clear();
      is_spelt_out = spelt_out;
      outcome.allowed += outcome.allowed.empty() ? "" : ", ";
      outcome.allowed += allowed(each.of->method);
      continue;
    }
    for (std::size_t i = 0; i < asked.path.size(); ++i) {
      const auto segment = each.segments[i];
      if (is_name(segment))
        asked.named.emplace(segment.substr(1, segment.size() - 2),
                            asked.path[i]);
    }
    outcome.found = each.of;
    return outcome;
  }
  return outcome;
}

}  // namespace oms::omsd
