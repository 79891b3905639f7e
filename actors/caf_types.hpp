#pragma once

/// Registers the protocol with CAF, which only ever passes these messages
/// inside the process: nothing here is serialised.

#include <caf/all.hpp>

#include "actors/protocol.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::client_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::order_commands)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::journal_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::journal_flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::source_snapshot_taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::checkpoint_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::fall_asleep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::sleep_ask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::sleep_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::forget_deadlines)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::instruct)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::plan_ask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::plan_made)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::reserve_requests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::reserve_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::order_delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::wait_enter)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::wait_entered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::wait_change)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::offer_made)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::offer_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::offer_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::offer_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::network_published)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::source_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::plan_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::schedule)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::deadline_passed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::clock_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::day_began)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::go_on)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::plan_flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::collect)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::read_indexes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::report_ask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::read_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::read_source)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(oms::read_waiting)
