import { WebSocketServer, type WebSocket } from 'ws'
import type { AddressInfo } from 'node:net'
import { runEngine } from './engine.ts'
import { channelCount, channelsOf } from './load.ts'

/** The plain way with `ws`: one JSON object an update, made once, sent to each viewer of the channel. */
const rooms = Array.from({ length: channelCount }, () => new Set<WebSocket>())
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket, request) => {
  for (const channel of channelsOf(Number(request.url?.slice(1)))) rooms[channel]?.add(socket)
  socket.on('error', () => undefined)
})
server.once('listening', () =>
  runEngine({
    port: (server.address() as AddressInfo).port,
    publish(channel, update) {
      const text = JSON.stringify(update)
      for (const socket of rooms[channel] ?? []) socket.send(text)
    },
  }),
)
