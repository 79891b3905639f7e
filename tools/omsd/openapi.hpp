#pragma once

/// The API as an OpenAPI 3.1 document, with JSON Schema 2020-12.
///
/// It is written from the routes that are served and from the schemas that
/// bodies are read by, so it can't differ from them.

#include <string>

namespace oms::omsd {

[[nodiscard]] const std::string& openapi_document();

}  // namespace oms::omsd
