#include "tools/files/file_text.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace oms::files {

namespace {

error unreadable() {
  return {error_code::invalid,
          std::string("can't be read: ") + std::strerror(errno),
          {}};
}

}  // namespace

result<std::string> file_text(const std::string& path) {
  std::error_code unknown;
  // Opening a folder succeeds, and reading it gives nothing, without an error.
  if (std::filesystem::is_directory(path, unknown))
    return error{error_code::invalid, "is a folder", {}};
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable();
  std::string text((std::istreambuf_iterator<char>(in)), {});
  // A failing disk; the end of the file is not an error.
  if (in.bad()) return unreadable();
  return text;
}

result<std::string> text_of_file(const std::string& path) {
  auto text = file_text(path);
  if (text) return text;
  auto failure = text.failure();
  failure.message = path + ": " + failure.message;
  return failure;
}

}  // namespace oms::files
