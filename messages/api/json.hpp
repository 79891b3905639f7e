#pragma once

/// The API's bodies as JSON.
///
/// `read_json` and `read_patch` read what callers send into the vocabulary,
/// `write_json` writes what they see, both by the lists of fields beside the
/// types (messages/fields/). (tools/json reads and writes files by the same
/// lists.) A body that is wrong is `invalid`, with every
/// fault named by its path; the value to read into is then as it was. The
/// functions may be called on any thread.

#include <string>
#include <string_view>
#include <vector>

#include "messages/api/answers.hpp"
#include "messages/commands.hpp"
#include "messages/decision.hpp"
#include "messages/errors.hpp"
#include "messages/network_views.hpp"
#include "messages/order_list.hpp"
#include "messages/views.hpp"
#include "messages/whatif.hpp"

namespace oms::api {

// What the path of a call names (the order, the hold, the location) is not in
// its body: `out` keeps what the caller has put there.

[[nodiscard]] status read_json(std::string_view text, place_order& out);
[[nodiscard]] status read_json(std::string_view text, record_payment& out);
[[nodiscard]] status read_json(std::string_view text, cancel_order& out);
[[nodiscard]] status read_json(std::string_view text, place_hold& out);
[[nodiscard]] status read_json(std::string_view text, add_note& out);
[[nodiscard]] status read_json(std::string_view text, plan_order& out);
[[nodiscard]] status read_json(std::string_view text, request_refund& out);
[[nodiscard]] status read_json(std::string_view text, settle_refund& out);
[[nodiscard]] status read_json(std::string_view text, request_return& out);
[[nodiscard]] status read_json(std::string_view text, receive_return& out);
[[nodiscard]] status read_json(std::string_view text, decide_return& out);
/// By `out.action`.
[[nodiscard]] status read_json(std::string_view text, work_fulfillment& out);
[[nodiscard]] status read_json(std::string_view text, track_shipment& out);
[[nodiscard]] status read_json(std::string_view text, receive_stock& out);
[[nodiscard]] status read_json(std::string_view text, adjust_stock& out);
[[nodiscard]] status read_json(std::string_view text, count_stock& out);
[[nodiscard]] status read_json(std::string_view text, set_safety_stock& out);
[[nodiscard]] status read_json(std::string_view text, announce_incoming& out);
[[nodiscard]] status read_json(std::string_view text, transfer_stock& out);
// An id in these bodies must be that of the path, where there is one.
[[nodiscard]] status read_json(std::string_view text, location_settings& out);
[[nodiscard]] status read_json(std::string_view text, supplier_settings& out);
[[nodiscard]] status read_json(std::string_view text, product_settings& out);
[[nodiscard]] status read_json(std::string_view text, routing_rules& out);

// Merge patches (RFC 7396): `out` gets a `change` that sets what the body
// names; `null` resets to the default. The id in `out` stays, and the body's
// must agree with it.
[[nodiscard]] status read_patch(std::string_view text, define_location& out);
[[nodiscard]] status read_patch(std::string_view text, define_supplier& out);
[[nodiscard]] status read_patch(std::string_view text, define_product& out);
[[nodiscard]] status read_patch(std::string_view text, set_routing& out);

[[nodiscard]] std::string write_json(const receipt& done);
/// The reason phrase of an HTTP status (RFC 9110).
[[nodiscard]] const char* title_of(int http_status);
/// A problem document (RFC 9457) with this HTTP status.
[[nodiscard]] std::string write_json(const error& failure, int http_status);
[[nodiscard]] std::string write_json(order_view order);
[[nodiscard]] std::string write_json(const order_page& page);
[[nodiscard]] std::string write_json(fulfillment_page page);
[[nodiscard]] std::string write_json(incoming_page page);
[[nodiscard]] std::string write_json(std::vector<routing_decision> decisions);
[[nodiscard]] std::string write_json(const location_settings& location);
[[nodiscard]] std::string write_json(std::vector<location_settings> locations);
[[nodiscard]] std::string write_json(const supplier_settings& supplier);
[[nodiscard]] std::string write_json(std::vector<supplier_settings> suppliers);
[[nodiscard]] std::string write_json(const product_settings& product);
[[nodiscard]] std::string write_json(const routing_view& routing);
[[nodiscard]] std::string write_json(std::vector<stock_view> stock);
[[nodiscard]] std::string write_json(const sku_stock& stock);
[[nodiscard]] std::string write_json(const whatif_view& shown);
[[nodiscard]] std::string write_json(const engine_stats& stats);

}  // namespace oms::api
