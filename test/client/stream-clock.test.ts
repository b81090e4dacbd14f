import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { StreamClock } from '../../src/client/clock/stream-clock.ts'
import { TunerClock } from '../../src/client/clock/tuner-clock.ts'
import { createRandom } from '../../src/simulator/random.ts'

const noon = Date.UTC(2026, 0, 1, 12)
const hour = 3_600_000

interface Live {
  readonly seconds: number
  /** True time in, stream time out. */
  readonly stream: (trueMs: number) => number
  readonly delay: (trueMs: number, random: () => number) => number
  readonly isBroken?: (trueMs: number) => boolean
}

/** Plays a live input every 200 ms; answers how far its times are from the truth at each moment, in ms. */
function play({ seconds, stream, delay, isBroken = () => false }: Live): {
  clock: StreamClock
  errors: number[]
} {
  const random = createRandom(7)
  const clock = new StreamClock(noon)
  const errors: number[] = []
  let last = -Infinity
  let told = 0
  for (let trueMs = 0; trueMs < seconds * 1000; trueMs += 200) {
    const fts = stream(trueMs)
    // Arrivals keep their order.
    told = Math.max(told, noon + trueMs + delay(trueMs, random.next.bind(random)))
    clock.arrive(fts, told, isBroken(trueMs))
    const wall = clock.wall(fts)
    assert.ok(wall >= last, `back by ${last - wall} at ${trueMs}`)
    last = wall
    errors.push(wall - (noon + trueMs))
  }
  return { clock, errors }
}

const jitter = (_: number, random: () => number): number => 40 + random() ** 4 * 1500

describe('StreamClock', () => {
  it('follows an encoder that is 0.1 % or 100 ppm off, fast or slow, within 200 ms', () => {
    for (const off of [0.001, -0.001, 0.0001, -0.0001]) {
      const { clock, errors } = play({
        seconds: 3 * 3600,
        stream: (trueMs) => trueMs * (1 + off),
        delay: jitter,
      })
      const worst = Math.max(...errors.map(Math.abs))
      assert.ok(worst < 300, `${off}: ${worst} ms`)
      const expected = -3 * hour * off
      assert.ok(Math.abs(clock.corrections.driftMs - expected) < 300, `${off}`)
      assert.equal(clock.corrections.steps, 0)
    }
  })

  it('changes nothing for a clock that is right, however its pieces are delayed', () => {
    const bursts = (trueMs: number): number => 10_000 - (trueMs % 10_000)
    for (const delay of [jitter, bursts, () => 0]) {
      const { clock, errors } = play({ seconds: 3600, stream: (trueMs) => trueMs, delay })
      assert.ok(Math.abs(clock.corrections.driftMs) < 250)
      assert.equal(clock.corrections.steps, 0)
      assert.ok(Math.max(...errors) - Math.min(...errors) < 250)
    }
  })

  it('steps by the time that passed when the stream’s clock became another', () => {
    // After ten minutes nothing comes for five; the reader goes on as if there had been no pause.
    const pause = 300_000
    const { clock, errors } = play({
      seconds: 3600,
      stream: (trueMs) => (trueMs < 600_000 ? trueMs : Math.max(600_000, trueMs - pause) + 33),
      delay: (trueMs) =>
        trueMs >= 600_000 && trueMs < 600_000 + pause ? 600_000 + pause - trueMs : 50,
      isBroken: (trueMs) => trueMs === 600_000 + pause,
    })
    assert.ok(Math.abs(errors.at(-1) ?? Infinity) < 300, `${errors.at(-1)}`)
    assert.equal(clock.corrections.steps, 1)
    assert.ok(Math.abs(clock.corrections.stepMs - pause) < 500)
    // What came before keeps its time.
    assert.equal(clock.wall(60_000), noon + 60_000)
  })

  // What a reader holds back of the old clock comes with the first of the new one.
  it('steps by the time that passed also when the last of the old clock comes after it', () => {
    const clock = new StreamClock(noon)
    for (let fts = 0; fts <= 60_000; fts += 200) clock.arrive(fts, noon + fts, false)
    const pause = 300_000
    clock.arrive(60_066, noon + 60_000 + pause, false)
    clock.arrive(60_099, noon + 60_033 + pause, true)
    assert.ok(Math.abs(clock.wall(60_099) - (noon + 60_033 + pause)) < 200)
    assert.equal(clock.corrections.steps, 1)
  })

  it('takes no splice in a stream of bursts for a pause', () => {
    const { clock } = play({
      seconds: 1800,
      stream: (trueMs) => trueMs,
      delay: (trueMs) => 10_000 - (trueMs % 10_000),
      isBroken: (trueMs) => trueMs % 30_000 === 0,
    })
    assert.equal(clock.corrections.steps, 0)
  })

  it('takes no leap of the stream’s clock for time that passed', () => {
    const { clock, errors } = play({
      seconds: 1800,
      stream: (trueMs) => (trueMs < 600_000 ? trueMs : trueMs + hour / 2),
      delay: () => 50,
      isBroken: (trueMs) => trueMs === 600_000,
    })
    assert.ok(Math.abs(errors.at(-1) ?? Infinity) < 300)
    assert.equal(clock.corrections.steps, 1)
  })

  it('steps when a stream stood still and nobody said so', () => {
    const { clock, errors } = play({
      seconds: 3600,
      stream: (trueMs) => (trueMs < 600_000 ? trueMs : Math.max(600_000, trueMs - 20_000)),
      delay: () => 50,
    })
    assert.equal(clock.corrections.steps, 1)
    assert.ok(Math.abs(errors.at(-1) ?? Infinity) < 300)
  })

  it('leaves a recording that comes through a pipe as it is', () => {
    const clock = new StreamClock(noon)
    for (let fts = 0; fts <= hour; fts += 500)
      clock.arrive(fts, noon + fts / 500, fts % 60_000 === 0)
    assert.equal(clock.wall(hour), noon + hour)
    assert.deepEqual(clock.corrections, { driftMs: 0, stepMs: 0, steps: 0 })
  })

  it('steps ahead at once with the clock it is told by, and goes back slowly', () => {
    for (const byMs of [hour, -60_000]) {
      const clock = new StreamClock(noon)
      let last = 0
      for (let fts = 0; fts <= 3 * hour; fts += 500) {
        if (fts === 60_000) clock.shift(byMs)
        clock.arrive(fts, noon + fts + (fts >= 60_000 ? byMs : 0), false)
        assert.ok(clock.wall(fts) >= last)
        last = clock.wall(fts)
      }
      assert.ok(Math.abs(last - (noon + 3 * hour + byMs)) < 100)
      assert.equal(clock.corrections.steps, byMs > 0 ? 1 : 0)
    }
  })

  it('never goes back and never changes what it said, whatever arrives', () => {
    const step = fc.record({
      fts: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2 * hour })),
      wait: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 2 * hour })),
      isBroken: fc.boolean(),
      shift: fc.oneof(
        { weight: 5, arbitrary: fc.constant(0) },
        fc.integer({ min: -hour, max: hour }),
      ),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new StreamClock(noon)
        const said = new Map<number, number>()
        let fts = 0
        let now = noon
        for (const one of steps) {
          fts += one.fts
          now += one.wait + one.shift
          if (one.shift !== 0) clock.shift(one.shift)
          clock.arrive(fts, now, one.isBroken)
          said.set(fts, clock.wall(fts))
        }
        let last = -Infinity
        for (const [at, wall] of said) {
          assert.equal(clock.wall(at), wall)
          assert.ok(wall >= last)
          last = wall
        }
      }),
    )
  })
})

describe('TunerClock', () => {
  it('does not move when this machine’s clock is set', () => {
    let wall = noon
    let steady = 0
    const clock = new TunerClock(null, { wall: () => wall, steady: () => steady })
    steady += 1000
    wall += hour
    assert.equal(clock.now(), noon + 1000)
    assert.equal(clock.machineOffsetMs, 1000 - hour)
  })

  it('takes the server’s time when it differs by more than a slow answer explains', () => {
    const sources = { wall: () => noon, steady: () => 0 }
    const measured: [serverMs: number, roundTripMs: number, offsetMs: number][] = [
      [noon + 900, 10, 0],
      [noon + 1100, 10, 1095],
      [noon - hour, 10, -hour - 5],
      [noon + 4500, 5000, 0],
      [noon + hour, 5000, hour - 2500],
    ]
    for (const [serverMs, answeredMs, offsetMs] of measured) {
      const clock = new TunerClock(null, sources)
      clock.sample({ askedMs: 0, answeredMs, serverMs })
      assert.equal(clock.offsetMs, offsetMs)
    }
    const known = new TunerClock(hour, sources)
    known.sample({ askedMs: 0, answeredMs: 10, serverMs: noon + 100 })
    assert.equal(known.offsetMs, 0)
  })
})
