/// `omsctl completion` and `omsctl man`: what the command line says of itself,
/// read by the shells and formatters that it is for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <array>
#include <sstream>

#include "tests/persistence/temporary_directory.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/omsctl/commands.hpp"
#include "tools/omsctl/completion/completion_command.hpp"
#include "tools/omsctl/completion/unknown_subcommand.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/command_tree.hpp"
#include "tools/text/exit_codes.hpp"

namespace oms::omsctl {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

/// The command line of the program.
class omsctl_line {
 public:
  omsctl_line() { add_commands(app_, exit_code_); }
  [[nodiscard]] const CLI::App& app() const { return app_; }
  [[nodiscard]] std::string completion(const std::string& shell) const {
    return tests::running([&](const text::console& to) {
             return completion_command(app_, shell, to);
           })
        .out;
  }
  [[nodiscard]] std::string man() const {
    return tests::running(
               [&](const text::console& to) { return man_command(app_, to); })
        .out;
  }

 private:
  CLI::App app_{"Inspect and operate an order management engine", "omsctl"};
  int exit_code_ = 0;
};

struct shell_outcome {
  int code = -1;
  std::string out;
};

/// With what it says to standard error.
shell_outcome shell(const std::string& command) {
  shell_outcome got;
  std::FILE* pipe = ::popen(("( " + command + " ) 2>&1").c_str(), "r");
  if (pipe == nullptr) return got;
  std::array<char, 4'096> text{};
  while (const auto size = std::fread(text.data(), 1, text.size(), pipe))
    got.out.append(text.data(), size);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) got.code = WEXITSTATUS(status);
  return got;
}

bool is_there(const std::string& program) {
  return shell("command -v " + program).code == 0;
}

/// A bash that has the completion, in a folder of its own.
class completing_bash {
 public:
  completing_bash() {
    tests::write_file(place_.path() / "omsctl.bash",
                      omsctl_line().completion("bash"));
    std::filesystem::create_directory(place_.path() / "work");
    std::filesystem::create_directory(place_.path() / "work/my store");
    tests::write_file(place_.path() / "work/orders.csv", "");
  }

  /// What it offers for the last word; words are as COMP_WORDS has them.
  [[nodiscard]] std::vector<std::string> operator()(
      const std::vector<std::string>& words) const {
    std::string script = "source '" + file() + "'\ncd '" +
                         (place_.path() / "work").string() + "'\nCOMP_WORDS=(";
    for (const auto& word : words) script += " '" + word + "'";
    script += ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) +
              "\n_omsctl\nfor each in \"${COMPREPLY[@]}\"; do "
              "echo \"$each\"; done\n";
    const auto path = place_.path() / "ask.bash";
    tests::write_file(path, script);
    const auto got = shell("bash --norc --noprofile '" + path.string() + "'");
    EXPECT_EQ(got.code, 0) << got.out;
    std::vector<std::string> offers;
    std::istringstream lines(got.out);
    for (std::string line; std::getline(lines, line);) offers.push_back(line);
    return offers;
  }

  [[nodiscard]] std::string file() const {
    return (place_.path() / "omsctl.bash").string();
  }

 private:
  persistence::temporary_directory place_;
};

TEST(CommandTree, HasWhatTheParserHas) {
  const omsctl_line line;
  const auto root = text::tree_of(line.app());
  EXPECT_EQ(root.name, "omsctl");
  std::vector<std::string> paths;
  const text::command_tree* of_export = nullptr;
  for (const auto* each : text::all_of(root)) {
    paths.push_back(each->path);
    if (each->path == "omsctl export") of_export = each;
  }
  EXPECT_THAT(paths, IsSupersetOf({"omsctl import", "omsctl audit verify",
                                   "omsctl completion", "omsctl man"}));
  ASSERT_NE(of_export, nullptr);
  for (const auto& option : of_export->options) {
    if (option.names.back() == "--format") {
      EXPECT_THAT(option.choices, ElementsAre("csv", "json", "ndjson"));
    }
    if (option.names.back() == "--store") {
      EXPECT_EQ(option.argument, text::argument_kind::directory);
      EXPECT_TRUE(option.required);
    }
    if (option.names.back() == "--help") {
      EXPECT_EQ(option.argument, text::argument_kind::none);
    }
  }
}

TEST(BashCompletion, OffersSubcommands) {
  const completing_bash ask;
  EXPECT_THAT(ask({"omsctl", "ex"}), ElementsAre("export"));
  EXPECT_THAT(ask({"omsctl", ""}), IsSupersetOf({"import", "scenario", "man"}));
  EXPECT_THAT(ask({"omsctl", "audit", ""}),
              UnorderedElementsAre("verify", "head", "export", "tail"));
}

TEST(BashCompletion, OffersOptionsOfTheSubcommand) {
  const completing_bash ask;
  EXPECT_THAT(ask({"omsctl", "export", "--w"}), ElementsAre("--what"));
  // The export of the trail is another one.
  EXPECT_THAT(ask({"omsctl", "audit", "export", "--"}),
              testing::AllOf(Contains("--after"), Not(Contains("--what"))));
  EXPECT_THAT(ask({"omsctl", "--"}), ElementsAre("--help"));
}

TEST(BashCompletion, OffersTheWordsThatAnOptionTakes) {
  const completing_bash ask;
  EXPECT_THAT(ask({"omsctl", "export", "--what", "s"}),
              UnorderedElementsAre("suppliers", "supplier-products", "stock"));
  EXPECT_THAT(ask({"omsctl", "export", "--what", "="}), Contains("orders"));
  EXPECT_THAT(ask({"omsctl", "export", "--what", "=", "ord"}),
              ElementsAre("orders"));
  EXPECT_THAT(ask({"omsctl", "completion", "z"}), ElementsAre("zsh"));
  EXPECT_THAT(
      ask({"omsctl", "replay", "--format", ""}),
      UnorderedElementsAre("olist", "online-retail", "plain", "shopify"));
}

TEST(BashCompletion, OffersFilesAndFolders) {
  const completing_bash ask;
  EXPECT_THAT(ask({"omsctl", "export", "--store", ""}),
              ElementsAre("my store"));
  EXPECT_THAT(ask({"omsctl", "import", "--store", "my store", "o"}),
              ElementsAre("orders.csv"));
  EXPECT_THAT(ask({"omsctl", "import", "--by", ""}), IsEmpty());
}

TEST(Completion, IsUnderstoodByTheShellsThatAreThere) {
  const persistence::temporary_directory place;
  const omsctl_line line;
  for (const std::string name : {"bash", "zsh", "fish"}) {
    const auto path = (place.path() / name).string();
    tests::write_file(path, line.completion(name));
    EXPECT_THAT(tests::contents_of(path), HasSubstr("omsctl"));
    if (!is_there(name)) continue;
    const auto read = shell(name + " -n '" + path + "'");
    EXPECT_EQ(read.code, 0) << read.out;
    EXPECT_EQ(read.out, "");
  }
}

TEST(ManPage, HasASectionForEachSubcommand) {
  const omsctl_line line;
  const auto page = line.man();
  EXPECT_THAT(page, HasSubstr("\n.SH NAME\nomsctl \\- Inspect and"));
  const auto root = text::tree_of(line.app());
  for (const auto* each : text::all_of(root)) {
    if (each == &root) continue;
    EXPECT_THAT(page, HasSubstr("\n.SS " + each->path + "\n"));
  }
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-what\\fR"));
}

TEST(ManPage, HasNoWarningsOfTheFormatterThatIsThere) {
  if (!is_there("groff")) GTEST_SKIP() << "groff is not installed";
  const persistence::temporary_directory place;
  const auto path = (place.path() / "omsctl.1").string();
  tests::write_file(path, omsctl_line().man());
  const auto read = shell("groff -man -Tutf8 -ww -z '" + path + "'");
  EXPECT_EQ(read.code, 0);
  EXPECT_EQ(read.out, "");
}

TEST(UnknownSubcommand, IsNamedWithTheNearest) {
  const auto tree = text::tree_of(omsctl_line().app());
  const auto said = [&tree](const std::vector<std::string>& arguments) {
    return unknown_subcommand(tree, arguments).value_or("");
  };
  EXPECT_EQ(said({"ordr", "SO-1"}),
            "omsctl: unknown subcommand \"ordr\"; did you mean \"order\"? "
            "\"omsctl --help\" lists all");
  EXPECT_THAT(said({"scenarios"}), HasSubstr("did you mean \"scenario\"?"));
  EXPECT_THAT(said({"improt"}), HasSubstr("did you mean \"import\"?"));
  EXPECT_THAT(said({"Stock"}), HasSubstr("did you mean \"stock\"?"));
  EXPECT_THAT(said({"verify"}), HasSubstr("did you mean \"audit verify\"?"));
  EXPECT_THAT(said({"audit", "verfy"}),
              HasSubstr("omsctl audit: unknown subcommand \"verfy\"; did you "
                        "mean \"verify\"?"));
  EXPECT_THAT(said({"LOCATION"}), HasSubstr("did you mean \"location\"?"));
  // Nothing is near.
  EXPECT_EQ(said({"help"}),
            "omsctl: unknown subcommand \"help\"; \"omsctl --help\" lists all");
  EXPECT_THAT(said({"\x1b[31mx\xFF"}), HasSubstr("\"?[31mx\xEF\xBF\xBD\""));
  for (const auto& known :
       std::vector<std::vector<std::string>>{{},
                                             {"--help"},
                                             {"order", "ordr"},
                                             {"audit", "--help"},
                                             {"audit", "verify", "x"}})
    EXPECT_EQ(said(known), "");
}

TEST(UnknownSubcommand, MayBeAnOption) {
  const auto tree = text::tree_of(omsctl_line().app());
  EXPECT_EQ(unknown_subcommand(tree, {"--hlep"}),
            "omsctl: unknown option \"--hlep\"; did you mean \"--help\"? "
            "\"omsctl --help\" lists all");
  EXPECT_EQ(unknown_subcommand(tree, {"-V"}),
            "omsctl: unknown option \"-V\"; \"omsctl --help\" lists all");
}

/// What a program with one number and one id says of these arguments.
std::string said_of(std::vector<const char*> arguments) {
  CLI::App app("", "program");
  std::uint64_t number = 0;
  std::string id;
  app.add_option("--number", number)->check(text::whole(1, 10));
  app.add_option("--id", id)->check(text::an_id());
  arguments.insert(arguments.begin(), "program");
  testing::internal::CaptureStderr();
  const auto ended =
      text::parse_command_line(app, static_cast<int>(arguments.size()),
                               const_cast<char**>(arguments.data()));
  auto said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(ended.value_or(text::exit_ok),
            said.empty() ? text::exit_ok : text::exit_usage);
  return said;
}

TEST(CommandLine, RefusesWhatIsNoWholeNumber) {
  EXPECT_EQ(said_of({"--number", "10"}), "");
  for (const auto* wrong : {"-1", "0", "11", "18446744073709551616", "1x", ""})
    EXPECT_THAT(said_of({"--number", wrong}),
                HasSubstr("is not a whole number from 1 to 10"))
        << wrong;
}

TEST(CommandLine, RefusesWhatIsNoId) {
  EXPECT_EQ(said_of({"--id", "SO-1"}), "");
  EXPECT_THAT(said_of({"--id", " SO-1"}), HasSubstr("whitespace"));
  EXPECT_THAT(said_of({"--id", ""}), HasSubstr("must not be empty"));
}

TEST(CommandLine, PassesOnNoEscapes) {
  EXPECT_THAT(said_of({"\x1b[31mx"}), HasSubstr("?[31mx"));
  EXPECT_THAT(said_of({"--number", "a\x1b[31m"}), HasSubstr("\"a?[31m\""));
}

}  // namespace
}  // namespace oms::omsctl
