#include "tests/tools/store_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "persistence/lmdb_store.hpp"

namespace oms::tests {

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

outcome running(const std::function<int(const text::console&)>& run) {
  const captured streams;
  const int code = run(streams.to());
  return {code, streams.out(), streams.err()};
}

oms::engine& store_on_disk::engine() const {
  if (engine_) return *engine_;
  auto opened = persistence::open_lmdb_store(place_.path() / "store");
  if (!opened) throw std::runtime_error(opened.failure().message);
  log_ = std::move(*opened);
  engine_options options;
  options.seed = 1;
  options.start = now_;
  auto started = oms::engine::open(*log_, std::move(options));
  if (!started) throw std::runtime_error(started.failure().message);
  engine_ = std::move(*started);
  engine_->settle();
  return *engine_;
}

std::string store_on_disk::path() const {
  const auto folder = place_.path() / "store";
  if (!engine_ && !std::filesystem::exists(folder)) static_cast<void>(engine());
  if (engine_) now_ = engine_->now();
  engine_.reset();
  log_.reset();
  return folder;
}

sequence store_on_disk::give(command_body body, const std::string& by) {
  const auto got =
      engine().execute(command{std::move(body), actor_name{by}, ""});
  if (!got) throw std::runtime_error(got.failure().message);
  engine().settle();
  return got->at;
}

void store_on_disk::pass(duration time) {
  engine().advance_to(engine().now() + time);
}

persistence::store_stats store_on_disk::stats() const {
  static_cast<void>(engine());
  return log_->stats();
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
  auto bytes = contents_of(file);
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
  return contents_of(path() + "/data.mdb").find(text) != std::string::npos;
}

other_writer::other_writer(const std::string& path) {
  std::array<int, 2> ready{};
  if (::pipe(ready.data()) != 0) throw std::runtime_error("no pipe");
  child_ = ::fork();
  if (child_ == 0) {
    const auto store = persistence::open_lmdb_store(path);
    const char good = store ? 'y' : 'n';
    if (::write(ready[1], &good, 1) == 1) ::pause();
    ::_exit(0);
  }
  ::close(ready[1]);
  char good = 'n';
  const auto got = ::read(ready[0], &good, 1);
  ::close(ready[0]);
  if (got != 1 || good != 'y') throw std::runtime_error("no other writer");
}

other_writer::~other_writer() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

small_files::small_files(std::uint64_t bytes) {
  ::getrlimit(RLIMIT_FSIZE, &before_);
  auto limit = before_;
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  handled_before_ = std::signal(SIGXFSZ, SIG_IGN);
}

small_files::~small_files() {
  ::setrlimit(RLIMIT_FSIZE, &before_);
  std::signal(SIGXFSZ, handled_before_);
}

std::string contents_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace oms::tests
