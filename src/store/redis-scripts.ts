import { LONGEST_SKEW_MS } from '../health/merge.ts';
import { MOST_PINS } from '../health/pins.ts';
import { DAY_MS } from '../health/snapshot.ts';
import type { RedisScript } from './redis-client.ts';

/**
 * Merges a snapshot into what is stored, as `mergeSnapshots` does, and publishes what that changed. What is a day older than the
 * latest fact, or thirty than the latest pin, is dropped, as nobody believes it any more.
 *
 * KEYS: facts by name as JSON; when pins were learned, by id; their regions as JSON, by id. ARGV: the channel, how many facts, each
 * with its name, then pins, each with its id, its region as JSON and its time. Numbers go in and out as the text they came as:
 * Lua writes 14 digits of them.
 */
export const MERGE: RedisScript = {
  sha1: '2d9cae648a8ab5e762591faf39ec38bba2d734c5',
  text: `
local facts, times, homes = KEYS[1], KEYS[2], KEYS[3]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local latest, most_facts, most_pins = now + ${LONGEST_SKEW_MS}, 1000, ${MOST_PINS}
local fact_ttl, pin_ttl = ${DAY_MS}, ${30 * DAY_MS}

-- JavaScript's order of texts: by UTF-16 units, where U+E000 to U+FFFF come after all that takes two of them.
local function is_more(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then
      if x >= 0xee and y >= 0xee and (x < 0xf0) ~= (y < 0xf0) then return x < 0xf0 end
      return x > y
    end
  end
  return #a > #b
end

local function is_later(at, text, known_at, known_text)
  if at == known_at then return is_more(text, known_text) end
  return at > known_at
end

local function time_of(text)
  local read, fact = pcall(cjson.decode, text)
  local at = read and type(fact) == 'table' and fact.at
  return type(at) == 'number' and at >= 0 and at <= latest and at or nil
end

-- Redis drops a key at a time where it lacks memory: one half of the pins is worth nothing.
if redis.call('ZCARD', times) ~= redis.call('HLEN', homes) then redis.call('DEL', times, homes) end

local known, changed, newest = {}, {}, 0
local function learn(name, at, text)
  known[name] = { at = at, text = text }
  newest = math.max(newest, at)
end
local function drop(name)
  known[name], changed[name] = nil, nil
  redis.call('HDEL', facts, name)
end

local stored = redis.call('HGETALL', facts)
for i = 1, #stored, 2 do
  local name, text = stored[i], stored[i + 1]
  local at = time_of(text)
  if at then learn(name, at, text) else drop(name) end
end

local first_pin = 3 + 2 * ARGV[2]
for i = 3, first_pin - 1, 2 do
  local name, text = ARGV[i], ARGV[i + 1]
  local at, before = time_of(text), known[name]
  if at and (not before or is_later(at, text, before.at, before.text)) then
    learn(name, at, text)
    changed[name] = text
    redis.call('HSET', facts, name, text)
  end
end

local names = {}
for name, fact in pairs(known) do
  if fact.at > newest - fact_ttl then names[#names + 1] = name else drop(name) end
end
if #names > most_facts then
  table.sort(names, function(a, b)
    if known[a].at == known[b].at then return is_more(b, a) end
    return known[a].at > known[b].at
  end)
  for i = most_facts + 1, #names do drop(names[i]) end
end

local news_of_facts, news_of_pins = {}, {}
for name, text in pairs(changed) do
  news_of_facts[#news_of_facts + 1] = cjson.encode(name) .. ':' .. text
end

local function forget(ids)
  for _, id in ipairs(ids) do
    redis.call('ZREM', times, id)
    redis.call('HDEL', homes, id)
  end
end
forget(redis.call('ZRANGEBYSCORE', times, string.format('(%.0f', latest), '+inf'))
for i = first_pin, #ARGV, 3 do
  local id, home, at = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local time, before = tonumber(at), redis.call('ZSCORE', times, id)
  if time <= latest and (not before or is_later(time, home, tonumber(before), redis.call('HGET', homes, id) or '')) then
    redis.call('ZADD', times, at, id)
    redis.call('HSET', homes, id, home)
    news_of_pins[#news_of_pins + 1] = cjson.encode(id) .. ':{"region":' .. home .. ',"at":' .. at .. '}'
  end
end
local last = redis.call('ZRANGE', times, -1, -1, 'WITHSCORES')[2]
if last then forget(redis.call('ZRANGEBYSCORE', times, '-inf', string.format('%.0f', last - pin_ttl))) end
local surplus = redis.call('ZCARD', times) - most_pins
if surplus > 0 then forget(redis.call('ZRANGE', times, 0, surplus - 1)) end

redis.call('PEXPIRE', facts, fact_ttl)
redis.call('PEXPIRE', times, pin_ttl)
redis.call('PEXPIRE', homes, pin_ttl)

if #news_of_facts + #news_of_pins > 0 then
  local message = '{"version":1,"records":{' .. table.concat(news_of_facts, ',') .. '}'
  if #news_of_pins > 0 then message = message .. ',"pins":{' .. table.concat(news_of_pins, ',') .. '}' end
  redis.call('PUBLISH', ARGV[1], message .. '}')
end
`,
};

/** All that is stored, as of one moment. KEYS as above. */
export const LOAD: RedisScript = {
  sha1: '2e58d10ef5c1defe8be5f4696338cc1589889845',
  text: `
return {
  redis.call('HGETALL', KEYS[1]),
  redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', KEYS[3])
}
`,
};
