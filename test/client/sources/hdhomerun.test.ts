import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import {
  discover,
  formatPacket,
  parsePacket,
  tags,
  types,
} from '../../../src/client/sources/hdhomerun/discover.ts'
import { until } from '../../support/processes.ts'
import { Listener, serve } from '../../support/source-listener.ts'

describe('an HDHomeRun', () => {
  it('plays a channel of its line-up, by number or name, and says what it cannot do', async () => {
    let busy = true
    await using tuner = await serve((request, response) => {
      if (request.url === '/lineup.json')
        response.end(
          JSON.stringify([
            { GuideNumber: '5.1', GuideName: 'Harbour', URL: `http://${tuner.at}/auto/v5.1` },
            { GuideNumber: '7.1', GuideName: 'Valley', URL: `http://${tuner.at}/auto/v7.1` },
          ]),
        )
      else if (request.url === '/auto/v7.1')
        response.writeHead(503, { 'X-HDHomeRun-Error': '806 Tune Failed' }).end()
      else if (busy) {
        busy = false
        response.writeHead(503, { 'X-HDHomeRun-Error': '805 All Tuners In Use' }).end()
      } else response.write('television')
    })
    await using one = await Listener.to(`hdhomerun://${tuner.at}/harbour`)
    await until('it plays', () => one.text === 'television')
    assert.match(one.troubles[0] ?? '', /^all tuners are in use; trying again/)
    const wrong: [string, RegExp][] = [
      ['7.1', /^no signal: the tuner could not tune in/],
      ['9.1', /^there is no channel 9.1 in the line-up: 5.1 Harbour, 7.1 Valley/],
    ]
    for (const [channel, trouble] of wrong) {
      await using heard = await Listener.to(`hdhomerun://${tuner.at}/${channel}`)
      await until('it says so', () => heard.troubles.length > 0)
      assert.match(heard.troubles[0] ?? '', trouble)
    }
  })

  it('is found by its number on the network', async () => {
    const device = createSocket('udp4').bind(0, '127.0.0.1')
    await once(device, 'listening')
    device.on('message', (question, { address, port }) => {
      const asked = parsePacket(question, types.request)
      assert.deepEqual(asked?.get(tags.deviceType), Buffer.from([0, 0, 0, 1]))
      assert.deepEqual(asked.get(tags.deviceId), Buffer.from([255, 255, 255, 255]))
      const values = [
        [tags.deviceType, Buffer.from([0, 0, 0, 1])],
        [tags.deviceId, Buffer.from('1047a3b2', 'hex')],
        [tags.tuners, Buffer.from([4])],
        [tags.baseUrl, Buffer.from(`http://10.0.0.5:80/${'x'.repeat(120)}`)],
      ] as const
      const answer = formatPacket(types.answer, values)
      device.send(Buffer.from('rubbish'), port, address)
      device.send(answer.subarray(0, -1), port, address)
      device.send(answer, port, address)
    })
    const to = { address: '127.0.0.1', port: device.address().port }
    const found = await discover(200, new AbortController().signal, to)
    device.close()
    assert.deepEqual(found, [{ id: '1047A3B2', baseUrl: `http://10.0.0.5:80/${'x'.repeat(120)}` }])
  })
})
