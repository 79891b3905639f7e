#pragma once

/// The API as an OpenAPI 3.1 document.
///
/// Purpose: written from the routes that are served and the schemas that
/// bodies are read by, so it says what is so. Owner: a constant. Threads: any.
/// Source: OpenAPI Specification 3.1.0, JSON Schema 2020-12.

#include <string>

namespace oms::omsd {

[[nodiscard]] const std::string& openapi_document();

}  // namespace oms::omsd
