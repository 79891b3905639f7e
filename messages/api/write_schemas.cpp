// Writes the schemas that are made of the lists of fields:
//
//     oms_write_schemas API LOG
//
// A file that is as it should be is left alone, so that nothing is compiled
// again that depends on it.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "messages/api/api_schema.hpp"
#include "messages/codec/log_schema.hpp"

namespace {

bool write_if_other(const char* path, const std::string& text) {
  if (std::ifstream in(path); in) {
    const std::string before{std::istreambuf_iterator<char>(in), {}};
    if (before == text) return true;
  }
  std::ofstream out(path);
  out << text;
  out.close();
  if (!out) std::cerr << path << ": can't be written\n";
  return out.good();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: oms_write_schemas API LOG\n";
    return 2;
  }
  const bool written = write_if_other(arguments[1], oms::api::api_schema()) &&
                       write_if_other(arguments[2], oms::codec::log_schema());
  return written ? 0 : 1;
}
