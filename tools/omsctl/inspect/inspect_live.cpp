#include "tools/omsctl/inspect/inspect_live.hpp"

#include <fmt/core.h>

#include <optional>
#include <set>
#include <string>

#include "messages/time_text.hpp"
#include "tools/json/value.hpp"
#include "tools/omsctl/live/show_live.hpp"
#include "tools/store/find_order.hpp"
#include "tools/text/as_of_text.hpp"

namespace oms::omsctl {

namespace {

// Said here, because the client would speak of a server only, and a store will
// do as well.
int nowhere(const char* command, const text::console& to) {
  fmt::print(to.err,
             "{}: name a store (--store DIR) or a running omsd (--server URL, "
             "or OMS_SERVER)\n",
             command);
  return text::exit_usage;
}

// Adds the moment to the question; without `at`, the server shows the present.
// False if it is not a moment, after saying so.
bool ask_as_of(const std::string& at, const char* command,
               http_question& question, const text::console& to) {
  if (at.empty()) return true;
  const auto when = text::parse_moment(at);
  if (!when) {
    fmt::print(to.err, "{}: {}\n", command,
               text::harmless(when.failure().message));
    return false;
  }
  // Parsed here and written anew: a typing mistake needs no server to be found,
  // and the server gets one form.
  const auto* time = std::get_if<timestamp>(&*when);
  question.query.emplace_back(
      "at", time != nullptr ? time_text(*time)
                            : std::to_string(std::get<sequence>(*when)));
  return true;
}

int show_source(const char* command, const char* path,
                const server_options& server, const source_options& options,
                const text::console& to) {
  if (with_environment(server).url.empty()) return nowhere(command, to);
  http_question source{path + encoded(options.id), {}};
  if (!ask_as_of(options.at, command, source, to)) return text::exit_usage;
  return show_live({command, server, options.json}, {{source, ""}}, to);
}

// The brands, as far as the caller may see them, that have an order with this
// id. No call finds an id without its brand, so this goes through the lists
// page by page.
result<std::set<std::string>> brands_with(http_client& client,
                                          const std::string& id) {
  std::set<std::string> brands;
  // Until a page has no cursor: a short page is not the last.
  for (std::string cursor;;) {
    http_question page{"/v1/orders", {{"limit", "1000"}}};
    if (!cursor.empty()) page.query.emplace_back("cursor", cursor);
    const auto got = client.get(page);
    if (!got) return got.failure();
    const auto list = json::parse_text(got->body);
    if (!got->is_good() || !list)
      return error{error_code::invalid, problem_text(*got), {}};
    for (const auto& order : list->value("orders", json::value::array()))
      if (order.value("id", "") == id) brands.insert(order.value("brand", ""));
    cursor = list->value("cursor", "");
    if (cursor.empty()) return brands;
  }
}

// Chooses the brand as `store::find_order` does: the order without a brand, or
// else the only one with this id. False if several brands have one, after
// saying so.
bool find_brand(const server_options& server, const order_options& options,
                std::optional<std::string>& brand, const text::console& to) {
  if (options.brand) {
    brand = options.brand;
    return true;
  }
  const auto client = http_client::open(server);
  if (!client) return true;  // Whoever asks next says why.
  const auto order = (*client)->get({"/v1/orders/" + encoded(options.id), {}});
  constexpr int not_found = 404;
  // The order without a brand, or a fault that the next call meets as well and
  // reports. For a token with one brand the server chooses that brand.
  if (!order || order->status != not_found) return true;
  const auto brands = brands_with(**client, options.id);
  // The next call answers that there is none.
  if (!brands || brands->empty()) return true;
  if (brands->size() == 1) {
    brand = *brands->begin();
    return true;
  }
  fmt::print(
      to.err, "omsctl order: {}\n",
      text::harmless(store::several_brands(options.id, *brands).message));
  return false;
}

}  // namespace

int live_order(const server_options& server, const order_options& options,
               const text::console& to) {
  if (with_environment(server).url.empty()) return nowhere("omsctl order", to);
  std::optional<std::string> brand;
  if (!find_brand(with_environment(server), options, brand, to))
    return text::exit_wrong;
  http_question order{"/v1/orders/" + encoded(options.id), {}};
  if (brand) order.query.emplace_back("brand", *brand);
  if (!ask_as_of(options.at, "omsctl order", order, to))
    return text::exit_usage;
  // With the same brand and moment, so that both parts of the page agree.
  auto timeline = order;
  timeline.path += "/timeline";
  return show_live(
      {"omsctl order", server, options.json},
      {{order, ""}, {timeline, "\nTimeline (sequence, time in UTC)\n"}}, to);
}

int live_stock(const server_options& server, const stock_options& options,
               const text::console& to) {
  if (with_environment(server).url.empty()) return nowhere("omsctl stock", to);
  http_question stock{"/v1/stock/" + encoded(options.sku), {}};
  if (!options.location.empty())
    stock.query.emplace_back("location", options.location);
  if (!ask_as_of(options.at, "omsctl stock", stock, to))
    return text::exit_usage;
  return show_live({"omsctl stock", server, options.json}, {{stock, ""}}, to);
}

int live_location(const server_options& server, const source_options& options,
                  const text::console& to) {
  return show_source("omsctl location", "/v1/locations/", server, options, to);
}

int live_supplier(const server_options& server, const source_options& options,
                  const text::console& to) {
  return show_source("omsctl supplier", "/v1/suppliers/", server, options, to);
}

}  // namespace oms::omsctl
