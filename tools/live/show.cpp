#include "tools/live/show.hpp"

#include <fmt/core.h>

namespace oms::tools {

namespace {

/// The length of a colour's sequence (SGR of ECMA-48) at the text's begin.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::string harmless(std::string_view text, bool colours) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto sequence = colours ? colour_length(text) : 0;
    if (sequence > 0) {
      out += text.substr(0, sequence);
      text.remove_prefix(sequence);
      continue;
    }
    const auto c = static_cast<unsigned char>(text.front());
    // U+0080 to U+009F, which some terminals obey too.
    if (c == 0xc2 && text.size() > 1 &&
        static_cast<unsigned char>(text[1]) < 0xa0) {
      out += '?';
      text.remove_prefix(2);
      continue;
    }
    const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    out += control ? '?' : text.front();
    text.remove_prefix(1);
  }
  return out;
}

int say_failure(const std::string& command, const error& failure,
                const console& to) {
  fmt::print(to.err, "{}: {}\n", command, failure.message);
  return exit_usage;
}

int say_problem(const std::string& command, const http_answer& answer,
                const console& to) {
  fmt::print(to.err, "{}: {}\n", command,
             harmless(problem_text(answer), false));
  return exit_wrong;
}

int show_live(const showing_options& options, std::vector<shown_part> parts,
              const console& to) {
  auto server = http_client::open(with_environment(options.server));
  if (!server) return say_failure(options.command, server.failure(), to);
  const bool colours = !options.json && palette(to.out).has_colours();
  if (options.json) parts.resize(1);
  for (auto& part : parts) {
    if (!options.json) part.question.accept = "text/plain";
    if (colours) part.question.query.emplace_back("color", "always");
    const auto answer = (*server)->get(part.question);
    if (!answer) return say_failure(options.command, answer.failure(), to);
    if (!answer->is_good()) return say_problem(options.command, *answer, to);
    if (options.json)
      fmt::print(to.out, "{}\n", answer->body);
    else
      fmt::print(to.out, "{}{}", part.heading, harmless(answer->body, colours));
  }
  return exit_ok;
}

}  // namespace oms::tools
