#include "tools/omsd/strict_parser.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <utility>

namespace oms::omsd {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using beast::error_code;

namespace {

// Beast's limit is for what is left to parse, so it is not exact; ours,
// `max_head_bytes`, is.
constexpr std::uint32_t beast_head_bytes = 12'288;
// Extensions are not counted as body, so without a limit a request could go on
// forever.
constexpr std::size_t max_chunk_extension_bytes = 256;

constexpr int bad_request = 400;
constexpr int too_large = 413;
constexpr int cannot_be_expected = 417;
constexpr int head_too_large = 431;
constexpr int not_implemented = 501;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

bool same(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

// Beast has checked that the number fits.
std::uint64_t number(std::string_view digits) {
  std::uint64_t all = 0;
  for (const char c : digits) all = all * 10 + static_cast<unsigned>(c - '0');
  return all;
}

// uri-host [":" port], as far as it matters: no character that could hide a
// path, a user or a list.
bool host_is_fine(std::string_view host) {
  constexpr std::string_view others = "-._~%!$&'()*+;=:[]";
  return std::all_of(host.begin(), host.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string_view request_head::find(std::string_view name) const {
  for (const auto& each : fields)
    if (same(each.name, name)) return each.value;
  return {};
}

std::size_t request_head::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(),
      [&](const header_field& each) { return same(each.name, name); }));
}

struct strict_parser::beast_side {
  struct parser final : bhttp::basic_parser<true> {
    explicit parser(beast_side& of) : of_(of) {
      header_limit(beast_head_bytes);
      // The body is counted in `give`. Beast would judge its length before the
      // route, which has the limit, is known.
      body_limit(boost::none);
    }

    void on_request_impl(bhttp::verb, beast::string_view method,
                         beast::string_view target, int version,
                         error_code& ec) override {
      auto& read = of_.head;
      read.method = view(method);
      read.target = view(target);
      read.http11 = version == 11;
      for (const unsigned char c : read.target)
        // RFC 3986 has no such characters, and a fragment is never sent. Two
        // servers could disagree on what they mean.
        if (c >= 0x7f || c == '#')
          return of_.refuse(bad_request, "the target is not a URI", ec);
      if (read.target.front() == '/' ||
          (read.target == "*" && read.method == "OPTIONS"))
        return;
      // absolute-form: its authority stands for Host (RFC 9112, 3.2.2).
      for (const std::string_view scheme : {"http://", "https://"}) {
        if (read.target.size() <= scheme.size() ||
            !same(read.target.substr(0, scheme.size()), scheme))
          continue;
        const auto rest = read.target.substr(scheme.size());
        const auto slash = rest.find('/');
        if (slash == 0 || slash == std::string_view::npos) break;
        read.host = rest.substr(0, slash);
        read.target = rest.substr(slash);
        if (host_is_fine(read.host)) return;
        break;
      }
      of_.refuse(bad_request, "the target is neither a path nor a URL", ec);
    }

    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    void on_field_impl(bhttp::field known, beast::string_view name,
                       beast::string_view value, error_code& ec) override {
      auto& read = of_.head;
      if (++of_.fields > max_fields)
        return of_.refuse(head_too_large, "there are too many header fields",
                          ec);
      // Folded lines must be refused (RFC 9112, 5.2). Beast unfolds such a
      // value into a copy, or skips the line end before it: either way, the
      // value does not follow its name in the buffer.
      const char* from = name.data() + name.size() + 1;
      if (value.data() < from || value.data() > of_.fed_end ||
          std::find(from, value.data(), '\r') != value.data())
        return of_.refuse(bad_request, "a header field is folded", ec);
      // Trailers come here, too. They are counted and dropped, or one could
      // pose as a header field, such as Authorization.
      if (of_.head_complete) return;
      const auto text = view(value);
      if (known == bhttp::field::host) {
        // Servers disagree on which of two Host fields counts (RFC 9112, 3.2).
        if (++of_.hosts > 1)
          return of_.refuse(bad_request, "Host is given twice", ec);
        if (!host_is_fine(text))
          return of_.refuse(bad_request, "Host is not a valid host", ec);
        if (read.host.empty()) read.host = text;
      } else if (known == bhttp::field::transfer_encoding) {
        // Beast takes a coding that it does not know as "no body", and would
        // read the body as the next request.
        if (!same(text, "chunked") || read.chunked)
          return of_.refuse(not_implemented,
                            "the only transfer coding served is chunked", ec);
        read.chunked = true;
      } else if (known == bhttp::field::content_length) {
        // "+14", "14, 14" and two fields are read in different ways by
        // different servers.
        if (read.length || text.empty() ||
            text.find_first_not_of("0123456789") != std::string_view::npos)
          return of_.refuse(bad_request, "Content-Length is not one number",
                            ec);
        read.length = number(text);
      } else if (known == bhttp::field::expect) {
        if (!same(text, "100-continue"))
          return of_.refuse(cannot_be_expected,
                            "Expect can only ask for 100-continue", ec);
        read.expects_continue = true;
      }
      read.fields.push_back({view(name), text});
    }

    void on_header_impl(error_code& ec) override {
      auto& read = of_.head;
      of_.head_complete = true;
      if (read.http11 && of_.hosts != 1)
        return of_.refuse(bad_request, "Host is missing", ec);
      // HTTP/1.0 does not know chunks, so the message was framed wrongly on its
      // way (RFC 9112, 6.1).
      if (read.chunked && !read.http11)
        return of_.refuse(bad_request, "HTTP/1.0 has no chunked bodies", ec);
      // One server would go by the length and another by the chunks, and they
      // would see different requests (RFC 9112, 6.3).
      if (read.chunked && read.length)
        return of_.refuse(
            bad_request,
            "Transfer-Encoding and Content-Length exclude each other", ec);
      // A client of HTTP/1.0 would take "100 Continue" for its response.
      if (!read.http11) read.expects_continue = false;
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&,
                           error_code&) override {}
    std::size_t on_body_impl(beast::string_view part, error_code& ec) override {
      of_.give(view(part), ec);
      return part.size();
    }
    void on_chunk_header_impl(std::uint64_t size, beast::string_view extension,
                              error_code& ec) override {
      if (extension.size() > max_chunk_extension_bytes)
        return of_.refuse(bad_request, "a chunk extension is too long", ec);
      // Refused by what the chunk announces, before it is read.
      if (size > of_.max_body_bytes - of_.given)
        of_.refuse(too_large, "the body is too large", ec);
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view part,
                                   error_code& ec) override {
      of_.give(view(part), ec);
      return part.size();
    }
    void on_finish_impl(error_code&) override {}

   private:
    beast_side& of_;
  };

  void refuse(int with, std::string_view because, error_code& ec) {
    status = with;
    why = because;
    ec = bhttp::error::bad_value;
  }
  void give(std::string_view part, error_code& ec) {
    if (part.size() > max_body_bytes - given)
      return refuse(too_large, "the body is too large", ec);
    given += part.size();
    if (sink && !part.empty()) sink(part);
  }

  request_head head;
  std::optional<parser> beast;
  body_sink sink;
  std::uint64_t max_body_bytes = 0;
  std::uint64_t given = 0;
  std::size_t fields = 0;
  std::size_t hosts = 0;
  std::size_t head_bytes = 0;
  const char* fed_end = nullptr;
  std::string_view why;
  int status = 0;
  bool head_complete = false;
};

strict_parser::strict_parser() : side_(std::make_unique<beast_side>()) {
  reset();
}
strict_parser::~strict_parser() = default;

void strict_parser::reset() {
  auto& s = *side_;
  // The list keeps its memory from request to request.
  auto fields = std::move(s.head.fields);
  fields.clear();
  s.head = {};
  s.head.fields = std::move(fields);
  s.sink = nullptr;
  s.max_body_bytes = s.given = 0;
  s.fields = s.hosts = s.head_bytes = 0;
  s.status = 0;
  s.why = {};
  s.head_complete = false;
  s.beast.emplace(s);
}

std::size_t strict_parser::feed(const char* bytes, std::size_t size) {
  auto& s = *side_;
  if (s.status != 0 || s.beast->is_done() || size == 0) return 0;
  s.fed_end = bytes + size;
  // Eager only once the head is complete: an eager parser would read on into
  // the body before the head is judged.
  if (s.head_complete) s.beast->eager(true);
  const bool had_head = s.head_complete;
  error_code ec;
  const auto taken = s.beast->put({bytes, size}, ec);
  if (ec && ec != bhttp::error::need_more && s.status == 0) {
    s.status = ec == bhttp::error::header_limit ? head_too_large : bad_request;
    s.why = s.status == head_too_large ? "the header is too large"
                                       : "the request is not valid HTTP/1.1";
  }
  if (s.status == 0 && !had_head) {
    s.head_bytes += taken;
    if (s.head_bytes > max_head_bytes) {
      s.status = head_too_large;
      s.why = "the header is too large";
    } else if (s.head_complete) {
      // Taken now, because a Connection field among the trailers would change
      // it. HTTP/1.0 always closes: it has no chunks, so a response without a
      // length can only end with the connection.
      s.head.keep_alive = s.head.http11 && s.beast->keep_alive();
    }
  }
  return taken;
}

strict_parser::at strict_parser::where() const {
  const auto& s = *side_;
  if (s.status != 0) return at::failed;
  if (!s.head_complete) return at::head;
  return s.beast->is_done() ? at::end : at::body;
}
bool strict_parser::begun() const { return side_->beast->got_some(); }
int strict_parser::status() const { return side_->status; }
std::string_view strict_parser::why() const { return side_->why; }
const request_head& strict_parser::head() const { return side_->head; }
void strict_parser::take_body(body_sink to, std::uint64_t max_bytes) {
  side_->sink = std::move(to);
  side_->max_body_bytes = max_bytes;
}

}  // namespace oms::omsd
