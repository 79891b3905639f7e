#include "tools/omsd/request_rules.hpp"

#include <algorithm>

#include "tools/text/caller_name.hpp"

namespace oms::omsd {

namespace {

std::size_t limit_of_path(std::string_view name) {
  // These paths name more than an id: "ORDER:NUMBER", and for the engine's
  // actors "BRAND/ORDER".
  return name == "fulfillment" || name == "id" ? limits::max_entity_key_bytes
                                               : limits::max_id_bytes;
}

std::size_t limit_of_parameter(std::string_view name) {
  if (name == "cursor") return limits::max_text_bytes;
  if (name == "command") return limits::max_command_id_bytes;
  return limits::max_id_bytes;
}

std::string known_parameters(const route& of) {
  std::string all;
  for (const auto& each : of.parameters)
    all += (all.empty() ? "" : ", ") + std::string(each.name);
  return all.empty() ? "this call has no parameters" : "this call has " + all;
}

// Gathers all faults: a caller should not have to find them one by one.
class request_check {
 public:
  void add(std::string path, std::optional<std::string> fault) {
    if (fault) faults_.push_back({std::move(path), std::move(*fault)});
  }

  [[nodiscard]] std::optional<error> outcome() && {
    if (faults_.empty()) return {};
    const auto& first = faults_.front();
    auto message = first.path + " " + first.message;
    return error{error_code::invalid, std::move(message), std::move(faults_)};
  }

 private:
  std::vector<fault> faults_;
};

}  // namespace

std::optional<error> fault_of_request(const request& asked, const route& of) {
  request_check check;
  check.add("X-Actor", text::fault_of_caller_name(asked.by.value));
  check.add("Idempotency-Key", fault_of_id(asked.idempotency_key));
  for (const auto& [name, value] : asked.named)
    check.add(name, fault_of_id(value, limit_of_path(name)));
  for (const auto& [name, value] : asked.query) {
    const bool is_known =
        name == "color" ||
        std::any_of(of.parameters.begin(), of.parameters.end(),
                    [&name = name](const parameter& each) {
                      return each.name == name;
                    });
    check.add(name, is_known ? fault_of_id(value, limit_of_parameter(name))
                             : "is not known here; " + known_parameters(of));
  }
  return std::move(check).outcome();
}

}  // namespace oms::omsd
