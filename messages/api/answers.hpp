#pragma once

/// What the API answers beside the views of the vocabulary: lists, receipts,
/// events and problem documents.
///
/// They are made for one answer and written by their lists of fields, as JSON
/// and over RPC. Owned by who makes them; no thread but that one sees them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/decision.hpp"
#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "messages/fields/fields.hpp"
#include "messages/network.hpp"
#include "messages/views.hpp"

namespace oms::api {

/// A fulfillment in a list, with its order.
struct fulfillment_row {
  order_key order;
  fulfillment_view fulfillment;
};
OMS_FIELDS(fulfillment_row, "FulfillmentRow", "",
           OMS_FIELD(fulfillment, 0, .is = flat),
           OMS_FIELD(order.id, 1, .json = "order"),
           OMS_FIELD(order.brand, 2, .is = unless_empty));

struct fulfillment_page {
  std::vector<fulfillment_row> rows;
  std::string cursor;
  sequence upto = 0;
};
OMS_FIELDS(fulfillment_page, "FulfillmentList", "",
           OMS_FIELD(rows, 0, .json = "fulfillments"),
           OMS_FIELD(cursor, 1, .is = unless_empty), OMS_FIELD(upto, 2));

struct location_list {
  std::vector<location_settings> locations;
};
OMS_FIELDS(location_list, "LocationList", "", OMS_FIELD(locations, 0));

struct incoming_page {
  std::vector<incoming_view> rows;
  std::string cursor;
  sequence upto = 0;
};
OMS_FIELDS(incoming_page, "IncomingList", "",
           OMS_FIELD(rows, 0, .json = "incoming"),
           OMS_FIELD(cursor, 1, .is = unless_empty), OMS_FIELD(upto, 2));

struct supplier_list {
  std::vector<supplier_settings> suppliers;
};
OMS_FIELDS(supplier_list, "SupplierList", "", OMS_FIELD(suppliers, 0));

struct decision_list {
  std::vector<routing_decision> decisions;
};
OMS_FIELDS(decision_list, "DecisionList", "", OMS_FIELD(decisions, 0));

struct location_stock {
  std::vector<stock_view> stock;
};
OMS_FIELDS(location_stock, "LocationStock", "", OMS_FIELD(stock, 0));

/// A `stock_change`, whose source is a location or a supplier.
struct stock_change_answer {
  std::string location;
  std::string supplier;
  stock_change change;
};
OMS_FIELDS(
    stock_change_answer, "StockChange", "",
    OMS_FIELD(
        location, 0, .is = unless_empty,
        .doc = "Absent if it is a supplier, which `supplier` then names."),
    OMS_FIELD(supplier, 1, .is = unless_empty),
    OMS_FIELD(change, 2, .is = flat));

struct receipt_answer {
  sequence at = 0;
  std::vector<stock_change_answer> stock;
  std::optional<plan_preview> plan;
  std::optional<edit_preview> edit;
  std::optional<reservation_view> reservation;
  std::optional<consolidation_view> consolidation;
};
OMS_FIELDS(receipt_answer, "CommandReceipt", "",
           OMS_FIELD(at, 0, .json = "sequence",
                     .doc = "The last event that the command caused, for plan "
                            "that of the plan; 0: nothing changed."),
           OMS_FIELD(stock, 1, .is = unless_empty,
                     .doc = "Where the command itself changed what is on hand "
                            "or damaged."),
           OMS_FIELD(plan, 2, .doc = "Only of a preview of a plan."),
           OMS_FIELD(edit, 3, .doc = "Only of a preview of an edit."),
           OMS_FIELD(reservation, 4, .doc = "Only of a reservation."),
           OMS_FIELD(consolidation, 5, .doc = "Only of a consolidation."));

struct problem {
  std::string type;
  std::string title;
  std::uint64_t status = 0;
  error_code code = error_code::invalid;
  std::string detail;
  std::vector<fault> faults;
};
OMS_FIELDS(problem, "Problem", "A problem document of RFC 9457.",
           OMS_FIELD(type, 0), OMS_FIELD(title, 1), OMS_FIELD(status, 2),
           OMS_FIELD(code, 3), OMS_FIELD(detail, 4),
           OMS_FIELD(faults, 5, .is = unless_empty));

/// An `entity_ref`, whose key is taken apart so that clients need not know how
/// the log puts it together.
struct shown_entity {
  entity_kind kind = entity_kind::order;
  std::string brand;
  std::string id;
};
OMS_FIELDS(shown_entity, "Entity", "", OMS_FIELD(kind, 0),
           OMS_FIELD(brand, 1, .doc = "Of an order or of routing rules."),
           OMS_FIELD(id, 2, .doc = "Absent for routing rules."));

/// An event as subscribers and readers of timelines see it over RPC.
struct shown_event {
  sequence at = 0;
  timestamp time;
  shown_entity entity;
  std::uint64_t version = 0;
  std::string kind;
  actor_name by;
  std::string command;
  std::string content;
};
OMS_FIELDS(shown_event, "Event", "",
           OMS_FIELD(at, 0, .json = "sequence",
                     .doc = "Its position in the log: from 1, without a gap."),
           OMS_FIELD(time, 1),
           OMS_FIELD(entity, 2, .doc = "Whose event it is."),
           OMS_FIELD(version, 3, .doc = "The entity's own count of events."),
           OMS_FIELD(kind, 4,
                     .doc = "\"order.placed\", \"stock.received\" and so on."),
           OMS_FIELD(by, 5),
           OMS_FIELD(command, 6, .doc = "The caller's id of the command."),
           OMS_FIELD(content, 7, .doc = "The rest of the event, as JSON."));

[[nodiscard]] receipt_answer shown(const receipt& done);
/// What a caller sent is `invalid`. The message is the first fault as a
/// sentence, for logs and for people who look no further; programs read
/// `faults`.
[[nodiscard]] error refused(std::vector<fault> faults);
[[nodiscard]] error refused(std::string path, std::string message);
/// Of the type "about:blank", which says that the code is all there is to say
/// about the kind of problem. Title and status are HTTP's.
[[nodiscard]] problem problem_of(const error& failure);
/// Over the API a fulfillment is named "ORDER:NUMBER", since its number is
/// unique in its order only.
void name_fulfillment(const order_key& order, fulfillment_id& id);
void name_fulfillments(order_view& order);

}  // namespace oms::api
