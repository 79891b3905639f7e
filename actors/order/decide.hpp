#pragma once

/// Every decider of an order, for who passes on whatever command comes.
///
/// The order actor and the tests pick the overload of `decide` for a command
/// at compile time. A command whose header is missing here is "not a command of
/// an order" to them, so a new header with a `decide` is added to this list.

#include "actors/order/alert.hpp"
#include "actors/order/backorder.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/edit.hpp"
#include "actors/order/hold.hpp"
#include "actors/order/note.hpp"
#include "actors/order/notification.hpp"
#include "actors/order/outcome.hpp"
#include "actors/order/payment.hpp"
#include "actors/order/personal_data.hpp"
#include "actors/order/place.hpp"
#include "actors/order/plan.hpp"
#include "actors/order/reservation.hpp"
#include "actors/order/returns.hpp"
#include "actors/order/shipment.hpp"
#include "actors/order/stuck.hpp"
#include "actors/order/work.hpp"
