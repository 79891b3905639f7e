/// One set of limits: what the list of a command says of a field is what the
/// engine refuses and what the reader of JSON refuses, in the same words.
///
/// Each field of each command is made wrong in each way that its type has, one
/// at a time. A field without a limit would let its spoiled value through and
/// fail the test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "actors/faults.hpp"
#include "messages/fields/json_read.hpp"
#include "messages/fields/json_write.hpp"
#include "messages/fields/limits.hpp"
#include "messages/fields/object.hpp"

namespace oms {
namespace {

using fields::form;

const fault* fault_at(const std::vector<fault>& all, const std::string& path) {
  for (const auto& each : all)
    if (each.path == path) return &each;
  return nullptr;
}

/// Makes one field wrong, calls `judge`, and puts it right again.
class spoiling {
 public:
  explicit spoiling(std::function<void(const std::string& path)> judge)
      : judge_(std::move(judge)) {}

  std::size_t tried = 0;

  void all_of(const fields::object& of, void* record, const std::string& path) {
    for (const auto& key : of.keys) {
      const auto there = path.empty() ? key.name : path + "." + key.name;
      if (key.group)
        all_of(*key.group, record, there);
      else
        one(*key.type, *key.field, key.make_in(record), there);
    }
  }

 private:
  void judge(const std::string& path) {
    ++tried;
    judge_(path);
  }

  template <class T>
  void try_each(void* at, const std::vector<T>& bad, const std::string& path) {
    auto& value = *static_cast<T*>(at);
    const T before = value;
    for (const auto& each : bad) {
      value = each;
      judge(path);
    }
    value = before;
  }

  void one(const fields::type_info& type, const fields::field_info& field,
           void* at, const std::string& path) {
    switch (type.as) {
      case form::text: {
        std::vector<std::string> bad = {
            std::string(fields::most_bytes_of(type, field) + 1, 'x'), "\xF6"};
        if (fields::is_id(type, field))
          bad.insert(bad.end(),
                     {" x", "x ", "x\x01y", "\xC2\xA0x", "x\xC2\x9B"});
        if (!fields::is_id(type, field)) bad.emplace_back("x\0y", 3);
        // A currency of another length is refused by its own rule.
        if (path == "currency") bad = {"EURO"};
        return try_each(at, bad, path);
      }
      case form::whole: {
        const auto least = fields::least_of(type, field);
        const auto most = fields::most_of(type, field);
        if (type.size == 8)
          try_each<std::int64_t>(at, {least - 1, most + 1}, path);
        else
          try_each<std::int32_t>(at,
                                 {static_cast<std::int32_t>(least - 1),
                                  static_cast<std::int32_t>(most + 1)},
                                 path);
        return;
      }
      case form::number:
        return try_each<double>(
            at,
            {static_cast<double>(fields::least_of(type, field)) - 0.5,
             static_cast<double>(fields::most_of(type, field)) + 0.5},
            path);
      case form::record:
        return all_of(fields::object_of(type), at, path);
      case form::list: {
        if (type.ops->size(at) == 0) return;
        auto* first = const_cast<void*>(type.ops->get(at));
        return one(type.inner(), field, first, path + "[0]");
      }
      case form::optional:
        return one(type.inner(), field, type.ops->emplace(at, true), path);
      default:
        return;
    }
  }

  std::function<void(const std::string& path)> judge_;
};

/// `command` has an entry in each list, and each field is right.
template <class Command, class Part>
void expect_one_set_of_limits(Command command, Part part) {
  auto* record = &part(command);
  const auto& type = *listed_fields_of(command_body(command)).type;
  ASSERT_THAT(faults_of(command_body(command)), testing::IsEmpty())
      << type.name;
  spoiling spoil([&](const std::string& path) {
    const auto engine = faults_of(command_body(command));
    const auto* of_engine = fault_at(engine, path);
    ASSERT_NE(of_engine, nullptr)
        << type.name << ": " << path << " is let through by the engine";
    // JSON has no way to say some of it, such as invalid UTF-8 as it stands.
    auto read = part(command);
    const auto json =
        fields::read_json(fields::write_json(type, record), type, &read);
    const auto* of_reader = fault_at(json, path);
    if (of_engine->message == "is not valid UTF-8") return;
    ASSERT_NE(of_reader, nullptr)
        << type.name << ": " << path
        << " is let through by the reader: " << of_engine->message;
    EXPECT_EQ(of_reader->message, of_engine->message) << path;
  });
  spoil.all_of(fields::object_of(type), record, "");
  EXPECT_GT(spoil.tried, 1U) << type.name;
}

template <class Command>
void expect_one_set_of_limits(Command command) {
  expect_one_set_of_limits(std::move(command),
                           [](Command& of) -> Command& { return of; });
}

const order_key limited_order{brand_id("b"), order_id("O")};
const line_choice one_chosen{line_id("1"), quantity{1}};
const std::vector<work_line> chosen_lines{
    {line_id("1"), sku_id("A"), quantity{1}}};

TEST(field_limits, of_orders) {
  place_order order{.order = limited_order, .body = {}, .personal = {}};
  order.body.lines.push_back({line_id("1"), sku_id("A"), quantity{1}});
  // So that the discount of the order stays within what it costs.
  order.body.lines.front().unit_price = money{100};
  order.body.ship_to.position = coordinates{1, 1};
  expect_one_set_of_limits(order);
}

TEST(field_limits, of_commands_about_an_order) {
  expect_one_set_of_limits(
      record_payment{.order = limited_order, .amount = money{1}});
  expect_one_set_of_limits(
      cancel_order{.order = limited_order, .lines = {{one_chosen}}});
  expect_one_set_of_limits(
      place_hold{.order = limited_order, .hold = hold_id("H")});
  expect_one_set_of_limits(add_note{.order = limited_order, .text = "t"});
  expect_one_set_of_limits(request_refund{.order = limited_order,
                                          .lines = {{one_chosen}},
                                          .shipping = false,
                                          .amount = money{1},
                                          .reason = "r"});
  expect_one_set_of_limits(request_return{
      .order = limited_order, .id = return_id("R"), .lines = {{one_chosen}}});
  expect_one_set_of_limits(
      receive_return{.order = limited_order,
                     .id = return_id("R"),
                     .location = "NYC",
                     .lines = {{{line_id("1"), quantity{1}}}}});
}

TEST(field_limits, of_commands_about_a_fulfillment) {
  using enum fulfillment_action;
  for (const auto action : {reject, pick, unpick, short_pick, ship}) {
    work_fulfillment command{.order = limited_order, .action = action};
    command.lines = chosen_lines;
    command.shipment = shipment_id("S");
    if (action == reject) command.reason = reject_reason::damaged;
    expect_one_set_of_limits(command);
  }
}

TEST(field_limits, of_labels) {
  expect_one_set_of_limits(work_fulfillment{.order = limited_order,
                                            .action = fulfillment_action::label,
                                            .label = label_id("L")});
}

TEST(field_limits, of_moves_and_consolidations) {
  work_fulfillment move{.order = limited_order,
                        .action = fulfillment_action::move};
  move.to = "NYC";
  move.text = "staff";
  expect_one_set_of_limits(move);
  expect_one_set_of_limits(consolidate_orders{.sku = sku_id("A")});
}

TEST(field_limits, of_answers_outcomes_and_acknowledgements) {
  expect_one_set_of_limits(answer_backorder{limited_order, line_id("1")});
  edit_order edit{.order = limited_order, .note = "n"};
  edit.channel_order = "c";
  expect_one_set_of_limits(edit);
  expect_one_set_of_limits(deliver_notification{
      .order = limited_order, .channel = "email", .reason = "r"});
  expect_one_set_of_limits(
      acknowledge_alert{.order = limited_order, .note = "n"});
}

TEST(field_limits, of_commands_about_stock) {
  expect_one_set_of_limits(receive_stock{"NYC", sku_id("A"), quantity{1}, ""});
  expect_one_set_of_limits(adjust_stock{"NYC", sku_id("A"), quantity{1}, ""});
  expect_one_set_of_limits(count_stock{"NYC", sku_id("A"), quantity{1}});
  receive_stock many{"NYC", {}, {}, "R"};
  many.lines = {{sku_id("A"), quantity{1}}};
  expect_one_set_of_limits(many);
  expect_one_set_of_limits(set_safety_stock{"NYC", sku_id("A"), quantity{1}});
  expect_one_set_of_limits(
      announce_incoming{"NYC", "PO", {{sku_id("A"), quantity{1}}}, {}});
  expect_one_set_of_limits(transfer_stock{
      transfer_id("T"), "NYC", "LAX", {{sku_id("A"), quantity{1}}}, {}});
}

TEST(field_limits, of_the_network) {
  define_location location;
  location.settings.id = "NYC";
  location.settings.brands = {brand_id("b")};
  location.settings.countries = {"US"};
  expect_one_set_of_limits(
      location, [](auto& of) -> location_settings& { return of.settings; });
  define_supplier supplier;
  supplier.settings.id = "DS";
  supplier.settings.brands = {brand_id("b")};
  supplier.settings.countries = {"US"};
  supplier.settings.products = {{sku_id("A"), quantity{1}, money{1}, 1}};
  expect_one_set_of_limits(
      supplier, [](auto& of) -> supplier_settings& { return of.settings; });
  define_product product;
  product.settings.sku = sku_id("A");
  expect_one_set_of_limits(
      product, [](auto& of) -> product_settings& { return of.settings; });
  expect_one_set_of_limits(set_routing{},
                           [](auto& of) -> routing_rules& { return of.rules; });
}

// What the path of a call names is not in the JSON, and is checked all the
// same.
TEST(field_limits, of_what_the_path_names) {
  EXPECT_THAT(faults_of(command_body(release_hold{{}, hold_id(" h")})),
              testing::ElementsAre(
                  fault{"order", "is missing"},
                  fault{"hold", "must not begin or end with whitespace"}));
  EXPECT_THAT(
      faults_of(command_body(count_stock{"", sku_id("A"), quantity{1}})),
      testing::ElementsAre(fault{"location", "is missing"}));
}

// A program that embeds the engine, or RPC, can send what JSON can't.
TEST(field_limits, of_words_and_times_that_do_not_exist) {
  record_payment payment{.order = limited_order};
  payment.event = static_cast<payment_event>(9);
  EXPECT_THAT(faults_of(command_body(payment)),
              testing::ElementsAre(fault{"event", "is not a known value"}));
  define_product product;
  product.settings.sku = sku_id("A");
  product.settings.restock_date =
      timestamp{std::chrono::hours{24 * 365 * 9'000}};
  EXPECT_THAT(faults_of(command_body(product)),
              testing::ElementsAre(
                  fault{"restockDate", "must be of the years 0 to 9999"}));
}

}  // namespace
}  // namespace oms
