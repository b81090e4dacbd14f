import path from 'node:path'
import { detectFormat, type CaptionFormat } from '../../captions/detect.ts'
import {
  captionFormats,
  type CaptionFormat as FileFormat,
} from '../../captions/files/caption-file.ts'
import {
  decodeText,
  detectTextFormat,
  textFormats,
  type TextFormat,
} from '../../captions/files/read/caption-text.ts'
import { usageError } from '../shared/exit.ts'

export type OutFormat = FileFormat | 'bin'

/** What is read: bytes of captions as broadcast, or finished captions. */
export type InFormat =
  | { readonly kind: 'broadcast'; readonly format: CaptionFormat }
  | { readonly kind: 'text'; readonly format: TextFormat }

const outFormats: readonly OutFormat[] = [...captionFormats, 'bin']
const broadcastFormats: readonly CaptionFormat[] = ['ts', 'rcwt', 'scc', 'mcc', 'ttxt']
/** Other names of files that mean the same. */
const aliases: Readonly<Record<string, string>> = {
  webvtt: 'vtt',
  xml: 'ttml',
  dfxp: 'ttml',
  itt: 'ttml',
  ndjson: 'jsonl',
  rcwt: 'bin',
  text: 'txt',
}

export function outFormatOf(out: string, wanted: string | undefined): OutFormat {
  const said = (wanted ?? path.extname(out).slice(1)).toLowerCase()
  const format = outFormats.find((one) => one === (aliases[said] ?? said))
  if (format !== undefined) return format
  if (wanted === undefined && out === '-')
    throw usageError(`standard output needs --to ${listOf(outFormats)}`)
  const what = wanted === undefined ? `the name ${out} tells no format` : `--to: ${wanted} is none`
  throw usageError(`${what}; expected --to ${listOf(outFormats)}`)
}

/** By what was said, else by how the file begins: names of captions lie more often than their first bytes. */
export function inFormatOf(file: string, head: Uint8Array, wanted: string | undefined): InFormat {
  if (wanted !== undefined) return saidFormat(wanted)
  const broadcast = detectFormat(head)
  if (broadcast !== 'unknown') return { kind: 'broadcast', format: broadcast }
  const text = detectTextFormat(decodeText(head))
  if (text !== null) return { kind: 'text', format: text }
  if (path.extname(file).toLowerCase() === '.txt')
    throw usageError(`${file} is plain text, which has no times: nothing can be made of it`)
  throw usageError(
    head.length === 0
      ? `${file} is empty`
      : `${file} is in no format that is known; if it is one of ${listOf([...broadcastFormats, ...textFormats])}, say so with --format`,
  )
}

function saidFormat(wanted: string): InFormat {
  const said = wanted.toLowerCase()
  const name = aliases[said] ?? said
  const broadcast = broadcastFormats.find((one) => one === (name === 'bin' ? 'rcwt' : name))
  if (broadcast !== undefined) return { kind: 'broadcast', format: broadcast }
  const text = textFormats.find((one) => one === name)
  if (text !== undefined) return { kind: 'text', format: text }
  throw usageError(
    `--format: expected ${listOf([...broadcastFormats, ...textFormats])}, got ${wanted}`,
  )
}

function listOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
}
