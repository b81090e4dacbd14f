import { Script } from '../script.ts'

/**
 * Every script looks first whether the book is there, and was made by the very process of Redis that holds it now: after a
 * restart or a failover nobody can know whether the last appends are still in it. It answers ['none'] or ['foreign', epoch]
 * then, and does nothing.
 */
const guard = `
local known = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'version', 'tip', 'fence')
if not known[1] then return { 'none' } end
local info = redis.call('INFO', 'server', 'replication')
local server = string.match(info, 'run_id:(%x+)') .. string.match(info, 'master_replid:(%x+)')
if known[2] ~= server then return { 'foreign', known[1] } end
`

/** KEYS: book. ARGV: fields. Answers ['ok', epoch, version, tip, fence, each field …]. */
export const lookScript = new Script(`${guard}
return { 'ok', known[1], known[3], known[4], known[5], unpack(redis.call('HMGET', KEYS[1], 'floor', unpack(ARGV))) }
`)

/** KEYS: book. ARGV: at least. Answers ['ok', a fence that is larger than all before it, also those of a Redis that was lost]. */
export const fenceScript = new Script(`${guard}
local time = redis.call('TIME')
local fence = math.max(tonumber(known[5]) + 1, time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'fence', string.format('%d', fence))
return { 'ok', string.format('%d', fence) }
`)

/**
 * Stores one append, when nobody else has stored any since the book was read. KEYS: book, pending, entries, dirty. ARGV: epoch,
 * version before it, fence, producer, received, tip before it, tip, time of storage, entries or '', the earliest start among
 * them, the rest of the operation, channel, then fields and values of the book. Answers ['ok', what is stored of the
 * producer], ['conflict'], ['fenced'], or ['lost'] when there was such a version already: the book is older than its streams.
 */
export const commitScript = new Script(`${guard}
if known[1] ~= ARGV[1] or known[3] ~= ARGV[2] then return { 'conflict' } end
if tonumber(known[5]) > tonumber(ARGV[3]) then return { 'fenced' } end
local version = string.format('%d', tonumber(ARGV[2]) + 1)
local added = redis.pcall('XADD', KEYS[2], version .. '-1', 'p', ARGV[4], 'r', ARGV[5], 'f', ARGV[6], 'k', ARGV[7], 't', ARGV[8], 'o', ARGV[11])
if added.err then
  if string.find(added.err, 'equal or smaller') then return { 'lost' } end
  return added
end
if ARGV[9] ~= '' then
  redis.call('XADD', KEYS[3], ARGV[7] .. '-' .. version, 't', ARGV[8], 'e', ARGV[9])
  redis.call('PERSIST', KEYS[3])
  local earliest = redis.call('HGET', KEYS[1], 'earliest')
  if not earliest or tonumber(ARGV[10]) < tonumber(earliest) then redis.call('HSET', KEYS[1], 'earliest', ARGV[10]) end
end
redis.call('HSET', KEYS[1], 'version', version, 'tip', ARGV[7], unpack(ARGV, 13))
redis.call('SADD', KEYS[4], ARGV[12])
return { 'ok', redis.call('HGET', KEYS[1], 'stored:' .. ARGV[4]) or '0' }
`)

/**
 * Puts a book that the archive holds in the place of whatever there is, if it is still this one's turn. KEYS: book, opening,
 * dirty, then streams that end. ARGV: token, channel, then fields and values. Answers 1, or 0.
 */
export const installScript = new Script(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local info = redis.call('INFO', 'server', 'replication')
local server = string.match(info, 'run_id:(%x+)') .. string.match(info, 'master_replid:(%x+)')
redis.call('DEL', KEYS[1], KEYS[2])
for i = 4, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('SREM', KEYS[3], ARGV[2])
for i = 3, #ARGV, 1000 do
  redis.call('HSET', KEYS[1], unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
redis.call('HSET', KEYS[1], 'server', server)
return 1
`)

/**
 * KEYS: book, entries. ARGV: epoch, seq, how many items. Answers ['ok', epoch, tip, floor, forgotten or '', whether it can be
 * read from there, then of each item: id, entries].
 */
export const readScript = new Script(`${guard}
local rest = redis.call('HMGET', KEYS[1], 'floor', 'forgotten')
local floor = rest[1]
if redis.call('EXISTS', KEYS[2]) == 0 and known[1] == ARGV[1] then floor = known[4] end
local since = tonumber(ARGV[2])
local isKept = known[1] == ARGV[1] and since <= tonumber(known[4]) and since >= tonumber(floor)
local answer = { 'ok', known[1], known[4], floor, rest[2] or '', isKept and 1 or 0 }
-- Of none it would answer that there is no such stream.
if isKept and tonumber(ARGV[3]) > 0 then
  for _, item in ipairs(redis.call('XRANGE', KEYS[2], string.format('%d-0', since + 1), '+', 'COUNT', ARGV[3])) do
    answer[#answer + 1] = item[1]
    answer[#answer + 1] = item[2][4]
  end
end
return answer
`)

/**
 * KEYS: book, pending, entries. ARGV: epoch, after which version, how many. Answers ['ok', epoch, version, then of each operation:
 * id, producer, tip, time of storage, rest, entries or '']; none when the epoch is another.
 */
export const operationsScript = new Script(`${guard}
local answer = { 'ok', known[1], known[3] }
if known[1] ~= ARGV[1] then return answer end
local items = redis.call('XRANGE', KEYS[2], string.format('%d-0', tonumber(ARGV[2]) + 1), '+', 'COUNT', ARGV[3])
if #items == 0 then return answer end
local last = items[#items]
local from = string.format('%d-0', tonumber(items[1][2][6]) + 1)
local to = last[2][8] .. '-' .. string.match(last[1], '^(%d+)')
local byVersion = {}
if tonumber(last[2][8]) > tonumber(items[1][2][6]) then
  for _, item in ipairs(redis.call('XRANGE', KEYS[3], from, to)) do
    byVersion[string.match(item[1], '-(%d+)$')] = item[2][4]
  end
end
for _, item in ipairs(items) do
  local f = item[2]
  local entries = byVersion[string.match(item[1], '^(%d+)')] or ''
  for _, value in ipairs({ item[1], f[2], f[8], f[10], f[12], entries }) do answer[#answer + 1] = value end
end
return answer
`)

/**
 * What the archive holds leaves the log; also when Redis is full, which it ends. KEYS: book, pending, entries, dirty. ARGV: epoch,
 * version, entries stored before which time go, how long entries stay when nothing follows, channel. Answers ['ok', then of
 * each producer with news: its name, what is stored].
 */
export const archivedScript = new Script(`#!lua flags=allow-oom
${guard}
local answer = { 'ok' }
if known[1] ~= ARGV[1] then return answer end
local version = tonumber(ARGV[2])
local stored = {}
while true do
  local items = redis.call('XRANGE', KEYS[2], '-', ARGV[2] .. '-1', 'COUNT', 500)
  if #items == 0 then break end
  for _, item in ipairs(items) do stored[item[2][2]] = item[2][4] end
  local last = tonumber(string.match(items[#items][1], '^(%d+)'))
  redis.call('XTRIM', KEYS[2], 'MINID', '=', string.format('%d-0', last + 1))
end
for producer, received in pairs(stored) do
  redis.call('HSET', KEYS[1], 'stored:' .. producer, received)
  answer[#answer + 1] = producer
  answer[#answer + 1] = received
end
local before = tonumber(redis.call('HGET', KEYS[1], 'archived') or '0')
if version > before then redis.call('HSET', KEYS[1], 'archived', ARGV[2]) end
if version >= tonumber(known[3]) then
  redis.call('SREM', KEYS[4], ARGV[5])
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
end
local floor
local from = '-'
for _ = 1, 100 do
  -- Few at a time: mostly the first is young enough.
  local items = redis.call('XRANGE', KEYS[3], from, '+', 'COUNT', 10)
  local isOver = #items == 0
  for _, item in ipairs(items) do
    local tip, of = string.match(item[1], '^(%d+)-(%d+)$')
    isOver = tonumber(item[2][2]) >= tonumber(ARGV[3]) or tonumber(of) > version
    if isOver then break end
    floor = tip
    from = '(' .. item[1]
  end
  if isOver then break end
end
if floor then
  redis.call('XTRIM', KEYS[3], 'MINID', '=', string.format('%d-0', tonumber(floor) + 1))
  redis.call('HSET', KEYS[1], 'floor', floor)
end
return answer
`)

/** KEYS: book. ARGV: time. Answers ['ok', the earliest start or '', what is archived]. */
export const forgetScript = new Script(`${guard}
local rest = redis.call('HMGET', KEYS[1], 'forgotten', 'earliest', 'archived')
if not rest[1] or tonumber(rest[1]) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'forgotten', ARGV[1]) end
return { 'ok', rest[2] or '', rest[3] or '0' }
`)

/** KEYS: book, entries. ARGV: the earliest start before, and now ('' = there is none), then ids of items. */
export const eraseScript = new Script(`${guard}
for i = 3, #ARGV do redis.call('XDEL', KEYS[2], ARGV[i]) end
if redis.call('HGET', KEYS[1], 'earliest') == ARGV[1] then
  if ARGV[2] == '' then redis.call('HDEL', KEYS[1], 'earliest') else redis.call('HSET', KEYS[1], 'earliest', ARGV[2]) end
end
return { 'ok' }
`)
