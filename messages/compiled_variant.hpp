#pragma once

/// A std::variant whose copies, moves, comparison and destruction are compiled
/// in one object file.
///
/// Each translation unit that copies or destroys a std::variant compiles a
/// function per alternative for it; with fifty alternatives that takes up to a
/// quarter of the time. Of a compiled_variant a header declares them,
///   using shape_variant = std::variant<circle, square>;
///   extern template class compiled_variant<shape_variant>;
///   using shape = compiled_variant<shape_variant>;
/// and one source file defines them:
///   template class compiled_variant<shape_variant>;
/// Apart from that it is the std::variant that it derives from, for std::visit,
/// std::get_if and std::holds_alternative too.
///
/// Threads: those of a value.

#include <array>
#include <concepts>
#include <cstddef>
#include <utility>
#include <variant>

namespace oms {

template <class Variant>
class compiled_variant;

template <class... Alternatives>
class compiled_variant<std::variant<Alternatives...>>
    : public std::variant<Alternatives...> {
 public:
  compiled_variant();
  compiled_variant(const compiled_variant& other);
  compiled_variant(compiled_variant&& other) noexcept;
  compiled_variant& operator=(const compiled_variant& other);
  compiled_variant& operator=(compiled_variant&& other) noexcept;
  ~compiled_variant();

  /// The alternative that it is.
  [[nodiscard]] const void* content() const;
  /// Becomes a new value of the alternative with this index.
  void* become(std::size_t index);

  bool operator==(const compiled_variant& other) const
      requires(std::equality_comparable<Alternatives>&&...);

  // Implicit, as for std::variant.
  template <class T>
  requires(std::same_as<T, Alternatives> || ...)
      compiled_variant(T content)  // NOLINT(google-explicit-constructor)
      : compiled_variant() {
    take(index_of<T>(), &content);
  }

 private:
  using base = std::variant<Alternatives...>;

  template <class T>
  static constexpr std::size_t index_of() {
    std::size_t index = 0;
    static_cast<void>(
        ((std::same_as<T, Alternatives> || (++index, false)) || ...));
    return index;
  }

  // Becomes the alternative with this index, moved from `content`. A function
  // of an index, because the members of a template that are templates would
  // have to be instantiated one by one.
  void take(std::size_t index, void* content);
};

template <class... Alternatives>
compiled_variant<std::variant<Alternatives...>>::compiled_variant() = default;

template <class... Alternatives>
compiled_variant<std::variant<Alternatives...>>::compiled_variant(
    const compiled_variant& other) = default;

template <class... Alternatives>
compiled_variant<std::variant<Alternatives...>>::compiled_variant(
    compiled_variant&& other) noexcept = default;

template <class... Alternatives>
compiled_variant<std::variant<Alternatives...>>&
compiled_variant<std::variant<Alternatives...>>::operator=(
    const compiled_variant& other) = default;

template <class... Alternatives>
compiled_variant<std::variant<Alternatives...>>&
compiled_variant<std::variant<Alternatives...>>::operator=(
    compiled_variant&& other) noexcept = default;

template <class... Alternatives>
compiled_variant<std::variant<Alternatives...>>::~compiled_variant() = default;

template <class... Alternatives>
const void* compiled_variant<std::variant<Alternatives...>>::content() const {
  return std::visit([](const auto& value) -> const void* { return &value; },
                    static_cast<const base&>(*this));
}

template <class... Alternatives>
void* compiled_variant<std::variant<Alternatives...>>::become(
    std::size_t index) {
  using maker = void* (*)(base&);
  static constexpr std::array<maker, sizeof...(Alternatives)> makers = {
      [](base& to) -> void* {
        return &to.template emplace<Alternatives>();
      }...};
  return makers.at(index)(*this);
}

template <class... Alternatives>
bool compiled_variant<std::variant<Alternatives...>>::operator==(
    const compiled_variant& other) const
    requires(std::equality_comparable<Alternatives>&&...) {
  // Said twice, because clang 14 compiles the member although it is
  // constrained.
  if constexpr ((std::equality_comparable<Alternatives> && ...))
    return static_cast<const base&>(*this) == static_cast<const base&>(other);
  else
    return false;
}

template <class... Alternatives>
void compiled_variant<std::variant<Alternatives...>>::take(std::size_t index,
                                                           void* content) {
  using taker = void (*)(base&, void*);
  static constexpr std::array<taker, sizeof...(Alternatives)> takers = {
      [](base& to, void* from) {
        to.template emplace<Alternatives>(
            std::move(*static_cast<Alternatives*>(from)));
      }...};
  takers[index](*this, content);
}

}  // namespace oms
