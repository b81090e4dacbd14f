import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * `sink.ts FILE`: the least that a durable HTTP feed could be. Whatever comes is appended to one file; every 50 ms the
 * file is synced and each feed told how many of its lines are safe. Nothing is looked at, numbered or remembered.
 */

const fd = openSync(process.argv[2] ?? '', 'w')
const waiting: Buffer[] = []
const news = new Map<ServerResponse, number>()

const server = createServer((incoming, response) => {
  let lines = 0
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  response.write('{"type":"welcome","stored":0}\n')
  incoming.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++
    news.set(response, lines)
  })
  incoming.once('end', () => response.end())
})
setInterval(() => {
  if (waiting.length === 0) return
  writeSync(fd, Buffer.concat(waiting.splice(0)))
  fsyncSync(fd)
  for (const [response, lines] of news) response.write(`{"type":"ack","stored":${lines}}\n`)
  news.clear()
}, 50)
server.listen(0, '127.0.0.1', () => {
  process.send?.({
    type: 'listening',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
})
process.once('disconnect', () => {
  closeSync(fd)
  process.exit()
})
