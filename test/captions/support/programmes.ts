import { Line21, withParity } from './line21.ts'

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

/** The same pictures, with the name of a programme as XDS in their second field. */
export function withXdsTitle(frames: readonly Uint8Array[], title: string): Uint8Array[] {
  const letters = Array.from(title.length % 2 === 0 ? title : `${title} `, (letter) =>
    letter.charCodeAt(0),
  )
  const bytes = [0x01, 0x03, ...letters, 0x0f]
  const sum = bytes.reduce((a, b) => a + b, 0)
  bytes.push((128 - (sum % 128)) % 128)
  return frames.map((frame, i) => {
    const at = (i - 30) * 2
    if (bytes[at] === undefined) return frame
    const pair = [withParity(bytes[at]), withParity(bytes[at + 1] ?? 0)]
    return Uint8Array.of(...frame, 0xfd, ...pair)
  })
}
