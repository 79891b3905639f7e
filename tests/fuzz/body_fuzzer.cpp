// Feeds the readers of bodies with what libFuzzer invents. Every reader gets
// every input. Nothing may crash; what is refused says why; and settings that
// were read can be written and are read again as the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "messages/api/json.hpp"

namespace {

using namespace oms;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Body>
void try_body(std::string_view text, Body body = {}) {
  const auto read = api::read_json(text, body);
  require(read || (read.failure().code == error_code::invalid &&
                   !read.failure().message.empty()));
}

template <class Settings>
void try_settings(std::string_view text) {
  try_body<Settings>(text);
  Settings first;
  if (!api::read_json(text, first)) return;
  Settings again;
  require(api::read_json(api::write_json(first), again).ok());
  // Compared as text, because a coordinate may be no number.
  require(api::write_json(again) == api::write_json(first));
}

void try_work(std::string_view text, fulfillment_action action) {
  work_fulfillment body;
  body.action = action;
  try_body(text, body);
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_body<place_order>(text);
  try_body<record_payment>(text);
  try_body<cancel_order>(text);
  try_body<place_hold>(text);
  try_body<add_note>(text);
  try_body<plan_order>(text);
  try_body<request_refund>(text);
  try_body<settle_refund>(text);
  try_body<request_return>(text);
  try_body<receive_return>(text);
  try_body<decide_return>(text);
  try_body<track_shipment>(text);
  try_body<receive_stock>(text);
  try_body<adjust_stock>(text);
  try_body<count_stock>(text);
  try_body<announce_incoming>(text);
  try_body<transfer_stock>(text);
  try_body<set_safety_stock>(text);
  try_body<routing_rules>(text);
  using enum fulfillment_action;
  for (const auto action :
       {accept, reject, pick, unpick, ship, short_pick, cancel_answer})
    try_work(text, action);
  try_settings<location_settings>(text);
  try_settings<supplier_settings>(text);
  try_settings<product_settings>(text);
  return 0;
}
