-- Places and pays orders over HTTP, for wrk: each thread has its own ids. Its
-- requests are put together here, which costs wrk less than its own format;
-- wrk itself counts what is not answered 2xx.
--
--   wrk -t1 -c256 -d8s --latency -s bench/http/place.lua http://127.0.0.1:8080

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local head = 'POST /v1/orders HTTP/1.1\r\nHost: omsd\r\nContent-Length: '
local tail =
  '","lines":[{"line":"1","sku":"A","quantity":1,"unitPrice":1999},' ..
  '{"line":"2","sku":"B","quantity":2,"unitPrice":500}],' ..
  '"shipTo":{"country":"US"},"payment":{"captured":2999,"reference":"r"}}'

local count = 0
local start
function request()
  count = count + 1
  start = start or ('{"id":"W' .. os.time() .. '-' .. number .. '-')
  local body = start .. count .. tail
  return head .. #body .. '\r\n\r\n' .. body
end
