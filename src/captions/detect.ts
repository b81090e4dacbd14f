import { isTranscript } from './transcript/transcript-reader.ts'

export type CaptionFormat = 'ts' | 'rcwt' | 'scc' | 'mcc' | 'ttxt'

/** So many bytes of the beginning tell every format; fewer may do. */
export const detectBytes = 4096

const sccMagic = 'Scenarist_SCC'
const mccMagic = 'File Format=MacCaption_MCC'
const strides = [188, 192, 204] as const

/** Names the format of a source by how it begins. `head` is up to `detectBytes` of it. */
export function detectFormat(head: Uint8Array): CaptionFormat | 'unknown' {
  if (head[0] === 0xcc && head[1] === 0xcc && head[2] === 0xed) return 'rcwt'
  const text = beginning(head)
  if (text.startsWith(sccMagic)) return 'scc'
  if (text.startsWith(mccMagic)) return 'mcc'
  if (isTransportStream(head)) return 'ts'
  return isTranscript(head) ? 'ttxt' : 'unknown'
}

/** The first characters without byte order mark and blank lines. */
function beginning(head: Uint8Array): string {
  return new TextDecoder().decode(head.subarray(0, 256)).trimStart()
}

/** Sync bytes at a packet's distance, from anywhere in the first packet on; captures begin where they begin. */
function isTransportStream(head: Uint8Array): boolean {
  for (const stride of strides) {
    for (let first = 0; first < stride && first < head.length; first++) {
      let seen = 0
      let at = first
      while (at < head.length && head[at] === 0x47) {
        seen++
        at += stride
      }
      // A short capture: its every packet must fit, from its first byte on.
      if (at >= head.length && (seen >= 5 || (seen > 0 && first <= 4 && head.length >= 188)))
        return true
    }
  }
  return false
}
