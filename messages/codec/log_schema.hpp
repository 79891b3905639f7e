#pragma once

/// The schema of the log as one text, for programs in other languages.
///
/// It is made of the lists of fields by the layouts that the codec uses, so it
/// can't say anything else; the build writes it to a file. Any thread.

#include <string>

namespace oms::codec {

[[nodiscard]] std::string log_schema();

}  // namespace oms::codec
