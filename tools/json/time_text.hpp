#pragma once

/// Times as text, under the names that the readers and writers of JSON use.
///
/// Purpose: see messages/time_text.hpp.

#include "messages/time_text.hpp"

namespace oms::json {

using oms::parse_duration;
using oms::parse_time;
using oms::time_text;

}  // namespace oms::json
