#include "tools/live/inspect_live.hpp"

#include <fmt/core.h>

#include "tools/live/show.hpp"

namespace oms::tools {

namespace {

int nowhere(const char* command, const console& to) {
  fmt::print(to.err,
             "{}: name a store (--store DIR) or a running omsd (--server URL, "
             "or OMS_SERVER)\n",
             command);
  return exit_usage;
}

/// The past of places is read from a store.
int no_past(const char* command, const console& to) {
  fmt::print(to.err, "{}: --at needs --store DIR here\n", command);
  return exit_usage;
}

int show_source(const char* command, const char* path,
                const server_options& server, const source_options& options,
                const console& to) {
  if (with_environment(server).url.empty()) return nowhere(command, to);
  if (!options.at.empty()) return no_past(command, to);
  return show_live({command, server, options.json},
                   {{{path + encoded(options.id), {}}, ""}}, to);
}

}  // namespace

int live_order(const server_options& server, const order_options& options,
               const console& to) {
  if (with_environment(server).url.empty()) return nowhere("omsctl order", to);
  http_question order{"/v1/orders/" + encoded(options.id), {}};
  if (options.brand) order.query.emplace_back("brand", *options.brand);
  if (!options.at.empty()) order.query.emplace_back("at", options.at);
  auto timeline = order;
  timeline.path += "/timeline";
  return show_live(
      {"omsctl order", server, options.json},
      {{order, ""}, {timeline, "\nTimeline (sequence, time in UTC)\n"}}, to);
}

int live_stock(const server_options& server, const stock_options& options,
               const console& to) {
  if (with_environment(server).url.empty()) return nowhere("omsctl stock", to);
  if (!options.at.empty()) return no_past("omsctl stock", to);
  http_question stock{"/v1/stock/" + encoded(options.sku), {}};
  if (!options.location.empty())
    stock.query.emplace_back("location", options.location);
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
