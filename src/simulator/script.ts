import {
  Encoder,
  encodeXds,
  encodeXdsText,
  type Pair,
  type Service,
} from '../captions/cea608/encoder.ts'
import { Field, frameMs, type Frame } from './line21.ts'
import { Performer, type Meant, type Style } from './performer.ts'

/**
 * A stream written down. Lines:
 *
 *     @service CC1 roll-up 3 160        what follows is this service's: style, depth, words a minute
 *     @programme Title | Network | CALL | minutes
 *     @style pop-on 3                   the same service goes on in another style
 *     @row 3                            roll-up goes on in another row, 1 … 15
 *     @pause 1500                       milliseconds
 *     @clear
 *     text                              roll-up: a paragraph a line; pop-on, paint-on: rows, screens parted by blank lines
 *     # a comment
 */
export interface Performance {
  frames(): Generator<Frame>
  readonly meant: ReadonlyMap<Service, readonly Meant[]>
  readonly lengthMs: number
}

interface Programme {
  readonly title: string
  readonly network: string
  readonly callLetters: string
  readonly minutes: number
}

const styles: readonly string[] = ['roll-up', 'direct', 'pop-on', 'paint-on'] satisfies Style[]
const startMs = 500
const endMs = 2500
/** XDS packets come round about this often. */
const xdsEveryMs = 3000

/** Performs a script; throws Error with the line's number when it is wrong. */
export function performScript(text: string): Performance {
  const fields = [new Field(), new Field()] as const
  const performers = new Map<Service, Performer>()
  const programmes: { atMs: number; programme: Programme }[] = []
  let service: Service = 'CC1'
  let current: Performer | undefined
  let isScreens = false
  let rows: string[] = []

  const showRows = (): void => {
    if (rows.length > 0) current?.show(rows)
    rows = []
  }
  for (const [i, line] of [...text.split('\n'), ''].entries()) {
    try {
      if (line.startsWith('#')) continue
      const [word = '', ...rest] = line.trim().split(/\s+/)
      if (word === '@service') {
        showRows()
        const made = startService(rest, fields)
        service = made.service
        current = made.performer
        isScreens = made.isScreens
        performers.set(service, current)
      } else if (word === '@programme') {
        programmes.push({ atMs: current?.clockMs ?? startMs, programme: parseProgramme(line) })
      } else if (word === '@style') {
        showRows()
        const { style, depth } = parseStyle(rest)
        current?.change(style, depth)
        isScreens = showsScreens(style)
      } else if (word === '@row') {
        current?.moveTo(Number(rest[0]))
      } else if (word === '@pause') {
        showRows()
        current?.pause(Number(rest[0]))
      } else if (word === '@clear') {
        showRows()
        current?.clear()
      } else if (word === '') {
        showRows()
      } else if (isScreens) {
        rows.push(line.trim())
      } else {
        current?.speak(line)
      }
    } catch (error) {
      throw new Error(`line ${i + 1}: ${error instanceof Error ? error.message : ''}`, {
        cause: error,
      })
    }
  }
  const ends = [...performers.values()].map((performer) => {
    performer.clear()
    return performer.clockMs
  })
  const lengthMs = Math.max(startMs, ...ends) + endMs
  return {
    lengthMs,
    meant: new Map([...performers].map(([name, { meant }]) => [name, meant])),
    frames: () => play(fields, programmes, lengthMs),
  }
}

function startService(
  words: readonly string[],
  fields: readonly [Field, Field],
): { service: Service; performer: Performer; isScreens: boolean } {
  const [service = '', , , wordsPerMinute = '160'] = words
  if (!/^CC[1-4]$/.test(service)) throw new Error(`expected CC1 … CC4, got ${service}`)
  const { style, depth } = parseStyle(words.slice(1))
  const name = service as Service
  const field = name === 'CC1' || name === 'CC2' ? fields[0] : fields[1]
  const options = {
    style,
    depth,
    wordsPerMinute: Number(wordsPerMinute),
  }
  const performer = new Performer(field, new Encoder(name), options, startMs)
  return { service: name, performer, isScreens: showsScreens(style) }
}

function parseStyle([style = '', depth = '3']: readonly string[]): {
  style: Style
  depth: 2 | 3 | 4
} {
  if (!styles.includes(style)) throw new Error(`expected ${styles.join(', ')}, got ${style}`)
  return { style: style as Style, depth: Number(depth) as 2 | 3 | 4 }
}

function showsScreens(style: Style): boolean {
  return style === 'pop-on' || style === 'paint-on'
}

function parseProgramme(line: string): Programme {
  const [title = '', network = '', callLetters = '', minutes = '30'] = line
    .replace('@programme', '')
    .split('|')
    .map((part) => part.trim())
  return { title, network, callLetters, minutes: Number(minutes) }
}

/** XDS packets begin where field 2 is free, and are not interrupted: captions wait a few frames. */
function* play(
  [field1, field2]: readonly [Field, Field],
  programmes: readonly { readonly atMs: number; readonly programme: Programme }[],
  lengthMs: number,
): Generator<Frame> {
  const frames = Math.ceil(lengthMs / frameMs)
  let packets: Pair[][] = []
  let packet: Pair[] = []
  let nextXdsMs = 0
  for (let number = 0; number < frames; number++) {
    const atMs = number * frameMs
    const on = programmes.filter((one) => one.atMs <= atMs).at(-1)
    if (on !== undefined && packets.length === 0 && atMs >= nextXdsMs) {
      packets = xdsOf(on.programme, Math.floor((atMs - on.atMs) / 60_000))
      nextXdsMs = atMs + xdsEveryMs
    }
    if (packet.length === 0 && field2.isIdle(number)) packet = packets.shift() ?? []
    const xds = packet.shift()
    yield { number, field1: field1.take(number), field2: xds ?? field2.take(number) }
  }
}

/** Types of CTA-608-E, tables 29 and 36: name 3, length and elapsed 2, rating 5, network 1, call letters 2. */
function xdsOf({ title, network, callLetters, minutes }: Programme, elapsed: number): Pair[][] {
  const number = (n: number): number => 0x40 | (n & 0x3f)
  const hours = (n: number): number => number(Math.floor(n / 60))
  return [
    encodeXdsText('current', 3, title.slice(0, 32)),
    encodeXds('current', 2, [
      number(minutes % 60),
      hours(minutes),
      number(elapsed % 60),
      hours(elapsed),
    ]),
    // TV-G in the system of the United States' television.
    encodeXds('current', 5, [0x48, 0x43]),
    encodeXdsText('channel', 1, network.slice(0, 32)),
    encodeXdsText('channel', 2, callLetters.slice(0, 6)),
  ]
}
