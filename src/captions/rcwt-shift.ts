import { joinBytes } from './join-bytes.ts'

const groupHeadBytes = 10

/** FTS of the first group, in milliseconds; undefined where there is none. */
export function firstFts(groups: Uint8Array): number | undefined {
  if (groups.length < groupHeadBytes) return undefined
  return Number(viewOf(groups).getBigInt64(0, true))
}

/**
 * The same RCWT groups (no file header) on a clock that is `byMs` later, so that several runs make one
 * file. `groups` holds whole groups; what does not parse to its end is left out.
 */
export function shiftGroups(groups: Uint8Array, byMs: number): Uint8Array {
  const shifted = Uint8Array.from(groups)
  const view = viewOf(shifted)
  let at = 0
  while (at + groupHeadBytes <= shifted.length) {
    const next = at + groupHeadBytes + view.getUint16(at + 8, true) * 3
    if (next > shifted.length) break
    view.setBigInt64(at, view.getBigInt64(at, true) + BigInt(byMs), true)
    at = next
  }
  return shifted.subarray(0, at)
}

/**
 * The groups whose time lies in [fromMs, toMs) of the run's clock. `groups` holds whole groups; what does not parse to
 * its end is left out.
 */
export function cutGroups(groups: Uint8Array, fromMs: number, toMs: number): Uint8Array {
  const view = viewOf(groups)
  const kept: Uint8Array[] = []
  let at = 0
  while (at + groupHeadBytes <= groups.length) {
    const next = at + groupHeadBytes + view.getUint16(at + 8, true) * 3
    if (next > groups.length) break
    const fts = Number(view.getBigInt64(at, true))
    if (fts >= fromMs && fts < toMs) kept.push(groups.subarray(at, next))
    at = next
  }
  return joinBytes(kept)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
