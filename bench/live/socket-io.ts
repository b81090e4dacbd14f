import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { runEngine } from './engine.ts'
import { channelName, channelsOf } from './load.ts'

/** socket.io as its documentation shows it: a room a channel. */
const http = createServer()
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
io.on('connection', (socket) => {
  const viewer = Number(socket.handshake.query['viewer'])
  void socket.join(channelsOf(viewer).map(channelName))
})
http.listen(0, '127.0.0.1', () =>
  runEngine({
    port: (http.address() as AddressInfo).port,
    publish(_channel, update) {
      io.to(update.channel).emit('update', update)
    },
  }),
)
