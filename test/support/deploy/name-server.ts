import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const typeA = 1
const headBytes = 12
const secondsKept = 1

export interface NameServer extends AsyncDisposable {
  /** ADDRESS:PORT */
  readonly address: string
}

/** A name server that gives every name these IPv4 addresses, as that of a container engine does for containers of one alias. */
export async function startNameServer(addresses: readonly string[]): Promise<NameServer> {
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    const nameEnds = question.indexOf(0, headBytes) + 1
    const answers = question.readUInt16BE(nameEnds) === typeA ? addresses : []
    const head = Buffer.from(question.subarray(0, headBytes))
    // An answer, recursion wanted and available; one question, so many answers, and nothing else.
    head.writeUInt16BE(0x8180, 2)
    head.writeUInt16BE(answers.length, 6)
    head.writeUInt32BE(0, 8)
    const records = answers.map((address) => {
      const record = Buffer.alloc(16)
      // The name is that of the question.
      record.writeUInt16BE(0xc000 + headBytes, 0)
      record.writeUInt16BE(typeA, 2)
      record.writeUInt16BE(1, 4)
      record.writeUInt32BE(secondsKept, 6)
      record.writeUInt16BE(4, 10)
      Buffer.from(address.split('.').map(Number)).copy(record, 12)
      return record
    })
    socket.send(
      Buffer.concat([head, question.subarray(headBytes, nameEnds + 4), ...records]),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    [Symbol.asyncDispose]: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}
