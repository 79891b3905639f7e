#include "tools/omsd/checked_request.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "tools/omsd/body_encoding.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/request_rules.hpp"
#include "tools/omsd/request_target.hpp"

namespace oms::omsd {

namespace {

constexpr int method_not_allowed = 405;
constexpr int unsupported_media_type = 415;

using refusal = std::optional<response>;

http_method method_of(std::string_view method) {
  if (method == "GET" || method == "HEAD") return http_method::get;
  if (method == "POST") return http_method::post;
  if (method == "PUT") return http_method::put;
  if (method == "PATCH") return http_method::patch;
  if (method == "DELETE") return http_method::del;
  return http_method::other;
}

// A header field that may be given at most once.
result<std::string> single_field(const request_head& head,
                                 const std::string& name) {
  if (head.count(name) > 1)
    return error{error_code::invalid, name + " is given twice", {}};
  return std::string(head.find(name));
}

response not_allowed(std::string allowed) {
  auto made = problem(
      {error_code::invalid, "the path does not support this method", {}},
      method_not_allowed);
  made.allow = std::move(allowed);
  return made;
}

// /healthz and /readyz need no token: load balancers have none.
bool is_open_to_all(const route* of) {
  return of != nullptr &&
         (of->pattern == "/healthz" || of->pattern == "/readyz");
}

refusal find_route(const request_head& head, const files::access_list& who,
                   checked_request& call) {
  const auto authorization = single_field(head, "Authorization");
  if (!authorization) return problem(authorization.failure());
  auto caller = who.caller(*authorization);
  const auto found = match(call.asked);
  call.found = found.found;
  const bool needs_token = !is_open_to_all(found.found);
  if (!caller && needs_token) return problem(caller.failure());
  if (caller) call.asked.who = std::move(*caller);
  if (found.found == nullptr)
    return found.allowed.empty()
               ? problem({error_code::not_found,
                          "there is no such path; see /openapi.json",
                          {}})
               : not_allowed(found.allowed);
  if (needs_token && !call.asked.who.may(found.found->needs))
    return problem({error_code::forbidden,
                    "this needs the role " +
                        std::string(files::name_of(found.found->needs)),
                    {}});
  return {};
}

refusal read_names(const request_head& head, checked_request& call) {
  auto& asked = call.asked;
  auto actor = single_field(head, "X-Actor");
  if (!actor) return problem(actor.failure());
  auto key = single_field(head, "Idempotency-Key");
  if (!key) return problem(key.failure());
  asked.by = actor_name{std::move(*actor)};
  asked.idempotency_key = std::move(*key);
  // What the header says is checked, not what a token's name adds to it.
  if (const auto wrong = fault_of_request(asked, *call.found))
    return problem(*wrong);
  asked.by = name_in_trail(asked.who, std::move(asked.by.value));
  return {};
}

refusal check_header(const request_head& head, const files::access_list& who,
                     checked_request& call) {
  auto& asked = call.asked;
  // First what a refusal needs too: how it travels, and what the log says.
  asked.takes_gzip = accepts_gzip(head.find("Accept-Encoding"));
  asked.target = head.target;
  asked.wants_text = head.find("Accept").starts_with("text/plain");
  asked.method = method_of(head.method);
  if (auto target = read_target(head.target, asked); !target)
    return problem(target.failure());
  if (auto refused = find_route(head, who, call)) return refused;
  if (auto refused = read_names(head, call)) return refused;
  const auto coding = head.find("Content-Encoding");
  if (!coding.empty() && coding != "identity")
    return problem({error_code::invalid,
                    "a body with a Content-Encoding is not supported",
                    {}},
                   unsupported_media_type);
  return {};
}

}  // namespace

checked_request check_request(const request_head& head,
                              const files::access_list& who) {
  checked_request made;
  made.refused = check_header(head, who, made);
  return made;
}

}  // namespace oms::omsd
