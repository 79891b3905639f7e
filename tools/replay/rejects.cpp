#include "tools/replay/rejects.hpp"

#include <csv.h>

#include <filesystem>

namespace oms::replay {

result<rejects> rejects::open(std::string path) {
  rejects made;
  std::error_code unknown;
  made.replaces_ = std::filesystem::exists(path, unknown);
  made.path_ = path;
  auto file = files::output_file::open(std::move(path), stdout);
  if (!file) return file.failure();
  made.file_.emplace(std::move(*file));
  std::fputs("file,line,reason,text\n", made.file_->stream());
  return made;
}

void rejects::add(const source_line& line, std::string_view reason) {
  ++count_;
  ++by_reason_[std::string(reason)];
  if (!file_) return;
  // A write that fails shows in `finish`. The counts go on, so the lines still
  // balance.
  auto* out = file_->stream();
  // `csv_fwrite` quotes: the text may contain separators and quotes.
  csv_fwrite(out, line.file->data(), line.file->size());
  std::fprintf(out, ",%llu,", static_cast<unsigned long long>(line.line));
  csv_fwrite(out, reason.data(), reason.size());
  std::fputc(',', out);
  csv_fwrite(out, line.raw.data(), line.raw.size());
  std::fputc('\n', out);
}

status rejects::finish() {
  if (!file_) return done{};
  status outcome = done{};
  if (count_ > 0 || replaces_) outcome = file_->finish();
  file_.reset();
  return outcome;
}

}  // namespace oms::replay
