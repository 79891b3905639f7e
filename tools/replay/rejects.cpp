#include "tools/replay/rejects.hpp"

#include <csv.h>

namespace oms::replay {

void rejects::add(const source_line& line, std::string_view reason) {
  ++count_;
  ++by_reason_[std::string(reason)];
  // The counts go on if the file can't be written, so the lines still balance.
  if (path_.empty() || failed_) return;
  // Created by the first reject: a run without any leaves no file.
  if (!file_) {
    file_.reset(std::fopen(path_.c_str(), "wb"));
    if (!file_) {
      failed_ = true;
      return;
    }
    std::fputs("file,line,reason,text\n", file_.get());
  }
  auto* out = file_.get();
  // `csv_fwrite` quotes: the text may contain separators and quotes.
  csv_fwrite(out, line.file->data(), line.file->size());
  std::fprintf(out, ",%llu,", static_cast<unsigned long long>(line.line));
  csv_fwrite(out, reason.data(), reason.size());
  std::fputc(',', out);
  csv_fwrite(out, line.raw.data(), line.raw.size());
  std::fputc('\n', out);
  failed_ = std::ferror(out) != 0;
}

// Only closing tells whether everything could be written.
bool rejects::close() {
  if (file_ && std::fclose(file_.release()) != 0) failed_ = true;
  return !failed_;
}

}  // namespace oms::replay
