import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readAddress, readSettings, usualOf, writeAddress, type ValuesOf } from './settings.ts'

const settings = {
  edge: { kind: 'choice', values: ['none', 'raised'], usual: 'none' },
  size: { kind: 'amount', least: 50, most: 300, step: 5, usual: 100 },
  backgroundColor: { kind: 'color', usual: null },
  times: { kind: 'switch', usual: true },
  controls: { kind: 'list', values: ['size', 'theme', 'pause'], most: 3, usual: ['size'] },
  tracks: { kind: 'list', values: null, most: 4, usual: [] as readonly string[] },
} as const
const usual = usualOf(settings)

function read(address: string): ValuesOf<typeof settings> {
  return readAddress(settings, new URLSearchParams(address), usual)
}

describe('settings from an address', () => {
  it('are taken when they can be read, in every way they may be written', () => {
    assert.deepEqual(
      read(
        'edge=raised&size=150&background-color=%23FfA&times=no&controls=pause,size,pause&tracks=CC1,S1,DVB-eng',
      ),
      {
        ...{ edge: 'raised', size: 150, backgroundColor: '#ffffaa', times: false },
        ...{ controls: ['pause', 'size'], tracks: ['CC1', 'S1', 'DVB-eng'] },
      },
    )
    assert.equal(read('background-color=yellow').backgroundColor, '#ffff00')
    assert.deepEqual(read('controls=none').controls, [])
  })

  it('go to their limits, and are as usual when they mean nothing', () => {
    assert.equal(read('size=1').size, 50)
    assert.equal(read('size=999999999').size, 300)
    assert.equal(read('size=150.4').size, 150)
    for (const size of [
      '',
      '1e9',
      'Infinity',
      'NaN',
      '0x10',
      '100;',
      ' 100',
      '１００',
      '9'.repeat(400),
    ])
      assert.equal(read(new URLSearchParams({ size }).toString()).size, 100, size)
    for (const name of ['toString', '__proto__', 'red;x', '#12', 'rgb(0,0,0)', 'url(x)'])
      assert.equal(
        read(new URLSearchParams({ 'background-color': name }).toString()).backgroundColor,
        null,
        name,
      )
    assert.deepEqual(read('tracks=%3Cb%3E,a%20b').tracks, [])
    assert.equal(read(`tracks=${'A1,'.repeat(9)}B,C,D,E`).tracks.length, 4)
    assert.deepEqual(read('backgroundColor=white&SIZE=50&times=maybe'), usual)
  })

  it('are none of ours whatever anybody writes', () => {
    const names = fc.constantFrom('edge', 'size', 'background-color', 'times', 'controls', 'tracks')
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (query) =>
        assertWhole(readAddress(settings, new URLSearchParams(query), usual)),
      ),
    )
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(settings)), fc.anything(), (name, value) => {
        assertWhole(readSettings(settings, (one) => (one === name ? value : undefined), usual))
      }),
    )
  })

  it('are read back as they were written, and written no longer than they must be', () => {
    const values = fc.record(
      {
        edge: fc.constantFrom(...settings.edge.values),
        size: fc.integer({ min: 50, max: 300 }),
        backgroundColor: fc.option(
          fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`),
        ),
        times: fc.boolean(),
        controls: fc.subarray([...settings.controls.values]),
        tracks: fc.subarray(['CC1', 'CC3', 'S1', 'DVB-eng']),
      },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(values, (value) => {
        const written = new URLSearchParams(writeAddress(settings, value, usual))
        assert.deepEqual(readAddress(settings, written, usual), value)
      }),
    )
    assert.deepEqual(writeAddress(settings, usual, usual), [])
  })
})

function assertWhole(values: ValuesOf<typeof settings>): void {
  assert.deepEqual(Object.keys(values), Object.keys(settings))
  assert.ok(['none', 'raised'].includes(values.edge))
  assert.ok(Number.isInteger(values.size) && values.size >= 50 && values.size <= 300)
  assert.match(values.backgroundColor ?? '#000000', /^#[0-9a-f]{6}$/)
  assert.equal(typeof values.times, 'boolean')
  assert.ok(values.controls.every((word) => settings.controls.values.includes(word)))
  assert.ok(values.tracks.length <= 4 && values.tracks.every((word) => /^[\w-]{1,32}$/.test(word)))
}
