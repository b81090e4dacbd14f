import { descriptionTrees, titleTrees } from './huffman-trees.ts'

/** Nodes of the 128 trees one after the other, and where each tree begins. */
interface Trees {
  readonly nodes: Uint8Array
  readonly starts: readonly number[]
}

const endOfText = 0x00
/** What follows is no code but eight bits of a character. */
const escape = 0x1b

const titles = open(titleTrees)
const descriptions = open(descriptionTrees)

/** Text of ATSC compression type 1 (titles) or 2 (descriptions), in ISO 8859-1. */
export function decodeHuffman(bytes: Uint8Array, type: 1 | 2): string {
  const { nodes, starts } = type === 1 ? titles : descriptions
  const end = bytes.length * 8
  let at = 0
  let before = 0
  let text = ''
  const bit = (): number => ((bytes[at >> 3] ?? 0) >> (7 - (at++ & 7))) & 1
  const character = (): number => {
    const start = starts[before] ?? 0
    for (let node = 0; at < end;) {
      const branch = nodes[start + node * 2 + bit()] ?? 0
      if (branch >= 0x80) return branch & 0x7f
      node = branch
    }
    return endOfText
  }
  while (at < end) {
    let code = character()
    if (code === escape) {
      // A character beyond 7f has no tree: the one after it comes in eight bits as well.
      do {
        code = 0
        for (let i = 0; i < 8 && at < end; i++) code = (code << 1) | bit()
        if (code >= 0x80) text += String.fromCharCode(code)
      } while (code >= 0x80 && at < end)
    }
    if (code === endOfText || code >= 0x80) break
    text += String.fromCharCode(code)
    before = code
  }
  return text
}

function open(hex: string): Trees {
  const nodes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  const starts: number[] = []
  for (let at = 0; at < nodes.length;) {
    starts.push(at)
    at += 2 * (1 + lastNode(nodes, at))
  }
  return { nodes, starts }
}

/** The greatest number of a node of the tree at `start`. */
function lastNode(nodes: Uint8Array, start: number): number {
  let last = 0
  for (let node = 0; node <= last; node++) {
    for (const branch of nodes.subarray(start + node * 2, start + node * 2 + 2))
      if (branch < 0x80) last = Math.max(last, branch)
  }
  return last
}
