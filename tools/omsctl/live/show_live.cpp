#include "tools/omsctl/live/show_live.hpp"

#include <fmt/core.h>

#include "messages/text_rules.hpp"

namespace oms::omsctl {

int say_failure(const std::string& command, const error& failure,
                const text::console& to) {
  fmt::print(to.err, "{}: {}\n", command, text::harmless(failure.message));
  return text::exit_usage;
}

int say_problem(const std::string& command, const http_answer& answer,
                const text::console& to) {
  fmt::print(to.err, "{}: {}\n", command, text::harmless(problem_text(answer)));
  return text::exit_wrong;
}

int show_live(const showing_options& options, std::vector<shown_part> parts,
              const text::console& to) {
  auto server = http_client::open(with_environment(options.server));
  if (!server) return say_failure(options.command, server.failure(), to);
  // The server can't know what the output is; the terminal is on this side.
  const bool colours = !options.json && text::palette(to.out).has_colours();
  if (options.json) parts.resize(1);
  for (auto& part : parts) {
    if (!options.json) part.question.accept = "text/plain";
    if (colours) part.question.query.emplace_back("color", "always");
    const auto answer = (*server)->get(part.question);
    if (!answer) return say_failure(options.command, answer.failure(), to);
    if (!answer->is_good()) return say_problem(options.command, *answer, to);
    if (options.json)
      // As the server wrote it. Only what a terminal would obey is escaped, in
      // a way that JSON allows.
      fmt::print(to.out, "{}\n", printable_json(answer->body));
    else
      fmt::print(to.out, "{}{}", part.heading,
                 // Ids and notes in it are others' words, and the server may be
                 // of a version that let more through. Colors are asked for, so
                 // they stay.
                 text::harmless(answer->body, colours));
  }
  return text::exit_ok;
}

}  // namespace oms::omsctl
