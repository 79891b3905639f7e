#include "tools/server/handling.hpp"

#include <charconv>
#include <exception>

#include "messages/time_text.hpp"
#include "tools/server/permission.hpp"

namespace oms::tools {

void run_command(service& of, const call& asked, const reply& to,
                 command_body body) {
  if (auto may = permitted(asked.who, body); !may)
    return to.answer(problem(may.failure()));
  command one{std::move(body), asked.by, asked.command_id};
  of.engine.submit(std::move(one), asked.who.name,
                   [to](const answer& got) { to.answer(answer_of(got)); });
}

void query_call(service& of, const call& asked, const reply& to,
                std::function<call_answer()> work) {
  run_beside(of, asked, to,
             [to, work = std::move(work)] { to.answer(work()); });
}

void run_beside(service& of, const call& asked, const reply& to,
                std::function<void()> work) {
  const auto taken =
      of.engine.ask(asked.who.name, [to, work = std::move(work)] {
        // What fails here fails the call and nothing else.
        try {
          work();
        } catch (const std::exception& failure) {
          to.answer(failed(failure.what()));
        }
      });
  if (!taken) to.answer(problem(taken.failure()));
}

palette colours_of(const call& asked) {
  return asked.asked("color") == "always" ? palette::with_colours() : palette();
}

call_answer text_answer(std::string text) {
  return {200, std::move(text), text_type, {}};
}

result<brand_id> brand_asked(const call& asked) {
  const auto named = asked.asked("brand");
  return brand_for(asked.who, named ? std::optional<brand_id>(*named)
                                    : std::optional<brand_id>());
}

result<order_key> order_named(const call& asked, const std::string& id) {
  auto brand = brand_asked(asked);
  if (!brand) return brand.failure();
  return order_key{std::move(*brand), order_id(id)};
}

error wrong_parameter(std::string_view name, const std::string& message) {
  return {error_code::invalid,
          std::string(name) + " " + message,
          {{std::string(name), message}}};
}

result<std::uint64_t> number_asked(const call& asked, std::string_view name,
                                   std::uint64_t otherwise, std::uint64_t least,
                                   std::uint64_t most) {
  const auto text = asked.asked(name);
  if (!text) return otherwise;
  std::uint64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (text->empty() || read.ec != std::errc{} || read.ptr != end ||
      number < least || number > most)
    return wrong_parameter(name, "must be a whole number from " +
                                     std::to_string(least) + " to " +
                                     std::to_string(most));
  return number;
}

result<std::uint64_t> limit_asked(const call& asked) {
  return number_asked(asked, "limit", default_limit, 1, max_limit);
}

result<std::optional<moment>> moment_asked(const call& asked) {
  const auto text = asked.asked("at");
  if (!text) return std::optional<moment>{};
  sequence number = 0;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (!text->empty() && read.ec == std::errc{} && read.ptr == end)
    return std::optional<moment>{number};
  if (const auto time = parse_time(*text)) return std::optional<moment>{*time};
  return wrong_parameter(
      "at", "must be a sequence or a time such as 2026-01-05T10:00:00Z");
}

std::string when_asked(const call& asked) {
  const auto at = asked.asked("at");
  return at ? "as it was at " + *at : "";
}

}  // namespace oms::tools
