#pragma once

/// Every call of the API: the one table that is served, checked and described.
///
/// It pairs a method and a path with the role that the call needs, the shapes
/// of its body and answer, its parameters and its handler. The HTTP service
/// looks calls up in it, and the OpenAPI document is written from it. Handlers
/// run on the HTTP loop's thread, or on a query thread for a POST with an
/// Idempotency-Key, and may answer on any thread.

#include <kj/common.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/log_store.hpp"
#include "tools/omsd/disk_waiters.hpp"
#include "tools/omsd/engine_queue.hpp"
#include "tools/omsd/metrics.hpp"
#include "tools/omsd/request.hpp"

namespace oms::omsd {

/// What handlers work with.
struct service {
  engine_queue& engine;
  persistence::log_store& store;
  server_metrics& metrics;
  disk_waiters& waiting;
  /// Set on SIGTERM: calls in progress are finished, nothing new is accepted.
  std::atomic<bool> draining{false};
};

struct parameter {
  std::string_view name;
  std::string_view about;
  /// Of JSON Schema: "string", "integer".
  std::string_view type = "string";
};

/// Must not wait. The request lives until the handler returns; the reply may be
/// given later.
using handler = std::function<void(service&, const request&, const reply&)>;

struct route {
  http_method method = http_method::get;
  /// "/v1/orders/{order}/holds/{hold}"
  std::string_view pattern;
  files::role needs = files::role::read;
  std::string_view summary;
  /// Of its body and its answer; null: none, or not JSON of a list.
  const fields::type_info* body = nullptr;
  const fields::type_info* answer = nullptr;
  std::vector<parameter> parameters;
  int success = 200;
  /// The media type of its answer.
  std::string_view answer_type = json_type;
  handler handle;
  /// The path of what the call has created, for 201.
  std::function<std::string(const request&)> location;
};

/// A GET, for every role.
[[nodiscard]] route reading(std::string_view pattern, std::string_view summary,
                            handler handle,
                            const fields::type_info* answer = nullptr,
                            std::vector<parameter> parameters = {});

/// A command, which is answered with its receipt.
[[nodiscard]] route commanding(http_method method, std::string_view pattern,
                               files::role needs, std::string_view summary,
                               const fields::type_info* body, handler handle,
                               std::vector<parameter> parameters = {});

[[nodiscard]] const std::vector<route>& routes();

/// The calls by family, in the order of docs/API.md.
void add_order_routes(std::vector<route>& all);
void add_fulfillment_routes(std::vector<route>& all);
void add_network_routes(std::vector<route>& all);
void add_cart_routes(std::vector<route>& all);
void add_trail_routes(std::vector<route>& all);
void add_admin_routes(std::vector<route>& all);
void add_actor_routes(std::vector<route>& all);

/// The route of a call. What its path names goes into the call.
struct matched {
  const route* found = nullptr;
  /// If the path only has other methods: these, as in "GET, HEAD, PUT".
  std::string allowed;
};
[[nodiscard]] matched match(request& asked);

}  // namespace oms::omsd
