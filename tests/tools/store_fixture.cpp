#include "tests/tools/store_fixture.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "persistence/lmdb_store.hpp"

namespace oms::tools {

captured::captured() : out_(std::tmpfile()), err_(std::tmpfile()) {
  if (!out_ || !err_) throw std::runtime_error("no temporary file");
}

std::string captured::text_of(std::FILE* file) {
  std::fflush(file);
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
    text += static_cast<char>(c);
  return text;
}

outcome running(const std::function<int(const console&)>& run) {
  const captured streams;
  const int code = run(streams.to());
  return {code, streams.out(), streams.err()};
}

store_on_disk::store_on_disk() {
  auto opened = persistence::open_lmdb_store(path());
  if (!opened) throw std::runtime_error(opened.failure().message);
  log_ = std::move(*opened);
  engine_options options;
  options.seed = 1;
  options.start = opening;
  auto started = oms::engine::open(*log_, std::move(options));
  if (!started) throw std::runtime_error(started.failure().message);
  engine_ = std::move(*started);
}

sequence store_on_disk::give(command_body body, const std::string& by) {
  const auto got =
      engine_->execute(command{std::move(body), actor_name{by}, ""});
  if (!got) throw std::runtime_error(got.failure().message);
  engine_->settle();
  return got->at;
}

void store_on_disk::pass(duration time) {
  engine_->advance_to(engine_->now() + time);
}

void store_on_disk::close() {
  engine_.reset();
  log_.reset();
}

void store_on_disk::add_network() {
  give(define_location{{.id = "NYC", .name = "New York", .priority = 1}});
  give(define_location{{.id = "LAX", .priority = 2}});
  give(define_supplier{{.id = "DS",
                        .shipment_cost = money{500},
                        .products = {{.sku = sku_id{"CUP"},
                                      .available = quantity{5},
                                      .unit_cost = money{90},
                                      .lead_time_days = 4}}}});
  give(receive_stock{"NYC", sku_id{"MUG"}, quantity{3}, "PO-1"});
  give(receive_stock{"NYC", sku_id{"POT"}, quantity{10}, "PO-2"});
  give(receive_stock{"LAX", sku_id{"MUG"}, quantity{2}, "PO-3"});
}

void store_on_disk::place(const std::string& id, const std::string& sku,
                          std::int64_t units, const std::string& customer,
                          const std::string& brand) {
  place_order order;
  order.order = {brand_id{brand}, order_id{id}};
  order.body.customer = customer_id{customer};
  order.body.channel = "web";
  order.body.ship_to.country = "US";
  order.body.lines.push_back({.line = line_id{"1"},
                              .sku = sku_id{sku},
                              .units = quantity{units},
                              .unit_price = money{1'000}});
  order.body.payment = prepayment{money{1'000 * units}, "pay-" + id};
  order.personal.customer_name = "Ada Lovelace";
  order.personal.email = customer + "@example.org";
  order.personal.city = "Marylebone";
  give(std::move(order), "shop");
}

void store_on_disk::overwrite(const std::string& text,
                              const std::string& with) const {
  const auto file = path() + "/data.mdb";
  auto bytes = text_of_file(file);
  bool found = false;
  for (auto at = bytes.find(text); at != std::string::npos;
       at = bytes.find(text, at)) {
    bytes.replace(at, text.size(), with);
    found = true;
  }
  if (!found || text.size() != with.size())
    throw std::runtime_error(text + " can't be overwritten");
  write_file(file, bytes);
}

bool store_on_disk::contains(const std::string& text) const {
  return text_of_file(path() + "/data.mdb").find(text) != std::string::npos;
}

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace oms::tools
