#include "tools/text/man_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace oms::text {

namespace {

/// Text as groff reads it: a backslash is one, a hyphen can be copied into a
/// shell, and no line is taken for a request.
std::string plain(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    const bool at_start = out.empty() || out.back() == '\n';
    if (at_start && (letter == '.' || letter == '\'')) out += "\\&";
    if (letter == '\\')
      out += "\\e";
    else if (letter == '-')
      out += "\\-";
    else
      out += letter;
  }
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + plain(text) + "\\fR";
}
std::string italic(const std::string& text) {
  return "\\fI" + plain(text) + "\\fR";
}

/// In lines that editors and mandoc like; man(1) fills them again.
std::string paragraph(const std::string& text) {
  constexpr std::size_t width = 70;
  std::string out;
  std::size_t column = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!out.empty()) out += column + word.size() > width ? '\n' : ' ';
    column = out.empty() || out.back() == '\n' ? 0 : column + 1;
    out += word;
    column += word.size();
  }
  return plain(out) + "\n";
}

std::string usage_of(const command_option& option) {
  auto out = option.positional.empty() ? bold(option.names.back())
                                       : italic(option.positional);
  if (option.positional.empty() && option.argument != argument_kind::none)
    out += " " + italic(option.argument_name);
  if (option.repeated) out += "...";
  return option.required ? out : "[" + out + "]";
}

std::string synopsis_of(const command_tree& at) {
  auto out = bold(at.path);
  if (!at.subcommands.empty()) return out + " " + italic("SUBCOMMAND") + "\n";
  for (const auto& option : at.options)
    if (option.required) out += " " + usage_of(option);
  for (const auto& option : at.options)
    if (!option.required && option.names.back() != "--help")
      out += " " + usage_of(option);
  for (const auto& option : at.positionals) out += " " + usage_of(option);
  return out + "\n";
}

std::string entry_of(const command_option& option) {
  std::string term;
  for (const auto& name : option.names)
    term += (term.empty() ? "" : ", ") + bold(name);
  if (!option.positional.empty()) term = italic(option.positional);
  if (option.positional.empty() && option.argument != argument_kind::none)
    term += " " + italic(option.argument_name);
  auto text = option.description;
  if (option.required)
    text += text.ends_with('.') ? " Required." : " (required)";
  return ".TP\n" + term + "\n" + paragraph(text);
}

/// Its lines are kept: what is a list there stays one.
std::string footer_of(const command_tree& at) {
  if (at.footer.empty()) return "";
  std::string out = ".PP\n.nf\n";
  std::istringstream lines(at.footer);
  for (std::string line; std::getline(lines, line);)
    out += line.empty() ? ".sp\n" : plain(line) + "\n";
  return out + ".fi\n";
}

std::string entries_of(const command_tree& at) {
  std::string out;
  for (const auto& each : at.positionals) out += entry_of(each);
  for (const auto& each : at.options)
    if (each.names.back() != "--help") out += entry_of(each);
  return out;
}

std::string section_of(const command_tree& at) {
  auto out = fmt::format(".SS {}\n", plain(at.path));
  out += paragraph(at.description + ".");
  out += ".PP\n" + synopsis_of(at);
  return out + entries_of(at) + footer_of(at);
}

std::string subcommands_of(const command_tree& root) {
  auto out = paragraph("Each subcommand has the option");
  out += ".BR \\-\\-help .\n.SH SUBCOMMANDS\n";
  for (const auto* at : all_of(root))
    if (at != &root) out += section_of(*at);
  out += ".SH EXIT STATUS\n";
  return out +
         paragraph(
             "0 if all is well, 2 for a wrong command line or input that can't "
             "be read; what else there is stands with each subcommand.");
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return text;
}

}  // namespace

std::string man_page(const command_tree& root, int section) {
  auto out = fmt::format(
      ".\\\" Made by {0}.\n.TH {1} {4} \"\" \"oms\" \"Order management\"\n"
      ".SH NAME\n{0} \\- {2}\n.SH SYNOPSIS\n{3}",
      root.name, upper(root.name), plain(root.description), synopsis_of(root),
      section);
  out += ".SH DESCRIPTION\n" + paragraph(root.description + ".");
  if (!root.subcommands.empty()) return out + subcommands_of(root);
  return out + ".SH OPTIONS\n" + entries_of(root) + footer_of(root);
}

}  // namespace oms::text
