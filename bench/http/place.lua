-- Places and pays orders over HTTP, for wrk: each thread has its own ids.
--
--   wrk -t1 -c64 -d10s -s bench/http/place.lua http://127.0.0.1:8080

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local count = 0
function request()
  count = count + 1
  local body = string.format(
    '{"id":"W%d-%d-%d","lines":[{"line":"1","sku":"A","quantity":1,' ..
    '"unitPrice":1999},{"line":"2","sku":"B","quantity":2,"unitPrice":500}],' ..
    '"shipTo":{"country":"US"},"payment":{"captured":2999,"reference":"r"}}',
    os.time(), number, count)
  return wrk.format("POST", "/v1/orders", nil, body)
end

local refused = 0
function response(status)
  if status ~= 201 then refused = refused + 1 end
end
