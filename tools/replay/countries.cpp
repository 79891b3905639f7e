#include "tools/replay/countries.hpp"

#include <strings.h>

#include <algorithm>
#include <array>

namespace oms::replay {

namespace {

// Includes the names that the data set "Online Retail" uses, such as EIRE and
// RSA. Several names may have the same code.
constexpr std::array table = {
    country{"United Kingdom", "GB", {52.7, -1.5}},
    country{"EIRE", "IE", {53, -8}},
    country{"Ireland", "IE", {53, -8}},
    country{"Channel Islands", "JE", {49.5, -2}},
    country{"Germany", "DE", {51, 9}},
    country{"France", "FR", {46, 2}},
    country{"Spain", "ES", {40, -4}},
    country{"Netherlands", "NL", {52.5, 5.5}},
    country{"Belgium", "BE", {51, 4}},
    country{"Switzerland", "CH", {47, 8}},
    country{"Portugal", "PT", {39.5, -8}},
    country{"Italy", "IT", {43, 12.5}},
    country{"Austria", "AT", {47.5, 13.5}},
    country{"Denmark", "DK", {56, 10}},
    country{"Sweden", "SE", {62, 15}},
    country{"Norway", "NO", {62, 10}},
    country{"Finland", "FI", {64, 26}},
    country{"Iceland", "IS", {65, -18}},
    country{"Poland", "PL", {52, 20}},
    country{"Czech Republic", "CZ", {49.5, 15.5}},
    country{"Lithuania", "LT", {56, 24}},
    country{"Greece", "GR", {39, 22}},
    country{"Cyprus", "CY", {35, 33}},
    country{"Malta", "MT", {36, 14.5}},
    country{"Israel", "IL", {31.5, 35}},
    country{"Lebanon", "LB", {34, 36}},
    country{"Saudi Arabia", "SA", {25, 45}},
    country{"United Arab Emirates", "AE", {24, 54}},
    country{"Bahrain", "BH", {26, 50.5}},
    country{"Japan", "JP", {36, 138}},
    country{"Hong Kong", "HK", {22.5, 114}},
    country{"Singapore", "SG", {1.5, 104}},
    country{"Australia", "AU", {-27, 133}},
    country{"USA", "US", {38, -97}},
    country{"United States", "US", {38, -97}},
    country{"Canada", "CA", {60, -95}},
    country{"Brazil", "BR", {-10, -55}},
    country{"RSA", "ZA", {-29, 24}},
    country{"South Africa", "ZA", {-29, 24}},
};

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

const country* find_country(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const country& each) {
        return same(each.name, name) || same(each.code, name);
      });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace oms::replay
