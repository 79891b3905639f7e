#include "bench/load/target.hpp"

namespace oms::load {

void add_answer(outcome& to, std::size_t place, const error* failure) {
  if (failure == nullptr) {
    to.done.push_back(place);
    return;
  }
  switch (failure->code) {
    case error_code::overloaded:
      ++to.overloaded;
      return;
    // A fulfillment that is not there yet, or an order that is not paid yet.
    case error_code::not_found:
    case error_code::invalid_transition:
      to.early.push_back(place);
      if (to.why_early.empty()) to.why_early = failure->message;
      return;
    default:
      ++to.refused;
      if (to.why.empty()) to.why = failure->message;
  }
}

}  // namespace oms::load
