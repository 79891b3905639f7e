# One program per tests/fuzz/NAME_fuzzer.cpp, called fuzz_NAME.

if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "libFuzzer comes with clang: use tests/fuzz/run")
endif()

file(GLOB fuzzers CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzzer.cpp")

foreach(fuzzer IN LISTS fuzzers)
  cmake_path(GET fuzzer STEM name)
  string(REGEX REPLACE "_fuzzer$" "" name "${name}")
  add_executable(fuzz_${name} "${fuzzer}")
  oms_house_rules(fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE oms_messages)
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endforeach()

foreach(library IN ITEMS oms_messages oms_wire)
  get_target_property(kind ${library} TYPE)
  if(NOT kind STREQUAL "INTERFACE_LIBRARY")
    target_compile_options(${library} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endforeach()
