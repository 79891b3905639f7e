#include "tools/omsd/request.hpp"

#include "messages/api/json.hpp"

namespace oms::omsd {

int http_status_of(error_code code) {
  switch (code) {
    case error_code::invalid:
      return 400;
    case error_code::unauthorized:
      return 401;
    case error_code::forbidden:
      return 403;
    case error_code::not_found:
      return 404;
    case error_code::conflict:
    case error_code::invalid_transition:
    case error_code::quantity_too_great:
    case error_code::refund_too_great:
    case error_code::insufficient_stock:
      return 409;
    case error_code::too_large:
      return 413;
    case error_code::overloaded:
      return 429;
    case error_code::storage_unavailable:
      return 503;
  }
  return 500;
}

response problem(const error& failure, int http_status) {
  // A body with ten thousand wrong lines is not answered with as many faults:
  // the answer would be larger than the body.
  constexpr std::size_t max_faults_shown = 1'000;
  if (failure.faults.size() > max_faults_shown) {
    auto shown = failure;
    shown.faults.resize(max_faults_shown);
    return problem(shown, http_status);
  }
  return {http_status, api::write_json(failure, http_status), problem_type, {}};
}

response problem(const error& failure) {
  return problem(failure, http_status_of(failure.code));
}

response failed(std::string why) {
  auto made = problem({error_code::storage_unavailable,
                       "internal error; the log of omsd has the details",
                       {}},
                      500);
  made.failure = std::move(why);
  return made;
}

}  // namespace oms::omsd
