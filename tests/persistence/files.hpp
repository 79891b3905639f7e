#pragma once

/// Files of a store as a test sees them: whole, in memory.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace oms::persistence {

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void overwrite(const std::filesystem::path& file,
                      const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

}  // namespace oms::persistence
