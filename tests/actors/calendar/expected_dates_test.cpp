#include "actors/expected_dates.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <unordered_map>

namespace oms {
namespace {

using calendar::parcel_dates;
using namespace std::chrono;
using namespace std::chrono_literals;

date day(unsigned d) { return sys_days(2026y / 3 / d); }

network_source location(const location_settings& settings) {
  network_source from;
  from.ref = {source_kind::location, "L"};
  from.settings = settings;
  from.calendar = std::make_shared<const calendar::work_calendar>(settings);
  return from;
}

location_settings berlin() {
  location_settings settings;
  settings.position = coordinates{52.52, 13.405};
  settings.time_zone = "Europe/Berlin";
  settings.cutoff = "12:00";
  settings.handling_days = 1;
  return settings;
}

struct ordered {
  sku_id sku;
};

parcel_dates from_supplier(
    const std::unordered_map<sku_id, supplier_terms>& terms,
    const std::vector<ordered>& lines, timestamp now) {
  network_source from;
  from.ref = {source_kind::supplier, "S"};
  from.terms =
      std::make_shared<const std::unordered_map<sku_id, supplier_terms>>(terms);
  return dates_of_parcel(from, {}, {}, "", lines, now);
}

TEST(expected_dates, of_stock_count_from_the_cutoff_on_the_local_clock) {
  const auto from = location(berlin());
  const destination munich{"DE", coordinates{48.1351, 11.5820}};
  EXPECT_EQ(dates_from_stock(from, {}, munich, "", day(2) + 11h),
            (parcel_dates{day(3), day(6)}));
  EXPECT_EQ(dates_from_stock(from, {}, munich, "", day(2) + 11h + 1s),
            (parcel_dates{day(4), day(7)}));
}

TEST(expected_dates, of_a_receipt_count_from_its_day_whatever_the_cutoff) {
  EXPECT_EQ(dates_from_receipt(location(berlin()), {}, {}, "", day(9)),
            (parcel_dates{day(10), day(13)}));
}

TEST(expected_dates, without_coordinates_of_either_end_are_of_unknown_days) {
  routing_rules rules;
  rules.unknown_days = 5;
  auto settings = berlin();
  const destination somewhere{"DE", std::nullopt};
  EXPECT_EQ(days_on_the_way(location(settings), rules, somewhere, ""), days(5));
  settings.position.reset();
  const destination munich{"DE", coordinates{48.1351, 11.5820}};
  EXPECT_EQ(days_on_the_way(location(settings), rules, munich, ""), days(5));
}

TEST(expected_dates, of_a_supplier_are_its_longest_lead_time_in_utc) {
  const std::unordered_map<sku_id, supplier_terms> terms{
      {sku_id{"A"}, {money{}, 4}},
      {sku_id{"B"}, {money{}, 11}},
      {sku_id{"C"}, {money{}, 0}}};
  const auto now = day(2) + 23h + 59min;
  EXPECT_EQ(from_supplier(terms, {{sku_id{"A"}}}, now),
            (parcel_dates{std::nullopt, day(6)}));
  EXPECT_EQ(from_supplier(terms, {{sku_id{"A"}}, {sku_id{"B"}}}, now),
            (parcel_dates{std::nullopt, day(13)}));
  EXPECT_EQ(from_supplier(terms, {{sku_id{"C"}}}, now), parcel_dates{});
  EXPECT_EQ(from_supplier(terms, {{sku_id{"X"}}}, now), parcel_dates{});
}

TEST(expected_dates, of_a_location_that_is_not_defined_are_unknown) {
  network_source from;
  EXPECT_EQ(dates_from_stock(from, {}, {}, "", day(2)), parcel_dates{});
}

}  // namespace
}  // namespace oms
