#pragma once

/// The path of a unix socket that is about to be made.

#include <string>

namespace oms::omsd {

/// What an address of a unix socket begins with.
inline constexpr const char* unix_prefix = "unix:";

/// Removes the socket that an earlier run has left, which would make `bind`
/// fail. Throws std::runtime_error, and removes nothing, if something answers
/// there or it is no socket.
void clear_socket_path(const std::string& path);

}  // namespace oms::omsd
