#include "tools/omsd/socket_path.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace oms::omsd {

namespace {

// Only a refused connection shows that nobody listens. Every other error, such
// as a full queue, may hide somebody.
bool is_left_over(const std::string& path) {
  const int socket =
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return false;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), to.sun_path);
  const bool refused =
      ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 &&
      errno == ECONNREFUSED;
  ::close(socket);
  return refused;
}

}  // namespace

void clear_socket_path(const std::string& path) {
  // Too long: `bind` says so.
  if (path.size() >= sizeof sockaddr_un{}.sun_path) return;
  struct stat found {};
  // The link and not what it leads to: `bind` doesn't follow it either.
  if (::lstat(path.c_str(), &found) != 0) return;
  const auto refuse = [&path](const std::string& why) {
    throw std::runtime_error("can't listen on " + std::string(unix_prefix) +
                             path + ": " + why);
  };
  if (!S_ISSOCK(found.st_mode)) refuse("there is a file, which is no socket");
  if (!is_left_over(path)) refuse("another server has this socket");
  ::unlink(path.c_str());
}

}  // namespace oms::omsd
