import doc, { type ImscDocument, type ImscElement } from 'imsc/src/main/js/doc.js'
import { countFault, UnreadableSourceError } from '../../faults.ts'
import type { FileCue, FileCues } from './file-cues.ts'

/** Tracks as our own files name the regions they are shown in. */
const ownRegion = /^track\.([A-Za-z0-9-]{1,32})$/

/**
 * TTML 1 and 2 (IMSC text profiles, EBU-TT-D, DFXP): each paragraph is a cue; a paragraph whose spans have times of
 * their own is a cue a span. Throws UnreadableSourceError for what is not TTML at all.
 */
export function readTtml(text: string): FileCues {
  const faults: Record<string, number> = {}
  const document = parse(text, () => countFault(faults, 'ttml'))
  const cues: FileCue[] = []
  const walk = (element: ImscElement): void => {
    if (element.kind === 'p') cues.push(...cuesOf(element, faults))
    else for (const inner of element.contents ?? []) walk(inner)
  }
  if (document.body !== null) walk(document.body)
  return { cues, isInstants: false, faults }
}

function parse(text: string, onError: () => void): ImscDocument {
  let problem = 'it has no tt element'
  try {
    const document = doc.fromXML(text, {
      info: () => false,
      warn: () => false,
      error: () => {
        onError()
        return false
      },
      fatal: (what) => {
        problem = what
        return true
      },
    })
    if (document !== null) return document
  } catch (error) {
    // What it says of a fault in XML is worth telling; of another document it only says where it fell over.
    if (error instanceof Error && !(error instanceof TypeError)) problem = error.message
  }
  throw new UnreadableSourceError(`this is not TTML: ${problem.replaceAll(/\s+/g, ' ')}`)
}

function cuesOf(paragraph: ImscElement, faults: Record<string, number>): FileCue[] {
  const spans = (paragraph.contents ?? []).filter(({ kind }) => kind === 'span')
  const isTimed = ({ begin, end }: ImscElement): boolean =>
    begin !== paragraph.begin || (end !== paragraph.end && Number.isFinite(end))
  const timed = spans.some(isTimed) ? spans : [paragraph]
  return timed.flatMap((element) => {
    const text = textOf(element)
      .split('\n')
      .map((row) => row.trim())
      .filter((row) => row !== '')
      .join('\n')
    if (text === '') return []
    const end = Number.isFinite(element.end) ? element.end : paragraph.end
    if (!(end > element.begin) || !Number.isFinite(end)) {
      countFault(faults, 'bad-timing')
      return []
    }
    const track = ownRegion.exec(paragraph.regionID ?? '')?.[1]
    const language = element.lang ?? paragraph.lang ?? ''
    return {
      startMs: Math.round(element.begin * 1000),
      endMs: Math.round(end * 1000),
      text,
      ...(track === undefined ? {} : { track }),
      ...(language === '' ? {} : { language }),
    }
  })
}

function textOf({ kind, text, contents }: ImscElement): string {
  if (kind === 'br') return '\n'
  return text ?? (contents ?? []).map(textOf).join('')
}
