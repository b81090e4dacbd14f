/** Which of the texts kept in a browser a person has everywhere, and under which names. */

/** How lines flow is left out: it is chosen for the window at hand. */
const choices = [
  ...(['ccr.theme', 'ccr.clock', 'ccr.case', 'ccr.shortcuts'] as const),
  ...(['ccr.language', 'ccr.caption-style'] as const),
]
const walls = 'ccr.walls'
/** Each wall has a name of its own: two browsers with a wall each become two with both. */
const wallPrefix = 'ccr.wall.'

interface Wall {
  readonly name: string
  readonly address: string
}

/** Where a browser keeps what has that name. */
export function storageKeyOf(key: string): string {
  return key.startsWith(wallPrefix) ? walls : key
}

export function isShared(storageKey: string): boolean {
  return storageKey === walls || choices.some((key) => key === storageKey)
}

/** What is kept now, by its name in the account. */
export function readTexts(read: (storageKey: string) => string | null): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const key of choices) {
    const text = read(key)
    if (text !== null) texts[key] = text
  }
  for (const wall of readWalls(read(walls))) texts[keyOfWall(wall.name)] = JSON.stringify(wall)
  return texts
}

/** What is to be written into the browser so that it has these texts; null = removed. Walls keep their order. */
export function changesOf(
  texts: Readonly<Record<string, string | null>>,
  read: (storageKey: string) => string | null,
): ReadonlyMap<string, string | null> {
  const changes = new Map<string, string | null>()
  for (const key of choices) {
    const text = texts[key]
    if (text !== undefined && text !== read(key)) changes.set(key, text)
  }
  const before = readWalls(read(walls))
  const wanted = new Map(Object.entries(texts).filter(([key]) => key.startsWith(wallPrefix)))
  const after = before.flatMap((wall) => {
    const text = wanted.get(keyOfWall(wall.name))
    wanted.delete(keyOfWall(wall.name))
    return text === undefined ? [wall] : text === null ? [] : parseWall(text)
  })
  after.push(...[...wanted.values()].flatMap((text) => (text === null ? [] : parseWall(text))))
  const text = JSON.stringify(after)
  if (text !== JSON.stringify(before)) changes.set(walls, text)
  return changes
}

function readWalls(text: string | null): readonly Wall[] {
  const list: unknown = parseJson(text)
  return Array.isArray(list) ? list.flatMap((one: unknown) => wallOf(one)) : []
}

function parseWall(text: string): readonly Wall[] {
  return wallOf(parseJson(text))
}

function wallOf(one: unknown): readonly Wall[] {
  if (typeof one !== 'object' || one === null || !('name' in one && 'address' in one)) return []
  const { name, address } = one
  return typeof name === 'string' && typeof address === 'string' ? [{ name, address }] : []
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    // Not ours: nothing is there.
    return null
  }
}

/** FNV-1a of 64 bits: names of keys are short and plain, those of walls anything. */
function keyOfWall(name: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(name))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return `${wallPrefix}${hash.toString(16).padStart(16, '0')}`
}
