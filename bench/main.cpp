#include <benchmark/benchmark.h>

#include "bench/harness.hpp"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  // Before the statics of libraries are destroyed: the engine has threads.
  oms::bench::end_history();
  benchmark::Shutdown();
  return 0;
}
