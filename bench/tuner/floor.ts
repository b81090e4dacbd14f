import { get } from 'node:http'

/** `floor.ts URL COUNT`: the least that reading so many streams could be: each packet's PID is looked at. */

const packetBytes = 188
const [url = '', count = '1'] = process.argv.slice(2)
const seen = new Map<number, number>()

for (let n = 0; n < Number(count); n++)
  get(`${url}/${n}.ts`, { agent: false }, (stream) => {
    let rest: Buffer = Buffer.alloc(0)
    stream.on('data', (chunk: Buffer) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = 0
      for (; at + packetBytes <= bytes.length; at += packetBytes) {
        const pid = bytes.readUInt16BE(at + 1) & 0x1fff
        seen.set(pid, (seen.get(pid) ?? 0) + 1)
      }
      rest = bytes.subarray(at)
    })
  }).on('error', () => undefined)
process.once('disconnect', () => process.exit())
