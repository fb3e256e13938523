/**
 * The reckoning of `bucket.ts`, in one script that Redis runs undivided and by its own clock. A bucket without a past starts with nothing:
 * it may be new because Redis was lost. KEYS[1]: the bucket. ARGV: what, level, millionths, rate, pace, the six shares; for `settle` six more.
 * Rates, holds and waits are market time, of which its own clock's ms bring `pace`: a replay at any speed has the venue's limits.
 */
export const BUCKET_SCRIPT = `
local what, own, micro, rate, pace = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local sizes, capacity = {}, 0
for i = 1, 6 do sizes[i] = tonumber(ARGV[5 + i]); capacity = capacity + sizes[i] end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local at, left, backoff, held, starves, checked = now, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, 0, 0
local kept = redis.call('GET', KEYS[1])
if kept then
  local v = cjson.decode(kept)
  if #v[2] == 6 then at, left, backoff, held, starves, checked = v[1], v[2], v[3], v[4], v[5] or 0, v[6] or 0 end
end

local function total(values, from, to)
  local sum = 0
  for i = from, to do sum = sum + values[i] end
  return sum
end

if now < at - 60000 then at = now end
local function pour(rest, from, to)
  for i = from, to do
    if rest > 0 then
      local part = math.min(rest, sizes[i] - left[i])
      left[i] = left[i] + part
      rest = rest - part
    end
  end
  return rest
end

local came = math.floor(math.max(0, now - at) * pace * rate)
at = math.max(at, now)
local protected = math.floor(came / 4)
local over = pour(protected, 2, 3)
pour(came - protected + over, 1, 6)

local function holdOf(i, ms)
  if i <= 2 then return math.min(math.ceil(ms / 8), 1000) end
  if i == 3 then return math.min(math.ceil(ms / 4), 2000) end
  return ms
end

local function reachOf(level)
  if level == 2 then return 3 end
  return level
end

local granted, wait, tight = 1, 0, 0
if what == 'take' then
  local reach = reachOf(own)
  if micro > total(sizes, own, reach) then reach = 6 end
  local lent = 0
  if own == 1 and reach < 6 then lent = total(left, 4, 6) end
  local drawable = total(left, own, reach) + lent
  local lacking = micro - total(left, 1, reach) - lent
  if drawable < micro then
    local short = total(sizes, 1, own - 1) - total(left, 1, own - 1) + micro - drawable
    if own == 2 or own == 3 then short = math.min(short, 4 * (total(sizes, 2, own - 1) - total(left, 2, own - 1) + micro - drawable)) end
    lacking = math.max(lacking, short)
  end
  local tightBy = 0
  if own > 3 then tightBy = math.ceil(capacity / 10) - total(left, 1, own) end
  lacking = math.max(0, lacking, tightBy)
  if own == 1 then lacking = lacking + math.min(math.ceil(lacking / 3), total(sizes, 2, 3) - total(left, 2, 3)) end
  local heldTo = held[own]
  if own > 3 then heldTo = math.max(heldTo, starves) end
  local heldMs = math.ceil((heldTo - now) * pace)
  if heldMs <= 0 and lacking <= 0 then
    local need = micro
    local order = {own}
    if own == 2 then order = {3, 2} end
    for i = 6, own + 1, -1 do order[#order + 1] = i end
    for _, i in ipairs(order) do
      local part = math.min(need, math.max(0, left[i]))
      left[i] = left[i] - part
      need = need - part
    end
    if own == 3 then checked = now end
  else
    granted, wait = 0, math.max(1, heldMs, math.ceil(lacking / rate))
    if own > 3 and (tightBy > 0 or heldMs > 0) then tight = 1 end
  end
elseif what == 'spend' then
  left[1] = math.max(-capacity, left[1] - micro)
elseif what == 'limited' then
  if own == 2 then
    local back = micro
    for i = 2, 3 do
      local part = math.min(back, sizes[i] - left[i])
      left[i] = left[i] + part
      back = back - part
    end
  end
  for i = own, 6 do
    if now >= held[i] then
      backoff[i] = math.min(60000, math.max(2000, 2 * backoff[i]))
      held[i] = now + math.ceil(holdOf(i, backoff[i]) / pace)
      if i > 2 then left[i] = 0 end
    end
  end
  if own < 3 then held[3] = math.max(held[3], math.min(held[own] + math.ceil(100 / pace), checked + math.ceil(4000 / pace))) end
  if own <= 3 then starves = now + math.ceil(60000 / pace) end
elseif what == 'succeeded' then
  local half = math.floor(backoff[own] / 2)
  if half < 2000 then half = 0 end
  backoff[own] = half
  held[own] = math.min(held[own], now + math.ceil(holdOf(own, half) / pace))
elseif what == 'settle' then
  local debt = 0
  for i = 1, 6 do
    local taken = tonumber(ARGV[11 + i])
    local part = math.min(taken, math.max(0, left[i]))
    left[i] = left[i] - part
    debt = debt + taken - part
  end
  left[1] = math.max(-capacity, left[1] - debt)
end

local function list(values)
  local texts = {}
  for i = 1, 6 do texts[i] = string.format('%.0f', values[i]) end
  return '[' .. table.concat(texts, ',') .. ']'
end
local from = own == 3 and 2 or own
redis.call('SET', KEYS[1], '[' .. string.format('%.0f', at) .. ',' .. list(left) .. ',' .. list(backoff) .. ',' .. list(held) .. ',' .. string.format('%.0f', starves) .. ',' .. string.format('%.0f', checked) .. ']')
return {granted, wait, tight, string.format('%.0f', total(left, from, reachOf(from))), backoff[own]}
`;
