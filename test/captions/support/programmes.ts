import { Line21 } from './line21.ts'

/** Pictures that say these rows in roll-up captions on CC1, a pair a picture, from the 30th on. */
export function captioned(...texts: readonly string[]): Uint8Array[] {
  const line = new Line21()
  for (const text of texts) line.send('RU3', 'CR').at(15).text(text)
  const pairs = line.send('CR').groups.map(({ triplets }) => triplets)
  const none = Uint8Array.of(0xfc, 0x80, 0x80)
  return [
    ...Array.from({ length: 30 }, () => none),
    ...pairs,
    ...Array.from({ length: 30 }, () => none),
  ]
}
