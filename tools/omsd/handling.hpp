#pragma once

/// What the handlers of calls share: from a body to a command, from a query to
/// an answer, and from a parameter to its value or its fault.
///
/// May be called on any thread; the work of a query runs on a query thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actors/history/history.hpp"
#include "messages/api/json.hpp"
#include "tools/omsd/routes.hpp"
#include "tools/text/console.hpp"

namespace oms::omsd {

/// Submits a command and answers with its receipt.
void run_command(service& of, const request& asked, const reply& to,
                 command_body body);

/// The same, for a call whose answer is not the receipt: `tell` answers.
void run_command(service& of, const request& asked, command_body body,
                 std::function<void(const answer&)> tell, const reply& refused);

/// Reads the body of a call, by a list of fields. `invalid` names every fault;
/// `out` must not be used then.
[[nodiscard]] status read_body(const request& asked,
                               const fields::type_info& type, void* out);

/// Reads the body into `out`, which has the ids of the path already, and runs
/// it.
template <class Command>
void command_call(service& of, const request& asked, const reply& to,
                  Command out) {
  if (auto read = read_body(asked, type_of(&out), &out); !read)
    return to.answer(problem(read.failure()));
  run_command(of, asked, to, std::move(out));
}

/// Queries run side by side. Large ones, whose answers take much memory to
/// make, run one at a time.
enum class query_kind : std::uint8_t { usual, large };

/// Answers with the result of `work`, which may wait: it runs on a query
/// thread. If the answer turns out to be large, `work` runs again when its turn
/// comes.
void query_call(service& of, const request& asked, const reply& to,
                std::function<response()> work,
                query_kind kind = query_kind::usual);
/// Runs `work`, which may wait and answers itself, on a query thread.
void run_beside(service& of, const request& asked, const reply& to,
                std::function<void()> work);

/// The answer to a result: its JSON, or the problem.
template <class T>
response answer_of(const result<T>& got) {
  if (!got) return problem(got.failure());
  return {200, api::write_json(*got), json_type, {}};
}

/// The answer that `write` makes, which may have this many entries.
response large_answer(std::size_t entries, std::function<std::string()> write);

/// For a function that is copied several times, each of which would copy the
/// value.
template <class T>
std::shared_ptr<const T> share(T value) {
  return std::make_shared<const T>(std::move(value));
}

/// As `answer_of`, for a result that may have many entries.
template <class T>
response large_answer_of(result<T> got, std::size_t entries) {
  if (!got) return problem(got.failure());
  return large_answer(entries, [kept = share(std::move(*got))] {
    return api::write_json(*kept);
  });
}

/// The colours for callers who asked for text.
[[nodiscard]] text::palette colours_of(const request& asked);
[[nodiscard]] response text_answer(std::string text);

/// The order that the path names; its brand is that of `?brand=` or the
/// caller's. `forbidden` for a brand that is not the caller's.
[[nodiscard]] result<order_key> order_named(const request& asked,
                                            const std::string& id);
[[nodiscard]] result<brand_id> brand_asked(const request& asked);
/// The same for a call that may be about all brands: none, unless it names one
/// or the caller is bound to brands.
[[nodiscard]] result<std::optional<brand_id>> brand_filter_asked(
    const request& asked);

/// The error for a wrong parameter.
[[nodiscard]] error wrong_parameter(std::string_view name,
                                    const std::string& message);
/// A whole number from `least` to `most`.
[[nodiscard]] result<std::uint64_t> number_asked(const request& asked,
                                                 std::string_view name,
                                                 std::uint64_t otherwise,
                                                 std::uint64_t least,
                                                 std::uint64_t most);
/// `?limit=` of a list.
[[nodiscard]] result<std::uint64_t> limit_asked(const request& asked);
/// Answers with `page(filter, limit, cursor)`, on a query thread, unless the
/// filter or a parameter is wrong.
template <class Filter, class Page>
void list_call(service& of, const request& asked, const reply& to,
               const result<Filter>& filter, Page page) {
  if (!filter) return to.answer(problem(filter.failure()));
  const auto limit = limit_asked(asked);
  if (!limit) return to.answer(problem(limit.failure()));
  query_call(of, asked, to,
             [page, filter = *filter, limit = *limit,
              cursor = asked.asked("cursor").value_or("")]() -> response {
               return page(filter, limit, cursor);
             });
}
/// `?at=`: a time or a sequence.
[[nodiscard]] result<std::optional<history::moment>> moment_asked(
    const request& asked);
/// The `?at=` for people to read; empty: now.
[[nodiscard]] std::string when_asked(const request& asked);

inline constexpr std::uint64_t default_limit = 50;
inline constexpr std::uint64_t max_limit = 1'000;

inline const parameter brand_parameter{
    "brand", "The brand, if it is not the token's own."};
inline const parameter at_parameter{
    "at", "A time (RFC 3339) or a sequence: the state as of then."};
inline const parameter limit_parameter{
    "limit", "The maximum number of results, 1 to 1,000; default 50.",
    "integer"};
inline const parameter cursor_parameter{"cursor",
                                        "The cursor of the previous page."};
inline const parameter after_parameter{
    "after", "Only events after this sequence.", "integer"};

/// The list of fields of a body or an answer.
template <class T>
const fields::type_info* shape() {
  return &type_of(static_cast<const T*>(nullptr));
}

}  // namespace oms::omsd
