# One program per tests/fuzz/NAME_fuzzer.cpp, called fuzz_NAME.

if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "libFuzzer comes with clang: use tests/fuzz/run")
endif()

# What each of them feeds; the codec and the bodies where none is named.
set(fuzz_http_library oms_omsd)

file(GLOB fuzzers CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzzer.cpp")

foreach(fuzzer IN LISTS fuzzers)
  cmake_path(GET fuzzer STEM name)
  string(REGEX REPLACE "_fuzzer$" "" name "${name}")
  add_executable(fuzz_${name} "${fuzzer}")
  oms_house_rules(fuzz_${name})
  if(NOT DEFINED fuzz_${name}_library)
    set(fuzz_${name}_library oms_api)
  endif()
  target_link_libraries(fuzz_${name} PRIVATE ${fuzz_${name}_library})
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endforeach()

# Not the engine: its threads would be taken for what the input does.
foreach(library IN ITEMS oms_messages oms_api_lists oms_api oms_wire
    oms_api_wire oms_omsd)
  target_compile_options(${library} PRIVATE -fsanitize=fuzzer-no-link)
endforeach()
