-- Asks the addresses of a file in turn; a share of them under a number that was never asked before, which is a miss.
-- wrk -s load.lua URL -- FILE SHARE FIRST ACCEPT
--   FILE    one address a line; after a tab, an entity tag for If-None-Match
--   SHARE   of the requests that are misses, 0 to 1
--   FIRST   the first new number; seven digits that begin with 1 are replaced
--   ACCEPT  value of the header

local heads, whole, tails = {}, {}, {}
local at, share, number = 0, 0, 0

function init(arguments)
  share, number = tonumber(arguments[2]), tonumber(arguments[3])
  wrk.headers["Accept"] = arguments[4]
  for line in io.lines(arguments[1]) do
    local address, tag = line:match("^([^\t]*)\t(.*)$")
    wrk.headers["If-None-Match"] = tag
    -- The bytes of each request are made once, so that the loop only joins three texts.
    local request = wrk.format("GET", address or line)
    local head, tail = request:match("^(.-)1%d%d%d%d%d%d(.*)$")
    whole[#whole + 1] = request
    heads[#whole], tails[#whole] = head, tail
  end
  math.randomseed(number)
  at = math.random(#whole)
end

function request()
  at = at % #whole + 1
  if share > 0 and (share >= 1 or math.random() < share) then
    number = number + 1
    return heads[at] .. number .. tails[at]
  end
  return whole[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.3f, "p99": %.3f, "longest": %.3f, "broken": %d, "refused": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
