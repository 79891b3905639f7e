#pragma once

/// A visitor for `std::visit`, made of one lambda per alternative.
///
/// Overload resolution picks the lambda, so a visitor without a generic one
/// does not compile until it handles every alternative. Source: cppreference,
/// `std::visit`.

namespace oms {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
/// Clang 14 does not deduce this by itself.
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace oms
