/// Log entries as earlier versions wrote them: they are read as they were
/// meant. Each file in tests/golden holds the records of one version of the
/// format, a JSON object per line: the kind of the event, the entry as it is on
/// disk (hexadecimal), and what the event says.
///
/// When the format changes, record it anew in a new file and keep the old one:
///   OMS_RECORD_GOLDEN=tests/golden/entries-2.ndjson tools_tests
///       --gtest_filter='GoldenRecords.*'

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "messages/codec/codec.hpp"
#include "messages/hex.hpp"
#include "tests/messages/sample_events.hpp"
#include "tools/json/events.hpp"

namespace oms {
namespace {

namespace fs = std::filesystem;

const fs::path folder{OMS_GOLDEN_RECORDS};
constexpr sequence first = 7;
constexpr codec::digest previous_hash{};

codec::bytes from_hexadecimal(const std::string& text) {
  codec::bytes data;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    data.push_back(
        static_cast<std::byte>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return data;
}

std::vector<fs::path> files() {
  std::vector<fs::path> found;
  for (const auto& each : fs::directory_iterator(folder))
    if (each.path().extension() == ".ndjson") found.push_back(each.path());
  std::ranges::sort(found);
  return found;
}

std::vector<json::value> records(const fs::path& file) {
  std::vector<json::value> found;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    found.push_back(json::value::parse(line));
  return found;
}

/// Samples that say something and can be written as JSON.
std::vector<json::value> samples_of(std::size_t kind) {
  constexpr std::size_t count = 3;
  constexpr std::size_t max_bytes = 2'000;
  std::vector<json::value> found;
  for (std::uint64_t seed = 1; found.size() < count; ++seed) {
    auto one = samples::generator(seed).of_kind(kind);
    one.at = first;
    const auto entry =
        codec::encode_entry(first, previous_hash, std::vector{one});
    if (entry.size() > max_bytes) continue;
    // As it is read back: personal data is kept elsewhere.
    const auto said = json::write(codec::decode_entry(entry)->events.front());
    try {
      static_cast<void>(said.dump());
    } catch (const json::value::exception&) {
      continue;  // a text that is not UTF-8
    }
    found.push_back(
        {{"kind", said["kind"]}, {"entry", hex_of(entry)}, {"event", said}});
  }
  return found;
}

TEST(GoldenRecords, are_read_as_they_were_meant) {
  if (const char* to = std::getenv("OMS_RECORD_GOLDEN")) {
    std::ofstream out(to);
    for (std::size_t kind = 0; kind < samples::kinds; ++kind)
      for (const auto& each : samples_of(kind)) out << each.dump() << '\n';
  }
  ASSERT_FALSE(files().empty()) << "in " << folder;
  for (const auto& file : files()) {
    std::size_t number = 0;
    for (const auto& record : records(file)) {
      SCOPED_TRACE(file.filename().string() + ":" + std::to_string(++number));
      const auto entry =
          codec::decode_entry(from_hexadecimal(record.at("entry")));
      ASSERT_TRUE(entry.ok()) << entry.failure().message;
      ASSERT_EQ(entry->events.size(), 1U);
      EXPECT_EQ(json::write(entry->events.front()).dump(2),
                record.at("event").dump(2));
    }
  }
}

TEST(GoldenRecords, show_each_kind_of_event_as_it_is_written_today) {
  std::set<std::string> kinds;
  for (const auto& record : records(files().back())) {
    const auto& hex = record.at("entry").get_ref<const std::string&>();
    const auto entry = codec::decode_entry(from_hexadecimal(hex));
    ASSERT_TRUE(entry.ok()) << entry.failure().message;
    kinds.insert(record.at("kind"));
    EXPECT_EQ(hex_of(codec::encode_entry(entry->first, entry->previous_hash,
                                         entry->events)),
              hex)
        << record.at("kind");
  }
  EXPECT_EQ(kinds.size(), samples::kinds);
}

}  // namespace
}  // namespace oms
