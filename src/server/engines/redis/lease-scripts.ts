import { Script } from './script.ts'

/**
 * Leases are a hash for each topic: channel → `until connected session producer`, `until` in milliseconds of the server's
 * clock. What is over stays for a while, so that every node sees that it ended.
 */

const shared = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(channel)
  local text = redis.call('HGET', KEYS[1], channel)
  if not text then return nil end
  local ends, connected, session, producer = string.match(text, '^(%d+) (%d) (%S+) (.+)$')
  return { ends = tonumber(ends), connected = connected, session = session, producer = producer }
end
local function write(channel, ends, connected, session, producer)
  redis.call('HSET', KEYS[1], channel, string.format('%d %s %s %s', ends, connected, session, producer))
end
`

/** ARGV: channel, producer, session, duration. Answers [1], or [0, milliseconds until another may try]. */
export const acquireScript = new Script(`${shared}
local held = read(ARGV[1])
if held and held.producer ~= ARGV[2] and held.ends > now then return { 0, held.ends - now } end
write(ARGV[1], now + tonumber(ARGV[4]), '1', ARGV[3], ARGV[2])
return { 1 }
`)

/** How long an ended lease is kept: many times as long as nodes take to look. */
const keptMs = 60_000

/**
 * ARGV: duration, then of each lease of the node that has news: channel, producer, session, its state (1 connected, 0 gone,
 * - released), and for how many milliseconds nothing was heard. Answers all leases of the topic, flat: channel, milliseconds
 * that are left (≤ 0 when it is over), connected, session, producer.
 */
export const syncScript = new Script(`${shared}
for i = 2, #ARGV, 5 do
  local channel, producer, session, state = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local held = read(channel)
  local isOwn = not held or held.session == session or held.ends <= now
  if isOwn and state == '-' then
    redis.call('HDEL', KEYS[1], channel)
  elseif isOwn then
    write(channel, now + tonumber(ARGV[1]) - tonumber(ARGV[i + 4]), state, session, producer)
  end
end
local all = {}
local channels = redis.call('HKEYS', KEYS[1])
for _, channel in ipairs(channels) do
  local held = read(channel)
  if held.ends < now - ${keptMs} then
    redis.call('HDEL', KEYS[1], channel)
  else
    for _, value in ipairs({ channel, held.ends - now, held.connected, held.session, held.producer }) do
      all[#all + 1] = value
    end
  end
end
return all
`)
