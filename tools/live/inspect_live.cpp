#include "tools/live/inspect_live.hpp"

#include <fmt/core.h>

#include "messages/time_text.hpp"
#include "tools/live/show.hpp"
#include "tools/text/moment.hpp"

namespace oms::tools {

namespace {

int nowhere(const char* command, const console& to) {
  fmt::print(to.err,
             "{}: name a store (--store DIR) or a running omsd (--server URL, "
             "or OMS_SERVER)\n",
             command);
  return exit_usage;
}

/// Without `at`: as it is. False, and said why, when that is no moment.
bool ask_as_of(const std::string& at, const char* command,
               http_question& question, const console& to) {
  if (at.empty()) return true;
  const auto when = parse_moment(at);
  if (!when) {
    fmt::print(to.err, "{}: {}\n", command, when.failure().message);
    return false;
  }
  const auto* time = std::get_if<timestamp>(&*when);
  question.query.emplace_back(
      "at", time != nullptr ? time_text(*time)
                            : std::to_string(std::get<sequence>(*when)));
  return true;
}

int show_source(const char* command, const char* path,
                const server_options& server, const source_options& options,
                const console& to) {
  if (with_environment(server).url.empty()) return nowhere(command, to);
  http_question source{path + encoded(options.id), {}};
  if (!ask_as_of(options.at, command, source, to)) return exit_usage;
  return show_live({command, server, options.json}, {{source, ""}}, to);
}

}  // namespace

int live_order(const server_options& server, const order_options& options,
               const console& to) {
  if (with_environment(server).url.empty()) return nowhere("omsctl order", to);
  http_question order{"/v1/orders/" + encoded(options.id), {}};
  if (options.brand) order.query.emplace_back("brand", *options.brand);
  if (!ask_as_of(options.at, "omsctl order", order, to)) return exit_usage;
  auto timeline = order;
  timeline.path += "/timeline";
  return show_live(
      {"omsctl order", server, options.json},
      {{order, ""}, {timeline, "\nTimeline (sequence, time in UTC)\n"}}, to);
}

int live_stock(const server_options& server, const stock_options& options,
               const console& to) {
  if (with_environment(server).url.empty()) return nowhere("omsctl stock", to);
  http_question stock{"/v1/stock/" + encoded(options.sku), {}};
  if (!options.location.empty())
    stock.query.emplace_back("location", options.location);
  if (!ask_as_of(options.at, "omsctl stock", stock, to)) return exit_usage;
  return show_live({"omsctl stock", server, options.json}, {{stock, ""}}, to);
}

int live_location(const server_options& server, const source_options& options,
                  const console& to) {
  return show_source("omsctl location", "/v1/locations/", server, options, to);
}

int live_supplier(const server_options& server, const source_options& options,
                  const console& to) {
  return show_source("omsctl supplier", "/v1/suppliers/", server, options, to);
}

}  // namespace oms::tools
