/// The state hash of a simulated engine with one order: state_hash JSON, as it
/// is sent over HTTP. For grow_test.py, because no program tells the hash of an
/// order that a test has chosen.

#include <cstdio>
#include <string>

#include "actors/engine.hpp"
#include "messages/fields/json_read.hpp"
#include "persistence/memory_store.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  oms::place_order order;
  for (const auto& fault : oms::fields::read_json(argv[1], order)) {
    std::fprintf(stderr, "%s %s\n", fault.path.c_str(), fault.message.c_str());
    return 1;
  }
  oms::persistence::memory_store store;
  auto engine = oms::engine::open(store, {.seed = 1});
  if (!engine) return 1;
  if (!(*engine)->execute(oms::command{.body = order, .by = {}, .id = {}}))
    return 1;
  std::printf("%s\n", (*engine)->state_hash().c_str());
  return 0;
}
